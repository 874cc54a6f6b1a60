import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { type Desk, orderDesk, sendOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const atPharmacy = `query AtPharmacy($id: ID!) { order(id: $id) { id status signedAt patient { givenName familyName birthDate } exam { id outcome completedAt validUntil }
  prescriber { displayName } clinic { name } drug { name sig quantity { value unit } refills } diagnosis shipTo { state }
  clinicalDifference { statement finding { text } } signature { keyIds documentDigest } timeline { status } safetyHolds { id } } }`;

test('goes to its pharmacy, with the decision kept and the hand-off answered', async () => {
  const orderId = await desk.signed();
  const sent = (await desk.prescriber.get(sendOrder, { input: { orderId } })).sendOrder;
  expect(sent).toEqual({
    __typename: 'Order',
    id: orderId,
    status: 'SENT',
    pharmacy: { id: expect.stringMatching(/^pha_/), name: 'Pecan Grove Compounding' },
  });
  const handOffs = await graph.sql(
    'select topic, seq, attempt, payload, result, delivered_at is not null as delivered from prescriptions.outbox_event where key = $1',
    [fromId('order', orderId)],
  );
  expect(handOffs).toEqual([
    {
      topic: 'order',
      seq: 1,
      attempt: 1,
      payload: expect.objectContaining({
        kind: 'SEND',
        pharmacyId: sent.pharmacy.id,
        patientId: desk.patientId,
        formularyItemId: desk.formularyItemId,
        shipToState: 'TX',
      }),
      result: { outcome: 'APPLIED', status: 'RECEIVED' },
      delivered: true,
    },
  ]);
  expect(JSON.stringify(handOffs[0]?.['payload'])).not.toMatch(/semaglutide|inject/i);
  const { order } = await desk.prescriber.get(
    'query Sent($id: ID!) { order(id: $id) { sentAt decisions { gate } fulfillment { status } } }',
    { id: orderId },
  );
  expect(order).toEqual({
    sentAt: expect.any(String),
    decisions: [{ gate: 'SIGN' }, { gate: 'SEND' }],
    fulfillment: { status: 'RECEIVED' },
  });
});

test('is seen by that pharmacy from then on, whole, and by no other; a draft or a signed order by none', async () => {
  const [signed, sent] = [await desk.signed(), await desk.sent()];
  const seen = async (persona: string, id: string) => {
    const { data, errors } = await (await graph.as(persona)).ask(atPharmacy, { id });
    return data?.order?.status ?? errors[0]?.code;
  };
  expect([await seen('pharmacist', signed), await seen('pharmacist', sent), await seen('pharmacist-b', sent)]).toEqual([
    'NOT_FOUND',
    'SENT',
    'NOT_FOUND',
  ]);
  expect([
    await seen('mso-manager', sent),
    await seen('other-desk', sent),
    await seen('front-desk-ca', sent),
    await seen('auditor', sent),
  ]).toEqual(['FORBIDDEN', 'NOT_FOUND', 'NOT_FOUND', 'FORBIDDEN']);
  const { order } = await (await graph.as('pharmacist')).get(atPharmacy, { id: sent });
  expect(order).toMatchObject({
    exam: { id: desk.examId, outcome: 'APPROVED' },
    patient: { givenName: expect.any(String), familyName: expect.any(String), birthDate: expect.any(String) },
    diagnosis: ['E66.9'],
    clinicalDifference: { finding: { text: 'Reports hives after an injection preserved with benzyl alcohol' } },
  });
});

test('needs a signature, and is sent once', async () => {
  const draft = await desk.draft();
  expect((await desk.prescriber.ask(sendOrder, { input: { orderId: draft } })).data.sendOrder).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    from: 'DRAFT',
    to: 'SENT',
  });
  const orderId = await desk.sent();
  expect((await desk.prescriber.ask(sendOrder, { input: { orderId } })).data.sendOrder).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    from: 'SENT',
    to: 'SENT',
  });
  expect((await desk.prescriber.ask(sendOrder, { input: { orderId: desk.examId } })).data.sendOrder.code).toBe('NOT_FOUND');
  const parallel = await desk.signed();
  const both = await Promise.all([1, 2].map(() => desk.prescriber.ask(sendOrder, { input: { orderId: parallel } })));
  expect(both.map(({ data }) => data.sendOrder.status ?? 'refused').sort()).toEqual(['SENT', 'refused']);
});

