import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StubGateway, startStubGateway, token } from './stub-gateway.ts';

const order = `query Order($id: ID!) { order(id: $id) { id status prescriber { name } clinic { name } fulfillment { status } } }`;

describe.each(['process', 'http'] as const)('a gateway whose subgraphs are reached by %s', (over) => {
  let gateway: StubGateway;
  beforeAll(async () => {
    gateway = await startStubGateway({ over });
  });
  afterAll(() => gateway.stop());

  test('answers one query from four subgraphs', async () => {
    const { status, body } = await gateway.ask(order, { variables: { id: 'ord_7' } });
    expect(status).toBe(200);
    expect(body).toEqual({
      data: {
        order: {
          id: 'ord_7',
          status: 'SIGNED',
          prescriber: { name: 'Practitioner prc_1' },
          clinic: { name: 'Clinic cli_1' },
          fulfillment: { status: 'RECEIVED' },
        },
      },
    });
  });

  test('gives each of three callers of the same text at once their own answer', async () => {
    const people = ['usr_a', 'usr_b', 'usr_c'];
    const answers = await Promise.all(people.map(async (sub) => gateway.ask('{ viewer { id name } }', { as: await token(sub) })));
    expect(answers.map(({ body }) => body.data)).toEqual(people.map((sub) => ({ viewer: { id: sub, name: `I am ${sub}` } })));
  });

  test('sends down the token, the request id and the idempotency key, and nothing else of the caller', async () => {
    const bearer = await token();
    const { headers } = await gateway.ask('mutation Sign { signOrder(id: "ord_1") { id } }', {
      as: bearer,
      headers: { 'idempotency-key': 'once-1', cookie: 'a=b', 'x-request-id': 'mine', 'x-goodfaith-proof': 'v1.0.forged' },
    });
    expect(gateway.stubs.prescriptions.calls.at(-1)?.headers).toEqual({
      authorization: `Bearer ${bearer}`,
      requestId: headers.get('x-request-id'),
      idempotencyKey: 'once-1',
      proof: expect.stringMatching(/^v1\.\d{13}\./),
    });
  });

  test('masks what a subgraph throws and keeps the id under which it is logged', async () => {
    const { status, body, headers } = await gateway.ask('{ broken order(id: "ord_1") { id } }');
    expect(status).toBe(200);
    expect(body).toEqual({
      data: { broken: null, order: { id: 'ord_1' } },
      errors: [
        {
          message: 'Internal error',
          path: ['broken'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: headers.get('x-request-id') },
        },
      ],
    });
  });

  test('lets an expected refusal through with its code', async () => {
    const { status, body } = await gateway.ask('{ refused }');
    expect(status).toBe(200);
    expect(body.data).toEqual({ refused: null });
    expect(body.errors).toEqual([
      {
        message: 'There is no such record, or it is not yours to see.',
        path: ['refused'],
        extensions: { code: 'NOT_FOUND', requestId: expect.any(String) },
      },
    ]);
  });

  test('says that a value in a variable is no day, and where', async () => {
    const { status, body } = await gateway.ask('query Born($on: Date!) { born(on: $on) }', { variables: { on: '2026-02-30' } });
    expect(status).toBe(200);
    expect(body.data).toBe(null);
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(body.errors?.[0]?.path).toEqual(['born']);
    expect(body.errors?.[0]?.message).toContain('there is no such day');
  });

  test('says that a value in the document is no day', async () => {
    const { body } = await gateway.ask('{ born(on: "2026-02-30") }');
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('refuses a variable of another type at the door', async () => {
    const { status, body } = await gateway.ask(order, { variables: { id: { a: 1 } } });
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(body.errors?.[0]?.message).toContain('$id');
  });
});

describe('a subgraph that is gone', () => {
  test('is 503 when it was all that was asked, and a null with a reason otherwise', async () => {
    const gateway = await startStubGateway({ over: 'http' });
    await gateway.kill('clinics');
    const alone = await gateway.ask('{ viewer { id } }');
    expect(alone.status).toBe(503);
    expect(alone.body.data).toBe(null);
    expect(alone.body.errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAVAILABLE']);
    expect(JSON.stringify(alone.body)).not.toMatch(/clinics|127\.0\.0\.1|ECONN/);

    const part = await gateway.ask('{ order(id: "ord_1") { id clinic { name } prescriber { name } } }');
    expect(part.status).toBe(200);
    expect(part.body.data).toEqual({ order: { id: 'ord_1', clinic: null, prescriber: { name: 'Practitioner prc_1' } } });
    expect(part.body.errors).toEqual([
      { message: expect.any(String), path: ['order', 'clinic'], extensions: { code: 'UNAVAILABLE', requestId: expect.any(String) } },
    ]);
    await gateway.stop();
  });

  test.each(['process', 'http'] as const)('or hangs, reached by %s, keeps nobody waiting past the deadline', async (over) => {
    const gateway = await startStubGateway({ over, deadlineMs: 200 });
    gateway.stubs.clinics.before = () => new Promise(() => undefined);
    const { status, body } = await gateway.ask('{ viewer { id } }');
    expect(status).toBe(503);
    expect(body.errors?.[0]?.extensions.code).toBe('UNAVAILABLE');
    await gateway.stop();
  });
});
