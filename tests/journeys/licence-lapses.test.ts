import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { booked, holdInput, holdSlot, readyPatient } from '../prescriptions/exam-story.ts';
import { type Desk, orderDesk, sendOrder } from '../prescriptions/order-desk.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

/**
 * A licence lapses mid-day. At a Texas clinic an exam is booked, one order is signed and another is at its pharmacy, when the board suspends
 * the director's licence in Texas: what stood on it stops at once, those who must act are named, and everything else goes on.
 */
let graph: TestGraph;
let desk: Asker;
let officer: Asker;
let pharmacist: Asker;
let orders: Desk;
const austin = placeTypeId('austin');
const elsewhere = ['san-diego', 'miami', 'scottsdale'].map(placeTypeId);
const made = { exam: '', startsAt: '', signed: '', sent: '' };
const before = { here: [] as Data[], elsewhere: [] as Data[] };
const person = (key: string) => personas[key]?.sub;

const readiness = `query ($id: ID!) { clinic(id: $id) { readiness { status services { code status causes { ruleId subject { id } owner { role practitionerId } } } } } }`;
const statusesAt = async (clinicId: string): Promise<Data[]> => (await officerOrDirector(readiness, clinicId)).clinic.readiness.services;
const officerOrDirector = async (document: string, id: string): Promise<Data> => (await graph.as('director')).get(document, { id });
const open = (services: Data[]): string[] => services.filter(({ status }) => status === 'OPEN').map(({ code }) => code);

const atRisk = `query ($clinicId: ID) { atRisk(clinicId: $clinicId, first: 50) { nodes {
  kind subjectId since toDo blockers { id outcome } mustAct { role on practitioner { id displayName } ruleIds } } } }`;
const listed = async (who: Asker, clinicId: string | null = austin): Promise<Data[]> => (await who.get(atRisk, { clinicId })).atRisk.nodes;
const flag = `query ($id: ID!) { order(id: $id) { status atRisk { toDo since blockers { id } mustAct { role practitioner { id } } } } }`;
const verify = `query ($id: ID!) { verifyOrder(orderId: $id) { verdict checks { code outcome detail } } }`;
const notPassed = async (id: string): Promise<Data> => {
  const { verifyOrder } = await pharmacist.get(verify, { id });
  return {
    verdict: verifyOrder.verdict,
    open: verifyOrder.checks.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ code }: Data) => code),
  };
};
const blocked = (refused: Data): string[] => refused.rules.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id }: Data) => id);

