/** From what a token says to what its bearer may do here: a right is in the token *and* in our copy of the memberships, or it is not. */
import type { AskClaims } from './ask.ts';
import { idPrefixes, tryId } from './ids.ts';
import type { SubgraphName } from './names.ts';
import { systemRoles } from './permissions.ts';
import type { Permission, PlaceKind, Role } from './permissions.ts';
import { roleRights, signedIn } from './role-rights.ts';
import type { Grant, TokenClaims } from './token.ts';

/** The copy of who belongs where that each subgraph keeps. Clinics, entities and MSOs are uuids here, a membership's `at` is a TypeID. Replaced as a whole, never changed. */
export interface Tenancy {
  readonly clinics: readonly { readonly clinicId: string; readonly entityId: string; readonly msoId: string | null }[];
  readonly memberships: readonly { readonly sub: string; readonly role: Role; readonly at: string }[];
}

/** Who is calling and what they may do. It has all of `TokenClaims`, so an ask can be signed from it. */
export interface Actor {
  readonly sub: string;
  readonly name: string;
  /** The subgraph that acts by its own right. Null for a person, also when a subgraph asks for them by their right. */
  readonly service: SubgraphName | null;
  /** The grants that are alive: in the token, in the memberships, and at a place where the role can be held. */
  readonly grants: readonly Grant[];
  readonly authTime: number | null;
  readonly amr: readonly string[];
  readonly tokenHash: string;
  readonly expiresAt: number;
  /** Whether the permission is held anywhere at all. It opens a field; `places` and `everywhere` say which rows. */
  may(permission: Permission): boolean;
  /** The uuids of the places whose rows the permission reaches. */
  places(permission: Permission): readonly string[];
  /** Whether the permission is about a register that has no place. */
  everywhere(permission: Permission): boolean;
  /** Whether the person signed in within the last 5 minutes with a second factor (RFC 9470). Ask with the real clock. */
  steppedUp(nowSeconds: number): boolean;
}

const stepUpSeconds = 5 * 60;
const aheadSeconds = 5;

/** RFC 8176 methods that are something one has or is. A PIN is a second thing known, so with a password it is still one factor. */
const secondFactors = new Set(['mfa', 'otp', 'hwk', 'swk', 'sc', 'sms', 'tel', 'face', 'fpt', 'iris', 'retina', 'vbm']);

const placeKinds: readonly PlaceKind[] = ['clinic', 'entity', 'mso', 'pharmacy', 'platform'];
const nowhere: readonly string[] = Object.freeze([]);

/** The rights of a person. Without a tenancy (`null`: the copy is stale) they may know who they are and nothing else. */
export function actorFrom(claims: TokenClaims, tenancy: Tenancy | null): Actor {
  const held = claims.grants.flatMap(placedGrant);
  if (tenancy === null) {
    const known = held.some(({ role }) => roleRights[role].everywhere.includes('viewer:read'));
    return actorOf({ ...claims, grants: [] }, null, new Map(), new Set<Permission>(known ? ['viewer:read'] : []));
  }
  const index = indexOf(tenancy);
  const live = held.filter((grant) => index.memberships.has(membershipKey(claims.sub, grant.role, grant.at)));
  const reached = new Map<Permission, Set<string>>();
  for (const { role, kind, uuid } of live) {
    const places = [uuid, ...(kind === 'entity' || kind === 'mso' ? (index.clinicsUnder[kind].get(uuid) ?? nowhere) : nowhere)];
    for (const permission of roleRights[role].placed) {
      const uuids = reached.get(permission) ?? new Set();
      for (const place of places) uuids.add(place);
      reached.set(permission, uuids);
    }
  }
  const places = new Map([...reached].map(([permission, uuids]) => [permission, Object.freeze([...uuids])]));
  // A program is invited nowhere.
  const own = claims.grants.some(({ role }) => systemRoles.includes(role)) ? [] : signedIn;
  const everywhere = new Set([...own, ...live.flatMap(({ role }) => roleRights[role].everywhere)]);
  return actorOf({ ...claims, grants: live.map(({ role, at }) => ({ role, at })) }, null, places, everywhere);
}

