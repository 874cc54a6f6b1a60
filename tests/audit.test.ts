import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Data, type Reply, type TestGraph, testGraph } from './support/graph.ts';
import { type StorySoFar, storySoFar } from './support/story-so-far.ts';

const lines: string[] = [];

// Every log line of every part, down to the finest, in memory.
const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });

interface Row {
  readonly subgraph: SubgraphName;
  readonly kind: string;
  readonly action: string;
  readonly actor: string;
  readonly tenant_id: string | null;
  readonly subject_id: string | null;
  readonly patient_id: string | null;
  readonly detail: Data;
}

let graph: TestGraph;
let story: StorySoFar;
const answers: Reply[] = [];

async function trail(): Promise<Row[]> {
  const rows = await Promise.all(
    subgraphNames.map((name) => graph.sql<Row>(`select '${name}' as subgraph, * from ${name}.audit_event order by id`)),
  );
  return rows.flat();
}

const subOf = (persona: string) => personas[persona]?.sub ?? '';
const patientId = (): string => story.answerOf('RegisterPatient').id;

/** What goes wrong in a day: each is answered with an error or a refusal that must not tell who or what it was about. */
const mishaps: readonly (readonly [persona: string, document: string])[] = [
  [
    'front-desk',
    'mutation { registerPatient(input: { clinicId: "CLINIC", givenName: "Ana", familyName: "Whitfield", birthDate: "2031-04-17", sexAtBirth: FEMALE, address: { line1: "1", city: "A", state: TX, postalCode: "x" } }) { __typename ... on Refusal { code message } } }',
  ],
  [
    'front-desk',
    'mutation { amendPatient(input: { patientId: "PATIENT", version: 99, familyName: "Whitfield" }) { __typename ... on Refusal { code message } } }',
  ],
  [
    'front-desk',
    'mutation { giveConsent(input: { patientId: "PATIENT", kind: TREATMENT, version: "1999", signedName: "Ana Whitfield" }) { __typename ... on Refusal { code message } } }',
  ],
  [
    'front-desk',
    '{ patients(clinicId: "CLINIC", search: { name: "Whitfield", phone: "+1512" , birthDate: "1988-04-17" }, first: -1) { nodes { id } } }',
  ],
  ['other-desk', '{ patient(id: "PATIENT") { id } }'],
  ['mso-manager', '{ patient(id: "PATIENT") { id } }'],
  ['prescriber', 'mutation { signOrder(input: { orderId: "ORDER" }) { __typename ... on Refusal { code message } } }'],
  ['pharmacist-b', '{ verifyOrder(orderId: "ORDER") { verdict } }'],
];

