import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { type Desk, orderDesk, sendOrder, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

interface Rule {
  readonly id: string;
  readonly outcome: string;
  readonly remedy: string | null;
}

async function blockers(orderId: string): Promise<string[]> {
  const refused = (await desk.prescriber.ask(signOrder, { input: { orderId } })).data.signOrder;
  expect(refused.code ?? refused.status).toBe('RULE_BLOCKED');
  const standing = refused.rules.filter((rule: Rule) => rule.outcome !== 'PASS');
  expect(standing.every((rule: Rule) => rule.remedy)).toBe(true);
  return standing.map((rule: Rule) => `${rule.outcome} ${rule.id}`);
}

async function onExam(changes: object, more: object = {}): Promise<string[]> {
  const other = await orderDesk(graph, changes);
  return blockers(await other.draft(more));
}

test('I1: blocks on an exam that was declined, lapsed, revoked, of another service, or approved with conditions', async () => {
  // The lapsed one first: they are all one patient's, and a later one that was declined would end it too.
  expect(await onExam({ completed_at: '2025-03-01T12:00:00Z', valid_until: '2026-03-01' })).toEqual(['FAIL exam.valid']);
  const declined = { outcome: 'DECLINED', services: [], valid_until: null };
  expect(await onExam(declined)).toEqual(['FAIL exam.approved', 'UNKNOWN exam.valid', 'FAIL exam.service']);
  expect(await onExam({ revoked_at: '2026-11-20T12:00:00Z', revoked_reason: 'LICENCE' })).toEqual(['FAIL exam.approved']);
  expect(await onExam({ services: ['botulinum-toxin'] })).toEqual(['FAIL exam.service']);
  expect(await onExam({ outcome: 'APPROVED_WITH_CONDITIONS' })).toEqual(['UNKNOWN exam.approved']);
  expect(await onExam({ patient_state: 'FL' })).toEqual(['UNKNOWN exam.patientState']);
});

test('I2: blocks where the prescriber holds no licence, and where the patient may be elsewhere', async () => {
  const toArizona = await blockers(await desk.draft({ shipTo: { ...desk.input.shipTo, state: 'AZ' } }));
  expect(toArizona).toContain('FAIL licence.prescriber');
  expect(toArizona).toContain('UNKNOWN patient.state');
});

test('blocks when the prescriber’s licence was restricted since the draft', async () => {
  const orderId = await desk.draft();
  const prescriber = fromId('practitioner', (await desk.prescriber.get('{ viewer { id } }')).viewer.id);
  const [license] = await graph.sql<{ id: string; status: string }>(
    `select id, status from physicians.license where practitioner_id = $1 and state = 'TX'`,
    [prescriber],
  );
  const become = (status: string | undefined) =>
    graph.sql('update physicians.license set status = $2 where id = $1', [license?.id, status]);
  await become('RESTRICTED');
  expect(await blockers(orderId)).toEqual(['FAIL licence.prescriber']);
  await become(license?.status);
  expect((await desk.prescriber.get(signOrder, { input: { orderId } })).signOrder.status).toBe('SIGNED');
});

test('blocks when the preparation changed or is offered no more', async () => {
  const orderId = await desk.draft();
  const item = fromId('formularyItem', desk.formularyItemId);
  await graph.sql('update pharmacies.formulary_item set active = false where id = $1', [item]);
  expect(await blockers(orderId)).toEqual(['FAIL formulary.item']);
  await graph.sql('update pharmacies.formulary_item set active = true, beyond_use_days = 9 where id = $1', [item]);
  expect(await blockers(orderId)).toEqual(['FAIL formulary.item']);
  await graph.sql('update pharmacies.formulary_item set beyond_use_days = 10 where id = $1', [item]);
});

test('a safety hold stops signing and sending, on the order or on its patient, until it is lifted', async () => {
  const [drafted, signed] = [await desk.draft(), await desk.signed()];
  await desk.waiveDuplicate(drafted);
  const place = (orderId: string | null) =>
    graph.sql(
      `insert into prescriptions.safety_hold (id, clinic_id, patient_id, order_id, reason, placed_at, placed_by)
       select gen_random_uuid(), o.clinic_id, o.patient_id, $2, 'INTERACTION', now(), 'director' from prescriptions."order" o where o.id = $1`,
      [fromId('order', drafted), orderId],
    );
  await place(fromId('order', drafted));
  expect(await blockers(drafted)).toEqual(['FAIL safety.hold']);
  await place(null);
  const sent = (await desk.prescriber.ask(sendOrder, { input: { orderId: signed } })).data.sendOrder;
  expect(sent.rules.filter((rule: Rule) => rule.outcome !== 'PASS').map((rule: Rule) => rule.id)).toEqual(['safety.hold']);
  const { order } = await desk.prescriber.get('query Held($id: ID!) { order(id: $id) { safetyHolds { id reason placedAt liftedAt } } }', {
    id: drafted,
  });
  expect(order.safetyHolds).toHaveLength(2);
  await graph.sql(`update prescriptions.safety_hold set lifted_at = now(), lifted_by = 'director'`);
  expect((await desk.prescriber.get(sendOrder, { input: { orderId: signed } })).sendOrder.status).toBe('SENT');
});

test('a consent taken back stops signing and sending until it is given again', async () => {
  const [drafted, signed] = [await desk.draft(), await desk.signed()];
  await desk.waiveDuplicate(drafted);
  const frontDesk = await graph.as('front-desk');
  const rulesOfSending = async () => (await desk.prescriber.ask(sendOrder, { input: { orderId: signed } })).data.sendOrder.rules;
  for (const kind of ['TREATMENT', 'TELEHEALTH']) {
    const [consent] = await graph.sql<{ id: string }>(
      'select id from prescriptions.consent where patient_id = $1 and kind = $2 and revoked_at is null',
      [fromId('patient', desk.patientId), kind],
    );
    await frontDesk.get('mutation Revoke($input: RevokeConsentInput!) { revokeConsent(input: $input) { ... on Consent { id } } }', {
      input: { consentId: toId('consent', consent?.id ?? '') },
    });
    expect(await blockers(drafted)).toEqual([`FAIL consent.${kind}`]);
    const standing = (await rulesOfSending()).filter((rule: Rule) => rule.outcome !== 'PASS');
    expect(standing).toEqual([expect.objectContaining({ id: `consent.${kind}`, outcome: 'FAIL', remedy: expect.stringContaining(kind) })]);
    const { order } = await desk.prescriber.get(
      'query Shown($id: ID!) { order(id: $id) { eligibility { decision rules { id outcome } } } }',
      {
        id: drafted,
      },
    );
    expect(order.eligibility.decision).toBe('BLOCKED');
    expect(order.eligibility.rules).toContainEqual({ id: `consent.${kind}`, outcome: 'FAIL' });
    await frontDesk.get('mutation Give($input: GiveConsentInput!) { giveConsent(input: $input) { ... on Consent { id } } }', {
      input: { patientId: desk.patientId, kind, version: '2026-01', signedName: 'The Patient' },
    });
  }
  expect((await desk.prescriber.get(sendOrder, { input: { orderId: signed } })).sendOrder.status).toBe('SENT');
  expect((await desk.prescriber.get(signOrder, { input: { orderId: drafted } })).signOrder.status).toBe('SIGNED');
  const kept = await desk.prescriber.get('query Kept($id: ID!) { order(id: $id) { decisions { gate results { id outcome } } } }', {
    id: signed,
  });
  for (const decision of kept.order.decisions) {
    expect(decision.results).toEqual(
      expect.arrayContaining(['TREATMENT', 'TELEHEALTH'].map((kind) => ({ id: `consent.${kind}`, outcome: 'PASS' }))),
    );
  }
});

test('an order on an exam held in person needs no consent to telehealth', async () => {
  const other = await orderDesk(graph, { modality: 'IN_PERSON' });
  const orderId = await other.draft();
  const taken = fromId('patient', other.patientId);
  await graph.sql(
    `update prescriptions.consent set revoked_at = now() where patient_id = $1 and kind = 'TELEHEALTH' and revoked_at is null returning id`,
    [taken],
  );
  expect((await other.prescriber.get(signOrder, { input: { orderId } })).signOrder.status).toBe('SIGNED');
  await graph.sql(`update prescriptions.consent set revoked_at = null where patient_id = $1 and kind = 'TELEHEALTH'`, [taken]);
});

test('I3: a neighbour that does not answer blocks, and nothing is written', async () => {
  const orderId = await desk.draft();
  await graph.sql('revoke usage on schema physicians from goodfaith_physicians');
  try {
    expect(await blockers(orderId)).toEqual(expect.arrayContaining(['UNKNOWN licence.prescriber', 'UNKNOWN protocol.inForce']));
  } finally {
    await graph.sql('grant usage on schema physicians to goodfaith_physicians');
  }
  const { order } = await desk.prescriber.get(
    'query Untouched($id: ID!) { order(id: $id) { status signature { jws } timeline { status } } }',
    { id: orderId },
  );
  expect(order).toEqual({ status: 'DRAFT', signature: null, timeline: [{ status: 'DRAFT' }] });
});
