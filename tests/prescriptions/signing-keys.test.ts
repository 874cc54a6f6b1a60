import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { rotatePlatformKey } from '../../subgraphs/prescriptions/document/command.ts';
import { sayingWhy } from '#kernel/command.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { austin, type Desk, orderDesk, sendOrder, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const key = '{ kid purpose sub validUntil invalidSince reason }';
const said = `__typename ... on DocumentKey ${key} ... on Refusal { code message } ... on InvalidInput { issues { path message } }`;
const rotate = async (who: Asker): Promise<Data> => (await who.ask(`mutation { rotateSigningKey { ${said} } }`)).data?.rotateSigningKey;
const revoke = async (who: Asker, input: object): Promise<Data> =>
  (await who.ask(`mutation ($input: RevokeSigningKeyInput!) { revokeSigningKey(input: $input) { ${said} } }`, { input })).data
    ?.revokeSigningKey;
const keys = async (): Promise<Data[]> => (await desk.prescriber.get(`{ documentKeys ${key} }`)).documentKeys;
const keyIds = async (id: string): Promise<string[]> =>
  (await desk.prescriber.get('query ($id: ID!) { order(id: $id) { signature { keyIds } } }', { id })).order.signature.keyIds;

/** What a pharmacy is told of an order's keys. */
async function judged(id: string): Promise<unknown[]> {
  const pharmacist = await graph.as('pharmacist');
  const { verifyOrder } = await pharmacist.get(
    'query ($id: ID!) { verifyOrder(orderId: $id) { verdict checks { code outcome reason } } }',
    { id },
  );
  const { outcome, reason } = verifyOrder.checks.find(({ code }: Data) => code === 'KEY_VALID_WHEN_SIGNED');
  return [verifyOrder.verdict, outcome, reason];
}

/** The command on this graph's database. */
const command = (...given: string[]) =>
  sayingWhy(rotatePlatformKey(() => graph.secrets.prescriptions))(
    given,
    async () => graph.database.ownerUrl,
    () => graph.clock.now(),
  );

const trail = (action: string) =>
  graph.sql<Data>(`select actor, tenant_id, detail from prescriptions.audit_event where action = $1 order by at desc, id desc limit 1`, [
    action,
  ]);

test('a rotated key ends, the next signs, and what either signed verifies', async () => {
  const before = await desk.sent();
  const made = await rotate(desk.prescriber);
  const after = await desk.sent();
  const [old] = await keyIds(before);
  expect(made).toEqual({
    __typename: 'DocumentKey',
    ...{ kid: (await keyIds(after))[0], purpose: 'PRESCRIBER', sub: personas['prescriber']?.sub },
    ...{ validUntil: null, invalidSince: null, reason: null },
  });
  expect((await keys()).filter(({ sub }) => sub === made.sub).map(({ kid, validUntil }) => [kid, validUntil])).toEqual([
    [old, expect.any(String)],
    [made.kid, null],
  ]);
  expect(await judged(before)).toEqual(['VERIFIED', 'PASS', null]);
  expect(await judged(after)).toEqual(['VERIFIED', 'PASS', null]);
  expect(await trail('document-key.rotated')).toEqual([
    { actor: made.sub, tenant_id: null, detail: { kid: made.kid, before: old, owner: made.sub } },
  ]);
});

test('whatever is signed while a key is rotated is signed by a key that was in use then', async () => {
  const second = await graph.as('prescriber', { stepUp: true });
  const drafts = await Promise.all([desk.draft(), desk.draft(), desk.draft()]);
  const signing = drafts.map((orderId) => desk.prescriber.get(signOrder, { input: { orderId } }));
  const [made] = await Promise.all([rotate(second), ...signing]);
  expect(made.__typename).toBe('DocumentKey');
  for (const orderId of drafts) {
    await desk.prescriber.get(sendOrder, { input: { orderId } });
    expect(await judged(orderId)).toEqual(['VERIFIED', 'PASS', null]);
  }
});

test('of what a revoked key has signed a pharmacy is not sure, and the next signature is by another', async () => {
  const orderId = await desk.sent();
  const [kid = ''] = await keyIds(orderId);
  const revoked = await revoke(desk.prescriber, { kid, reason: 'LOST' });
  expect(revoked).toMatchObject({ kid, validUntil: null, invalidSince: expect.any(String), reason: 'LOST' });
  expect(await judged(orderId)).toEqual(['UNKNOWN', 'UNKNOWN', 'KEY_REVOKED_SINCE']);
  expect((await revoke(desk.prescriber, { kid, reason: 'COMPROMISED' })).code).toBe('ILLEGAL_TRANSITION');
  const next = await desk.sent();
  expect((await keyIds(next))[0]).not.toBe(kid);
  expect(await judged(next)).toEqual(['VERIFIED', 'PASS', null]);
});

