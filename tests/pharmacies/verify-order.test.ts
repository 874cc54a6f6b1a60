import { afterAll, beforeAll, expect, test } from 'vitest';
import { examinerLicence } from './neighbours.ts';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, public_ } from './supply-world.ts';

let graph: SupplyGraph;
let orders = 100;
const next = () => (orders += 1);
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const VERIFY = `query VerifyOrder($orderId: ID!) {
  verifyOrder(orderId: $orderId) { verdict checkedAt checks { code outcome detail } document order { id } }
}`;

const codes = [
  'DOCUMENT_WELL_FORMED',
  'BYTES_UNCHANGED',
  'PRESCRIBER_SIGNATURE',
  'PLATFORM_SIGNATURE',
  'KEY_VALID_WHEN_SIGNED',
  'NOT_CANCELLED',
  'NOT_EXPIRED',
  'PRESCRIBER_LICENSED_THEN',
  'PRESCRIBER_LICENSED_NOW',
  'EXAM_VALID_THEN',
  'EXAM_COVERS_SERVICE',
  'EXAMINER_LICENSED_THEN',
  'PROTOCOL_IN_FORCE',
  'CLINICAL_DIFFERENCE',
  'INGREDIENT_1',
  'PHARMACY_LICENSED_SHIP_TO',
  'FACILITY_STANDING',
  'NO_SAFETY_HOLD',
  'NOT_CLAIMED_BY_ANOTHER',
];

interface Check {
  readonly code: string;
  readonly outcome: string;
  readonly detail: string;
}

/** The verdict, and every check that did not pass. */
async function verified(orderId: string): Promise<{ verdict: string; open: string[] }> {
  const { data, errors } = await graph.pharmacist.ask(VERIFY, { orderId });
  if (errors.length > 0) throw new Error(errors.join());
  const { verdict, checks } = data.verifyOrder as { verdict: string; checks: Check[] };
  return { verdict, open: checks.filter((check) => check.outcome !== 'PASS').map((check) => `${check.code} ${check.outcome}`) };
}

/** One neighbour says something else while `work` runs. */
async function whenAnswered<Result>(
  name: string,
  answer: ((variables: never) => unknown) | null,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = graph.answers[name] ?? null;
  graph.answers[name] = answer as (typeof graph.answers)[string];
  return work().finally(() => {
    graph.answers[name] = before;
  });
}

test('verifies an order that everything speaks for, and keeps that it did', async () => {
  const orderId = await graph.arrived(1);
  const { data, errors } = await graph.pharmacist.ask(VERIFY, { orderId });
  expect(errors).toEqual([]);
  expect(data.verifyOrder).toEqual({
    verdict: 'VERIFIED',
    checkedAt: expect.any(String),
    checks: codes.map((code) => ({ code, outcome: 'PASS', detail: expect.any(String) })),
    document: graph.documents.get(orderId)?.jws,
    order: { id: orderId },
  });
  expect(
    await graph.sql(`select verdict, document_digest, jsonb_array_length(checks) as checks from verification where order_id = $1`, [
      ids.order(1),
    ]),
  ).toEqual([{ verdict: 'VERIFIED', document_digest: graph.documents.get(orderId)?.digest, checks: codes.length }]);
  expect(await graph.sql(`select kind, action from audit_event where patient_id = $1 order by kind, action`, [ids.patient(1)])).toEqual(
    expect.arrayContaining([
      { kind: 'CHANGE', action: 'order.verified' },
      { kind: 'ACCESS', action: 'record.read' },
    ]),
  );
});

test('several orders in one operation are verified one after the other', async () => {
  const [a, b] = [await graph.arrived(2), await graph.arrived(3)];
  const { data, errors } = await graph.pharmacist.ask(
    'query ($a: ID!, $b: ID!) { a: verifyOrder(orderId: $a) { verdict } b: verifyOrder(orderId: $b) { verdict } }',
    { a, b },
  );
  expect({ data, errors }).toEqual({ errors: [], data: { a: { verdict: 'VERIFIED' }, b: { verdict: 'VERIFIED' } } });
});

test('to another pharmacy the order does not exist', async () => {
  const orderId = await graph.arrived(4);
  expect(await graph.otherPharmacist.ask(VERIFY, { orderId })).toEqual({ data: { verifyOrder: null }, errors: ['verifyOrder NOT_FOUND'] });
  expect((await graph.frontDesk.ask(VERIFY, { orderId })).errors).toEqual(['verifyOrder FORBIDDEN']);
});

test('a document other than the one that was sent', async () => {
  const orderId = await graph.arrived(5, { handOff: { documentDigest: 'b'.repeat(64) } });
  expect(await verified(orderId)).toEqual({ verdict: 'NOT_VERIFIED', open: ['BYTES_UNCHANGED FAIL'] });
});

test('a document for another pharmacy', async () => {
  const orderId = await graph.arrived(6, { content: { pharmacy: { id: 'pha_01h455vb4pex5vsknk084sn02q', name: 'Elsewhere' } } });
  expect(await verified(orderId)).toEqual({ verdict: 'NOT_VERIFIED', open: ['BYTES_UNCHANGED FAIL'] });
});

