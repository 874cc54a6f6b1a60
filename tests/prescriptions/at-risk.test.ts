import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';
import { booked, clinicOf, examinerId } from './exam-story.ts';
import { type Desk, orderDesk, sendOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Asker;
let officer: Asker;
let orders: Desk;
let clinicId: string;
const made = { exam: '', patient: '', signed: '', sent: '' };
const prescriberId = personas['prescriber']?.sub;
const directorId = personas['director']?.sub;

const fields = `kind subjectId due since toDo clinic { id } exam { id status } order { id status }
  blockers { id outcome } mustAct { role practitioner { id } on ruleIds }`;
const atRisk = `query ($clinicId: ID, $first: Int, $after: String, $last: Int, $before: String) {
  atRisk(clinicId: $clinicId, first: $first, after: $after, last: $last, before: $before) { nodes { ${fields} } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`;
const listed = async (who: Asker, variables: object = {}): Promise<Data[]> =>
  (await who.get(atRisk, { clinicId, ...variables })).atRisk.nodes;

const record = `mutation ($input: RecordLicenseStandingInput!) { recordLicenseStanding(input: $input) {
  __typename ... on LicenseStanding { status } ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;
const today = () => graph.clock.now().toISOString().slice(0, 10);

/** The board says something of a licence from today on, a minute after what it said before. */
async function board(whose: string, status: 'SUSPENDED' | 'ACTIVE'): Promise<void> {
  graph.clock.set(new Date(graph.clock.now().getTime() + 60_000));
  const licenseId = toId('license', uuidOf(`license:${whose}:TX`));
  const said = { effectiveFrom: today(), source: 'STATE_BOARD', reference: 'Docket 26-201', note: 'As the board says.' };
  await (await graph.as('compliance', { stepUp: true })).get(record, { input: { licenseId, status, ...said } });
}

beforeAll(async () => {
  graph = await testGraph();
  graph.clock.set(new Date());
  desk = await graph.as('front-desk');
  officer = await graph.as('compliance');
  clinicId = await clinicOf(desk);
  orders = await orderDesk(graph);
  const { examId, patientId } = await booked(desk, graph, clinicId);
  Object.assign(made, { exam: examId, patient: patientId, signed: await orders.signed(), sent: await orders.sent() });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('what would be let pass today is not at risk', async () => {
  expect(await listed(desk)).toEqual([]);
  expect(await listed(officer)).toEqual([]);
  const { exam, order } = await (await graph.as('prescriber')).get(
    'query ($exam: ID!, $order: ID!) { exam(id: $exam) { atRisk { kind } } order(id: $order) { atRisk { kind } } }',
    { exam: made.exam, order: made.signed },
  );
  expect([exam.atRisk, order.atRisk]).toEqual([null, null]);
});

test('a prescriber’s licence that lapses puts the orders on their way at risk, and no exam of another', async () => {
  await board('prescriber', 'SUSPENDED');
  const order = (id: string, status: string) => ({
    ...{ kind: 'ORDER', subjectId: id, due: expect.any(String), since: today(), toDo: 'ORDER_ANEW' },
    ...{ clinic: { id: clinicId }, exam: null, order: { id, status } },
    blockers: [{ id: 'licence.prescriber', outcome: 'FAIL' }],
    mustAct: [
      { role: 'PRESCRIBER', practitioner: null, on: 'RECORD', ruleIds: ['licence.prescriber'] },
      { role: 'PRESCRIBER', practitioner: { id: prescriberId }, on: 'CAUSE', ruleIds: ['licence.prescriber'] },
    ],
  });
  const both = [order(made.signed, 'SIGNED'), order(made.sent, 'SENT')];
  expect(await listed(desk)).toEqual(both);
  expect(await listed(officer)).toEqual(both.map((one) => ({ ...one, order: null })));
  const { order: one } = await orders.prescriber.get(`query ($id: ID!) { order(id: $id) { atRisk { ${fields} } } }`, { id: made.signed });
  expect(one.atRisk).toEqual(both[0]);
  const { data } = await orders.prescriber.ask(sendOrder, { input: { orderId: made.signed } });
  expect(data.sendOrder.rules.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id }: Data) => id)).toEqual(['licence.prescriber']);
  await board('prescriber', 'ACTIVE');
  expect(await listed(desk)).toEqual([]);
});

test('an examiner’s licence that lapses puts the exams they are booked for at risk: another examiner is found', async () => {
  await board('examiner', 'SUSPENDED');
  const [exam, ...others] = await listed(desk);
  expect(others.map(({ subjectId, blockers }) => [subjectId, blockers])).toEqual([]);
  expect(exam).toMatchObject({
    ...{ kind: 'EXAM', subjectId: made.exam, since: today(), toDo: 'REBOOK', exam: { id: made.exam, status: 'BOOKED' } },
    blockers: [{ id: 'licence.examiner', outcome: 'FAIL' }],
    mustAct: [
      { role: 'FRONT_DESK', practitioner: null, on: 'RECORD', ruleIds: ['licence.examiner'] },
      { role: 'EXAMINER', practitioner: { id: examinerId }, on: 'CAUSE', ruleIds: ['licence.examiner'] },
    ],
  });
  await board('examiner', 'ACTIVE');
});

test('a director’s licence that lapses closes the service, stops the protocol and the agreements: exams wait and orders are held', async () => {
  await board('director', 'SUSPENDED');
  const [signed, sent, exam] = await listed(desk);
  for (const order of [signed, sent])
    expect(order).toMatchObject({
      ...{ kind: 'ORDER', toDo: 'HOLD', since: null, blockers: [{ id: 'protocol.standing', outcome: 'FAIL' }] },
      mustAct: [{ role: 'MEDICAL_DIRECTOR', practitioner: { id: directorId }, on: 'CAUSE', ruleIds: ['protocol.standing'] }],
    });
  expect(exam).toMatchObject({
    ...{ kind: 'EXAM', subjectId: made.exam, toDo: 'WAIT', since: today() },
    blockers: ['agreement.examiner', 'licence.director', 'protocol.inForce'].map((id) => ({ id, outcome: 'FAIL' })),
    mustAct: [
      { role: 'COMPLIANCE_OFFICER', practitioner: null, on: 'CAUSE', ruleIds: ['agreement.examiner'] },
      { role: 'MEDICAL_DIRECTOR', practitioner: { id: directorId }, on: 'CAUSE', ruleIds: ['licence.director', 'protocol.inForce'] },
    ],
  });
  await board('director', 'ACTIVE');
  expect(await listed(desk)).toEqual([]);
});

test('what is of the patient is told to the clinic’s people and asked for nobody else', async () => {
  const patient = fromId('patient', made.patient);
  await graph.sql(`update prescriptions.consent set revoked_at = $2 where patient_id = $1 and kind = 'TREATMENT'`, [
    patient,
    graph.clock.now(),
  ]);
  const [exam] = await listed(desk);
  expect(exam).toMatchObject({
    ...{ subjectId: made.exam, toDo: 'ASK_PATIENT', since: null, blockers: [{ id: 'consent.TREATMENT', outcome: 'FAIL' }] },
    mustAct: [
      { role: 'FRONT_DESK', practitioner: null, on: 'RECORD', ruleIds: ['consent.TREATMENT'] },
      { role: 'FRONT_DESK', practitioner: null, on: 'CAUSE', ruleIds: ['consent.TREATMENT'] },
    ],
  });
  expect(await listed(officer)).toEqual([]);
  const [read] = await graph.sql(
    `select detail from prescriptions.audit_event where action = 'record.read' and actor = $1 and patient_id = $2 order by id desc limit 1`,
    [personas['front-desk']?.sub, patient],
  );
  expect(JSON.stringify(read)).toContain(fromId('exam', made.exam));
});

test('of an exam it is asked whether the patient is of age on its day, by the date of birth that is on record now', async () => {
  const patient = fromId('patient', made.patient);
  const born = (day: string) => graph.sql('update prescriptions.patient set birth_date = $2::date where id = $1', [patient, day]);
  await graph.sql('update prescriptions.consent set revoked_at = null where patient_id = $1', [patient]);
  await born(`${Number(today().slice(0, 4)) - 16}-01-15`);
  const [exam, ...others] = await listed(desk);
  expect(others).toEqual([]);
  expect(exam).toMatchObject({
    ...{ subjectId: made.exam, toDo: 'WAIT', since: null, blockers: [{ id: 'patient.adult', outcome: 'FAIL' }] },
    mustAct: [{ role: 'FRONT_DESK', practitioner: null, on: 'CAUSE', ruleIds: ['patient.adult'] }],
  });
  expect(await listed(officer)).toEqual([]);
  await born('1988-04-17');
  expect(await listed(desk)).toEqual([]);
});

test('an MSO and a pharmacy may not ask, and another tenant’s clinic is not there', async () => {
  for (const persona of ['mso-manager', 'pharmacist', 'auditor']) {
    const { data, errors } = await (await graph.as(persona)).ask(atRisk, { clinicId });
    expect([persona, data, errors.map(({ code }) => code)]).toEqual([persona, null, ['FORBIDDEN']]);
  }
  const other = await graph.as('other-desk');
  expect((await other.ask(atRisk, { clinicId })).errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
  expect((await other.get(atRisk)).atRisk.nodes).toEqual([]);
  expect((await desk.ask(atRisk, { clinicId: placeTypeId('san-diego') })).errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
});
