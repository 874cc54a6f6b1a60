/** What came back for one operation of the journey. */
export interface JourneyReply {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly { readonly message: string; readonly extensions?: Readonly<Record<string, unknown>> }[];
}

/** A way to send an operation as somebody: over HTTP to an instance, or straight into a graph in a test. */
export interface FrontEnd {
  send(
    persona: string,
    operation: string,
    variables: Readonly<Record<string, unknown>>,
    options?: { readonly stepUp?: boolean },
  ): Promise<JourneyReply>;
}

/** A front end that speaks HTTP to a running instance, with tokens from wherever `tokenOf` gets them. */
export function httpFrontEnd(
  url: string,
  documents: ReadonlyMap<string, string>,
  tokenOf: (persona: string, stepUp: boolean) => Promise<string>,
): FrontEnd {
  return {
    async send(persona, operation, variables, { stepUp = false } = {}) {
      const query = documents.get(operation);
      if (query === undefined) throw new Error(`The contract has no operation ${operation}.`);
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await tokenOf(persona, stepUp)}`,
          'idempotency-key': crypto.randomUUID(),
        },
        body: JSON.stringify({ query, variables }),
      });
      const body = (await response.json()) as { data?: Record<string, unknown> | null; errors?: JourneyReply['errors'] };
      return { data: body.data ?? null, errors: body.errors ?? [] };
    },
  };
}