test('an order without a signed document proves nothing', async () => {
  const orderId = await graph.arrived(7);
  graph.documents.delete(orderId);
  const { verdict, open } = await verified(orderId);
  expect(verdict).toBe('NOT_VERIFIED');
  expect(open).toEqual([
    'DOCUMENT_WELL_FORMED FAIL',
    ...codes.slice(1, 5).map((code) => `${code} UNKNOWN`),
    ...codes.slice(6, 15).map((code) => `${code} UNKNOWN`),
  ]);
});

const held = { status: 'ACTIVE', effectiveFrom: '2020-01-01' };
const examiner =
  (...licenses: ReturnType<typeof examinerLicence>[]) =>
  ({ id }: { id: string }) => ({ practitionerFacts: { id, credential: 'NP', licenses } });
const good = () => ({ status: 'ACTIVE', expiresOn: '2027-12-31', verifiedAt: graph.clock.now().toISOString() });

test.each<[string, string, ((variables: never) => unknown) | null, string, string[]]>([
  [
    'prescriptions does not answer',
    'OrderAtPharmacy',
    null,
    'UNKNOWN',
    [...['DOCUMENT_WELL_FORMED', ...codes.slice(1, 15)].map((code) => `${code} UNKNOWN`), 'NO_SAFETY_HOLD UNKNOWN'],
  ],
  [
    'nobody has a key',
    'DocumentKeys',
    () => ({ documentKeys: [] }),
    'NOT_VERIFIED',
    ['PRESCRIBER_SIGNATURE FAIL', 'PLATFORM_SIGNATURE FAIL', 'KEY_VALID_WHEN_SIGNED UNKNOWN'],
  ],
  ['the prescriber is unknown', 'PrescriberNow', () => ({ practitionerFacts: null }), 'UNKNOWN', ['PRESCRIBER_LICENSED_NOW UNKNOWN']],
  [
    'the prescriber has no licence left',
    'PrescriberNow',
    ({ id }: { id: string }) => ({ practitionerFacts: { id, licenses: [] } }),
    'NOT_VERIFIED',
    ['PRESCRIBER_LICENSED_NOW FAIL'],
  ],
  [
    'the prescriber’s licence was suspended since the order was signed',
    'PrescriberNow',
    ({ id }: { id: string }) => ({
      practitionerFacts: {
        ...{ id, credential: 'MD' },
        licenses: [{ id: 'lic_1', state: 'TX', number: 'T2', type: 'PHYSICIAN', ...good(), status: 'SUSPENDED' }],
      },
    }),
    'NOT_VERIFIED',
    ['PRESCRIBER_LICENSED_NOW FAIL'],
  ],
  [
    'the prescriber has a licence left, of another credential',
    'PrescriberNow',
    ({ id }: { id: string }) => ({
      practitionerFacts: {
        ...{ id, credential: 'NP' },
        licenses: [{ id: 'lic_1', state: 'TX', number: 'T2', type: 'REGISTERED_NURSE', ...good() }],
      },
    }),
    'NOT_VERIFIED',
    ['PRESCRIBER_LICENSED_NOW FAIL'],
  ],
  ['the examiner is unknown', 'ExaminerThen', () => ({ practitionerFacts: null }), 'UNKNOWN', ['EXAMINER_LICENSED_THEN UNKNOWN']],
  [
    'somebody else is answered for the examiner',
    'ExaminerThen',
    () => ({ practitionerFacts: { id: public_.prescriber, credential: 'NP', licenses: [examinerLicence('NURSE_PRACTITIONER', [held])] } }),
    'UNKNOWN',
    ['EXAMINER_LICENSED_THEN UNKNOWN'],
  ],
  [
    'the examiner’s licence was taken back for the day of the exam',
    'ExaminerThen',
    examiner(
      examinerLicence('NURSE_PRACTITIONER', [
        held,
        { status: 'REVOKED', effectiveFrom: '2026-11-01', recordedAt: '2026-11-22T09:00:00.000Z' },
      ]),
    ),
    'NOT_VERIFIED',
    ['EXAMINER_LICENSED_THEN FAIL'],
  ],
  [
    'the examiner’s licence was taken back for days after the exam',
    'ExaminerThen',
    examiner(
      examinerLicence('NURSE_PRACTITIONER', [
        held,
        { status: 'REVOKED', effectiveFrom: '2026-11-23', recordedAt: '2026-11-22T09:00:00.000Z' },
      ]),
    ),
    'VERIFIED',
    [],
  ],
  [
    'of the examiner’s licence nothing is on record for the day of the exam',
    'ExaminerThen',
    examiner(examinerLicence('NURSE_PRACTITIONER', [])),
    'UNKNOWN',
    ['EXAMINER_LICENSED_THEN UNKNOWN'],
  ],
  [
    'the examiner held a licence of another credential only',
    'ExaminerThen',
    examiner(examinerLicence('REGISTERED_NURSE', [held])),
    'NOT_VERIFIED',
    ['EXAMINER_LICENSED_THEN FAIL'],
  ],
  ['the protocol is unknown', 'ProtocolNow', () => ({ protocolFacts: null }), 'UNKNOWN', ['PROTOCOL_IN_FORCE UNKNOWN']],
  // What the substance hangs on is in the document: no word of the entity is asked.
  ['attestations cannot be read, and none is needed', 'ClinicAttestations', null, 'VERIFIED', []],
])('when %s', async (_what, name, answer, verdict, open) => {
  const orderId = await graph.arrived(next());
  expect(await whenAnswered(name, answer, () => verified(orderId))).toEqual({ verdict, open });
});