beforeAll(async () => {
  graph = await testGraph(undefined, log);
  story = await storySoFar(graph);
  const ids = { PATIENT: patientId(), CLINIC: story.answerOf('ClinicServices').id, ORDER: story.answerOf('DraftOrder').id };
  for (const [persona, document] of mishaps) {
    const filled = Object.entries(ids).reduce((text, [name, id]) => text.replaceAll(name, id), document);
    answers.push(await (await graph.as(persona)).ask(filled));
  }
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test.each([
  ['RegisterPatient', 'prescriptions', 'patient.registered'],
  ['SubmitIntake', 'prescriptions', 'intake.submitted'],
  ['GiveConsent', 'prescriptions', 'consent.given'],
  ['HoldSlot', 'prescriptions', 'slot.held'],
  ['BookExam', 'prescriptions', 'exam.booked'],
  ['StartExam', 'prescriptions', 'exam.started'],
  ['CompleteExam', 'prescriptions', 'exam.completed'],
  ['DraftOrder', 'prescriptions', 'order.drafted'],
  ['SignOrder', 'prescriptions', 'order.signed'],
  ['SendOrder', 'prescriptions', 'order.sent'],
  ['ClaimOrder', 'pharmacies', 'order.claimed'],
  ['RecordDispense', 'pharmacies', 'order.dispensed'],
  ['RecordShipment', 'pharmacies', 'order.shipped'],
  ['StartRecall', 'pharmacies', 'recall.started'],
])('%s leaves a row of its change beside it, in %s: %s', async (operation, subgraph, action) => {
  const persona = story.told.find((step) => step.operation === operation)?.persona ?? '';
  const rows = (await trail()).filter(
    (row) => row.kind === 'CHANGE' && row.subgraph === subgraph && row.action === action && row.actor === subOf(persona),
  );
  expect(rows.length).toBe(story.told.filter((step) => step.operation === operation).length);
  for (const row of rows) expect([row.tenant_id, row.subject_id]).toEqual([expect.any(String), expect.any(String)]);
});

test('reading a patient’s record leaves a row that names it by id, once a request', async () => {
  const before = (await trail()).filter(({ kind }) => kind === 'ACCESS').length;
  await (await graph.as('director')).get('query($id: ID!) { patient(id: $id) { familyName consents { id } } }', { id: patientId() });
  const reads = (await trail()).filter(({ kind }) => kind === 'ACCESS');
  expect(reads.length).toBe(before + 1);
  const mine = reads.filter(({ actor }) => actor === subOf('director'));
  expect(mine).toHaveLength(1);
  expect(mine[0]).toMatchObject({
    action: 'record.read',
    patient_id: expect.any(String),
    detail: {
      fields: ['patient'],
      patients: [mine[0]?.patient_id],
      records: { patient: [mine[0]?.patient_id], consent: [expect.any(String), expect.any(String)] },
    },
  });
});

test('a refusal leaves a row with its code', async () => {
  const refusals = (await trail())
    .filter(({ kind }) => kind === 'REFUSAL')
    .map(({ actor, action, detail }) => `${actor} ${action} ${detail.code}`);
  for (const [persona, refused] of [
    ['front-desk', 'registerPatient.refused INVALID_INPUT'],
    ['front-desk', 'amendPatient.refused CONFLICT'],
    ['other-desk', 'patient.refused NOT_FOUND'],
    ['mso-manager', 'patient.refused FORBIDDEN'],
    ['prescriber', 'signOrder.refused STEP_UP_REQUIRED'],
    ['pharmacist-b', 'verifyOrder.refused NOT_FOUND'],
  ] as const)
    expect(refusals).toContain(`${subOf(persona)} ${refused}`);
});

const TRAIL =
  'query($search: AuditSearch) { auditTrail(search: $search, first: 200) { nodes { kind action actor patientId at } hasNextPage } }';

test('the auditor finds rows by patient, by actor and by time, and is found in turn', async () => {
  const auditor = await graph.as('auditor');
  const find = async (search: object) => (await auditor.get(TRAIL, { search })).auditTrail.nodes as Data[];
  const ofPatient = await find({ patientId: patientId() });
  expect(ofPatient.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['patient.registered', 'exam.completed', 'order.signed', 'record.read']),
  );
  expect(ofPatient.filter((row) => row.patientId !== null && row.patientId !== patientId())).toEqual([]);
  const byDesk = await find({ actor: subOf('front-desk') });
  expect(new Set(byDesk.map(({ actor }) => actor))).toEqual(new Set([subOf('front-desk')]));
  const later = new Date(graph.clock.now().getTime() + 3_600_000).toISOString();
  expect(await find({ from: later })).toEqual([]);
  expect((await find({ to: later })).length).toBeGreaterThan(10);
  const own = await find({ actor: subOf('auditor') });
  expect(own.filter(({ action }) => action === 'audit.read').length).toBe(4);
});

test('no audit row, log line or error tells a patient’s name, birth date or drug', async () => {
  const people = await graph.sql<{ given_name: string; family_name: string }>('select given_name, family_name from prescriptions.patient');
  const staff = Object.values(personas)
    .map(({ name }) => name)
    .join(' ');
  const names = [...new Set(people.map(({ family_name }) => family_name))].filter((name) => !staff.includes(name));
  const telling = new RegExp(
    `\\b(${names.join('|')})\\b|1988-04-17|2031-04-17|semaglutide|benzyl|Barton Springs|\\+1512|@example\\.com`,
    'i',
  );
  const rows = (await trail()).map((row) => JSON.stringify({ ...row, actor_name: '' }));
  const errors = answers.flatMap(({ data, errors: said }) => [JSON.stringify(data), JSON.stringify(said)]);
  expect(rows.length).toBeGreaterThan(30);
  expect(lines.length).toBeGreaterThan(0);
  expect([...rows, ...lines, ...errors].filter((text) => telling.test(text))).toEqual([]);
  expect(
    answers.filter(({ data, errors: said }) => said.length === 0 && !Object.values(data as Data).some((answer: Data) => answer?.code)),
  ).toEqual([]);
});
