import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { austin, cancelOrder, type Desk, orderDesk, signOrder } from './order-desk.ts';
import { shipped } from './order-supply.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
afterEach(async () => {
  vi.unstubAllEnvs();
  await allergicTo();
});

const waiveScreening = `mutation ($input: WaiveScreeningInput!) { waiveScreening(input: $input) { __typename
  ... on ScreeningWaiver { id kind reason credential findings { substance about outcome } } ... on Refusal { code message }
  ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome remedy } } } }`;
const shown = `query ($id: ID!) { order(id: $id) { status draftDigest timeline { status reason }
  screening { excipientsRecorded screenedWith interactions { outcome screener } handling { substance statement }
    kinds { kind outcome passes findings { substance about outcome message } waiver { id reason } } } } }`;
const reason = 'Discussed with the patient; the benefit outweighs it, and they will be watched.';

const waive = async (orderId: string, kind: string, changes: Data = {}): Promise<Data> =>
  (await desk.prescriber.ask(waiveScreening, { input: { orderId, kind, reason, ...changes } })).data.waiveScreening;
const sign = async (orderId: string, more: Data = {}): Promise<Data> =>
  (await desk.prescriber.ask(signOrder, { input: { orderId, ...more } })).data.signOrder;
const blockers = (refused: Data): string[] =>
  (refused.rules ?? []).filter((rule: Data) => rule.outcome !== 'PASS').map((rule: Data) => `${rule.outcome} ${rule.id}`);
const orderOf = async (id: string): Promise<Data> => (await desk.prescriber.get(shown, { id })).order;
const kindOf = (order: Data, kind: string): Data => order.screening.kinds.find((one: Data) => one.kind === kind);

/** Puts allergies on the patient's record. */
const allergicTo = (...allergies: string[]) =>
  graph.sql('update prescriptions.patient set allergies = $2 where id = $1', [fromId('patient', desk.patientId), allergies]);

/** The patient answers anew, a moment after the answers before: what they take, and what else differs. */
async function answersAnew(answers: Readonly<Record<string, unknown>>): Promise<string> {
  const [row] = await graph.sql<{ id: string }>(
    `insert into prescriptions.intake
     select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'submitted_at', i.submitted_at + interval '1 millisecond',
       'answers', (select jsonb_agg(case when $2::jsonb ? (a ->> 'linkId') then a || jsonb_build_object('value', $2::jsonb -> (a ->> 'linkId')) else a end)
                   from jsonb_array_elements(i.answers) a)))).*
     from prescriptions.intake i where i.patient_id = $1 order by i.submitted_at desc limit 1 returning id`,
    [fromId('patient', desk.patientId), JSON.stringify(answers)],
  );
  return toId('intake', row?.id ?? '');
}

test('an order with nothing against it signs without a waiver, and its document says what was screened', async () => {
  const orderId = await desk.draft();
  const { screening } = await orderOf(orderId);
  expect(screening).toMatchObject({
    excipientsRecorded: true,
    interactions: { outcome: 'NOTHING_TO_SCREEN', screener: 'embedded' },
    handling: [],
    kinds: ['ALLERGY', 'DUPLICATE_THERAPY', 'CONTRAINDICATION', 'PREGNANCY', 'INTERACTION'].map((kind) => ({
      ...{ kind, outcome: 'PASS', passes: true, waiver: null },
    })),
  });
  const { signature } = await sign(orderId);
  expect((await orderOf(orderId)).screening).toEqual(screening);
  const payload = JSON.parse(Buffer.from(JSON.parse(signature.jws).payload, 'base64url').toString());
  expect(payload.screening.kinds.map(({ outcome }: Data) => outcome)).toEqual(['PASS', 'PASS', 'PASS', 'PASS', 'PASS']);
});

