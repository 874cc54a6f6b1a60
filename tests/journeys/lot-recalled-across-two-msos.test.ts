import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { orderDesk } from '../prescriptions/order-desk.ts';
import { shipped } from '../prescriptions/order-supply.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

/**
 * A lot turns out bad that went to clinics of two businesses. Each clinic is told, finds its own patients and nobody else's, and says whom it
 * reached; the one that is silent is asked again; the pharmacy counts the lot and closes the recall with figures of how well it went.
 */
let graph: TestGraph;
let pharmacist: Asker;
let desk: Asker;
let otherDesk: Asker;
let recallId: string;
const own = { clinic: '', patient: '', order: '' };
const other = { clinic: placeTypeId('houston'), patient: '', order: toId('order', randomUUID()) };

beforeAll(async () => {
  graph = await testGraph();
  const clinic = await orderDesk(graph);
  own.order = await clinic.sent();
  own.patient = clinic.patientId;
  own.clinic = placeTypeId('austin');
  await shipped(graph, own.order, 'MSO-1');
  await alsoSent();
  pharmacist = await graph.as('pharmacist', { stepUp: true });
  desk = await graph.as('front-desk');
  otherDesk = await graph.as('other-desk');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** The same was filled from the same lot for a patient of the other business. */
async function alsoSent(): Promise<void> {
  const [patient] = await graph.sql<{ id: string }>('select id from prescriptions.patient where clinic_id = $1 order by id limit 1', [
    fromId('clinic', other.clinic),
  ]);
  other.patient = toId('patient', patient?.id ?? '');
  const fulfillment = randomUUID();
  const theirs = { order_id: fromId('order', other.order), clinic_id: fromId('clinic', other.clinic), patient_id: patient?.id };
  for (const [table, changes] of [
    ['fulfillment', { ...theirs, id: fulfillment }],
    ['dispense', { ...theirs, id: randomUUID(), fulfillment_id: fulfillment }],
  ] as const) {
    await graph.sql(
      `insert into pharmacies.${table} select (jsonb_populate_record(t, $1::jsonb)).* from pharmacies.${table} t where order_id = $2`,
      [JSON.stringify(changes), fromId('order', own.order)],
    );
  }
}

const refusals =
  '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message } }';
const verb = (name: string, type: string, fields: string) =>
  `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename ... on ${type} { ${fields} } ${refusals} } }`;
const START = verb('startRecall', 'Recall', 'id status affected { orders clinics patients }');
const KNOW = verb('acknowledgeRecall', 'RecallNotice', 'status clinic { id }');
const CONTACT = verb('recordPatientContact', 'RecallContact', 'outcome patient { id }');
const COUNT = verb('reconcileRecall', 'RecallReconciliation', 'dispensed { value unit } unaccounted { value }');
const DISPOSE = verb('recordRecallDisposition', 'RecallDisposition', 'unaccounted { value }');
const CLOSE = verb('closeRecall', 'Recall', 'status closeReason');
const REACHED = `query ($id: ID!) { recall(id: $id) {
  status affected { orders clinics patients } lots { number recalled }
  patients { nodes { clinic { id } patient { id } orders { id } outcome } }
  fulfillments { nodes { order { id } } }
  notices { nodes { clinic { id } status escalations { about step told } } } } }`;
const FIGURES = `query ($id: ID!) { recall(id: $id) { effectiveness {
  clinicsNotified clinicsAcknowledged patients patientsTold patientsReturned patientsUnreachable patientsOpen } } }`;

const answer = async (who: Asker, document: string, input: object): Promise<Data> =>
  Object.values((await who.ask(document, { input })).data as Data)[0];
const reached = async (who: Asker): Promise<Data> => (await who.get(REACHED, { id: recallId })).recall;
const line = (of: typeof own, outcome: string | null = null) => ({
  ...{ clinic: { id: of.clinic }, patient: { id: of.patient }, orders: [{ id: of.order }], outcome },
});
const byClinic = (a: Data, b: Data) => (a.clinic.id < b.clinic.id ? -1 : 1);

test('the pharmacist takes the lot back, and sees that it reached clinics of both', async () => {
  const pharmacyId = placeTypeId('pharmacy-a');
  const input = { pharmacyId, lotNumbers: ['mso-1'], class: 'I', reason: 'Particles found in a retained sample' };
  const recall = await answer(pharmacist, START, input);
  expect(recall).toEqual({
    ...{ __typename: 'Recall', id: expect.any(String), status: 'OPEN', affected: { orders: 2, clinics: 2, patients: 2 } },
  });
  recallId = recall.id;
  const all = await reached(pharmacist);
  expect(all.lots).toEqual([{ number: 'MSO-1', recalled: true }]);
  expect(all.patients.nodes.toSorted(byClinic)).toEqual([line(own), line(other)].toSorted(byClinic));
  expect((await answer(await graph.as('pharmacist-b'), START, input)).code).toBe('NOT_FOUND');
});

test('each clinic sees its own part; neither the other’s, and their businesses nothing', async () => {
  for (const [who, of] of [
    [desk, own],
    [otherDesk, other],
  ] as const) {
    expect(await reached(who)).toEqual({
      ...{ status: 'OPEN', affected: { orders: 1, clinics: 1, patients: 1 }, lots: [{ number: 'MSO-1', recalled: true }] },
      ...{ patients: { nodes: [line(of)] }, fulfillments: { nodes: [{ order: { id: of.order } }] } },
      notices: { nodes: [{ clinic: { id: of.clinic }, status: 'SENT', escalations: [] }] },
    });
  }
  for (const manager of ['mso-manager', 'mso-manager-b']) {
    const { data, errors } = await (await graph.as(manager)).ask(REACHED, { id: recallId });
    expect([data?.recall ?? null, errors[0]?.code]).toEqual([null, 'FORBIDDEN']);
  }
});

test('one clinic knows and reaches its patient; the other is silent and is asked again', async () => {
  expect(await answer(desk, KNOW, { recallId, clinicId: own.clinic })).toMatchObject({ status: 'ACKNOWLEDGED' });
  const told = { recallId, clinicId: own.clinic, patientId: own.patient, outcome: 'RETURNED' };
  expect(await answer(desk, CONTACT, told)).toMatchObject({ outcome: 'RETURNED' });
  expect((await answer(desk, KNOW, { recallId, clinicId: other.clinic })).code).toBe('NOT_FOUND');
  expect((await answer(desk, CONTACT, { ...told, patientId: other.patient })).code).toBe('NOT_FOUND');

  graph.clock.set(new Date(graph.clock.now().getTime() + 25 * 3_600_000));
  const job = randomUUID();
  await graph.sql(`select pharmacies.enqueue('escalate-recalls', $1)`, [job]);
  const asked = [{ about: 'ACKNOWLEDGEMENT', step: 1, told: 'CLINIC' }];
  await vi.waitFor(async () => expect((await reached(otherDesk)).notices.nodes[0].escalations).toEqual(asked), {
    ...{ timeout: 60_000, interval: 200 },
  });
  expect((await reached(desk)).notices.nodes.map(({ escalations }: Data) => escalations)).toEqual([[]]);
});

test('what was sent is balanced for each clinic, and for the pharmacy over both', async () => {
  const BALANCES = `query ($id: ID!, $clinic: ID) { recall(id: $id) { balances(clinicId: $clinic) { sent { value } withPatients { value } unaccounted { value } clinics clinicsCounted } } }`;
  const balances = async (who: Asker, clinic?: string) => (await who.get(BALANCES, { id: recallId, clinic })).recall.balances;
  const part = {
    recallId,
    lotNumber: 'MSO-1',
    unit: 'mL',
    returned: '0',
    destroyed: '0',
    quarantined: '0',
    lost: '0',
    withPatients: '2.5',
  };
  expect(await answer(desk, DISPOSE, { ...part, clinicId: own.clinic })).toMatchObject({ unaccounted: { value: '0' } });
  const line = (sent: string, withPatients: string, left: string, clinics: number, clinicsCounted: number) => ({
    ...{ sent: { value: sent }, withPatients: { value: withPatients }, unaccounted: { value: left }, clinics, clinicsCounted },
  });
  expect(await balances(pharmacist)).toEqual([line('5', '2.5', '2.5', 2, 1)]);
  expect(await balances(pharmacist, other.clinic)).toEqual([line('2.5', '0', '2.5', 1, 0)]);
  expect(await balances(desk)).toEqual([line('2.5', '2.5', '0', 1, 1)]);
  expect(await balances(otherDesk)).toEqual([line('2.5', '0', '2.5', 1, 0)]);
  expect(await balances(otherDesk, own.clinic)).toEqual([]);
});

test('it is not closed while a clinic is silent, a patient open or the lot uncounted', async () => {
  const blocked = await answer(pharmacist, CLOSE, { recallId });
  expect(blocked.rules.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id }: Data) => id)).toEqual([
    ...['recall.acknowledged', 'recall.counted', 'recall.patientsReached', 'recall.reconciled'],
  ]);
  const looked = {
    recallId,
    clinicId: other.clinic,
    lotNumber: 'MSO-1',
    unit: 'mL',
    returned: '0',
    destroyed: '0',
    quarantined: '0',
    lost: '2.5',
  };
  expect(await answer(otherDesk, DISPOSE, { ...looked, withPatients: '0' })).toMatchObject({ unaccounted: { value: '0' } });
  const tried = { recallId, clinicId: other.clinic, patientId: other.patient };
  await answer(otherDesk, CONTACT, { ...tried, outcome: 'LEFT_MESSAGE' });
  await answer(otherDesk, CONTACT, { ...tried, outcome: 'UNREACHABLE' });
  const count = { recallId, lotNumber: 'MSO-1', unit: 'mL', made: '10', returned: '2.5', destroyed: '7.5', held: '0' };
  expect(await answer(pharmacist, COUNT, count)).toEqual({
    ...{ __typename: 'RecallReconciliation', dispensed: { value: '5', unit: 'mL' }, unaccounted: { value: '0' } },
  });
  expect(await answer(pharmacist, CLOSE, { recallId })).toEqual({ __typename: 'Recall', status: 'CLOSED', closeReason: null });
});

test('its figures say how well it went: to the pharmacy all, to a clinic its own', async () => {
  const figures = async (who: Asker) => (await who.get(FIGURES, { id: recallId })).recall.effectiveness;
  const counts = (clinics: number, told: number, unreachable: number) => ({
    ...{ clinicsNotified: clinics, clinicsAcknowledged: clinics, patients: clinics, patientsTold: told, patientsReturned: told },
    ...{ patientsUnreachable: unreachable, patientsOpen: 0 },
  });
  expect(await figures(pharmacist)).toEqual(counts(2, 1, 1));
  expect(await figures(desk)).toEqual(counts(1, 1, 0));
  expect(await figures(otherDesk)).toEqual(counts(1, 0, 1));
});
