import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { type InventedGrant, personas, placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
let officer: Asker;
let manager: Asker;
beforeAll(async () => {
  graph = await testGraph();
  officer = await graph.as('compliance', { stepUp: true });
  manager = await graph.as('mso-manager', { stepUp: true });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const INVITE = `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { __typename
  ... on NewInvitation { code invitation { id name subject role at startsOn endsOn invitedBy expiresAt standing } }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;
const ACCEPT = `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { __typename
  ... on Membership { id subject name role at startsAt endsAt endedBy standing } ... on Refusal { code message } } }`;
const END = `mutation ($input: EndMembershipInput!) { endMembership(input: $input) { __typename
  ... on Membership { id endsAt endedBy standing } ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;
const WITHDRAW = `mutation ($input: WithdrawInvitationInput!) { withdrawInvitation(input: $input) { __typename
  ... on Invitation { id standing } ... on Refusal { code message } } }`;

const said = async (who: Asker, document: string, input: object, options?: { idempotencyKey: string }): Promise<Data> =>
  Object.values((await who.ask(document, { input }, options)).data ?? {})[0];
const invite = (who: Asker, input: object, options?: { idempotencyKey: string }) => said(who, INVITE, input, options);
const accept = (who: Asker, code: string, options?: { idempotencyKey: string }) => said(who, ACCEPT, { code }, options);
const end = (who: Asker, membershipId: string, more: object = {}) => said(who, END, { membershipId, ...more });

const newSub = (kind: 'user' | 'practitioner' = 'user') => toId(kind, randomUUID());
const person = (sub: string, ...grants: InventedGrant[]) => graph.asSomeone({ sub, name: 'Toni Vale', grants }, { stepUp: true });
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Somebody invited and come in: with a token that names the role. */
async function joined(by: Asker, role: string, place: string, more: object = {}): Promise<{ who: Asker; membership: Data; sub: string }> {
  const sub = newSub(['EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR'].includes(role) ? 'practitioner' : 'user');
  const at = placeTypeId(place);
  const { code } = await invite(by, { at, role, name: 'Toni Vale', subject: sub, ...more });
  const who = await person(sub, { role, at });
  return { who, sub, membership: await accept(who, code) };
}

test('an officer invites, the person accepts with the code, and their token counts from then on', async () => {
  const sub = newSub('practitioner');
  const at = placeTypeId('austin');
  const given = await invite(officer, { at, role: 'MEDICAL_DIRECTOR', name: ' Toni Vale ', subject: sub, endsOn: inDays(90) });
  expect(given).toEqual({
    __typename: 'NewInvitation',
    code: expect.stringMatching(/^[\w-]{43}$/),
    invitation: {
      id: expect.stringMatching(/^inv_/),
      ...{ name: 'Toni Vale', subject: sub, role: 'MEDICAL_DIRECTOR', at, startsOn: null, endsOn: inDays(90) },
      ...{ invitedBy: 'Odette Sinclair', expiresAt: expect.any(String), standing: 'OPEN' },
    },
  });
  const who = await person(sub, { role: 'MEDICAL_DIRECTOR', at });
  const clinic = `{ clinic(id: "${at}") { name } }`;
  expect((await who.ask(clinic)).errors[0]?.code).toBe('FORBIDDEN');
  const membership = await accept(who, given.code);
  expect(membership).toEqual({
    ...{ __typename: 'Membership', id: expect.stringMatching(/^mem_/), subject: sub, name: 'Toni Vale', role: 'MEDICAL_DIRECTOR', at },
    ...{ startsAt: expect.any(String), endsAt: `${inDays(91)}T00:00:00.000Z`, endedBy: null, standing: 'RUNNING' },
  });
  expect((await who.get(clinic)).clinic.name).toBe('Bluebonnet Austin');
  // Once: neither by the same person nor by anybody else.
  expect(await accept(who, given.code)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const trail = await graph.sql(
    `select action, tenant_id, actor, detail from clinics.audit_event where action like 'invitation.%' order by id desc limit 2`,
  );
  expect(trail).toMatchObject([
    { action: 'invitation.accepted', tenant_id: placeId('austin'), actor: sub, detail: { role: 'MEDICAL_DIRECTOR', at } },
    { action: 'invitation.given', tenant_id: placeId('austin'), actor: personas['compliance']?.sub, detail: { subject: sub } },
  ]);
  expect(JSON.stringify(await graph.sql('select * from clinics.invitation'))).not.toContain(given.code);
});

/** What a director may ask of each subgraph. */
const asked: Readonly<Record<SubgraphName, (clinic: string) => string>> = {
  clinics: (clinic) => `{ clinic(id: "${clinic}") { name } }`,
  physicians: (clinic) => `{ activeProtocols(clinicId: "${clinic}", service: "weight-loss") { nodes { id } } }`,
  prescriptions: (clinic) => `{ patients(clinicId: "${clinic}") { nodes { id } } }`,
  pharmacies: (clinic) => `{ formulary(clinicId: "${clinic}", shipTo: TX) { nodes { id } } }`,
};
const codes = async (who: Asker) =>
  Promise.all(subgraphNames.map(async (name) => (await who.ask(asked[name](placeTypeId('austin')))).errors.map(({ code }) => code)));

test('who has left is refused by all four subgraphs at the next request, with a token that has not expired', async () => {
  const { who, membership, sub } = await joined(officer, 'MEDICAL_DIRECTOR', 'austin');
  expect(await codes(who)).toEqual([[], [], [], []]);
  expect(await end(officer, membership.id)).toEqual({
    ...{ __typename: 'Membership', id: membership.id, endsAt: expect.any(String), endedBy: 'Odette Sinclair', standing: 'ENDED' },
  });
  expect(await codes(who)).toEqual([['FORBIDDEN'], ['FORBIDDEN'], ['FORBIDDEN'], ['FORBIDDEN']]);
  for (const name of subgraphNames)
    expect(await graph.sql(`select 1 from ${name}.tenancy_membership where sub = $1`, [sub]), name).toEqual([]);
  const waiting = await graph.sql(`select topic from clinics.outbox_event where delivered_at is null`);
  expect(waiting).toEqual([]);
  expect(await end(officer, membership.id)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const [row] = await graph.sql(
    `select tenant_id, actor, detail from clinics.audit_event where action = 'membership.ended' order by id desc limit 1`,
  );
  expect(row).toMatchObject({ tenant_id: placeId('austin'), detail: { role: 'MEDICAL_DIRECTOR', leaving: false } });
});

test('the sandbox’s clock neither keeps anybody in nor lets anybody in', async () => {
  const { who, membership } = await joined(officer, 'FRONT_DESK', 'austin');
  graph.clock.set(new Date(Date.now() + 40 * 86_400_000));
  expect(await end(officer, membership.id)).toMatchObject({ standing: 'ENDED' });
  graph.clock.set(new Date());
  expect((await codes(who))[0]).toEqual(['FORBIDDEN']);
});

test('one may leave, with a day or at once, and an end comes earlier but never later', async () => {
  const { who, membership } = await joined(manager, 'FRONT_DESK', 'austin');
  expect(await end(who, membership.id, { lastDay: inDays(30) })).toMatchObject({
    ...{ endsAt: `${inDays(31)}T00:00:00.000Z`, endedBy: 'Toni Vale', standing: 'RUNNING' },
  });
  expect((await codes(who))[0]).toEqual([]);
  expect(await end(who, membership.id, { lastDay: inDays(31) })).toMatchObject({ issues: [{ path: 'input.lastDay' }] });
  expect(await end(who, membership.id, { lastDay: '9999-12-31' })).toMatchObject({ issues: [{ path: 'input.lastDay' }] });
  expect(await end(who, membership.id, { lastDay: inDays(-1) })).toMatchObject({ issues: [{ path: 'input.lastDay' }] });
  expect(await end(who, membership.id)).toMatchObject({ standing: 'ENDED' });
  expect((await codes(who))[0]).toEqual(['FORBIDDEN']);
  await expect(graph.sql(`update clinics.membership set ends_at = null where ended_by is not null`)).rejects.toThrow('only comes earlier');
});

test('one that begins later gives nothing before its day, and ended before it, never runs', async () => {
  const { who, membership } = await joined(officer, 'FRONT_DESK', 'austin', { startsOn: inDays(3) });
  expect(membership).toMatchObject({ startsAt: `${inDays(3)}T00:00:00.000Z`, standing: 'COMING' });
  expect((await codes(who))[0]).toEqual(['FORBIDDEN']);
  const mine = await person(membership.subject);
  expect(await end(mine, membership.id)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await end(officer, membership.id)).toMatchObject({ endsAt: `${inDays(3)}T00:00:00.000Z` });
});

test.each([
  ['a manager, an examiner', 'mso-manager', 'austin', 'EXAMINER', 'FORBIDDEN'],
  ['a manager, a prescriber', 'mso-manager', 'austin', 'PRESCRIBER', 'FORBIDDEN'],
  ['a manager, a director', 'mso-manager', 'austin', 'MEDICAL_DIRECTOR', 'FORBIDDEN'],
  ['a manager, a compliance officer', 'mso-manager', 'austin', 'COMPLIANCE_OFFICER', 'FORBIDDEN'],
  ['a manager, an auditor of themselves', 'mso-manager', 'mso-a', 'AUDITOR', 'FORBIDDEN'],
  ['a manager, the desk of a whole entity', 'mso-manager', 'entity-a1', 'FRONT_DESK', 'NOT_FOUND'],
  ['a manager, at another MSO', 'mso-manager', 'mso-b', 'MSO_MANAGER', 'NOT_FOUND'],
  ['a manager, at a clinic of another MSO', 'mso-manager', 'houston', 'FRONT_DESK', 'NOT_FOUND'],
  ['an officer, at an entity that is another’s', 'compliance', 'entity-a2', 'EXAMINER', 'NOT_FOUND'],
  ['an officer, at a clinic of another entity', 'compliance', 'houston', 'FRONT_DESK', 'NOT_FOUND'],
  ['an officer, a manager of a clinic', 'compliance', 'austin', 'MSO_MANAGER', 'FORBIDDEN'],
  ['a director', 'director', 'austin', 'EXAMINER', 'FORBIDDEN'],
  ['the front desk', 'front-desk', 'austin', 'FRONT_DESK', 'FORBIDDEN'],
])('%s: not to be invited', async (_what, persona, place, role, code) => {
  const who = await graph.as(persona, { stepUp: true });
  expect(await invite(who, { at: placeTypeId(place), role, name: 'Toni Vale', subject: newSub('practitioner') })).toMatchObject({ code });
});

test('a manager invites managers of the MSO and the desk of its clinics; an officer of one clinic invites nobody', async () => {
  expect(await invite(manager, { at: placeTypeId('mso-a'), role: 'MSO_MANAGER', name: 'Toni' })).toMatchObject({
    __typename: 'NewInvitation',
  });
  const desk = { at: placeTypeId('miami'), role: 'FRONT_DESK', name: 'Toni' };
  expect(await invite(manager, { ...desk, subject: newSub() })).toMatchObject({ __typename: 'NewInvitation' });
  // A code that anybody may use could be used by the MSO's own people.
  expect(await invite(manager, desk)).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.subject' }] });
  const { who } = await joined(officer, 'COMPLIANCE_OFFICER', 'austin');
  expect(await invite(who, { at: placeTypeId('austin'), role: 'FRONT_DESK', name: 'Toni' })).toMatchObject({ code: 'FORBIDDEN' });
});

test.each([
  ['an examiner without a practitioner’s id', { role: 'EXAMINER' }, 'input.subject'],
  ['an examiner by a user’s id', { role: 'EXAMINER', subject: 'usr_01h455vb4pex5vsknk084sn02q' }, 'input.subject'],
  ['oneself', { role: 'FRONT_DESK', subject: personas['compliance']?.sub }, 'input.subject'],
  ['from a day gone by', { role: 'FRONT_DESK', startsOn: inDays(-1) }, 'input.startsOn'],
  ['until a day before the first', { role: 'FRONT_DESK', startsOn: inDays(5), endsOn: inDays(4) }, 'input.endsOn'],
  ['nobody', { role: 'FRONT_DESK', name: '  ' }, 'input.name'],
  ['from the end of the calendar', { role: 'FRONT_DESK', startsOn: '9999-12-31' }, 'input.startsOn'],
  ['until the end of the calendar', { role: 'FRONT_DESK', endsOn: '9999-12-31' }, 'input.endsOn'],
])('an officer invites %s: refused, naming the path', async (_what, more, path) => {
  const answer = await invite(officer, { at: placeTypeId('austin'), name: 'Toni Vale', ...more });
  expect(answer).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path }] });
});

test('inviting, and ending another’s membership, need a second factor', async () => {
  const plain = await graph.as('compliance');
  expect(await invite(plain, { at: placeTypeId('austin'), role: 'FRONT_DESK', name: 'Toni' })).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  const desk = toId('membership', uuidOf(`membership:front-desk:FRONT_DESK:${placeTypeId('austin')}`));
  expect(await end(plain, desk)).toMatchObject({ code: 'STEP_UP_REQUIRED' });
});

test('a code is for the person named, for nobody who invited, and not for long', async () => {
  const named = await invite(officer, { at: placeTypeId('austin'), role: 'FRONT_DESK', name: 'Toni', subject: newSub() });
  expect(await accept(await person(newSub()), named.code)).toMatchObject({ code: 'NOT_FOUND' });
  const open = await invite(officer, { at: placeTypeId('austin'), role: 'FRONT_DESK', name: 'Toni' });
  expect(await accept(officer, open.code)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await accept(officer, 'no such code')).toMatchObject({ code: 'NOT_FOUND' });
  await graph.sql(`update clinics.invitation set expires_at = now() - interval '1 second' where accepted_at is null`);
  expect(await accept(await person(newSub()), open.code)).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    message: expect.stringContaining('expired'),
  });
});