test('I2: stays where it is when the pharmacy lost its licence, closed, or the exam was revoked', async () => {
  const blocked = async (orderId: string) => {
    const refused = (await desk.prescriber.ask(sendOrder, { input: { orderId } })).data.sendOrder;
    return (refused.rules ?? []).filter((rule: { outcome: string }) => rule.outcome !== 'PASS').map((rule: { id: string }) => rule.id);
  };
  const orderId = await desk.signed();
  const [row] = await graph.sql<{ pharmacy_id: string }>('select pharmacy_id from prescriptions."order" where id = $1', [
    fromId('order', orderId),
  ]);
  const pharmacy = row?.pharmacy_id;
  const licences = await graph.sql<{ id: string; status: string }>(
    'select id, status from pharmacies.pharmacy_license where pharmacy_id = $1',
    [pharmacy],
  );
  await graph.sql(`update pharmacies.pharmacy_license set status = 'SUSPENDED' where pharmacy_id = $1`, [pharmacy]);
  expect(await blocked(orderId)).toContain('licence.pharmacy');
  for (const licence of licences)
    await graph.sql('update pharmacies.pharmacy_license set status = $2 where id = $1', [licence.id, licence.status]);
  expect((await desk.prescriber.get(sendOrder, { input: { orderId } })).sendOrder.status).toBe('SENT');

  const revoked = await orderDesk(graph);
  const second = await revoked.signed();
  await graph.sql(`update prescriptions.good_faith_exam set revoked_at = now(), revoked_reason = 'LICENCE' where id = $1`, [
    fromId('exam', revoked.examId),
  ]);
  expect(await blocked(second)).toEqual(['exam.standing']);
});

test('waits for a pharmacy side that is down, and arrives once it is up again', async () => {
  const orderId = await desk.signed();
  await graph.sql('revoke usage on schema pharmacies from goodfaith_pharmacies');
  try {
    const refused = (await desk.prescriber.ask(sendOrder, { input: { orderId } })).data.sendOrder;
    expect(refused.code).toBe('RULE_BLOCKED');
  } finally {
    await graph.sql('grant usage on schema pharmacies to goodfaith_pharmacies');
  }
  // Down for the hand-off alone: what routing asks is answered, what takes the order in is not.
  await graph.sql('revoke insert on pharmacies.hand_off_head from goodfaith_pharmacies');
  try {
    expect((await desk.prescriber.get(sendOrder, { input: { orderId } })).sendOrder.status).toBe('SENT');
    const [waiting] = await graph.sql('select delivered_at, tries from prescriptions.outbox_event where key = $1', [
      fromId('order', orderId),
    ]);
    expect(waiting).toMatchObject({ delivered_at: null });
  } finally {
    await graph.sql('grant insert on pharmacies.hand_off_head to goodfaith_pharmacies');
  }
  await expect
    .poll(async () => (await graph.sql('select result from prescriptions.outbox_event where key = $1', [fromId('order', orderId)]))[0], {
      timeout: 60_000,
      interval: 500,
    })
    .toEqual({ result: { outcome: 'APPLIED', status: 'RECEIVED' } });
  expect(await graph.sql('select attempt from pharmacies.fulfillment where order_id = $1', [fromId('order', orderId)])).toEqual([
    { attempt: 1 },
  ]);
});

test('stands on the prescriber’s licence of the day it is sent, and is found again by it', async () => {
  const prescriber = fromId('practitioner', personas['prescriber']?.sub ?? '');
  const relied = await graph.sql(
    `select gate, part from prescriptions.license_reliance r join physicians.license l on l.id = r.license_id
     where r.subject_id = $1 and l.practitioner_id = $2 and l.state = 'TX' order by gate`,
    [fromId('order', await desk.sent()), prescriber],
  );
  expect(relied).toEqual([
    { gate: 'SEND', part: 'PRESCRIBER' },
    { gate: 'SIGN', part: 'PRESCRIBER' },
  ]);

  const orderId = await desk.signed();
  await graph.sql(
    `insert into physicians.license_standing (id, license_id, practitioner_id, status, effective_from, effective_to, recorded_at, source, reference)
     select uuidv7(), id, practitioner_id, 'REVOKED', $2, null, $3, 'STATE_BOARD', 'Docket 26-8' from physicians.license
     where practitioner_id = $1 and state = 'TX'`,
    [prescriber, graph.clock.now().toISOString().slice(0, 10), graph.clock.now()],
  );
  const { sendOrder: refused } = (await desk.prescriber.ask(sendOrder, { input: { orderId } })).data;
  expect(refused.rules.filter(({ outcome }: { outcome: string }) => outcome !== 'PASS')).toMatchObject([
    { id: 'licence.prescriber', outcome: 'FAIL', message: "The prescriber's licence in TX is REVOKED" },
  ]);
});
