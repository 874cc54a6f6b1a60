import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StubGateway, startStubGateway } from './stub-gateway.ts';

let gateway: StubGateway;
beforeAll(async () => {
  gateway = await startStubGateway();
});
afterAll(async () => gateway?.stop());

test.each(['gf-order-1', 'gf-order-2'])('publishes the schema of %s to everybody, to be kept for a day', async (name) => {
  const response = await fetch(`${gateway.url}/schemas/${name}.json`);
  expect([response.status, response.headers.get('content-type'), response.headers.get('cache-control')]).toEqual([
    200,
    'application/schema+json',
    'public, max-age=86400',
  ]);
  expect(await response.text()).toBe(readFileSync(new URL(`../../schema/documents/${name}.json`, import.meta.url), 'utf8'));
  const again = await fetch(`${gateway.url}/schemas/${name}.json`, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('there is no schema of a version that was never signed, and none outside its folder', async () => {
  for (const path of ['gf-order-9.json', '../supergraph.graphql', '%2e%2e/supergraph.graphql', ''])
    expect((await fetch(`${gateway.url}/schemas/${path}`)).status).toBe(404);
});

const goodUntil = () => new Date(Date.now() + 300_000).toISOString();

test.each([
  ['status list', 'statusList', '/order-status.jws'],
  ['offline kit', 'offlineKit', '/offline-kit.jws'],
])('publishes the %s to everybody, to be kept for five minutes at most', async (_what, member, path) => {
  let asked = 0;
  const read = async () => {
    asked += 1;
    return `h.${Buffer.from(JSON.stringify({ goodUntil: goodUntil() })).toString('base64url')}.s`;
  };
  const own = await startStubGateway({ more: { [member]: read } });
  try {
    const first = await fetch(`${own.url}${path}`);
    const age = /^public, max-age=(\d+)$/.exec(first.headers.get('cache-control') ?? '')?.[1];
    expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/jose']);
    expect(Number(age)).toBeGreaterThan(200);
    expect(Number(age)).toBeLessThanOrEqual(300);
    const again = await fetch(`${own.url}${path}`, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect([again.status, asked]).toEqual([304, 1]);
  } finally {
    await own.stop();
  }
});

test.each([
  ['list', 'statusList', '/order-status.jws'],
  ['kit', 'offlineKit', '/offline-kit.jws'],
])('hands out no %s in place of one that cannot be read', async (_what, member, path) => {
  const own = await startStubGateway({ more: { [member]: () => Promise.reject(new Error('down')) } });
  try {
    const response = await fetch(`${own.url}${path}`);
    expect([response.status, response.headers.get('cache-control')]).toEqual([503, 'no-store']);
  } finally {
    await own.stop();
  }
});