test('a withdrawn invitation opens nothing, and only an open one is withdrawn, by whoever might have given it', async () => {
  const { code, invitation } = await invite(officer, { at: placeTypeId('austin'), role: 'COMPLIANCE_OFFICER', name: 'Toni' });
  expect(await said(manager, WITHDRAW, { invitationId: invitation.id })).toMatchObject({ code: 'FORBIDDEN' });
  expect(await said(await graph.as('compliance-b'), WITHDRAW, { invitationId: invitation.id })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await said(officer, WITHDRAW, { invitationId: invitation.id })).toMatchObject({ standing: 'WITHDRAWN' });
  expect(await accept(await person(newSub()), code)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(await said(officer, WITHDRAW, { invitationId: invitation.id })).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('a retry with its key gets the same code, and does nothing twice', async () => {
  const idempotencyKey = randomUUID();
  const input = { at: placeTypeId('austin'), role: 'FRONT_DESK', name: 'Toni' };
  const first = await invite(officer, input, { idempotencyKey });
  expect(await invite(officer, input, { idempotencyKey })).toEqual(first);
  const who = await person(newSub());
  const key = { idempotencyKey: randomUUID() };
  const membership = await accept(who, first.code, key);
  expect(await accept(who, first.code, key)).toEqual(membership);
  expect(await graph.sql(`select 1 from clinics.membership where sub = $1`, [membership.subject])).toHaveLength(1);
});

test('of fifty who accept one code at once, one comes in', async () => {
  const { code } = await invite(officer, { at: placeTypeId('austin'), role: 'FRONT_DESK', name: 'Toni' });
  const people = await Promise.all(Array.from({ length: 50 }, () => person(newSub())));
  const answers = await Promise.all(people.map((who) => accept(who, code)));
  expect(answers.filter(({ __typename }: Data) => __typename === 'Membership')).toHaveLength(1);
  expect(
    answers.filter(({ code: refused }: Data) => ['CONFLICT', 'ILLEGAL_TRANSITION', 'UNAVAILABLE', undefined].includes(refused)),
  ).toHaveLength(50);
});

test('who holds the role there already is not made to hold it twice', async () => {
  const desk = await graph.as('front-desk');
  const { code } = await invite(officer, { at: placeTypeId('austin'), role: 'FRONT_DESK', name: 'Robin' });
  expect(await accept(desk, code)).toMatchObject({ code: 'CONFLICT' });
});

test('who was ended does not come back by an older code, nor by a renewal that was to begin', async () => {
  const sub = newSub();
  const offer = { at: placeTypeId('austin'), role: 'FRONT_DESK', name: 'Toni Vale', subject: sub };
  const first = await invite(officer, { ...offer, endsOn: inDays(5) });
  const second = await invite(officer, { ...offer, subject: undefined });
  const renewal = await invite(officer, { ...offer, startsOn: inDays(10) });
  const who = await person(sub, { role: 'FRONT_DESK', at: offer.at });
  const [running, coming] = [await accept(who, first.code), await accept(who, renewal.code)];
  expect([running.standing, coming.standing]).toEqual(['RUNNING', 'COMING']);
  await end(officer, running.id);
  const rows = await graph.sql(`select ends_at = starts_at as never from clinics.membership where sub = $1 and starts_at > now()`, [sub]);
  expect(rows).toEqual([{ never: true }]);
  expect(await accept(who, second.code)).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: expect.stringContaining('expired') });
  const anew = await invite(officer, offer);
  expect(await accept(who, anew.code)).toMatchObject({ standing: 'RUNNING' });
});

test('an invitation falls with the right it was given by, also where nobody ended that right by hand', async () => {
  const gone = await joined(manager, 'MSO_MANAGER', 'mso-a');
  const sub = newSub();
  const desk = await invite(gone.who, { at: placeTypeId('miami'), role: 'FRONT_DESK', name: 'Toni Vale', subject: sub });
  await graph.sql(`update clinics.membership set ends_at = now() where sub = $1`, [gone.sub]);
  // Whoever comes in next has the tenancy read again.
  await joined(officer, 'FRONT_DESK', 'san-diego');
  expect(await accept(await person(sub), desk.code)).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    message: expect.stringContaining('expired'),
  });
  expect(await graph.sql(`select 1 from clinics.membership where sub = $1`, [sub])).toEqual([]);
});

