import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { giveComponent, giveFilled, giveLot, START, start } from './recalled-world.ts';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { public_ } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const refusals =
  '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message } }';
const KNOW = `mutation ($input: AcknowledgeRecallInput!) { acknowledgeRecall(input: $input) { ... on RecallNotice { status } ${refusals} } }`;
const CONTACT = `mutation ($input: RecordPatientContactInput!) { recordPatientContact(input: $input) { ... on RecallContact { patient { id } outcome } ${refusals} } }`;
const COUNT = `mutation ($input: ReconcileRecallInput!) { reconcileRecall(input: $input) { ... on RecallReconciliation { dispensed { value } unaccounted { value unit } } ${refusals} } }`;
const DISPOSE = `mutation ($input: RecordRecallDispositionInput!) { recordRecallDisposition(input: $input) { ... on RecallDisposition { sent { value } unaccounted { value unit } } ${refusals} } }`;
const CLOSE = `mutation ($input: CloseRecallInput!) { closeRecall(input: $input) { ... on Recall { status closeReason } ${refusals} } }`;
const PATIENTS = `query ($id: ID!, $first: Int, $after: String) { recall(id: $id) { patients(first: $first, after: $after) {
  nodes { clinic { id } patient { id } outcome tries orders { id } } pageInfo { hasNextPage endCursor } } } }`;
const FIGURES = `query ($id: ID!) { recall(id: $id) { effectiveness {
  clinicsNotified clinicsAcknowledged medianHoursToAcknowledge patients patientsTold patientsReturned patientsUsed patientsUnreachable patientsOpen } } }`;

let orders = 0;
const next = (): number => {
  orders += 1;
  return orders;
};
async function recalled(rows: readonly { patient: number; clinic: 1 | 2 }[], over: Record<string, unknown> = {}): Promise<string> {
  const lot = next();
  await giveLot(graph, lot);
  for (const row of rows) await giveFilled(graph, { ...row, lot, order: next() });
  const { data } = await graph.pharmacist.ask(START, start([`LOT-${lot}`], over));
  return data.startRecall.id;
}
const blockers = (rules: { id: string; outcome: string; message: string }[]) =>
  rules.filter(({ outcome }) => outcome !== 'PASS').map(({ id, message }) => [id, message]);

async function run(task: string): Promise<void> {
  const id = randomUUID();
  await graph.sql(`select pharmacies.enqueue($1, $2)`, [task, id]);
  await vi.waitFor(
    async () => expect(await graph.sql(`select 1 from pharmacies_jobs._private_jobs where key = $1`, [`${task}:${id}`])).toEqual([]),
    { timeout: 60_000, interval: 100 },
  );
}

test('lists whom to reach, page by page; each clinic sees and reaches its own', async () => {
  const id = await recalled([
    { patient: 1, clinic: 1 },
    { patient: 2, clinic: 1 },
    { patient: 1, clinic: 1 },
    { patient: 3, clinic: 2 },
  ]);
  const line = (n: number, clinic: string, more: object = {}) => ({
    ...{ clinic: { id: clinic }, patient: { id: public_.patient(n) }, outcome: null, tries: 0 },
    ...{ orders: n === 1 ? [expect.anything(), expect.anything()] : [expect.anything()], ...more },
  });
  const first = (await graph.pharmacist.ask(PATIENTS, { id, first: 2 })).data.recall.patients;
  expect(first).toEqual({
    nodes: [line(1, public_.clinic), line(2, public_.clinic)],
    pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
  });
  const second = await graph.pharmacist.ask(PATIENTS, { id, first: 2, after: first.pageInfo.endCursor });
  expect(second.data.recall.patients.nodes).toEqual([line(3, public_.otherClinic)]);
  expect((await graph.otherDesk.ask(PATIENTS, { id })).data.recall.patients.nodes).toEqual([line(3, public_.otherClinic)]);
  expect((await graph.otherPharmacist.ask(PATIENTS, { id })).errors).toEqual(['recall NOT_FOUND']);

  const tell = (patient: number, outcome: string, clinicId: string = public_.clinic) => ({
    input: { recallId: id, clinicId, patientId: public_.patient(patient), outcome },
  });
  expect((await graph.frontDesk.ask(CONTACT, tell(1, 'LEFT_MESSAGE'))).data.recordPatientContact).toEqual({
    patient: { id: public_.patient(1) },
    outcome: 'LEFT_MESSAGE',
  });
  await graph.frontDesk.ask(CONTACT, tell(1, 'RETURNED'));
  await graph.frontDesk.ask(CONTACT, tell(2, 'LEFT_MESSAGE'));
  for (const [who, variables, code] of [
    [graph.frontDesk, tell(3, 'REACHED'), 'NOT_FOUND'],
    [graph.frontDesk, tell(3, 'REACHED', public_.otherClinic), 'NOT_FOUND'],
    [graph.pharmacist, tell(3, 'REACHED', public_.otherClinic), 'FORBIDDEN'],
    [graph.mso, tell(1, 'REACHED'), 'FORBIDDEN'],
  ] as const)
    expect((await who.ask(CONTACT, variables)).data.recordPatientContact.code).toBe(code);
  expect((await graph.frontDesk.ask(PATIENTS, { id })).data.recall.patients.nodes).toEqual([
    line(1, public_.clinic, { outcome: 'RETURNED', tries: 2 }),
    line(2, public_.clinic, { outcome: 'LEFT_MESSAGE', tries: 1 }),
  ]);

  await graph.frontDesk.ask(KNOW, { input: { recallId: id, clinicId: public_.clinic } });
  const all = { clinicsNotified: 2, clinicsAcknowledged: 1, medianHoursToAcknowledge: expect.any(Number), patients: 3, patientsTold: 1 };
  expect((await graph.pharmacist.ask(FIGURES, { id })).data.recall.effectiveness).toEqual({
    ...all,
    ...{ patientsReturned: 1, patientsUsed: 0, patientsUnreachable: 0, patientsOpen: 2 },
  });
  expect((await graph.otherDesk.ask(FIGURES, { id })).data.recall.effectiveness).toEqual({
    ...{ clinicsNotified: 1, clinicsAcknowledged: 0, medianHoursToAcknowledge: null, patients: 1, patientsTold: 0 },
    ...{ patientsReturned: 0, patientsUsed: 0, patientsUnreachable: 0, patientsOpen: 1 },
  });
});

