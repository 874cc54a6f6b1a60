import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import jose from 'node-jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedStatusList } from '../../subgraphs/prescriptions/document/status-list.ts';
import { signOrder, testKey } from '../pharmacies/signed-order.ts';
import { orderContent, public_ } from '../pharmacies/supply-world.ts';

const readme = readFileSync(new URL('../../subgraphs/prescriptions/README.md', import.meta.url), 'utf8');
const script = /```js\n(\/\/ node verify-order\.mjs[\s\S]*?)```/.exec(readme)?.[1] ?? '';
const kept = JSON.parse(readFileSync(new URL('../pharmacies/data/order-gf-1.json', import.meta.url), 'utf8')) as {
  jws: string;
  keys: { publicJwk: object; purpose: string }[];
};

const folder = mkdtempSync(join(tmpdir(), 'goodfaith-offline-'));
beforeAll(() => {
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'verify-order.mjs'), script);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const prescriber = await testKey('PRESCRIBER', public_.prescriber);
const platform = await testKey('PLATFORM', 'goodfaith');
const signed = await signOrder(orderContent(1, new Date('2026-11-20T12:00:00Z')), prescriber, platform);

/** The keys as `/.well-known/jwks.json` has them. */
const jwks = (keys: readonly { publicJwk: object; purpose: string }[]) =>
  JSON.stringify({ keys: keys.map(({ publicJwk, purpose, ...rest }) => ({ ...publicJwk, ...rest, purpose: purpose.toLowerCase() })) });

/** The first word of what the script says, and the rest. */
async function said(order: string, keys: string, list?: string): Promise<string> {
  const files = { 'order.jws': order, 'jwks.json': keys, ...(list === undefined ? {} : { 'list.jws': list }) };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const args = ['verify-order.mjs', ...Object.keys(files)];
  return promisify(execFile)(process.execPath, args, { cwd: folder }).then(
    ({ stdout }) => stdout.trim(),
    (error: { stdout: string }) => error.stdout.trim(),
  );
}

const keys = jwks([prescriber.published, platform.published]);
const listOf = (cancelled: { digest: string; at: Date; reason: string }[], at = new Date()) =>
  signedStatusList({ kid: platform.published.kid, key: platform.privateKey as unknown as CryptoKey }, cancelled, at);

test('the script of the README finds an order authentic, of today and of gf-order/1', async () => {
  expect(await said(signed.jws, keys)).toMatch(/^AUTHENTIC ord_/);
  expect(await said(signed.jws, keys, await listOf([]))).toMatch(/^AUTHENTIC ord_/);
  expect(await said(kept.jws, jwks(kept.keys))).toMatch(/^AUTHENTIC ord_/);
});

test('the script refuses what was changed, cancelled, or signed by a stranger', async () => {
  const outer = JSON.parse(signed.jws) as { payload: string; signatures: { signature: string }[] };
  const forged = Buffer.from(outer.payload, 'base64url').toString('utf8').replace('0.25 mg', '2.5 mg');
  const changed = JSON.stringify({ ...outer, payload: Buffer.from(forged).toString('base64url') });
  expect(await said(changed, keys)).toBe('REFUSED the prescriber’s signature does not fit');
  const stranger = await testKey('PRESCRIBER', public_.prescriber);
  const { jws } = await signOrder(orderContent(1, new Date('2026-11-20T12:00:00Z')), stranger, platform);
  expect(await said(jws, keys)).toBe('REFUSED a key is not registered');
  const listed = [{ digest: signed.digest, at: new Date(), reason: 'SUPERSEDED' }];
  expect(await said(signed.jws, keys, await listOf(listed))).toBe('REFUSED it counts no more: SUPERSEDED');
  expect(await said(signed.jws, keys, await listOf([], new Date(Date.now() - 3_600_000)))).toBe('REFUSED the status list is too old');
});

test('the script refuses keys that were revoked or not in use, and a list of such a key', async () => {
  const withKeys = (changes: { prescriber?: object; platform?: object }) =>
    jwks([
      { ...prescriber.published, ...changes.prescriber },
      { ...platform.published, ...changes.platform },
    ]);
  const [before, after] = ['2026-11-20T11:59:59Z', '2026-11-20T12:00:01Z'];
  const table: [object, string][] = [
    [{ prescriber: { invalidSince: after } }, 'a key was revoked'],
    [{ platform: { invalidSince: after } }, 'a key was revoked'],
    [{ prescriber: { validFrom: after } }, 'a key was not in use when it was signed'],
    [{ prescriber: { validUntil: before } }, 'a key was not in use when it was signed'],
    [{ platform: { validUntil: before } }, 'a key was not in use when it was signed'],
  ];
  for (const [changes, why] of table) expect(await said(signed.jws, withKeys(changes)), JSON.stringify(changes)).toBe(`REFUSED ${why}`);
  const rotated = withKeys({ prescriber: { validUntil: after }, platform: { validUntil: after } });
  expect(await said(signed.jws, rotated)).toMatch(/^AUTHENTIC ord_/);
  // The platform's key is out of use since, so a list of now that it signed is of nobody.
  expect(await said(signed.jws, rotated, await listOf([]))).toBe('REFUSED a key was not in use when it was signed');
  const stranger = await testKey('PLATFORM', 'goodfaith');
  const forged = { kid: platform.published.kid, key: stranger.privateKey as unknown as CryptoKey };
  expect(await said(signed.jws, keys, await signedStatusList(forged, [], new Date()))).toBe('REFUSED the status list is not ours');
});

test('the script refuses a version it does not know, a text that is not canonical and a header with more in it', async () => {
  const of = (over: Record<string, unknown>) => signOrder(orderContent(1, new Date('2026-11-20T12:00:00Z'), over), prescriber, platform);
  expect(await said((await of({ schema: 'gf-order/9' })).jws, keys)).toBe('REFUSED its schema is not known to this script');
  const outer = JSON.parse(signed.jws) as { payload: string; signatures: { protected: string; signature: string }[] };
  const text = Buffer.from(outer.payload, 'base64url').toString('utf8');
  const spaced = { ...outer, payload: Buffer.from(text.replace('{', '{ ')).toString('base64url') };
  expect(await said(JSON.stringify(spaced), keys)).toBe('REFUSED it is not canonical');
  const twice = { ...outer, payload: Buffer.from(text.replace('{', '{"schema":"gf-order/1",')).toString('base64url') };
  expect(await said(JSON.stringify(twice), keys)).toBe('REFUSED it is not canonical');
  const header = JSON.parse(Buffer.from(outer.signatures[0]?.protected ?? '', 'base64url').toString('utf8')) as object;
  const more = Buffer.from(JSON.stringify({ ...header, crit: ['b64'] })).toString('base64url');
  const [first, second] = outer.signatures;
  expect(await said(JSON.stringify({ ...outer, signatures: [{ ...first, protected: more }, second] }), keys)).toBe(
    'REFUSED a header has other members',
  );
});

test('another JOSE library reads both signatures', async () => {
  const store = await jose.JWK.asKeyStore({ keys: [prescriber.published.publicJwk, platform.published.publicJwk] });
  const outer = JSON.parse(signed.jws) as { payload: string; signatures: { protected: string; signature: string }[] };
  for (const signature of outer.signatures) {
    const { payload } = await jose.JWS.createVerify(store).verify({ payload: outer.payload, ...signature } as unknown as string);
    expect(Buffer.from(payload).toString('base64url')).toBe(outer.payload);
  }
});
