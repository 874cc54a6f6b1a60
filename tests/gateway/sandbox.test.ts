import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSandboxClock } from '#kernel/clock.ts';
import { createTokenVerifier } from '#kernel/token.ts';
import { createEmbeddedIssuer, personasPath } from '../../gateway/issuer.ts';
import { sandboxRoutes } from '../../gateway/sandbox.ts';
import { type StubGateway, startStubGateway } from './stub-gateway.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'goodfaith-sandbox-'));
const personas = { 'front-desk': { sub: 'usr_desk', name: 'Dana Desk', grants: [], description: 'front desk' } };
const issuer = createEmbeddedIssuer(dataDir);
const clock = createSandboxClock();
let gateway: StubGateway;

beforeAll(async () => {
  writeFileSync(personasPath(dataDir), JSON.stringify(personas));
  const tokens = createTokenVerifier({ issuer: issuer.issuer, audience: issuer.audience, keys: issuer.publicKeys });
  gateway = await startStubGateway({ more: { tokens, ...sandboxRoutes({ dataDir, issuer, clock }) } });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(dataDir, { recursive: true });
});

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, body: await response.json() };
}

describe('a sandbox', () => {
  test('signs in as a persona, whose token opens the graph', async () => {
    const { status, body } = await post('/sandbox/token', { persona: 'front-desk' });
    expect(status).toBe(200);
    expect((await gateway.ask('{ viewer { id } }', { as: body.token })).body).toEqual({ data: { viewer: { id: 'usr_desk' } } });
  });

  test.each(['nobody', 'constructor', '__proto__'])('has no persona %s', async (persona) => {
    expect((await post('/sandbox/token', { persona })).status).toBe(404);
  });

  test('moves its clock', async () => {
    const { status, body } = await post('/sandbox/clock', { now: '2026-12-01T09:00:00-06:00' });
    expect(status).toBe(200);
    expect(Date.parse(body.now) - Date.parse('2026-12-01T15:00:00Z')).toBeLessThan(60_000);
    expect(clock.now().toISOString().slice(0, 13)).toBe('2026-12-01T15');
  });

  test.each([{ now: 'yesterday' }, { now: '2026-02-30T00:00:00Z' }, {}, 7])('does not move its clock to %j', async (body) => {
    expect((await post('/sandbox/clock', body)).status).toBe(400);
  });

  test.each([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a name pointed here from outside', { host: 'evil.example' }],
  ])('gives nothing to %s', async (_who, headers) => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = request(
        `${gateway.url}/sandbox/token`,
        { method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
        (incoming) => {
          incoming.resume();
          resolve(incoming.statusCode);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(JSON.stringify({ persona: 'front-desk' }));
    });
    expect(status).toBe(403);
  });

  test('shows a browser a page that allows no script but its own, and everyone else the graph', async () => {
    for (const path of ['/', '/graphql']) {
      const page = await fetch(`${gateway.url}${path}`, { headers: { accept: 'text/html,*/*' } });
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
      expect(await page.text()).not.toMatch(/<script(?![^>]*\bsrc=)|\bon\w+=|https?:\/\//);
    }
    expect((await fetch(`${gateway.url}/graphql?query={__typename}`)).status).toBe(401);
    const operations = (await (await fetch(`${gateway.url}/console/operations.json`)).json()) as { name: string }[];
    expect(operations.map(({ name }) => name)).toContain('ExamUpdated');
  });

  test('publishes the keys of its tokens by the issuer’s metadata, apart from document keys', async () => {
    const metadata = await (await fetch(`${gateway.url}/.well-known/openid-configuration`)).json();
    expect(metadata).toMatchObject({ issuer: issuer.issuer });
    expect(await (await fetch((metadata as { jwks_uri: string }).jwks_uri)).json()).toEqual(issuer.publicKeys);
    expect(await (await fetch(`${gateway.url}/.well-known/jwks.json`)).json()).toEqual({ keys: [] });
  });
});

test('without a clock that can be moved, the path does not exist', async () => {
  const other = await startStubGateway({ more: sandboxRoutes({ dataDir, issuer, clock: null }) });
  expect((await fetch(`${other.url}/sandbox/clock`, { method: 'POST' })).status).toBe(404);
  await other.stop();
});