describe('an allergy', () => {
  test('to the active ingredient blocks, and nobody waives it', async () => {
    const orderId = await desk.draft();
    await allergicTo('Semaglutide: anaphylaxis');
    expect(blockers(await sign(orderId))).toEqual(['FAIL order.allergy']);
    expect(await waive(orderId, 'ALLERGY')).toMatchObject({ code: 'RULE_BLOCKED', rules: [{ id: 'order.allergy', outcome: 'FAIL' }] });
  });

  test('to an excipient is waived by a physician with a reason, which the document keeps; what was read before is signed no more', async () => {
    await allergicTo('sodium chloride');
    const orderId = await desk.draft();
    const before = await orderOf(orderId);
    expect(kindOf(before, 'ALLERGY')).toMatchObject({
      ...{ outcome: 'FAIL', passes: false },
      findings: [{ substance: 'Sodium chloride', about: 'sodium chloride', outcome: 'FAIL' }],
    });
    const waiver = await waive(orderId, 'ALLERGY');
    expect(waiver).toEqual({
      ...{ __typename: 'ScreeningWaiver', id: expect.stringMatching(/^swv_/), kind: 'ALLERGY', reason, credential: 'MD' },
      findings: [{ substance: 'Sodium chloride', about: 'sodium chloride', outcome: 'FAIL' }],
    });
    const after = await orderOf(orderId);
    expect(kindOf(after, 'ALLERGY')).toMatchObject({ outcome: 'FAIL', passes: true, waiver: { id: waiver.id, reason } });
    expect(after.timeline.at(-1)).toEqual({ status: 'DRAFT', reason: 'SCREENING_WAIVED' });
    expect((await sign(orderId, { digest: before.draftDigest })).code).toBe('CONFLICT');
    expect((await sign(orderId, { digest: after.draftDigest })).status).toBe('SIGNED');
    await allergicTo();
    expect(kindOf(await orderOf(orderId), 'ALLERGY')).toMatchObject({ outcome: 'FAIL', passes: true, waiver: { id: waiver.id } });
  });

  test('that is another one than was waived ends the waiver', async () => {
    await allergicTo('sodium chloride');
    const orderId = await desk.draft();
    expect((await waive(orderId, 'ALLERGY')).__typename).toBe('ScreeningWaiver');
    await allergicTo('sodium chloride', 'sodium hydroxide');
    expect(blockers(await sign(orderId))).toEqual(['FAIL order.allergy']);
  });
});

describe('medicines that were not screened', () => {
  test('block until the prescriber waives it, and a newer intake ends that', async () => {
    await answersAnew({ 'core.medications': 'lisinopril 10 mg daily' });
    const orderId = await desk.draft();
    expect(blockers(await sign(orderId))).toEqual(['UNKNOWN order.interaction']);
    expect((await orderOf(orderId)).screening.interactions).toEqual({ outcome: 'NOT_SCREENED', screener: 'embedded' });
    expect((await waive(orderId, 'INTERACTION')).__typename).toBe('ScreeningWaiver');
    expect(await waive(orderId, 'INTERACTION')).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.kind' }] });
    await answersAnew({ 'core.medications': 'lisinopril 10 mg daily' });
    expect(blockers(await sign(orderId))).toEqual(['UNKNOWN order.interaction']);
    expect((await waive(orderId, 'INTERACTION')).__typename).toBe('ScreeningWaiver');
    expect((await sign(orderId)).status).toBe('SIGNED');
  });

  test('stay so when the screener of the deployment does not answer', async () => {
    vi.stubEnv('INTERACTIONS_URL', 'https://127.0.0.1:9/');
    const orderId = await desk.draft();
    expect((await orderOf(orderId)).screening.interactions).toEqual({ outcome: 'NOT_SCREENED', screener: '127.0.0.1' });
    expect(blockers(await sign(orderId))).toEqual(['UNKNOWN order.interaction']);
  });

  test('are nothing to screen once the patient says they take none', async () => {
    await answersAnew({ 'core.medications': 'None' });
    expect((await sign(await desk.draft())).status).toBe('SIGNED');
  });
});

test('pregnancy blocks what is not for it, until a later answer says otherwise', async () => {
  await answersAnew({ 'core.pregnancy': 'breast-feeding' });
  const orderId = await desk.draft();
  expect(blockers(await sign(orderId))).toEqual(['FAIL order.pregnancy']);
  await answersAnew({ 'core.pregnancy': 'none' });
  expect((await sign(orderId)).status).toBe('SIGNED');
});

