import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { austin, type Desk, draftOrder, orderDesk } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const drafted = async (changes: object) =>
  (await desk.prescriber.ask(draftOrder, { input: { ...desk.input, ...changes } })).data?.draftOrder;
const issuesOf = async (changes: object) => (await drafted(changes))?.issues?.map((issue: { path: string }) => issue.path);

test('writes the order down with the preparation as it is now, and nothing signed', async () => {
  const id = await desk.draft();
  const { order } = await desk.prescriber.get(
    `query Draft($id: ID!) { order(id: $id) { id status service ageHours signedAt sentAt draftDigest
      patient { id } exam { id } prescriber { id } clinic { id } pharmacy { name }
      drug {
        name dosageForm dosageFormCode { code } route routeCode { code }
        ingredients { name strength strengthRatio { numerator { value unit } denominator { value unit } } unii rxcui }
        excipients { name unii role amount { numerator { value unit } } } presentation { pack { value unit } container device doseVariant } sig quantity { value unit } daysSupply refills storage beyondUseDays }
      shipTo { line1 line2 city state postalCode } diagnosis clinicalDifference { statement finding { id text } }
      signature { jws } timeline { status reason actor { displayName } } decisions { gate } safetyHolds { id } } }`,
    { id },
  );
  expect(order).toEqual({
    id,
    status: 'DRAFT',
    service: 'weight-loss',
    ageHours: 0,
    signedAt: null,
    sentAt: null,
    draftDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    patient: { id: desk.patientId },
    exam: { id: desk.examId },
    prescriber: { id: expect.stringMatching(/^prc_/) },
    clinic: { id: austin },
    pharmacy: { name: 'Pecan Grove Compounding' },
    drug: {
      name: 'Semaglutide 2.5 mg/mL, preservative-free',
      dosageForm: 'injection, solution',
      route: 'subcutaneous',
      dosageFormCode: null,
      routeCode: null,
      ingredients: [
        {
          ...{ name: 'Semaglutide', strength: '2.5 mg/mL', unii: '53AXN4NNHX', rxcui: null },
          strengthRatio: { numerator: { value: '2.5', unit: 'mg' }, denominator: { value: '1', unit: 'mL' } },
        },
      ],
      excipients: [
        { name: 'Water for injection', unii: '059QF0KO0R', role: 'VEHICLE', amount: null },
        { name: 'Sodium chloride', unii: '451W47IQ8X', role: 'OTHER', amount: { numerator: { value: '9', unit: 'mg' } } },
        { name: 'Sodium hydroxide', unii: '55X04QC32I', role: 'BUFFER', amount: null },
      ],
      presentation: { pack: { value: '2.5', unit: 'mL' }, container: 'vial', device: null, doseVariant: null },
      sig: 'Inject 0.25 mg subcutaneously once a week',
      quantity: { value: '2.5', unit: 'mL' },
      daysSupply: 28,
      refills: 1,
      storage: 'REFRIGERATED',
      beyondUseDays: 10,
    },
    shipTo: { line1: '1200 Barton Springs Rd', line2: null, city: 'Austin', state: 'TX', postalCode: '78704' },
    diagnosis: ['E66.9'],
    clinicalDifference: {
      statement: desk.input.clinicalDifference.statement,
      finding: { id: desk.findingId, text: 'Reports hives after an injection preserved with benzyl alcohol' },
    },
    signature: null,
    timeline: [{ status: 'DRAFT', reason: null, actor: { displayName: 'Marisol Quintero, MD' } }],
    decisions: [],
    safetyHolds: [],
  });
});