test('what was signed after somebody else may have had the key is refused', async () => {
  const orderId = await desk.sent();
  const [kid = ''] = await keyIds(orderId);
  const [signed] = await graph.sql<{ signed_at: Date }>('select signed_at from prescriptions."order" where id = $1', [
    fromId('order', orderId),
  ]);
  const since = new Date((signed?.signed_at.getTime() ?? 0) - 1_000).toISOString();
  expect(await revoke(desk.prescriber, { kid, reason: 'COMPROMISED', since })).toMatchObject({ kid, invalidSince: since });
  expect(await judged(orderId)).toEqual(['NOT_VERIFIED', 'FAIL', 'KEY_REVOKED_BEFORE']);
});

test('a time to come, or before the key, is no time since when it is lost', async () => {
  const [kid] = await keyIds(await desk.signed());
  for (const [since, message] of [
    [new Date(graph.clock.now().getTime() + 60_000).toISOString(), 'is still to come'],
    ['2020-01-01T00:00:00Z', 'is before the key was made: leave it out, or say when it was lost'],
  ]) {
    expect((await revoke(desk.prescriber, { kid, reason: 'LOST', since })).issues).toEqual([{ path: 'input.since', message }]);
  }
});

test('a medical director revokes a key that has signed at their clinic; nobody else does, and the platform’s nobody', async () => {
  const [kid, platform] = await keyIds(await desk.signed());
  for (const persona of ['examiner', 'prescriber-b', 'director']) {
    const who = await graph.as(persona, { stepUp: true });
    expect((await revoke(who, { kid: platform, reason: 'LOST' })).code).toBe('NOT_FOUND');
    if (persona !== 'director') expect((await revoke(who, { kid, reason: 'LOST' })).code).toBe('NOT_FOUND');
  }
  const director = await graph.as('director', { stepUp: true });
  expect(await revoke(director, { kid, reason: 'COMPROMISED' })).toMatchObject({ kid, reason: 'COMPROMISED' });
  expect(await trail('document-key.revoked')).toEqual([
    {
      ...{ actor: personas['director']?.sub, tenant_id: fromId('clinic', austin) },
      detail: { kid, owner: personas['prescriber']?.sub, reason: 'COMPROMISED', invalidSince: expect.any(String) },
    },
  ]);
});

test('both need a second factor, and a role that signs', async () => {
  const [kid] = await keyIds(await desk.signed());
  const plain = await graph.as('prescriber');
  expect([(await rotate(plain)).code, (await revoke(plain, { kid, reason: 'LOST' })).code]).toEqual([
    'STEP_UP_REQUIRED',
    'STEP_UP_REQUIRED',
  ]);
  const officer = await graph.as('compliance', { stepUp: true });
  expect([(await rotate(officer)).code, (await revoke(officer, { kid, reason: 'LOST' })).code]).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});

test('the platform’s key is rotated and revoked by command', async () => {
  const before = await desk.sent();
  const { exit, lines } = await command();
  const after = await desk.sent();
  const [[, old], [, made]] = [await keyIds(before), await keyIds(after)];
  expect([exit, lines]).toEqual([0, [`${old} ended`, `${made} signs from now on`]]);
  expect([await judged(before), await judged(after)]).toEqual([
    ['VERIFIED', 'PASS', null],
    ['VERIFIED', 'PASS', null],
  ]);
  expect((await command('--revoke', 'COMPROMISED')).exit).toBe(0);
  expect([await judged(before), await judged(after)]).toEqual([
    ['VERIFIED', 'PASS', null],
    ['UNKNOWN', 'UNKNOWN', 'KEY_REVOKED_SINCE'],
  ]);
  expect(await judged(await desk.sent())).toEqual(['VERIFIED', 'PASS', null]);
});

test.each([
  [['--revoke', 'STOLEN'], 'npm run rotate-platform-key'],
  [['--since', '2026-11-22T09:00:00Z'], 'npm run rotate-platform-key'],
  [['--revoke', 'LOST', '--since', 'yesterday'], 'yesterday is no time'],
  [['--revoke', 'LOST', '--since', '2020-01-01T00:00:00Z'], 'input.since is before the key was made'],
  [['--now'], '--now'],
])('the command called with %j says what is wrong and changes nothing', async (given, why) => {
  const before = await keys();
  const { exit, lines } = await command(...given);
  expect([exit, lines.join('\n')]).toEqual([1, expect.stringContaining(why)]);
  expect(await keys()).toEqual(before);
});

test('keys are asked for by whose they are, two hundred at a time', async () => {
  await desk.signed();
  const whose = async (of: readonly string[]) =>
    desk.prescriber.ask('query ($of: [String!]) { documentKeys(of: $of) { sub } }', { of: [...of] });
  const subs = async (of: readonly string[]) => new Set((await whose(of)).data?.documentKeys.map(({ sub }: Data) => sub));
  const prescriber = personas['prescriber']?.sub ?? '';
  expect(await subs([prescriber, 'goodfaith'])).toEqual(new Set([prescriber, 'goodfaith']));
  expect(await subs(['goodfaith'])).toEqual(new Set(['goodfaith']));
  expect(await subs(['nobody', "' or true --"])).toEqual(new Set());
  expect(await subs([])).toEqual(new Set());
  const { data, errors } = await whose(Array.from({ length: 201 }, (_, index) => `prc_${index}`));
  expect([data?.documentKeys, errors[0]?.code]).toEqual([undefined, 'INVALID_INPUT']);
});
