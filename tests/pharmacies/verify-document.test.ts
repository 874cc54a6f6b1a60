import { deflateRawSync } from 'node:zlib';
import canonicalize from 'canonicalize';
import { CompactSign } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signedShortForm } from '../../subgraphs/prescriptions/document/short-form.ts';
import { endedList } from './neighbours.ts';
import { payloadOf, signOrder, testKey } from './signed-order.ts';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, orderContent, public_ } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const FIELDS = 'verdict checks { code outcome reason } order { id } document';
const DOCUMENT = `query ($text: String!) { verifyDocument(text: $text) { ${FIELDS} } }`;
const SHORT = `query ($text: String!) { verifyShortForm(text: $text) { ${FIELDS} } }`;

interface Answer {
  readonly verdict: string;
  readonly open: readonly string[];
  readonly order: { id: string } | null;
}

async function asked(document: string, field: string, text: string, who = graph.pharmacist): Promise<Answer> {
  const { data, errors } = await who.ask(document, { text });
  if (errors.length > 0) throw new Error(errors.join());
  const { verdict, checks, order } = data[field];
  const open = (checks as { code: string; outcome: string; reason: string | null }[])
    .filter(({ outcome }) => outcome !== 'PASS')
    .map(({ code, outcome, reason }) => [code, outcome, reason].filter((word) => word !== null).join(' '));
  return { verdict, open, order };
}
const verifyDocument = (text: string, who = graph.pharmacist) => asked(DOCUMENT, 'verifyDocument', text, who);
const verifyShortForm = (text: string, who = graph.pharmacist) => asked(SHORT, 'verifyShortForm', text, who);

const jwsOf = (orderId: string) => graph.documents.get(orderId)?.jws ?? '';

/** As `prescriptions` prints it. */
function shortFormOf(orderId: string, over: { documentDigest?: string; at?: Date } = {}): Promise<string> {
  const { platform, prescriber } = graph.keys;
  const documentDigest = over.documentDigest ?? graph.documents.get(orderId)?.digest ?? 'a'.repeat(64);
  const form = { orderId, documentDigest, prescriberKeyId: prescriber.published.kid };
  return signedShortForm(
    { kid: platform.published.kid, key: platform.privateKey as unknown as CryptoKey },
    form,
    over.at ?? graph.clock.now(),
  );
}

test('the document itself verifies an order that was sent here as its id does, and that is kept', async () => {
  const orderId = await graph.arrived(1);
  expect(await verifyDocument(jwsOf(orderId))).toEqual({ verdict: 'VERIFIED', open: [], order: { id: orderId } });
  expect(await verifyDocument(`\n${jwsOf(orderId)}\n`)).toEqual({ verdict: 'VERIFIED', open: [], order: { id: orderId } });
  expect(await graph.sql('select verdict from verification where order_id = $1', [ids.order(1)])).toEqual([
    { verdict: 'VERIFIED' },
    { verdict: 'VERIFIED' },
  ]);
});

test('a changed copy of an order that was sent here is refused although the stored one is whole', async () => {
  const orderId = await graph.arrived(2);
  const outer = JSON.parse(jwsOf(orderId)) as { payload: string };
  const said = JSON.parse(Buffer.from(outer.payload, 'base64url').toString('utf8')) as { drug: { refills: number } };
  const changed = JSON.stringify({ ...outer, payload: payloadOf({ ...said, drug: { ...said.drug, refills: 9 } }) });
  expect(await verifyDocument(changed)).toEqual({
    verdict: 'NOT_VERIFIED',
    open: [
      'BYTES_UNCHANGED FAIL DIGEST_DIFFERS',
      'PRESCRIBER_SIGNATURE FAIL SIGNATURE_WRONG',
      'PLATFORM_SIGNATURE FAIL SIGNATURE_WRONG',
      'KEY_VALID_WHEN_SIGNED UNKNOWN',
      'EXAMINER_LICENSED_THEN UNKNOWN',
      'PROTOCOL_IN_FORCE UNKNOWN',
    ],
    order: { id: orderId },
  });
});

test.each<[string, string, string[], number]>([
  [
    'the order',
    'OrderAtPharmacy',
    ['BYTES_UNCHANGED UNKNOWN', 'NOT_CANCELLED UNKNOWN', 'NOT_EXPIRED UNKNOWN', 'NO_SAFETY_HOLD UNKNOWN'],
    3,
  ],
  ['the keys', 'DocumentKeys', ['PRESCRIBER_SIGNATURE UNKNOWN', 'PLATFORM_SIGNATURE UNKNOWN', 'KEY_VALID_WHEN_SIGNED UNKNOWN'], 30],
])('where %s cannot be read, a given document leaves open what only that tells', async (_what, name, open, n) => {
  const orderId = await graph.arrived(n);
  const before = graph.answers[name];
  graph.answers[name] = null;
  const answer = await verifyDocument(jwsOf(orderId)).finally(() => {
    graph.answers[name] = before ?? null;
  });
  expect(answer).toEqual({ verdict: 'UNKNOWN', open, order: { id: orderId } });
});