/** The rights of an ask: the user's, or those every subgraph has. An ask by the service's right can neither see a place nor sign. */
export function actorFromAsk(ask: AskClaims, tenancy: Tenancy | null): Actor {
  // The ask ends before the user's token does, and with it whatever was opened by it.
  if (ask.as === 'user' && ask.user) return actorFrom({ ...ask.user, expiresAt: ask.expiresAt }, tenancy);
  const who = {
    sub: ask.user?.sub ?? ask.service,
    name: ask.user?.name ?? ask.service,
    grants: [],
    authTime: null,
    amr: [],
    tokenHash: ask.user?.tokenHash ?? '',
    expiresAt: ask.expiresAt,
  };
  const rights = ask.as === 'service' ? roleRights.SERVICE.everywhere : [];
  return actorOf(who, ask.service, new Map(), new Set(rights));
}

/** Works out once who is behind the same claims under the same copy of the tenancy: of one request's claims several questions come. */
export function rememberingActors(): <Claims extends object>(
  claims: Claims,
  tenancy: Tenancy | null,
  from: (claims: Claims, tenancy: Tenancy | null) => Actor,
) => Actor {
  const known = new WeakMap<object, { readonly tenancy: Tenancy | null; readonly actor: Actor }>();
  return (claims, tenancy, from) => {
    const before = known.get(claims);
    if (before?.tenancy === tenancy) return before.actor;
    const actor = from(claims, tenancy);
    known.set(claims, { tenancy, actor });
    return actor;
  };
}

function actorOf(
  claims: TokenClaims,
  service: SubgraphName | null,
  places: ReadonlyMap<Permission, readonly string[]>,
  everywhere: ReadonlySet<Permission>,
): Actor {
  const { sub, name, grants, authTime, amr, tokenHash, expiresAt } = claims;
  return {
    ...{ sub, name, service, grants, authTime, amr, tokenHash, expiresAt },
    may: (permission) => everywhere.has(permission) || places.has(permission),
    places: (permission) => places.get(permission) ?? nowhere,
    everywhere: (permission) => everywhere.has(permission),
    steppedUp: (nowSeconds) =>
      authTime !== null &&
      nowSeconds - authTime <= stepUpSeconds &&
      authTime - nowSeconds <= aheadSeconds &&
      amr.some((method) => secondFactors.has(method)),
  };
}

/** A grant with its place read; none when the place is malformed or the role cannot be held at such a place. */
function placedGrant(grant: Grant): (Grant & { kind: PlaceKind; uuid: string })[] {
  const kind = placeKinds.find((candidate) => grant.at.startsWith(`${idPrefixes[candidate]}_`));
  if (kind === undefined || !roleRights[grant.role].heldAt.includes(kind)) return [];
  const uuid = tryId(kind, grant.at);
  return uuid === null ? [] : [{ ...grant, kind, uuid }];
}

interface TenancyIndex {
  readonly memberships: ReadonlySet<string>;
  readonly clinicsUnder: { readonly entity: ReadonlyMap<string, string[]>; readonly mso: ReadonlyMap<string, string[]> };
}

/** One index a copy: requests come far more often than the copy changes. */
const indexes = new WeakMap<Tenancy, TenancyIndex>();

function indexOf(tenancy: Tenancy): TenancyIndex {
  const known = indexes.get(tenancy);
  if (known) return known;
  const { clinics, memberships } = tenancy;
  const under = (place: (clinic: Tenancy['clinics'][number]) => string | null) => {
    const ids = new Map<string, string[]>();
    for (const clinic of clinics) {
      const above = place(clinic);
      if (above === null) continue;
      const below = ids.get(above);
      if (below) below.push(clinic.clinicId);
      else ids.set(above, [clinic.clinicId]);
    }
    return ids;
  };
  const index: TenancyIndex = {
    memberships: new Set(memberships.map(({ sub, role, at }) => membershipKey(sub, role, at))),
    clinicsUnder: { entity: under((clinic) => clinic.entityId), mso: under((clinic) => clinic.msoId) },
  };
  indexes.set(tenancy, index);
  return index;
}

function membershipKey(sub: string, role: Role, at: string): string {
  return `${role} ${at} ${sub}`;
}
