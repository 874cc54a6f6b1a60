import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askFor, type StubGateway, startStubGateway, token } from './stub-gateway.ts';

let gateway: StubGateway;
beforeAll(async () => {
  gateway = await startStubGateway({ corsOrigins: ['https://app.example.com'] });
});
afterAll(() => gateway.stop());

const codes = (body: { errors?: readonly { extensions: { code: string } }[] }) => body.errors?.map(({ extensions }) => extensions.code);

async function send(path: string, init: RequestInit = {}) {
  const response = await fetch(`${gateway.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text.startsWith('{') ? JSON.parse(text) : text };
}

describe('who may come in', () => {
  test.each([null, 'not-a-token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3JfYSJ9.'])(
    'refuses the token %s with 401 and says what is wanted',
    async (as) => {
      const { status, headers, body } = await gateway.ask('{ viewer { id } }', { as });
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toBe(as === null ? 'Bearer' : 'Bearer error="invalid_token"');
      expect(body).toEqual({
        errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED', requestId: headers.get('x-request-id') } }],
      });
    },
  );

  test('refuses a token that has expired', async () => {
    expect((await gateway.ask('{ viewer { id } }', { as: await token('usr_a', -1) })).status).toBe(401);
  });

  test('refuses an ask at the public door and an access token at the internal one', async () => {
    const document = '{ clinic(id: "cli_1") { name } }';
    const atPublic = await gateway.ask(document, { as: await askFor(document) });
    expect(atPublic.status).toBe(401);
    const atInternal = await gateway.ask(document, { path: '/internal/graphql' });
    expect(atInternal.status).toBe(401);
  });

  test('answers an ask at the internal door for its own document and no other', async () => {
    const document = '{ clinic(id: "cli_1") { name } }';
    const as = await askFor(document);
    const good = await gateway.ask(document, { as, path: '/internal/graphql', headers: { 'x-request-id': 'request-of-the-asker' } });
    expect(good.body).toEqual({ data: { clinic: { name: 'Clinic cli_1' } } });
    expect(good.headers.get('x-request-id')).toBe('request-of-the-asker');
    const other = await gateway.ask('{ viewer { id } }', { as, path: '/internal/graphql' });
    expect(other.status).toBe(401);
  });
});

describe('what a request may look like', () => {
  test('is a GET for a query and never for a mutation or a subscription', async () => {
    const headers = { authorization: `Bearer ${await token()}` };
    const get = (query: string, more: Record<string, string> = {}) =>
      send(`/graphql?query=${encodeURIComponent(query)}`, { headers: { ...headers, ...more } });
    expect((await get('{ clinic(id: "cli_1") { id } }')).body).toEqual({ data: { clinic: { id: 'cli_1' } } });
    const mutation = await get('mutation { signOrder(id: "ord_1") { id } }');
    expect([mutation.status, codes(mutation.body), mutation.headers.get('allow')]).toEqual([405, ['METHOD_NOT_ALLOWED'], 'POST']);
    const subscription = await get('subscription { orderUpdated(id: "ord_1") { id } }', { accept: 'text/event-stream' });
    expect([subscription.status, codes(subscription.body)]).toEqual([406, ['NOT_ACCEPTABLE']]);
    expect(gateway.stubs.prescriptions.calls.filter(({ query }) => /signOrder|orderUpdated/.test(query))).toEqual([]);
  });

  test.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['application/graphql', 415],
  ])('refuses the content type %s, which a form on another site could send', async (type, status) => {
    const answer = await send('/graphql', {
      method: 'POST',
      body: '{"query":"{ viewer { id } }"}',
      headers: { authorization: `Bearer ${await token()}`, 'content-type': type },
    });
    expect([answer.status, codes(answer.body)]).toEqual([status, ['UNSUPPORTED_MEDIA_TYPE']]);
  });

  test.each(['{', '[]', 'null', '7', '{"query":7}', '{"query":"{ viewer { id } }","variables":[1]}', '[{"query":"{ viewer { id } }"}]'])(
    'refuses the body %s',
    async (body) => {
      const answer = await send('/graphql', {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
      });
      expect([answer.status, codes(answer.body)]).toEqual([400, ['BAD_REQUEST']]);
    },
  );

  test.each([`${'['.repeat(200_000)}${']'.repeat(200_000)}`, '1e999', '[{"a": -1e999}]'])(
    'refuses variables that no two readers agree on: %.20s',
    async (value) => {
      const answer = await send('/graphql', {
        method: 'POST',
        body: `{"query":"{ viewer { id } }","variables":{"a":${value}}}`,
        headers: { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' },
      });
      expect([answer.status, codes(answer.body)]).toEqual([400, ['BAD_USER_INPUT']]);
    },
  );

  test.each([
    ['{', 'GRAPHQL_PARSE_FAILED'],
    ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['query A { viewer { id } } query B { viewer { id } }', 'OPERATION_NOT_FOUND'],
  ])('refuses the document %s', async (query, code) => {
    const { status, body } = await gateway.ask(query);
    expect([status, codes(body)]).toEqual([400, [code]]);
  });

  test.each(['with its length', 'in chunks'])('refuses a body of 10 MB sent %s', async (how) => {
    const bytes = 10 * 1024 * 1024;
    const headers = {
      authorization: `Bearer ${await token()}`,
      'content-type': 'application/json',
      ...(how === 'in chunks' ? {} : { 'content-length': bytes }),
    };
    const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      const outgoing = request(`${gateway.url}/graphql`, { method: 'POST', headers }, async (incoming) => {
        let body = '';
        for await (const chunk of incoming) body += chunk;
        resolve({ status: incoming.statusCode, body });
      });
      outgoing.on('error', reject);
      const piece = Buffer.alloc(64 * 1024, ' ');
      for (let sent = 0; sent < bytes; sent += piece.length) outgoing.write(piece);
      outgoing.end();
    });
    expect(answer.status).toBe(413);
    expect(codes(JSON.parse(answer.body))).toEqual(['BODY_TOO_LARGE']);
  });
});

describe('what every answer says', () => {
  test('carries a request id of ours, not the caller’s, and nothing a browser could guess from', async () => {
    const { headers } = await gateway.ask('{ viewer { id } }', { headers: { 'x-request-id': 'chosen-by-the-caller' } });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('names no origin but those listed', async () => {
    const stranger = await gateway.ask('{ viewer { id } }', { headers: { origin: 'https://evil.example' } });
    expect(stranger.headers.get('access-control-allow-origin')).toBe(null);
    const listed = await gateway.ask('{ viewer { id } }', { headers: { origin: 'https://app.example.com' } });
    expect(listed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    const preflight = await send('/graphql', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('is plain about what is not there', async () => {
    expect((await send('/healthz')).body).toEqual({ status: 'ok' });
    expect((await send('/readyz')).body).toEqual({ status: 'ready' });
    expect((await send('/sandbox/clock', { method: 'POST' })).status).toBe(404);
    expect((await send('/metrics')).status).toBe(404);
    expect((await send('/graphql', { method: 'DELETE' })).status).toBe(405);
  });
});
