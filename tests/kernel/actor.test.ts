import { expect, test } from 'vitest';
import { actorFrom, actorFromAsk } from '#kernel/actor.ts';
import type { Tenancy } from '#kernel/actor.ts';
import { toId } from '#kernel/ids.ts';
import { permissions } from '#kernel/permissions.ts';
import { roleRights } from '#kernel/role-rights.ts';
import type { Permission } from '#kernel/permissions.ts';
import type { Grant, TokenClaims } from '#kernel/token.ts';

const uuid = (n: number) => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const [clinicA, clinicB, clinicC, entityOne, entityTwo, mso, pharmacy] = [1, 2, 3, 11, 12, 21, 31].map(uuid) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
/** Clinics A and B belong to entity one, C to entity two; the MSO manages A and C. */
const clinics = [
  { clinicId: clinicA, entityId: entityOne, msoId: mso },
  { clinicId: clinicB, entityId: entityOne, msoId: null },
  { clinicId: clinicC, entityId: entityTwo, msoId: mso },
];
const now = 1_795_300_000;
const claims = (grants: Grant[], more: Partial<TokenClaims> = {}): TokenClaims => ({
  sub: 'usr_1',
  name: 'Nora Vale',
  grants,
  authTime: null,
  amr: [],
  expiresAt: now + 900,
  tokenHash: 'hash',
  ...more,
});
const member = (grants: Grant[], sub = 'usr_1'): Tenancy => ({ clinics, memberships: grants.map((grant) => ({ sub, ...grant })) });
const actorWith = (...grants: Grant[]) => actorFrom(claims(grants), member(grants));

/** Every right an actor has: places by permission, and what is had everywhere. */
const rightsOf = (actor: ReturnType<typeof actorFrom>) => ({
  placed: Object.fromEntries(permissions.map((p) => [p, actor.places(p)] as const).filter(([, places]) => places.length > 0)),
  everywhere: permissions.filter((p) => actor.everywhere(p)),
});
const placedAt = (list: readonly Permission[], places: string[]) => Object.fromEntries(list.map((p) => [p, places]));
/** Whoever is signed in may come to hold a first role. */
const none = { placed: {}, everywhere: ['invitation:accept'] };
const nothing = { placed: {}, everywhere: [] };
const inOrder = (list: readonly Permission[]) => permissions.filter((p) => list.includes(p));

test('at a clinic, a role reaches that clinic and no other', () => {
  const actor = actorWith({ role: 'EXAMINER', at: toId('clinic', clinicA) });
  expect(rightsOf(actor)).toEqual({
    placed: placedAt(roleRights.EXAMINER.placed, [clinicA]),
    everywhere: inOrder(roleRights.EXAMINER.everywhere),
  });
  expect(actor).toMatchObject({
    sub: 'usr_1',
    name: 'Nora Vale',
    service: null,
    grants: [{ role: 'EXAMINER', at: toId('clinic', clinicA) }],
    expiresAt: now + 900,
    tokenHash: 'hash',
  });
});

test('at an entity, a role reaches the entity and all its clinics', () => {
  const actor = actorWith({ role: 'PRESCRIBER', at: toId('entity', entityOne) });
  expect(actor.places('order:sign')).toEqual([entityOne, clinicA, clinicB]);
});

test('at an MSO, a manager reaches the MSO and the clinics it manages, and no chart', () => {
  const actor = actorWith({ role: 'MSO_MANAGER', at: toId('mso', mso) });
  expect(rightsOf(actor).placed).toEqual(placedAt(roleRights.MSO_MANAGER.placed, [mso, clinicA, clinicC]));
  const clinical: Permission[] = ['chart:read', 'patient:read', 'exam:read', 'order:read', 'order:sign', 'exam:conduct', 'metrics:exact'];
  expect(clinical.filter((permission) => actor.may(permission))).toEqual([]);
});

test('at a pharmacy, a role reaches that pharmacy', () => {
  const actor = actorWith({ role: 'PHARMACIST', at: toId('pharmacy', pharmacy) });
  expect([actor.places('order:verify'), actor.everywhere('clinic:read'), actor.may('chart:read')]).toEqual([[pharmacy], true, false]);
});

test('a role and its place stay paired: examiner here and prescriber there signs only there', () => {
  const actor = actorWith({ role: 'EXAMINER', at: toId('clinic', clinicA) }, { role: 'PRESCRIBER', at: toId('clinic', clinicB) });
  expect([actor.places('exam:conduct'), actor.places('order:sign'), actor.places('chart:read')]).toEqual([
    [clinicA],
    [clinicB],
    [clinicA, clinicB],
  ]);
});

test('a place reached by two grants is listed once', () => {
  const actor = actorWith({ role: 'EXAMINER', at: toId('entity', entityOne) }, { role: 'PRESCRIBER', at: toId('clinic', clinicA) });
  expect(actor.places('chart:read')).toEqual([entityOne, clinicA, clinicB]);
});

