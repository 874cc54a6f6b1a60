import type { Context } from '../builder.ts';
import { shownProtocolStatus } from '../protocol/protocol-version.ts';
import { type Ground, heldNowhere, lapsesAmong, type Signer, unanswered } from '../protocol/signer-authority.ts';
import { lastDayInForce, supersededOn, type Versioned } from '../protocol/supersession.ts';

/** A version with its protocol, the clinics that work by it and those who must sign it. */
export interface KnownProtocol extends Versioned {
  /** PROTOCOL or STANDING_ORDER. */
  readonly kind: string;
  readonly service: string;
  readonly version: string;
  readonly title: string;
  readonly expiresOn: Date;
  /** The day on which another version takes over. */
  readonly supersededOn: Date | null;
  readonly digest: string;
  readonly clinicIds: readonly string[];
  readonly signers: readonly Signer[];
}

/** A version as it stands today: what it shows, its last day in force, and the clinics that may work by it. */
export interface ProtocolToday extends Omit<KnownProtocol, 'status'> {
  readonly status: ReturnType<typeof shownProtocolStatus>;
}

/** By clinic every version of its protocols, whatever the status; or one version by its id. */
export type Wanted = { readonly clinicIds: readonly string[] } | { readonly id: string };

/** Reads them in one statement: readiness asks for every clinic of an MSO at once. */
export async function readProtocols(ctx: Pick<Context, 'db'>, wanted: Wanted): Promise<KnownProtocol[]> {
  // Which version counts is seen among all of its protocol, so they are read together.
  const [condition, value] =
    'id' in wanted
      ? ['v.protocol_id in (select protocol_id from protocol_version where id = any ($1::uuid[]))', [wanted.id]]
      : ['v.protocol_id in (select protocol_id from protocol_clinic where clinic_id = any ($1::uuid[]))', [...new Set(wanted.clinicIds)]];
  const versions = await ctx.db.$queryRawUnsafe<Omit<KnownProtocol, 'supersededOn'>[]>(
    `select v.id::text, p.id::text as "protocolId", p.kind, p.service, v.version, v.title, v.status, v.effective_from as "effectiveFrom",
       v.expires_on as "expiresOn", v.activated_at as "activatedAt", v.withdrawn_at as "withdrawnAt", v.digest,
       array(select c.clinic_id::text from protocol_clinic c where c.protocol_id = p.id order by c.clinic_id) as "clinicIds",
       coalesce((select jsonb_agg(jsonb_build_object('versionId', s.version_id, 'service', p.service, 'practitionerId', s.practitioner_id, 'clinicId', s.clinic_id,
         'capacity', s.capacity, 'state', s.state)) from protocol_signer s where s.version_id = v.id), '[]') as signers
     from protocol_version v join protocol p on p.id = v.protocol_id where ${condition} order by v.id`,
    value,
  );
  const siblings = Map.groupBy(versions, ({ protocolId }) => protocolId);
  return versions
    .filter(({ id }) => !('id' in wanted) || id === wanted.id)
    .map((version) => ({ ...version, supersededOn: supersededOn(version, siblings.get(version.protocolId) ?? []) }));
}

/** What its signers stand on, for one version; those who ask for many clinics have it at hand. */
export async function groundOf(ctx: Pick<Context, 'db'>, protocol: KnownProtocol): Promise<Ground> {
  const practitionerIds = [...new Set(protocol.signers.map(({ practitionerId }) => practitionerId))];
  if (practitionerIds.length === 0) return { engagements: [], licenses: [], screenings: [] };
  const signers = await ctx.db.practitioner.findMany({
    where: { id: { in: practitionerIds } },
    select: { engagements: true, licenses: { include: { standings: true } }, screenings: true },
  });
  return {
    engagements: signers.flatMap(({ engagements }) => engagements),
    licenses: signers.flatMap(({ licenses }) => licenses),
    screenings: signers.flatMap(({ screenings }) => screenings),
  };
}

/** A version where it holds at all: the clinics whose signers have lapsed are left out, and when it holds nowhere, it is suspended. */
export function protocolToday(protocol: KnownProtocol, ground: Ground, now: Date): ProtocolToday {
  const lapses = unanswered(protocol.signers, lapsesAmong(protocol.signers, ground, now));
  const nowhere = heldNowhere(protocol.signers, lapses);
  const lapsed = new Set(lapses.map(({ clinicId }) => clinicId));
  return {
    ...protocol,
    status: shownProtocolStatus(protocol, now, !nowhere),
    expiresOn: lastDayInForce(protocol),
    clinicIds: nowhere ? protocol.clinicIds : protocol.clinicIds.filter((clinicId) => !lapsed.has(clinicId)),
  };
}

/** A version as one clinic sees it: suspended where one who signed for this clinic may not answer for it today. */
export function protocolTodayAt(protocol: KnownProtocol, clinicId: string, ground: Ground, now: Date): ProtocolToday {
  const here = protocol.signers.filter((signer) => signer.clinicId === clinicId);
  const isHeld = unanswered(here, lapsesAmong(here, ground, now)).length === 0;
  return { ...protocol, status: shownProtocolStatus(protocol, now, isHeld), expiresOn: lastDayInForce(protocol) };
}