test('a document whose order was not sent here is authentic at most, and nobody learns where it went', async () => {
  const orderId = await graph.arrived(4);
  expect(await verifyDocument(jwsOf(orderId), graph.otherPharmacist)).toEqual({
    verdict: 'AUTHENTIC',
    open: ['SENT_HERE FAIL OTHER_PHARMACY'],
    order: null,
  });
  const unsent = await signOrder(orderContent(5, graph.clock.now()), graph.keys.prescriber, graph.keys.platform);
  expect(await verifyDocument(unsent.jws)).toEqual({ verdict: 'AUTHENTIC', open: ['SENT_HERE UNKNOWN NOT_SENT'], order: null });
  const kept = await graph.sql(`select source, document_digest, verdict, pharmacy_id from document_check where document_digest = $1`, [
    unsent.digest,
  ]);
  expect(kept).toEqual([{ source: 'DOCUMENT', document_digest: unsent.digest, verdict: 'AUTHENTIC', pharmacy_id: ids.pharmacy }]);
});

test('one that counts no more, one by a stranger and a text that is none are not authentic', async () => {
  const { jws, digest } = await signOrder(orderContent(6, graph.clock.now()), graph.keys.prescriber, graph.keys.platform);
  const { EndedOrders } = graph.answers;
  graph.answers['EndedOrders'] = () => ({ orderStatusList: endedList([{ digest, at: '2026-11-20T00:00:00Z', reason: 'CANCELLED' }]) });
  expect(await verifyDocument(jws)).toEqual({
    verdict: 'NOT_VERIFIED',
    open: ['NOT_CANCELLED FAIL', 'SENT_HERE UNKNOWN NOT_SENT'],
    order: null,
  });
  graph.answers['EndedOrders'] = null;
  expect((await verifyDocument(jws)).verdict).toBe('UNKNOWN');
  graph.answers['EndedOrders'] = EndedOrders ?? null;
  const stranger = await testKey('PRESCRIBER', public_.prescriber);
  const forged = await signOrder(orderContent(6, graph.clock.now()), stranger, graph.keys.platform);
  expect(await verifyDocument(forged.jws)).toMatchObject({
    verdict: 'NOT_VERIFIED',
    open: expect.arrayContaining(['PRESCRIBER_SIGNATURE FAIL KEY_NOT_REGISTERED']),
  });
  for (const text of ['', 'hello', '{}', 'x'.repeat(300_000)]) {
    expect(await verifyDocument(text)).toMatchObject({
      verdict: 'NOT_VERIFIED',
      open: expect.arrayContaining(['DOCUMENT_WELL_FORMED FAIL NO_JWS']),
      order: null,
    });
  }
});

test('a scanned short form verifies the order that was sent here', async () => {
  const orderId = await graph.arrived(7);
  expect(await verifyShortForm(await shortFormOf(orderId))).toEqual({ verdict: 'VERIFIED', open: [], order: { id: orderId } });
});

test('a short form of another document, run out or of another hand is refused, each by its reason', async () => {
  const orderId = await graph.arrived(8);
  const month = 31 * 86_400_000;
  expect((await verifyShortForm(await shortFormOf(orderId, { documentDigest: 'b'.repeat(64) }))).open).toEqual([
    'SHORT_FORM FAIL DIGEST_DIFFERS',
  ]);
  expect((await verifyShortForm(await shortFormOf(orderId, { at: new Date(graph.clock.now().getTime() - month) }))).open).toEqual([
    'SHORT_FORM FAIL SHORT_FORM_EXPIRED',
  ]);
  const stranger = await testKey('PLATFORM', 'goodfaith');
  const form = {
    orderId,
    documentDigest: graph.documents.get(orderId)?.digest ?? '',
    prescriberKeyId: graph.keys.prescriber.published.kid,
  };
  const key = stranger.privateKey as unknown as CryptoKey;
  const unknownKey = await signedShortForm({ kid: stranger.published.kid, key }, form, graph.clock.now());
  expect((await verifyShortForm(unknownKey)).open).toEqual(['SHORT_FORM FAIL KEY_NOT_REGISTERED']);
  const wrongKey = await signedShortForm({ kid: graph.keys.platform.published.kid, key }, form, graph.clock.now());
  expect((await verifyShortForm(wrongKey)).open).toEqual(['SHORT_FORM FAIL SIGNATURE_WRONG']);
});

test('what is no short form is said to be none, a deflated flood too', async () => {
  const flood = await new CompactSign(deflateRawSync(canonicalize({ v: 1, ord: 'x'.repeat(5_000_000) }) ?? ''))
    .setProtectedHeader({ alg: 'ES256', zip: 'DEF', typ: 'gf-short+jws', kid: graph.keys.platform.published.kid })
    .sign(graph.keys.platform.privateKey);
  for (const text of ['', 'a.b.c', jwsOf(public_.order(1)), flood]) {
    expect(await verifyShortForm(text)).toEqual({ verdict: 'NOT_VERIFIED', open: ['SHORT_FORM FAIL SHORT_FORM_UNREADABLE'], order: null });
  }
});

test('to another pharmacy a short form is authentic at most; a clinic may not ask', async () => {
  const orderId = await graph.arrived(9);
  const text = await shortFormOf(orderId);
  expect(await verifyShortForm(text, graph.otherPharmacist)).toEqual({
    verdict: 'AUTHENTIC',
    open: ['SENT_HERE UNKNOWN NOT_SENT'],
    order: null,
  });
  expect((await graph.frontDesk.ask(SHORT, { text })).errors).toEqual(['verifyShortForm FORBIDDEN']);
  expect((await graph.technician.ask(DOCUMENT, { text })).errors).toEqual(['verifyDocument FORBIDDEN']);
});