test('another drug of the same class beside one that is not over blocks until it is waived', async () => {
  await desk.signed();
  const { formulary } = await desk.prescriber.get(
    `query ($clinicId: ID!) { formulary(clinicId: $clinicId, shipTo: TX, search: "tirzepatide", first: 1) { nodes { id } } }`,
    { clinicId: austin },
  );
  const other = { formularyItemId: formulary.nodes[0].id, sig: 'Inject 2.5 mg subcutaneously once a week' };
  const orderId = await desk.draft({ examId: desk.examId, ...other });
  expect(blockers(await sign(orderId))).toContain('FAIL order.duplicateTherapy');
  expect(kindOf(await orderOf(orderId), 'DUPLICATE_THERAPY').findings[0]).toMatchObject({
    substance: 'Tirzepatide',
    about: expect.stringMatching(/^ord_/),
    outcome: 'FAIL',
  });
  expect((await waive(orderId, 'DUPLICATE_THERAPY')).__typename).toBe('ScreeningWaiver');
  const left = blockers(await sign(orderId));
  expect(left).not.toContain('FAIL order.duplicateTherapy');
});

describe('a second order of the same preparation by the same prescriber', () => {
  const remedy = 'Refill, renew or amend that order instead, cancel it, or waive it with the reason why both are meant.';

  test('is duplicate therapy while the first is not over, and signs with a reason or once the first is cancelled', async () => {
    const first = await desk.signed();
    const orderId = await desk.draft({ examId: desk.examId });
    const { rules } = await sign(orderId);
    expect(rules.filter(({ outcome }: Data) => outcome !== 'PASS')).toEqual([
      expect.objectContaining({
        ...{ id: 'order.duplicateTherapy', outcome: 'FAIL', remedy },
        message: `Another order of the patient has Semaglutide as well: ${first}`,
      }),
    ]);
    expect((await waive(orderId, 'DUPLICATE_THERAPY')).__typename).toBe('ScreeningWaiver');
    expect((await sign(orderId)).status).toBe('SIGNED');
    const third = await desk.draft({ examId: desk.examId });
    expect(blockers(await sign(third))).toEqual(['FAIL order.duplicateTherapy']);
    for (const id of [first, orderId])
      await desk.prescriber.get(cancelOrder, { input: { orderId: id, reason: 'PRESCRIBER_CHANGED_PLAN' } });
    expect((await sign(third)).status).toBe('SIGNED');
  });

  test('is none once the first is past its last day, unless it was filled and that supply is not over', async () => {
    const first = await desk.signed();
    const past = (orderId: string, set = '') =>
      graph.sql(
        `set session_replication_role = replica; update prescriptions."order" set last_fill_on = current_date - 2 ${set} where id = '${fromId('order', orderId)}'; set session_replication_role = origin`,
      );
    const orderId = await desk.draft({ examId: desk.examId });
    expect(blockers(await sign(orderId))).toEqual(['FAIL order.duplicateTherapy']);
    await past(first);
    expect((await sign(orderId)).status).toBe('SIGNED');

    await desk.nextPatient();
    const filled = await desk.sent();
    await shipped(graph, filled, 'DS-1');
    const next = await desk.draft({ examId: desk.examId });
    // By the day alone, as noted by the job, and with its supply used up.
    for (const [set, blocked] of [
      ['', ['FAIL order.duplicateTherapy']],
      [", status = 'EXPIRED', status_since = current_date - 1", ['FAIL order.duplicateTherapy']],
    ] as const) {
      await past(filled, set);
      expect(blockers(await sign(next))).toEqual(blocked);
    }
    await graph.sql(
      `set session_replication_role = replica; update prescriptions.order_event set at = at - interval '29 days' where order_id = '${fromId('order', filled)}'; set session_replication_role = origin`,
    );
    expect((await sign(next)).status).toBe('SIGNED');
  });

  test('signed in the same moment, one of the two is refused', async () => {
    await desk.nextPatient();
    const drafts = [await desk.draft(), await desk.draft()];
    const signed = await Promise.all(drafts.map((orderId) => sign(orderId)));
    expect(signed.map(({ status, code }) => status ?? code).toSorted()).toEqual(['RULE_BLOCKED', 'SIGNED']);
  });

  test('is none where it amends or renews the first, or what the first had followed', async () => {
    const first = await desk.signed();
    const amend = `mutation ($input: AmendOrderInput!) { amendOrder(input: $input) { __typename ... on Order { id } ... on Refusal { code message } } }`;
    const amended = async (orderId: string, daysSupply: number): Promise<string> =>
      (await desk.prescriber.get(amend, { input: { orderId, changes: { daysSupply } } })).amendOrder.id;
    const second = await amended(first, 27);
    expect((await sign(second)).status).toBe('SIGNED');
    const third = await amended(second, 26);
    // As if the first were not over: it is the same therapy still.
    await graph.sql(
      `set session_replication_role = replica; update prescriptions."order" set status = 'SIGNED' where id = '${fromId('order', first)}'; set session_replication_role = origin`,
    );
    expect(blockers(await sign(third))).not.toContain('FAIL order.duplicateTherapy');
    const apart = await desk.draft({ examId: desk.examId });
    expect(blockers(await sign(apart))).toContain('FAIL order.duplicateTherapy');
  });
});