test('who manages an MSO is not at the desk of its clinics, nor their compliance officer, whichever came first', async () => {
  const separate = { __typename: 'SeparateSides', code: 'SEPARATE_SIDES' };
  const boss = await joined(manager, 'MSO_MANAGER', 'mso-a');
  for (const [by, role, place] of [
    [manager, 'FRONT_DESK', 'austin'],
    [officer, 'COMPLIANCE_OFFICER', 'entity-a1'],
  ] as const) {
    const { code } = await invite(by, { at: placeTypeId(place), role, name: 'Toni Vale', subject: boss.sub });
    expect(await accept(boss.who, code), role).toMatchObject(separate);
  }
  const desk = await joined(officer, 'FRONT_DESK', 'austin');
  const { code } = await invite(manager, { at: placeTypeId('mso-a'), role: 'MSO_MANAGER', name: 'Toni Vale', subject: desk.sub });
  expect(await accept(desk.who, code)).toMatchObject(separate);
  await end(desk.who, desk.membership.id);
  expect(await accept(desk.who, code)).toMatchObject({ standing: 'RUNNING' });
});

test('of two codes for the same role that one person accepts at once, one counts', async () => {
  const sub = newSub();
  const offer = { at: placeTypeId('austin'), role: 'FRONT_DESK', name: 'Toni Vale', subject: sub };
  const given = [await invite(officer, offer), await invite(officer, offer), await invite(officer, offer)];
  const who = await person(sub);
  const answers = await Promise.all(given.map(({ code }) => accept(who, code)));
  expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['Conflict', 'Conflict', 'Membership']);
});