const record = `mutation ($input: RecordLicenseStandingInput!) { recordLicenseStanding(input: $input) {
  __typename ... on LicenseStanding { status } ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;
const today = () => graph.clock.now().toISOString().slice(0, 10);
const later = (minutes: number) => graph.clock.set(new Date(graph.clock.now().getTime() + minutes * 60_000));

async function board(whose: string, status: string): Promise<void> {
  const licenseId = toId('license', uuidOf(`license:${whose}:TX`));
  const said = { effectiveFrom: today(), source: 'STATE_BOARD', reference: 'Docket 26-311', note: 'As the board says.' };
  await (await graph.as('compliance', { stepUp: true })).get(record, { input: { licenseId, status, ...said } });
}

beforeAll(async () => {
  graph = await testGraph();
  // Tomorrow at noon in Texas: after all that the invented world has seen, on a day that is the same there and in the rules.
  graph.clock.set(new Date(`${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T17:00:00Z`));
  desk = await graph.as('front-desk');
  officer = await graph.as('compliance');
  pharmacist = await graph.as('pharmacist');
  orders = await orderDesk(graph);
  const { examId, startsAt } = await booked(desk, graph, austin);
  Object.assign(made, { exam: examId, startsAt, signed: await orders.signed(), sent: await orders.sent() });
}, 180_000);
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('in the morning the clinic is open, nothing is at risk, and the pharmacy verifies what it was sent', async () => {
  before.here = await statusesAt(austin);
  before.elsewhere = await Promise.all(elsewhere.map(statusesAt));
  expect(open(before.here)).toContain('weight-loss');
  expect(await listed(desk)).toEqual([]);
  expect(await notPassed(made.sent)).toEqual({ verdict: 'VERIFIED', open: [] });
});

test('at noon the board suspends the director’s licence in Texas: every service of the clinic closes for that cause, and no other clinic’s', async () => {
  later(60);
  await board('director', 'SUSPENDED');
  const closed = await statusesAt(austin);
  expect(open(closed)).toEqual([]);
  for (const { causes } of closed)
    expect(causes).toEqual(
      expect.arrayContaining([
        {
          ruleId: 'licence.director',
          subject: { id: toId('license', uuidOf('license:director:TX')) },
          owner: { role: 'MEDICAL_DIRECTOR', practitionerId: person('director') },
        },
      ]),
    );
  expect(await Promise.all(elsewhere.map(statusesAt))).toEqual(before.elsewhere);
});

test('the booked exam is listed with who must act, and both orders are to be held', async () => {
  const director = { id: person('director'), displayName: 'Theodore Ashgrove, MD' };
  const held = (id: string) => ({
    ...{ kind: 'ORDER', subjectId: id, since: null, toDo: 'HOLD', blockers: [{ id: 'protocol.standing', outcome: 'FAIL' }] },
    mustAct: [{ role: 'MEDICAL_DIRECTOR', on: 'CAUSE', practitioner: director, ruleIds: ['protocol.standing'] }],
  });
  const expected = [
    held(made.signed),
    held(made.sent),
    {
      ...{ kind: 'EXAM', subjectId: made.exam, since: today(), toDo: 'WAIT' },
      // The examiner is a nurse practitioner: she works under an agreement with the same physician.
      blockers: ['agreement.examiner', 'licence.director', 'protocol.inForce'].map((id) => ({ id, outcome: 'FAIL' })),
      mustAct: [
        { role: 'COMPLIANCE_OFFICER', on: 'CAUSE', practitioner: null, ruleIds: ['agreement.examiner'] },
        { role: 'MEDICAL_DIRECTOR', on: 'CAUSE', practitioner: director, ruleIds: ['licence.director', 'protocol.inForce'] },
      ],
    },
  ];
  expect(await listed(desk)).toEqual(expected);
  expect(await listed(officer, null)).toEqual(expected);
});

test('the same rule refuses a booking, a sending and the pharmacy’s claim', async () => {
  const { patientId } = await readyPatient(desk, austin);
  const { data } = await desk.ask(holdSlot, { input: holdInput(austin, patientId, made.startsAt) });
  expect(blocked(data.holdSlot)).toEqual(['agreement.examiner', 'licence.director', 'protocol.inForce']);

  const sending = await orders.prescriber.ask(sendOrder, { input: { orderId: made.signed } });
  expect(blocked(sending.data.sendOrder)).toEqual(['protocol.standing']);
  const { order } = await orders.prescriber.get(flag, { id: made.signed });
  expect(order).toMatchObject({ status: 'SIGNED', atRisk: { toDo: 'HOLD', blockers: [{ id: 'protocol.standing' }] } });

  expect(await notPassed(made.sent)).toEqual({ verdict: 'NOT_VERIFIED', open: ['PROTOCOL_IN_FORCE'] });
  const claim = `mutation ($input: ClaimOrderInput!) { claimOrder(input: $input) { __typename ... on Refusal { code } } }`;
  expect((await pharmacist.ask(claim, { input: { orderId: made.sent } })).data.claimOrder).toEqual({
    __typename: 'RuleBlocked',
    code: 'RULE_BLOCKED',
  });
});

test('the rest goes on: another clinic in Texas, under another director, books as before', async () => {
  const other = await graph.as('other-desk');
  const houston = placeTypeId('houston');
  const ready = await readyPatient(other, houston);
  const from = new Date(graph.clock.now().getTime() + 86_400_000).toISOString();
  const to = new Date(graph.clock.now().getTime() + 8 * 86_400_000).toISOString();
  const free = await other.get(
    `{ examSlots(clinicId: "${houston}", service: "weight-loss", patientState: TX, from: "${from}", to: "${to}", first: 1) { nodes { startsAt modality examiner { id } } } }`,
  );
  const [slot] = free.examSlots.nodes;
  const plan = { startsAt: slot.startsAt, modality: slot.modality, examinerId: slot.examiner.id };
  const { holdSlot: hold } = await other.get(holdSlot, { input: { ...holdInput(houston, ready.patientId, slot.startsAt), ...plan } });
  expect(hold.__typename).toBe('SlotHold');
  expect(await listed(other, null)).toEqual([]);
});

test('in the afternoon the suspension is lifted: the clinic is as it was, and the order is sent, verified and claimed', async () => {
  later(120);
  await board('director', 'ACTIVE');
  expect(await statusesAt(austin)).toEqual(before.here);
  expect(await listed(desk)).toEqual([]);
  await orders.prescriber.get(sendOrder, { input: { orderId: made.signed } });
  expect(await notPassed(made.signed)).toEqual({ verdict: 'VERIFIED', open: [] });
});

test('when it is the prescriber’s licence, the pharmacy sees it as a check of its own, and the clinic stays open', async () => {
  later(10);
  await board('prescriber', 'SUSPENDED');
  expect(open(await statusesAt(austin))).toEqual(open(before.here));
  const prescriber = { id: person('prescriber'), displayName: 'Marisol Quintero, MD' };
  const anew = (id: string) => ({
    ...{ kind: 'ORDER', subjectId: id, since: today(), toDo: 'ORDER_ANEW', blockers: [{ id: 'licence.prescriber', outcome: 'FAIL' }] },
    mustAct: [
      { role: 'PRESCRIBER', on: 'RECORD', practitioner: null, ruleIds: ['licence.prescriber'] },
      { role: 'PRESCRIBER', on: 'CAUSE', practitioner: prescriber, ruleIds: ['licence.prescriber'] },
    ],
  });
  expect(await listed(desk)).toEqual([anew(made.signed), anew(made.sent)]);
  expect(await notPassed(made.sent)).toEqual({ verdict: 'NOT_VERIFIED', open: ['PRESCRIBER_LICENSED_NOW'] });
  expect(await notPassed(made.signed)).toEqual({ verdict: 'NOT_VERIFIED', open: ['PRESCRIBER_LICENSED_NOW'] });
});
