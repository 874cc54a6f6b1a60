import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type StubGateway, startStubGateway, token } from './stub-gateway.ts';

const document = 'subscription { orderUpdated(id: "ord_1") { id prescriber { name } } }';

/** The events of one subscription as they come. */
async function* subscribe(url: string, bearer: string, signal?: AbortSignal): AsyncGenerator<{ event: string; data: unknown }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    signal: signal ?? null,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${bearer}` },
    body: JSON.stringify({ query: document }),
  });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const name = /^event: (.*)$/m.exec(event)?.[1];
      const data = /^data: (.+)$/m.exec(event)?.[1];
      if (name) yield { event: name, data: data ? JSON.parse(data) : null };
    }
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe.each(['process', 'http'] as const)('a subscription, subgraphs reached by %s', (over) => {
  let gateway: StubGateway;
  beforeEach(async () => {
    gateway = await startStubGateway({ over });
  });
  afterEach(() => gateway.stop());

  test('brings each event with what other subgraphs know about it', async () => {
    const events = subscribe(gateway.url, await token());
    const first = events.next();
    await until(() => gateway.stubs.prescriptions.subscribers() === 1);
    gateway.stubs.prescriptions.publish('ord_1');
    gateway.stubs.prescriptions.publish('ord_2');
    const event = (id: string) => ({ event: 'next', data: { data: { orderUpdated: { id, prescriber: { name: 'Practitioner prc_1' } } } } });
    expect((await first).value).toEqual(event('ord_1'));
    expect((await events.next()).value).toEqual(event('ord_2'));
    await events.return(undefined);
  });

  test('does not repeat the error of one event in the next', async () => {
    const events = subscribe(gateway.url, await token());
    const first = events.next();
    await until(() => gateway.stubs.prescriptions.subscribers() === 1);
    gateway.stubs.physicians.before = async () => {
      throw new Error('physicians is ill');
    };
    gateway.stubs.prescriptions.publish('ord_1');
    expect((await first).value).toMatchObject({
      data: { data: { orderUpdated: { id: 'ord_1', prescriber: null } }, errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
    });
    gateway.stubs.physicians.before = async () => undefined;
    gateway.stubs.prescriptions.publish('ord_2');
    expect((await events.next()).value).toEqual({
      event: 'next',
      data: { data: { orderUpdated: { id: 'ord_2', prescriber: { name: 'Practitioner prc_1' } } } },
    });
    await events.return(undefined);
  });

  test('ends when its token does, and says so', async () => {
    const seen: { event: string; data: unknown }[] = [];
    for await (const event of subscribe(gateway.url, await token('usr_a', 2))) seen.push(event);
    expect(seen).toEqual([
      {
        event: 'next',
        data: { errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED', requestId: expect.any(String) } }] },
      },
      { event: 'complete', data: null },
    ]);
    await until(() => gateway.stubs.prescriptions.subscribers() === 0);
  });

  test('ends in the subgraph when its reader goes away', async () => {
    const reader = new AbortController();
    const events = subscribe(gateway.url, await token(), reader.signal);
    const first = events.next().catch(() => undefined);
    await until(() => gateway.stubs.prescriptions.subscribers() === 1);
    reader.abort();
    await first;
    gateway.stubs.prescriptions.publish('ord_1');
    await until(() => gateway.stubs.prescriptions.subscribers() === 0);
  });

  test('is refused without Accept: text/event-stream', async () => {
    const { status, body } = await gateway.ask(document);
    expect(status).toBe(406);
    expect(body.errors?.[0]?.extensions.code).toBe('NOT_ACCEPTABLE');
  });
});