describe('a waiver', () => {
  test('needs a reason, a second factor, a finding, a draft, and the draft’s own prescriber', async () => {
    const orderId = await desk.draft();
    expect(await waive(orderId, 'ALLERGY', { reason: 'ok' })).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.reason' }] });
    expect(await waive(orderId, 'ALLERGY')).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.kind' }] });
    const plain = await graph.as('prescriber');
    const input = { orderId, kind: 'ALLERGY', reason };
    expect((await plain.ask(waiveScreening, { input })).data.waiveScreening.code).toBe('STEP_UP_REQUIRED');
    await allergicTo('sodium chloride');
    for (const persona of ['front-desk', 'examiner', 'director', 'mso-manager', 'pharmacist']) {
      const asker = await graph.as(persona, { stepUp: true });
      const { data, errors } = await asker.ask(waiveScreening, { input });
      expect(data?.waiveScreening?.code ?? errors[0]?.code, persona).toBe('FORBIDDEN');
    }
    expect(await waive(toId('order', '01890000-0000-7000-8000-000000000000'), 'ALLERGY')).toMatchObject({ code: 'NOT_FOUND' });
    await allergicTo();
    await sign(orderId);
    expect((await waive(orderId, 'ALLERGY')).code).toBe('ILLEGAL_TRANSITION');
  });

  test('is written once, of one’s own draft alone, whatever the program does', async () => {
    await allergicTo('sodium chloride');
    const orderId = await desk.draft();
    const { id } = await waive(orderId, 'ALLERGY');
    const stored = fromId('screeningWaiver', id);
    await expect(
      graph.sql(`update prescriptions.screening_waiver set reason = 'Another reason altogether, later.' where id = $1`, [stored]),
    ).rejects.toThrow();
    await expect(graph.sql('delete from prescriptions.screening_waiver where id = $1', [stored])).rejects.toThrow();
    const again = (changes: object) =>
      graph.sql(
        `insert into prescriptions.screening_waiver select (jsonb_populate_record(w, jsonb_build_object('id', gen_random_uuid()) || $2::jsonb)).*
         from prescriptions.screening_waiver w where w.id = $1`,
        [stored, JSON.stringify(changes)],
      );
    const basis = 'a'.repeat(64);
    await expect(again({ basis, credential: 'NP' })).rejects.toThrow();
    await expect(again({ basis, prescriber_id: '01890000-0000-7000-8000-000000000000' })).rejects.toThrow('is no draft');
    await expect(again({ basis, reason: 'short' })).rejects.toThrow();
    await sign(orderId);
    await expect(again({ basis })).rejects.toThrow('is no draft');
  });

  test('leaves a line in the trail without the drug', async () => {
    const rows = await graph.sql<{ detail: Data }>(`select detail from prescriptions.audit_event where action = 'order.screening-waived'`);
    expect(rows.length).toBeGreaterThan(0);
    for (const { detail } of rows) expect(Object.keys(detail).toSorted()).toEqual(['kind', 'waiverId']);
  });
});