test('closes when every clinic knows, every patient is settled and every lot counted; before that with a reason alone', async () => {
  const id = await recalled([
    { patient: 1, clinic: 1 },
    { patient: 2, clinic: 1 },
  ]);
  const [lot] = await graph.sql<{ number: string }>(
    'select number from lot join recall_lot on lot_id = lot.id order by recall_id desc limit 1',
  );
  const number = lot?.number ?? '';
  const close = async (more: object = {}) => (await graph.pharmacist.ask(CLOSE, { input: { recallId: id, ...more } })).data.closeRecall;
  expect(blockers((await close()).rules)).toEqual([
    ['recall.acknowledged', '1 clinics have not said that they know'],
    ['recall.counted', '1 counts of clinics are missing'],
    ['recall.patientsReached', '2 patients were neither reached nor given up'],
    ['recall.reconciled', `Not counted: ${number}`],
  ]);
  await graph.frontDesk.ask(KNOW, { input: { recallId: id, clinicId: public_.clinic } });
  for (const [patient, outcome] of [
    [1, 'USED'],
    [2, 'UNREACHABLE'],
  ] as const)
    await graph.frontDesk.ask(CONTACT, {
      input: { recallId: id, clinicId: public_.clinic, patientId: public_.patient(patient), outcome },
    });
  const part = { recallId: id, clinicId: public_.clinic, lotNumber: number, unit: 'mL', returned: '1', destroyed: '0', quarantined: '0' };
  const { data } = await graph.frontDesk.ask(DISPOSE, { input: { ...part, lost: '0', withPatients: '1' } });
  expect(data.recordRecallDisposition).toEqual({ sent: { value: '2' }, unaccounted: { value: '0', unit: 'mL' } });
  const count = (over: object) =>
    graph.pharmacist.ask(COUNT, {
      input: { recallId: id, lotNumber: number, unit: 'mL', made: '10', returned: '1', destroyed: '0', held: '9', ...over },
    });
  const issueOf = async (over: object) => (await count(over)).data.reconcileRecall.issues;
  expect(await issueOf({ made: '1' })).toEqual([
    { path: 'input.made', message: '2 mL were dispensed: more than that must have been made.' },
  ]);
  expect(await issueOf({ returned: '3' })).toEqual([{ path: 'input.returned', message: 'Only 2 mL were dispensed.' }]);
  expect(await issueOf({ held: '9.5' })).toEqual([{ path: 'input.held', message: 'That is 0.5 mL more than can be there.' }]);
  expect(await issueOf({ held: '8.9' })).toEqual([
    { path: 'input.explanation', message: '0.1 mL are unaccounted for: say what became of them.' },
  ]);
  expect(await issueOf({ unit: 'mg' })).toEqual([
    { path: 'input.unit', message: 'Of this lot mL was dispensed, so it is counted in that.' },
  ]);
  expect(await issueOf({ lotNumber: 'LOT-404' })).toEqual([{ path: 'input.lotNumber', message: 'The recall is not of this lot.' }]);
  expect((await count({ held: '8.9', explanation: 'Lost in the filter and the tubing.' })).data.reconcileRecall).toEqual({
    dispensed: { value: '2' },
    unaccounted: { value: '0.1', unit: 'mL' },
  });
  expect(await close()).toEqual({ status: 'CLOSED', closeReason: null });
  expect((await close()).code).toBe('ILLEGAL_TRANSITION');
  expect((await count({})).data.reconcileRecall.code).toBe('ILLEGAL_TRANSITION');

  const other = await recalled([{ patient: 1, clinic: 2 }]);
  const reason = 'The clinic has closed for good; its patients were called by us.';
  expect((await graph.technician.ask(CLOSE, { input: { recallId: other, reason } })).data.closeRecall.code).toBe('FORBIDDEN');
  expect((await graph.otherPharmacist.ask(CLOSE, { input: { recallId: other, reason } })).data.closeRecall.code).toBe('NOT_FOUND');
  expect((await graph.pharmacist.ask(CLOSE, { input: { recallId: other, reason } })).data.closeRecall).toEqual({
    status: 'CLOSED',
    closeReason: reason,
  });
});

