import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { austin, type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { claimed, dispensed, shipped } from '../prescriptions/order-supply.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

/** A pharmacy is stopped by one operator, goes on or closes by another, and what it has is told to its clinics. */
let graph: TestGraph;
let desk: Desk;
let operator: Asker;
let deputy: Asker;
let pharmacist: Asker;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  operator = await graph.as('operator', { stepUp: true });
  deputy = await graph.as('operator-deputy', { stepUp: true });
  pharmacist = await graph.as('pharmacist', { stepUp: true });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const pharmacyId = placeTypeId('pharmacy-a');

async function say(who: Asker, verb: string, input: object, selection = ''): Promise<Data> {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const { data, errors } = await who.ask(
    `mutation ($input: ${type}!) { ${verb}(input: $input) { __typename ... on Refusal { code message } ... on InvalidInput { issues { path } }
      ... on RuleBlocked { rules { id outcome } } ${selection} } }`,
    { input },
  );
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return data?.[verb];
}

const reasons = { suspendPharmacy: 'UNDER_REVIEW', reinstatePharmacy: 'RESOLVED', closePharmacy: 'BUSINESS_ENDED' } as const;
const move = (who: Asker, verb: keyof typeof reasons, over: object = {}) =>
  say(who, verb, { pharmacyId, reason: reasons[verb], note: 'Read the letter.', ...over }, '... on Pharmacy { status statusReason }');
const blockedBy = (answer: Data): string[] => (answer.rules ?? []).filter((one: Data) => one.outcome !== 'PASS').map((one: Data) => one.id);
const verdict = async (orderId: string): Promise<Data> =>
  (await pharmacist.ask('query ($id: ID!) { verifyOrder(orderId: $id) { verdict checks { code outcome } } }', { id: orderId })).data?.[
    'verifyOrder'
  ];
async function waits(orderId: string): Promise<Data[]> {
  const found: Data[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { attention }: Data = await desk.prescriber.get(
      `query ($clinicId: ID!, $after: String) { attention(clinicId: $clinicId, first: 100, after: $after) {
        nodes { kind orderId ruleIds } pageInfo { hasNextPage endCursor } } }`,
      { clinicId: austin, after },
    );
    found.push(...attention.nodes.filter((one: Data) => one.orderId === orderId));
    after = attention.pageInfo.endCursor;
    more = attention.pageInfo.hasNextPage;
  }
  return found;
}
const trail = () =>
  graph
    .sql<{ action: string }>(
      `select action from pharmacies.audit_event where tenant_id = $1 and kind = 'CHANGE' and action like 'pharmacy.%' order by id`,
      [placeId('pharmacy-a')],
    )
    .then((rows) => rows.map(({ action }) => action));

test('who may not, without a second factor, without a word or out of order: refused', async () => {
  for (const name of ['pharmacist', 'pharmacy-compliance', 'compliance', 'mso-manager', 'auditor', 'prescriber']) {
    const who = await graph.as(name, { stepUp: true });
    for (const verb of ['suspendPharmacy', 'reinstatePharmacy', 'closePharmacy'] as const)
      expect(await move(who, verb), `${name} ${verb}`).toMatchObject({ code: 'FORBIDDEN' });
  }
  expect(await move(await graph.as('operator'), 'suspendPharmacy')).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  expect(await move(operator, 'suspendPharmacy', { note: ' ' })).toMatchObject({ issues: [{ path: 'input.note' }] });
  expect(await move(operator, 'suspendPharmacy', { note: 'x'.repeat(501) })).toMatchObject({ issues: [{ path: 'input.note' }] });
  for (const id of [`pha_${'0'.repeat(26)}`, placeTypeId('austin'), 'x'])
    expect(['NOT_FOUND', 'INVALID_INPUT'], id).toContain((await move(operator, 'suspendPharmacy', { pharmacyId: id })).code);
  expect(await move(operator, 'reinstatePharmacy')).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  // Nobody closes what was not stopped first.
  expect(await move(operator, 'closePharmacy')).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('a suspension stops what is offered, sent, verified and claimed, and tells the clinic; another operator ends it', async () => {
  const [arrived, held] = [await desk.sent(), await desk.sent()];
  await claimed(graph, held);
  const unsent = await desk.signed();
  expect(await move(operator, 'suspendPharmacy')).toMatchObject({ status: 'SUSPENDED', statusReason: 'UNDER_REVIEW' });
  expect(await move(deputy, 'suspendPharmacy')).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(blockedBy(await say(desk.prescriber, 'sendOrder', { orderId: unsent }))).toContain('pharmacy.active');
  expect(blockedBy(await say(pharmacist, 'claimOrder', { orderId: arrived }))).toContain('licence.pharmacy');
  const seen = await verdict(arrived);
  expect(seen.verdict).not.toBe('VERIFIED');
  expect(seen.checks).toContainEqual({ code: 'PHARMACY_LICENSED_SHIP_TO', outcome: 'FAIL' });
  for (const orderId of [arrived, held])
    expect(await waits(orderId)).toContainEqual({ kind: 'GATE_BROKEN', orderId, ruleIds: expect.arrayContaining(['pharmacy.active']) });
  // Everybody reads that it is stopped and why; its own people go on with its papers and recalls.
  const { data } = await (await graph.as('front-desk')).ask('query ($id: ID!) { pharmacy(id: $id) { status statusReason statusSince } }', {
    id: pharmacyId,
  });
  expect(data?.['pharmacy']).toEqual({ status: 'SUSPENDED', statusReason: 'UNDER_REVIEW', statusSince: expect.any(String) });
  const another = { code: 'FORBIDDEN', message: 'Another operator than the one who suspended it has to do this.' };
  expect(await move(operator, 'reinstatePharmacy')).toMatchObject(another);
  expect(await move(operator, 'closePharmacy')).toMatchObject(another);
  const back = await Promise.all([1, 2, 3, 4].map(() => move(deputy, 'reinstatePharmacy')));
  expect(back.map(({ status, code }) => status ?? code).toSorted()).toEqual([
    'ACTIVE',
    ...Array.from({ length: 3 }, () => 'ILLEGAL_TRANSITION'),
  ]);
  expect((await verdict(arrived)).verdict).toBe('VERIFIED');
  expect((await waits(held)).filter(({ kind }) => kind === 'GATE_BROKEN')).toEqual([]);
  expect(await trail()).toEqual(['pharmacy.suspended', 'pharmacy.reinstated']);
});

test('without the papers that admitting asks for, nobody reinstates it', async () => {
  expect((await move(operator, 'suspendPharmacy', { reason: 'BOARD_ACTION' })).status).toBe('SUSPENDED');
  const lapse = (day: string) =>
    graph.sql(`update pharmacies.pharmacy_license set expires_on = ${day} where pharmacy_id = $1 and kind = 'PHARMACY'`, [
      placeId('pharmacy-a'),
    ]);
  const [{ expires_on } = { expires_on: '' }] = await graph.sql<{ expires_on: string }>(
    `select max(expires_on)::text as expires_on from pharmacies.pharmacy_license where pharmacy_id = $1 and kind = 'PHARMACY'`,
    [placeId('pharmacy-a')],
  );
  await lapse(`'2020-01-01'`);
  expect(await move(deputy, 'reinstatePharmacy')).toMatchObject({ code: 'FACILITY_NOT_READY' });
  await lapse(`'${expires_on}'`);
  expect((await move(deputy, 'reinstatePharmacy')).status).toBe('ACTIVE');
});

test('a closed pharmacy gives back what it has, never comes back, and still recalls', async () => {
  const gone = await desk.sent();
  await shipped(graph, gone, 'CLOSING-1');
  const [arrived, held, made] = [await desk.sent(), await desk.sent(), await desk.sent()];
  await claimed(graph, held);
  await dispensed(graph, made, 'CLOSING-2');
  await move(operator, 'suspendPharmacy');
  expect(await move(deputy, 'closePharmacy')).toMatchObject({ status: 'CLOSED', statusReason: 'BUSINESS_ENDED' });
  await graph.sql(`select pharmacies.enqueue('return-from-closed', $1)`, [randomUUID()]);
  for (const orderId of [arrived, held, made]) {
    const seen = async () =>
      (
        await desk.prescriber.get(
          'query ($id: ID!) { order(id: $id) { status timeline { status reason } fulfillment { status reason } } }',
          { id: orderId },
        )
      ).order;
    await vi.waitFor(async () => expect((await seen()).status).toBe('SIGNED'), { timeout: 60_000, interval: 200 });
    const order = await seen();
    expect(order.fulfillment).toEqual({ status: 'RETURNED', reason: 'PHARMACY_CLOSED' });
    expect(order.timeline.at(-1)).toEqual({ status: 'SIGNED', reason: 'RETURNED: PHARMACY_CLOSED' });
    expect((await waits(orderId)).map(({ kind }) => kind)).toContain('RETURNED');
    expect(await say(pharmacist, 'claimOrder', { orderId })).not.toMatchObject({ __typename: 'Claim' });
    expect(blockedBy(await say(desk.prescriber, 'sendOrder', { orderId }))).toContain('pharmacy.active');
  }
  for (const who of [operator, deputy])
    for (const verb of ['suspendPharmacy', 'reinstatePharmacy', 'closePharmacy'] as const)
      expect(await move(who, verb)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(await say(deputy, 'decidePharmacy', { pharmacyId, decision: 'ADMIT', note: 'Again' })).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
  await expect(graph.sql(`update pharmacies.pharmacy set status = 'ACTIVE' where id = $1`, [placeId('pharmacy-a')])).rejects.toThrow(
    'does not come back',
  );
  const recalled = await say(
    pharmacist,
    'startRecall',
    { pharmacyId, lotNumbers: ['CLOSING-1', 'CLOSING-2'], class: 'II', reason: 'Sub-potent' },
    '... on Recall { id status affected { orders } }',
  );
  expect(recalled).toMatchObject({ __typename: 'Recall', status: 'OPEN', affected: { orders: 2 } });
  const known = await say(
    desk.prescriber,
    'acknowledgeRecall',
    { recallId: recalled.id, clinicId: austin },
    '... on RecallNotice { status }',
  );
  expect(known.status).toBe('ACKNOWLEDGED');
  const closed = await say(
    pharmacist,
    'closeRecall',
    { recallId: recalled.id, reason: 'The rest is followed up by its clinics.' },
    '... on Recall { status }',
  );
  expect(closed).toMatchObject({ status: 'CLOSED' });
  const records = `{ pharmacy(id: "${pharmacyId}") { status fulfillments(first: 1) { nodes { id } } } }`;
  const { data } = await pharmacist.ask(records);
  expect(data?.['pharmacy']).toMatchObject({ status: 'CLOSED', fulfillments: { nodes: [{ id: expect.any(String) }] } });
});

test('the database alone lets nobody stop what is theirs, nor undo what they stopped', async () => {
  const id = placeId('pharmacy-b');
  const app = new pg.Client({ connectionString: graph.database.addresses.pharmacies.appUrl });
  await app.connect();
  const to = (status: string, by: string) =>
    `update pharmacies.pharmacy set status = '${status}', stopped_by = '${by}', status_since = now(), status_reason = 'X', status_note = 'x' where id = '${id}'`;
  const attempt = async (settings: Record<string, string>, statement: string, keep = false): Promise<string | number | null> => {
    await app.query('begin');
    try {
      for (const [name, value] of Object.entries(settings)) await app.query('select set_config($1, $2, true)', [name, value]);
      const { rowCount } = await app.query(statement);
      if (keep) await app.query('commit');
      return rowCount;
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await app.query('rollback');
    }
  };
  const operating = (sub: string) => ({ 'app.everywhere': '{"pharmacy:read","pharmacy:admit"}', 'app.actor': sub });
  try {
    const own = { 'app.everywhere': '{"pharmacy:read"}', 'app.actor': 'usr_x', 'app.may_facility_keep': `{${id}}` };
    expect(await attempt(own, to('SUSPENDED', 'usr_x'))).toBe('42501');
    expect(await attempt(operating('usr_x'), to('SUSPENDED', 'usr_y'))).toBe('42501');
    expect(await attempt(operating('usr_x'), to('CLOSED', 'usr_x'))).toBe('42501');
    expect(await attempt(operating('usr_x'), to('SUSPENDED', 'usr_x'), true)).toBe(1);
    expect(await attempt(operating('usr_x'), to('ACTIVE', 'usr_x'))).toBe(0);
    expect(await attempt(operating('usr_y'), to('ACTIVE', 'usr_y'))).toBe('42501');
    expect(await attempt(operating('usr_y'), to('ACTIVE', 'usr_x'))).toBe(1);
  } finally {
    await app.end();
  }
});
