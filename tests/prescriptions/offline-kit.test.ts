import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Of } from '#kernel/keys.ts';
import { signedOfflineKit } from '../../subgraphs/prescriptions/document/offline-kit.ts';
import { signedShortForm } from '../../subgraphs/prescriptions/document/short-form.ts';
import { signOrder, type TestKey, testKey } from '../pharmacies/signed-order.ts';
import { orderContent, public_ } from '../pharmacies/supply-world.ts';
import { good, platform, registered, tampered } from '../pharmacies/tampered-orders.ts';
import { type TestGraph, testGraph } from '../support/graph.ts';
import { cancelOrder, type Desk, orderDesk } from './order-desk.ts';

const run = promisify(execFile);
const readme = readFileSync(new URL('../../subgraphs/pharmacies/README.md', import.meta.url), 'utf8');
const unpack = /^node -e '(.+)' < kit\.jws > verify-offline\.mjs$/m.exec(readme)?.[1] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'goodfaith-kit-'));

let graph: TestGraph;
let desk: Desk;
let ofGraph: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  ofGraph = await kitOfGraph();
  // Taken out of the kit as the README says it.
  const unpacking = run(process.execPath, ['-e', unpack]);
  unpacking.child.stdin?.end(ofGraph);
  writeFileSync(join(folder, 'verify-offline.mjs'), (await unpacking).stdout);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await graph?.[Symbol.asyncDispose]();
});

const kitOfGraph = async (): Promise<string> => (await (await graph.as('technician')).get('{ offlineKit }')).offlineKit;
const part = (jws: string, index: number) => JSON.parse(Buffer.from(jws.split('.')[index] ?? '', 'base64url').toString('utf8'));
const pinnedOf = (kit: string): string => part(kit, 0).kid;

/** Loaded before the script: whatever wants to connect fails. */
const NO_LINE = `data:text/javascript,import net from 'node:net'; net.Socket.prototype.connect = () => { throw new Error('There is no line'); };`;

/** What the script says, and what it ends with: nothing but these files and a JOSE library are at hand, and no network. */
async function said(kit: string, text: string, pinned = pinnedOf(kit)): Promise<string> {
  writeFileSync(join(folder, 'kit.jws'), kit);
  writeFileSync(join(folder, 'order.txt'), text);
  const walls = ['--permission', '--allow-fs-read=*', '--import', NO_LINE];
  return run(process.execPath, [...walls, 'verify-offline.mjs', 'kit.jws', pinned, 'order.txt'], { cwd: folder }).then(
    ({ stdout }) => stdout.trim(),
    (error: { stdout: string; code: number }) => `${error.stdout.trim()} (${error.code})`,
  );
}

type Rows = Parameters<typeof signedOfflineKit>[1];
const rowsOf = (keys: typeof registered): Rows =>
  keys.map((key) => ({
    ...{ kid: key.kid, purpose: key.purpose, sub: key.sub, publicJwk: key.publicJwk as Rows[number]['publicJwk'] },
    ...{ validFrom: new Date(key.validFrom), validUntil: key.validUntil === null ? null : new Date(key.validUntil) },
    ...{ invalidSince: key.invalidSince === null ? null : new Date(key.invalidSince), reason: null },
  }));
const signerOf = ({ published, privateKey }: TestKey) => ({ kid: published.kid, key: privateKey as unknown as CryptoKey });
const kitOf = (keys = registered, ended: Parameters<typeof signedOfflineKit>[2] = [], at = new Date(), by = platform) =>
  signedOfflineKit(signerOf(by), rowsOf(keys), ended, at);

const OFFLINE = tampered.filter(([, code]) => !['DIGEST_DIFFERS', 'HAND_OFF_DIFFERS', 'NO_JWS'].includes(code));

test('with the kit alone an order is found authentic, and one that was cancelled before is not', async () => {
  const documentOf = async (orderId: string) => {
    const asked = 'query ($id: ID!) { order(id: $id) { shortForm signature { jws } } }';
    return (await desk.prescriber.get(asked, { id: orderId })).order;
  };
  const cancelled = await desk.signed();
  const shown = await documentOf(cancelled);
  const before = await kitOfGraph();
  await desk.prescriber.get(cancelOrder, { input: { orderId: cancelled, reason: 'PATIENT_REQUEST' } });
  const standing = await desk.signed();
  const order = await documentOf(standing);
  const kit = await kitOfGraph();
  expect(await said(kit, order.signature.jws)).toMatch(new RegExp(`^AUTHENTIC ${standing} signed .* by `));
  expect(await said(kit, order.shortForm)).toMatch(new RegExp(`^AUTHENTIC ${standing} was signed`));
  expect(await said(before, shown.signature.jws)).toMatch(/^AUTHENTIC ord_/);
  expect(await said(kit, shown.signature.jws)).toBe('REFUSED CANCELLED (1)');
  expect(await said(kit, shown.shortForm)).toBe('REFUSED CANCELLED (1)');
  const { at, goodUntil, documents, script, jwks } = part(kit, 1);
  expect(Date.parse(goodUntil) - Date.parse(at)).toBe(86_400_000);
  expect(documents.map(({ schema }: { schema: string }) => schema)).toEqual(['gf-order/1', 'gf-order/2']);
  expect(sha256Of(script.text)).toBe(sha256Of(readFileSync(join(folder, 'verify-offline.mjs'), 'utf8')));
  expect(new Set(jwks.keys.map(({ purpose }: { purpose: string }) => purpose))).toEqual(new Set(['prescriber', 'platform']));
  // No private half, nobody's record.
  expect(JSON.stringify({ jwks, documents })).not.toMatch(/"d":|pat_/);
});