test('a silent clinic is asked again, then its director, then called: once each, whatever the job does', async () => {
  const id = await recalled([{ patient: 1, clinic: 1 }], { class: 'I' });
  const ASKED = 'query ($id: ID!) { recall(id: $id) { notices(first: 5) { nodes { escalations { about step told } } } } }';
  const asked = async () => (await graph.frontDesk.ask(ASKED, { id })).data.recall.notices.nodes[0].escalations;
  const hours = (n: number) => graph.clock.set(new Date(graph.clock.now().getTime() + n * 3_600_000));
  hours(23);
  await run('escalate-recalls');
  expect(await asked()).toEqual([]);
  hours(2);
  await run('escalate-recalls');
  await run('escalate-recalls');
  const clinic = { about: 'ACKNOWLEDGEMENT', step: 1, told: 'CLINIC' };
  expect(await asked()).toEqual([clinic]);
  hours(24);
  await run('escalate-recalls');
  const director = { about: 'ACKNOWLEDGEMENT', step: 2, told: 'DIRECTOR_AND_COMPLIANCE' };
  expect(await asked()).toEqual([clinic, director]);
  // It knows now; a day later it has still reached nobody.
  await graph.frontDesk.ask(KNOW, { input: { recallId: id, clinicId: public_.clinic } });
  hours(25);
  await run('escalate-recalls');
  expect(await asked()).toEqual([clinic, director, { about: 'PATIENTS', step: 1, told: 'CLINIC' }]);
  await graph.frontDesk.ask(CONTACT, {
    input: { recallId: id, clinicId: public_.clinic, patientId: public_.patient(1), outcome: 'REACHED' },
  });
  hours(100);
  await run('escalate-recalls');
  expect(await asked()).toHaveLength(3);
  const told = await graph.sql<{ payload: Record<string, unknown> }>("select payload from outbox_event where topic = 'recall' order by id");
  const own = told.map(({ payload }) => payload).filter((one) => one['recallId'] === id);
  expect(own).toEqual([
    { kind: 'STARTED', recallId: id, pharmacyId: public_.pharmacy, class: 'I' },
    ...[clinic, director, { about: 'PATIENTS', step: 1, told: 'CLINIC' }].map(({ about, step, told: to }) => ({
      ...{ kind: 'SILENT', recallId: id, pharmacyId: public_.pharmacy, class: 'I', clinicId: public_.clinic },
      ...{ about, step, to },
    })),
  ]);
});

test('an ingredient’s lot takes every lot made with it, and none can be made with it afterwards', async () => {
  for (const n of [901, 902, 903, 904]) await giveLot(graph, n);
  const acme = { number: 'RAW-7', supplier: 'Acme Fine Chemicals', unii: '53AXN4NNHX' };
  await giveComponent(graph, 901, acme);
  await giveComponent(graph, 902, { ...acme, supplier: 'Other Supplier' });
  await giveComponent(graph, 903, { ...acme, unii: '0000000000' });
  await giveFilled(graph, { order: 9_001, patient: 4, clinic: 2, lot: 901 });
  const ask = (ingredientLots: object[], lotNumbers?: string[]) =>
    graph.pharmacist.ask(START, { input: { ...start([]).input, lotNumbers, ingredientLots } });
  expect((await ask([{ lotNumber: 'RAW-8' }], ['LOT-404'])).data.startRecall.issues).toEqual([
    { path: 'input.ingredientLots.0.lotNumber', message: 'No lot on record was made with lot RAW-8 of that ingredient.' },
    { path: 'input.lotNumbers.0', message: 'No lot LOT-404 is on record.' },
  ]);
  const from = { lotNumber: 'raw-7', supplier: 'ACME fine chemicals', unii: acme.unii };
  const { data } = await ask([from]);
  expect(data.startRecall).toMatchObject({ lots: [{ number: 'LOT-901' }], affected: { orders: 1, clinics: 1, patients: 1 } });
  await expect(giveComponent(graph, 904, acme)).rejects.toThrow('this lot of an ingredient is recalled');
  await giveComponent(graph, 904, { ...acme, supplier: 'Other Supplier' });
  const every = await ask([{ lotNumber: 'RAW-7' }]);
  expect(every.data.startRecall.lots.map(({ number }: { number: string }) => number)).toEqual(['LOT-901', 'LOT-902', 'LOT-903', 'LOT-904']);
  expect((await ask([])).data.startRecall.issues).toEqual([{ path: 'input.lotNumbers', message: 'Name at least one lot.' }]);
});