test('names the path of everything that cannot be true', async () => {
  expect(await issuesOf({ sig: '  ' })).toEqual(['input.sig']);
  expect(await issuesOf({ quantity: { value: '0', unit: 'mL' } })).toEqual(['input.quantity.value']);
  expect(await issuesOf({ quantity: { value: '2.5', unit: 'ML' } })).toEqual(['input.quantity.unit']);
  expect(await issuesOf({ daysSupply: 0, refills: -1 })).toEqual(['input.daysSupply', 'input.refills']);
  expect(await issuesOf({ diagnosis: [] })).toEqual(['input.diagnosis']);
  expect(await issuesOf({ diagnosis: ['E66.9', 'obesity'] })).toEqual(['input.diagnosis.1']);
  expect(await issuesOf({ diagnosis: ['E66.9', 'E66.9'] })).toEqual(['input.diagnosis']);
  expect(await issuesOf({ shipTo: { ...desk.input.shipTo, postalCode: '7870' } })).toEqual(['input.shipTo.postalCode']);
  expect(await issuesOf({ service: 'palmistry' })).toEqual(['input.service', 'input.protocolId']);
  expect(await issuesOf({ service: 'hormone-therapy' })).toEqual(['input.protocolId']);
  expect(await issuesOf({ formularyItemId: desk.patientId })).toEqual(['input.formularyItemId']);
  expect(await issuesOf({ protocolId: 'pro_nonsense' })).toEqual(['input.protocolId']);
  expect(await issuesOf({ clinicalDifference: { ...desk.input.clinicalDifference, findingId: desk.examId } })).toEqual([
    'input.clinicalDifference.findingId',
  ]);
});

test('takes no finding of another exam', async () => {
  const other = await orderDesk(graph);
  expect(await issuesOf({ clinicalDifference: { ...desk.input.clinicalDifference, findingId: other.findingId } })).toEqual([
    'input.clinicalDifference.findingId',
  ]);
});

test('takes no protocol that the exam’s clinic does not work by', async () => {
  const link = [fromId('clinic', austin), fromId('protocolVersion', desk.protocolId)];
  const gone = await graph.sql(
    `delete from physicians.protocol_clinic c using physicians.protocol_version v
     where c.clinic_id = $1 and v.id = $2 and v.protocol_id = c.protocol_id returning c.*`,
    link,
  );
  expect(gone.length).toBe(1);
  expect(await issuesOf({})).toEqual(['input.protocolId']);
  await graph.sql('insert into physicians.protocol_clinic select (jsonb_populate_record(null::physicians.protocol_clinic, $1::jsonb)).*', [
    JSON.stringify(gone[0]),
  ]);
  expect(await issuesOf({})).toBeUndefined();
});

test('takes no exam that is not completed', async () => {
  const undone = { status: 'CANCELLED', completed_at: null, outcome: null, digest: null, record: null, valid_until: null, services: [] };
  const open = await orderDesk(graph, undone);
  expect(await issuesOf({ examId: open.examId, clinicalDifference: open.input.clinicalDifference })).toEqual(['input.examId']);
});

test('answers an exam that is not the caller’s as one that does not exist', async () => {
  expect(await drafted({ examId: desk.patientId })).toMatchObject({ code: 'NOT_FOUND' });
  const stranger = await graph.as('prescriber-b', { stepUp: true });
  expect((await stranger.ask(draftOrder, { input: desk.input })).data.draftOrder).toMatchObject({ code: 'NOT_FOUND' });
});

test('is for prescribers alone', async () => {
  for (const persona of ['front-desk', 'examiner', 'mso-manager', 'pharmacist', 'auditor']) {
    const asker = await graph.as(persona);
    expect([persona, (await asker.ask(draftOrder, { input: desk.input })).data?.draftOrder?.code]).toEqual([persona, 'FORBIDDEN']);
  }
});

test('answers a retry with the same order, and refuses the key for another', async () => {
  const first = await desk.prescriber.get(draftOrder, { input: desk.input }, { idempotencyKey: 'draft-1' });
  const again = await desk.prescriber.get(draftOrder, { input: desk.input }, { idempotencyKey: 'draft-1' });
  expect(again).toEqual(first);
  const other = await desk.prescriber.ask(draftOrder, { input: { ...desk.input, refills: 2 } }, { idempotencyKey: 'draft-1' });
  expect(other.data.draftOrder.code).toBe('IDEMPOTENCY_CONFLICT');
});