test('a kit of before anything was signed is one already', () => {
  expect(part(ofGraph, 1)).toMatchObject({
    schema: 'gf-offline-kit/1',
    ended: [],
    jwks: { keys: [{ purpose: 'platform', sub: 'goodfaith' }] },
  });
});

test.each(OFFLINE)('%s: the script says %s', async (_what, code, make) => {
  const { jws, keys = registered } = await make();
  expect(await said(await kitOf(keys), jws)).toBe(`REFUSED ${code} (1)`);
});

test('a text that is neither an order nor a short form is said to be neither', async () => {
  const kit = await kitOf();
  expect(await said(kit, 'an order')).toBe('REFUSED NO_JWS (1)');
  expect(await said(kit, '[]')).toBe('REFUSED NO_JWS (1)');
  expect(await said(kit, 'eyJ.eyJ.sig')).toBe('REFUSED SHORT_FORM_UNREADABLE (1)');
});

test('once the kit’s time is over an order is stale at most, and what was cancelled stays so', async () => {
  const { jws, digest } = await signOrder(orderContent(1, new Date()), prescriberKey, platform);
  const keys = [prescriberKey.published, platform.published];
  const old = new Date(Date.now() - 86_400_001);
  expect(await said(await kitOf(keys), jws)).toMatch(/^AUTHENTIC ord_/);
  expect(await said(await kitOf(keys, [], old), jws)).toMatch(/^STALE ord_.* since .* \(2\)$/);
  const ended = [{ digest, at: old, reason: 'SUPERSEDED' }];
  expect(await said(await kitOf(keys, ended, old), jws)).toBe('REFUSED SUPERSEDED (1)');
  const form = { orderId: public_.order(1), documentDigest: digest, prescriberKeyId: prescriberKey.published.kid };
  const shortForm = await signedShortForm(signerOf(platform), form, new Date());
  expect(await said(await kitOf(keys, [], old), shortForm)).toMatch(/^STALE ord_/);
  expect(await said(await kitOf(keys, ended), shortForm)).toBe('REFUSED SUPERSEDED (1)');
});

test('an order whose exam is over, and a short form that ran out or is none, are refused', async () => {
  const keys = [prescriberKey.published, platform.published];
  const content = orderContent(1, new Date());
  const over = { ...content, exam: { ...(content['exam'] as object), validUntil: '2026-01-31' } };
  expect(await said(await kitOf(keys), (await signOrder(over, prescriberKey, platform)).jws)).toBe('REFUSED ORDER_EXPIRED (1)');
  const form = { orderId: public_.order(1), documentDigest: good.digest, prescriberKeyId: prescriberKey.published.kid };
  const old = await signedShortForm(signerOf(platform), form, new Date(Date.now() - 31 * 86_400_000));
  expect(await said(await kitOf(keys), old)).toBe('REFUSED SHORT_FORM_EXPIRED (1)');
  const [head, , tail] = old.split('.');
  expect(await said(await kitOf(keys), `${head}.AAAA.${tail}`)).toBe('REFUSED SHORT_FORM_UNREADABLE (1)');
  const other = await signedShortForm(signerOf(platform), { ...form, orderId: public_.order(2) }, new Date());
  expect(await said(await kitOf(keys), `${head}.${other.split('.')[1]}.${tail}`)).toBe('REFUSED SIGNATURE_WRONG (1)');
});

test('a kit that was changed, of another key or of a revoked one is none', async () => {
  const stranger = await testKey('PLATFORM', 'goodfaith');
  const kit = await kitOf();
  const [head = '', body = '', tail = ''] = kit.split('.');
  const changed = Buffer.from(Buffer.from(body, 'base64url').toString('utf8').replace('"ended":[]', `"ended":[ ]`)).toString('base64url');
  // Signed by a stranger under a registry of the stranger's own: consistent in itself, and of nobody whom the pharmacy pinned.
  const theirs = await kitOf([...registered, stranger.published], [], new Date(), stranger);
  const revoked = registered.map((key) =>
    key.kid === platform.published.kid ? { ...key, invalidSince: new Date(Date.now() - 1_000).toISOString() } : key,
  );
  const another = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'gf-order-status+jws', kid: platform.published.kid })).toString(
    'base64url',
  );
  const table: [string, Promise<string> | string][] = [
    ['KIT_NOT_OURS', `${head}.${changed}.${tail}`],
    ['KIT_NOT_OURS', `${head}.${body}.${tail.slice(0, -4)}AAAA`],
    ['KIT_NOT_OURS', theirs],
    ['KIT_NOT_OURS', kitOf(revoked)],
    ['KIT_UNREADABLE', `${another}.${body}.${tail}`],
    ['KIT_UNREADABLE', 'no kit'],
    ['KIT_UNREADABLE', `${head}.${body}`],
  ];
  for (const [code, made] of table) expect(await said(await made, good.jws, platform.published.kid)).toBe(`REFUSED ${code} (1)`);
  expect(await said(theirs, good.jws, platform.published.kid)).toBe('REFUSED KIT_NOT_OURS (1)');
});

const prescriberKey = await testKey('PRESCRIBER', public_.prescriber);