test('nobody ends an entity’s last compliance officer; when another has come who stays, it can be done, and what the first offered is void', async () => {
  const membershipOf = (key: string) => toId('membership', uuidOf(`membership:${key}:COMPLIANCE_OFFICER:${placeTypeId('entity-a1')}`));
  const first = membershipOf('compliance');
  expect(await end(officer, membershipOf('compliance-deputy'))).toMatchObject({ standing: 'ENDED' });
  const refused = { __typename: 'LastComplianceOfficer', code: 'LAST_COMPLIANCE_OFFICER' };
  expect(await end(officer, first)).toMatchObject(refused);
  expect(await end(officer, first, { lastDay: inDays(200) })).toMatchObject(refused);
  const passing = await joined(officer, 'COMPLIANCE_OFFICER', 'entity-a1', { endsOn: inDays(20) });
  expect(await end(passing.who, first)).toMatchObject(refused);
  const next = await joined(officer, 'COMPLIANCE_OFFICER', 'entity-a1');
  const offered = await invite(officer, { at: placeTypeId('austin'), role: 'FRONT_DESK', name: 'Toni' });
  expect(await end(next.who, first)).toMatchObject({ standing: 'ENDED', endedBy: 'Toni Vale' });
  expect(await accept(await person(newSub()), offered.code)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(await end(next.who, next.membership.id)).toMatchObject(refused);
  expect((await officer.ask('{ memberships { nodes { id } } }')).errors[0]?.code).toBe('FORBIDDEN');
});

const MEMBERS =
  'query ($at: ID, $first: Int, $after: String) { memberships(at: $at, first: $first, after: $after) { nodes { id subject role at standing } pageInfo { hasNextPage endCursor } } }';

test('members are listed in pages to managers and officers, those of their own places', async () => {
  const first = (await manager.get(MEMBERS, { at: placeTypeId('austin'), first: 3 })).memberships;
  expect([first.nodes.length, first.pageInfo.hasNextPage]).toEqual([3, true]);
  const next = (await manager.get(MEMBERS, { at: placeTypeId('austin'), first: 200, after: first.pageInfo.endCursor })).memberships;
  const all = [...first.nodes, ...next.nodes];
  expect(new Set(all.map(({ id }: Data) => id)).size).toBe(all.length);
  expect(new Set(all.map(({ at }: Data) => at))).toEqual(new Set([placeTypeId('austin')]));
  expect(all.some(({ subject }: Data) => subject === personas['front-desk']?.sub)).toBe(true);
  const everywhere = (await manager.get(MEMBERS, { first: 200 })).memberships.nodes;
  expect(everywhere.some(({ at }: Data) => [placeTypeId('houston'), placeTypeId('mso-b')].includes(at))).toBe(false);
  for (const place of ['houston', 'mso-b', 'entity-b1', 'pharmacy-a'])
    expect((await manager.ask(MEMBERS, { at: placeTypeId(place) })).errors[0]?.code, place).toBe('NOT_FOUND');
});

test('the viewer sees their own memberships', async () => {
  const desk = await graph.as('front-desk');
  const { viewer } = await desk.get('{ viewer { memberships { role at standing } } }');
  expect(viewer.memberships).toEqual([{ role: 'FRONT_DESK', at: placeTypeId('austin'), standing: 'RUNNING' }]);
});
