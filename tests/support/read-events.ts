/** One server-sent event. */
export interface SentEvent {
  readonly event: string;
  readonly data: unknown;
}

/** A subscription over HTTP as a front end follows it. */
export interface Following {
  /** The next event; undefined when there are no more. */
  next(): Promise<SentEvent | undefined>;
  /** All events until the server ends it. */
  rest(): Promise<SentEvent[]>;
  /** Goes away, as a closed page does. */
  end(): void;
}

/** Subscribes, and answers once the server has accepted it. */
export async function readEvents(url: string, token: string, body: string): Promise<Following> {
  const over = new AbortController();
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: 'POST', headers, body, signal: over.signal });
  if (!response.body || response.status !== 200)
    throw new Error(`The subscription was refused: ${response.status} ${await response.text()}`);
  const events = eventsIn(response.body);
  const next = async (): Promise<SentEvent | undefined> => {
    const { value, done } = await events.next();
    return done ? undefined : value;
  };
  return {
    next,
    async rest() {
      const all: SentEvent[] = [];
      for (let event = await next(); event; event = await next()) all.push(event);
      return all;
    },
    end: () => over.abort(),
  };
}

async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<SentEvent, undefined> {
  let text = '';
  for await (const chunk of body) {
    text += Buffer.from(chunk).toString('utf8');
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const part of whole) {
      const event = /^event: (.*)$/m.exec(part)?.[1];
      const data = /^data: (.+)$/m.exec(part)?.[1];
      if (event !== undefined) yield { event, data: data === undefined ? null : JSON.parse(data) };
    }
  }
  return undefined;
}
