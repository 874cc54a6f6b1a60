import { afterAll, beforeAll, expect, test } from 'vitest';
import { clinicOf, consented, examinerId, registered, screened } from '../prescriptions/exam-story.ts';
import { type Desk, draftOrder, orderDesk, signOrder } from '../prescriptions/order-desk.ts';
import { confirmOutsideMatch, outsideExams, relies, reportOf, vendorAt } from '../prescriptions/outside-story.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let orders: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  orders = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const coverage = `query ($patientId: ID!) { examCoverage(patientId: $patientId, service: "weight-loss", patientState: TX) {
  covered until exam { id provenance } missing { id outcome } } }`;
const exams = `query ($id: ID!) { patient(id: $id) { exams { nodes { id status outcome provenance outsideExam { id } } } } }`;
const chart = `query ($id: ID!) { exam(id: $id) { provenance digest record findings { id text } decisions { gate replay { same } } signature { __typename } } }`;

/** Somebody examined elsewhere, whose report has come in, with answers and consents given here. */
async function examinedElsewhere(id: string): Promise<{ patientId: string; intakeId: string; outsideExamId: string }> {
  const familyName = `Whitfield ${id}`;
  const patientId = await registered(desk, clinicId, { familyName });
  const intakeId = await screened(desk, patientId);
  await consented(desk, patientId);
  const vendor = await vendorAt(graph, clinicId);
  const { status } = await vendor.send(await reportOf(graph, id, { person: { last: familyName } }));
  expect(status).toBe(202);
  const [row] = await outsideExams(desk, clinicId, 'PROPOSED');
  expect(row.proposedMatches[0]).toEqual({ score: 85, reasons: ['BIRTH_DATE', 'FAMILY_NAME', 'GIVEN_NAME'], patient: { id: patientId } });
  return { patientId, intakeId, outsideExamId: row.id };
}

async function signedOn(examId: string): Promise<Data> {
  const clinician = await graph.as('prescriber', { stepUp: true });
  const { exam } = await clinician.get(chart, { id: examId });
  const clinicalDifference = { ...orders.input.clinicalDifference, findingId: exam.findings[0].id };
  const { draftOrder: order } = await clinician.get(draftOrder, { input: { ...orders.input, examId, clinicalDifference } });
  return (await clinician.ask(signOrder, { input: { orderId: order.id } })).data.signOrder;
}

test('nobody relies on an exam held elsewhere before the entity has said so: the report waits, and counts for nobody', async () => {
  const { patientId, intakeId, outsideExamId } = await examinedElsewhere('A-1');
  const { data } = await desk.ask(confirmOutsideMatch, { input: { outsideExamId, patientId, intakeId } });
  const blocking = data.confirmOutsideMatch.rules.filter(({ outcome }: Data) => outcome !== 'PASS');
  expect(blocking).toEqual([
    { id: 'TX.gfe.outsideVerified', outcome: 'UNKNOWN', remedy: expect.stringContaining('TX.gfe.outsideVerified') },
  ]);
  expect((await desk.get(coverage, { patientId })).examCoverage).toMatchObject({ covered: false, exam: null });
  expect((await desk.get(exams, { id: patientId })).patient.exams.nodes).toEqual([]);
});

test('an exam held elsewhere is reported, matched, confirmed, covers, and carries an order until the entity no longer relies on it', async () => {
  await relies(graph, 'outsideVerified', 'allowed');
  const { patientId, intakeId, outsideExamId } = await examinedElsewhere('B-1');
  const { confirmOutsideMatch: confirmed } = await desk.get(confirmOutsideMatch, { input: { outsideExamId, patientId, intakeId } });
  expect(confirmed).toMatchObject({
    ...{ status: 'CONFIRMED', patient: { id: patientId } },
    exam: { status: 'COMPLETED', outcome: 'APPROVED', provenance: 'EXTERNAL_VERIFIED', examiner: { id: examinerId } },
  });
  const examId: string = confirmed.exam.id;
  expect((await desk.get(exams, { id: patientId })).patient.exams.nodes).toEqual([
    { id: examId, status: 'COMPLETED', outcome: 'APPROVED', provenance: 'EXTERNAL_VERIFIED', outsideExam: { id: outsideExamId } },
  ]);
  expect((await desk.get(coverage, { patientId })).examCoverage).toEqual({
    ...{ covered: true, until: confirmed.exam.validUntil, exam: { id: examId, provenance: 'EXTERNAL_VERIFIED' }, missing: [] },
  });
  const examiner = await graph.as('examiner');
  const { exam } = await examiner.get(chart, { id: examId });
  expect(JSON.parse(exam.record)).toMatchObject({
    ...{ schema: 'goodfaith.outside-exam/2', origin: { id: outsideExamId, provenance: 'EXTERNAL_VERIFIED' }, patient: { id: patientId } },
    examiner: { id: examinerId },
  });
  expect(exam.decisions).toEqual([{ gate: 'COMPLETE', replay: { same: true } }]);
  expect(exam.signature).toBeNull();
  expect(await signedOn(examId)).toMatchObject({ __typename: 'Order', status: 'SIGNED' });

  await relies(graph, 'outsideVerified', 'prohibited');
  expect((await desk.get(coverage, { patientId })).examCoverage).toMatchObject({
    covered: false,
    missing: [{ id: 'TX.gfe.outsideVerified', outcome: 'FAIL' }],
  });
  const refused = await signedOn(examId);
  expect(refused.__typename).toBe('RuleBlocked');
  expect(refused.rules.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id }: Data) => id)).toEqual([
    'TX.gfe.outsideVerified',
    'order.duplicateTherapy',
  ]);
});