test.for<[string, Grant]>([
  ['a clinical role at an MSO', { role: 'EXAMINER', at: toId('mso', mso) }],
  ['a prescriber at an MSO', { role: 'PRESCRIBER', at: toId('mso', mso) }],
  ['a manager at a clinic', { role: 'MSO_MANAGER', at: toId('clinic', clinicA) }],
  ['a pharmacist at a clinic', { role: 'PHARMACIST', at: toId('clinic', clinicA) }],
  ['SERVICE anywhere', { role: 'SERVICE', at: toId('clinic', clinicA) }],
  ['a place of no kind', { role: 'EXAMINER', at: clinicA }],
  ['a malformed place', { role: 'EXAMINER', at: 'cli_nothing' }],
  ['a place that is a person', { role: 'EXAMINER', at: toId('patient', clinicA) }],
])('%s is dropped, though the memberships have it too', ([, grant]) => {
  const actor = actorWith(grant);
  expect([rightsOf(actor), actor.grants]).toEqual([none, []]);
});

test('a grant whose membership has ended, or is another’s, or at another place, gives nothing', () => {
  const grant: Grant = { role: 'EXAMINER', at: toId('clinic', clinicA) };
  const copies = [
    member([]),
    member([grant], 'usr_2'),
    member([{ ...grant, at: toId('clinic', clinicB) }]),
    member([{ ...grant, role: 'PRESCRIBER' }]),
  ];
  expect(copies.map((tenancy) => rightsOf(actorFrom(claims([grant]), tenancy)))).toEqual([none, none, none, none]);
});

test('a membership that the token does not name gives nothing', () => {
  expect(rightsOf(actorFrom(claims([]), member([{ role: 'PRESCRIBER', at: toId('clinic', clinicA) }])))).toEqual(none);
});

test('with a stale copy of the tenancy one may know who one is, and nothing else', () => {
  const actor = actorFrom(claims([{ role: 'PRESCRIBER', at: toId('entity', entityOne) }]), null);
  expect([rightsOf(actor), actor.grants]).toEqual([{ placed: {}, everywhere: ['viewer:read'] }, []]);
  expect(rightsOf(actorFrom(claims([{ role: 'PRESCRIBER', at: toId('mso', mso) }]), null))).toEqual(nothing);
});

test('a fresh copy takes effect at once', () => {
  const grant: Grant = { role: 'EXAMINER', at: toId('entity', entityTwo) };
  const before = member([grant]);
  const after = { ...before, clinics: [...clinics, { clinicId: uuid(4), entityId: entityTwo, msoId: null }] };
  expect([before, after].map((tenancy) => actorFrom(claims([grant]), tenancy).places('chart:read'))).toEqual([
    [entityTwo, clinicC],
    [entityTwo, clinicC, uuid(4)],
  ]);
});

test('step-up needs a second factor and a sign-in within 5 minutes', () => {
  const stepped = (authTime: number | null, amr: string[]) => actorFrom(claims([], { authTime, amr }), null).steppedUp(now);
  const cases: [number | null, string[]][] = [
    [now, ['pwd', 'otp']],
    [now - 300, ['hwk']],
    [now - 60, ['mfa']],
    [now - 301, ['pwd', 'otp']],
    [now + 600, ['pwd', 'otp']],
    [now, ['pwd']],
    [now, ['pwd', 'pin']],
    [now, []],
    [null, ['pwd', 'otp']],
  ];
  expect(cases.map(([authTime, amr]) => stepped(authTime, amr))).toEqual([true, true, true, false, false, false, false, false, false]);
});

test('an ask by the user’s right has the user’s rights, until the ask ends', () => {
  const grant: Grant = { role: 'PRESCRIBER', at: toId('clinic', clinicA) };
  const user = claims([grant], { authTime: now, amr: ['otp'] });
  const ask = { service: 'pharmacies', as: 'user', user, documentHash: 'h', expiresAt: now + 10 } as const;
  const actor = actorFromAsk(ask, member([grant]));
  expect(rightsOf(actor)).toEqual(rightsOf(actorFrom(user, member([grant]))));
  expect(actor).toMatchObject({ sub: 'usr_1', service: null, expiresAt: now + 10 });
  expect(rightsOf(actorFromAsk(ask, null))).toEqual({ placed: {}, everywhere: ['viewer:read'] });
});

test('an ask by the service’s right has what every subgraph has, no place, and cannot sign', () => {
  const user = claims([{ role: 'PRESCRIBER', at: toId('clinic', clinicA) }], { authTime: now, amr: ['otp'] });
  const ask = { service: 'pharmacies', as: 'service', user: null, documentHash: 'h', expiresAt: now + 10 } as const;
  const rights = { placed: {}, everywhere: inOrder(roleRights.SERVICE.everywhere) };
  const alone = actorFromAsk(ask, null);
  const onBehalf = actorFromAsk({ ...ask, user }, member([...user.grants]));
  expect([rightsOf(alone), rightsOf(onBehalf), alone.steppedUp(now), onBehalf.steppedUp(now)]).toEqual([rights, rights, false, false]);
  expect([alone.sub, alone.service, onBehalf.sub, onBehalf.service]).toEqual(['pharmacies', 'pharmacies', 'usr_1', 'pharmacies']);
});