test('a cancelled order and one on hold', async () => {
  const orderId = await graph.arrived(8);
  const answer = graph.answers['OrderAtPharmacy'];
  const as = (change: object) => (variables: never) => ({
    order: { ...(answer?.(variables) as { order: object } | undefined)?.order, ...change },
  });
  expect(await whenAnswered('OrderAtPharmacy', as({ status: 'CANCELLED' }), () => verified(orderId))).toEqual({
    verdict: 'NOT_VERIFIED',
    open: ['NOT_CANCELLED FAIL'],
  });
  expect(await whenAnswered('OrderAtPharmacy', as({ safetyHolds: [{ id: 'sfh_1', reason: 'ALLERGY' }] }), () => verified(orderId))).toEqual(
    { verdict: 'NOT_VERIFIED', open: ['NO_SAFETY_HOLD FAIL'] },
  );
});

test('a key revoked later is not believed without proof; one revoked before is refused', async () => {
  const orderId = await graph.arrived(9);
  const revoked = (invalidSince: string) => () => ({
    documentKeys: [{ ...graph.keys.prescriber.published, invalidSince }, graph.keys.platform.published],
  });
  const later = new Date(graph.clock.now().getTime() + 3_600_000).toISOString();
  expect(await whenAnswered('DocumentKeys', revoked(later), () => verified(orderId))).toEqual({
    verdict: 'UNKNOWN',
    open: ['KEY_VALID_WHEN_SIGNED UNKNOWN'],
  });
  expect(await whenAnswered('DocumentKeys', revoked('2026-06-01T00:00:00.000Z'), () => verified(orderId))).toEqual({
    verdict: 'NOT_VERIFIED',
    open: ['KEY_VALID_WHEN_SIGNED FAIL'],
  });
});

test.each<[string, Record<string, unknown>, string | string[]]>([
  ['no clinical difference for a copy', { clinicalDifference: null }, 'CLINICAL_DIFFERENCE FAIL'],
  [
    'an exam for another service',
    {
      exam: {
        examinerId: public_.examiner,
        outcome: 'APPROVED',
        services: ['microneedling'],
        patientState: 'TX',
        completedAt: '2026-11-01T00:00:00.000Z',
        validUntil: '2027-11-01',
      },
    },
    'EXAM_COVERS_SERVICE FAIL',
  ],
  [
    'an exam that had lapsed',
    {
      exam: {
        examinerId: public_.examiner,
        outcome: 'APPROVED',
        services: ['weight-loss'],
        patientState: 'TX',
        completedAt: '2025-11-01T00:00:00.000Z',
        validUntil: '2026-11-01',
      },
    },
    ['NOT_EXPIRED FAIL', 'EXAM_VALID_THEN FAIL'],
  ],
])('%s', async (_what, content, open) => {
  const orderId = await graph.arrived(next(), { content });
  expect(await verified(orderId)).toEqual({ verdict: 'NOT_VERIFIED', open: [open].flat() });
});

test('an order past the last day that its clinic or its document gives is not filled any more', async () => {
  const orderId = await graph.arrived(next());
  const answer = graph.answers['OrderAtPharmacy'];
  const ends = (lastFillOn: string) => (variables: never) => ({
    order: { ...(answer?.(variables) as { order: object } | undefined)?.order, lastFillOn },
  });
  const today = graph.clock.now().toISOString().slice(0, 10);
  const yesterday = new Date(graph.clock.now().getTime() - 86_400_000).toISOString().slice(0, 10);
  expect(await whenAnswered('OrderAtPharmacy', ends(today), () => verified(orderId))).toEqual({ verdict: 'VERIFIED', open: [] });
  expect(await whenAnswered('OrderAtPharmacy', ends(yesterday), () => verified(orderId))).toEqual({
    verdict: 'NOT_VERIFIED',
    open: ['NOT_EXPIRED FAIL'],
  });
  const REASON = 'query ($orderId: ID!) { verifyOrder(orderId: $orderId) { checks { code reason } } }';
  const { data } = await whenAnswered('OrderAtPharmacy', ends(yesterday), () => graph.pharmacist.ask(REASON, { orderId }));
  expect(data.verifyOrder.checks.find(({ code }: { code: string }) => code === 'NOT_EXPIRED')).toEqual({
    code: 'NOT_EXPIRED',
    reason: 'ORDER_EXPIRED',
  });
});
