import { tryId, toId } from '#kernel/ids.ts';
import type { Context } from '../builder.ts';
import { storedDay, todayOf } from '../lapse.ts';
import { boardStatuses } from '../license/license-standing.ts';

/** What kinds of paper there are. */
export type PaperKind =
  | 'ENGAGEMENT'
  | 'PROTOCOL'
  | 'STANDING_ORDER'
  | 'LICENSE'
  | 'DEA_REGISTRATION'
  | 'CONTROLLED_SUBSTANCE_REGISTRATION'
  | 'INSURANCE_POLICY'
  | 'BOARD_CERTIFICATION'
  | 'COLLABORATIVE_AGREEMENT'
  | 'DELEGATION'
  | 'COMPETENCY'
  | 'TRAINING'
  | 'EXCLUSION';

/** One paper as it is read: stored ids, days as stored. */
export interface ReadPaper {
  readonly kind: PaperKind;
  readonly id: string;
  readonly practitionerId: string | null;
  readonly practitionerName: string | null;
  readonly otherName: string | null;
  readonly clinicIds: readonly string[];
  readonly state: string | null;
  readonly service: string | null;
  readonly detail: string | null;
  readonly status: string;
  readonly since: Date | null;
  readonly startsOn: Date | null;
  readonly endsOn: Date | null;
}

/** Whoever holds one of these at a clinic acts there under papers of their own. */
const practisingRoles = ['EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR'];

/**
 * Every paper of these clinics in one statement, however many: what never was in force is left out, what was taken away is told with its status.
 * `carried` says that another paper of the same kind, for the same, is in force: what it replaced has not lapsed.
 * A licence's status is the stricter of its row and of what was recorded of today.
 */
const allPapers = `
  with asked as (select unnest($1::uuid[]) as clinic_id),
  works as (
    select practitioner_id, array_agg(distinct clinic_id order by clinic_id) as clinic_ids from (
      select e.practitioner_id, e.clinic_id from engagement e join asked using (clinic_id) where e.status in ('ACTIVE', 'SUSPENDED', 'ENDING')
      union select * from unnest($2::uuid[], $3::uuid[])) as known (practitioner_id, clinic_id)
    group by practitioner_id),
  person as (select w.practitioner_id, w.clinic_ids, p.display_name from works w join practitioner p on p.id = w.practitioner_id),
  paper (kind, id, practitioner_id, practitioner_name, other_name, clinic_ids, state, service, detail, status, since, starts_on, ends_on) as (
    select 'ENGAGEMENT', e.id, e.practitioner_id, p.display_name, null, array[e.clinic_id], null, null, e.role, e.status,
        case when e.status = 'SUSPENDED' then
          (select max(v.at at time zone 'UTC')::date from engagement_event v where v.engagement_id = e.id and v.kind = 'SUSPENDED') end,
        e.starts_on, e.ends_on
      from engagement e join asked using (clinic_id) join practitioner p on p.id = e.practitioner_id where e.status <> 'DRAFT'
    union all
    select t.kind, v.id, null, null, null,
        array(select c.clinic_id from protocol_clinic c join asked using (clinic_id) where c.protocol_id = v.protocol_id order by 1),
        null, t.service, v.version, v.status, (v.withdrawn_at at time zone 'UTC')::date,
        v.effective_from, v.expires_on
      from protocol_version v join protocol t on t.id = v.protocol_id
      where v.status in ('ACTIVE', 'SUSPENDED') and exists (select 1 from protocol_clinic c join asked using (clinic_id) where c.protocol_id = v.protocol_id)
    union all
    select 'LICENSE', l.id, l.practitioner_id, p.display_name, l.type, p.clinic_ids, l.state, null, l.number,
        case when array_position($6::text[], s.status) > array_position($6::text[], l.status) then s.status else l.status end,
        case when s.status not in ('ACTIVE', 'UNVERIFIED', 'EXPIRED') then s.effective_from end, l.issued_on, l.expires_on
      from license l join person p using (practitioner_id) left join lateral (
        select * from license_standing s where s.license_id = l.id and s.effective_from <= $4::date and (s.effective_to is null or s.effective_to >= $4::date)
        order by s.recorded_at desc, array_position($6::text[], s.status) desc limit 1) s on true
    union all
    select 'DEA_REGISTRATION', d.id, d.practitioner_id, p.display_name, null, p.clinic_ids, d.state, null, null, d.status, null, null, d.expires_on
      from dea_registration d join person p using (practitioner_id)
    union all
    select 'CONTROLLED_SUBSTANCE_REGISTRATION', r.id, r.practitioner_id, p.display_name, null, p.clinic_ids, r.state, null, null, r.status, null, null, r.expires_on
      from controlled_substance_registration r join person p using (practitioner_id)
    union all
    select 'INSURANCE_POLICY', i.id, i.practitioner_id, p.display_name, null, p.clinic_ids, null, null, i.kind, i.status, null,
        i.effective_from, i.expires_on
      from insurance_policy i join person p using (practitioner_id)
    union all
    select 'BOARD_CERTIFICATION', b.id, b.practitioner_id, p.display_name, null, p.clinic_ids, null, null, b.specialty, b.status, null,
        b.certified_on, b.expires_on
      from board_certification b join person p using (practitioner_id)
    union all
    select 'COLLABORATIVE_AGREEMENT', a.id, a.supervisee_id, p.display_name, s.display_name, p.clinic_ids, a.state, null, null, a.status,
        (a.terminated_at at time zone 'UTC')::date, a.starts_on, a.ends_on
      from collaborative_agreement a join person p on p.practitioner_id = a.supervisee_id join practitioner s on s.id = a.supervisor_id
      where a.status <> 'DRAFT'
    union all
    select 'DELEGATION', d.id, d.delegate_id, p.display_name, g.display_name, array[d.clinic_id], null, d.service, null,
        case when d.revoked_at is null then 'ACTIVE' else 'REVOKED' end, (d.revoked_at at time zone 'UTC')::date, d.starts_on, d.ends_on
      from delegation d join asked using (clinic_id) join practitioner p on p.id = d.delegate_id join practitioner g on g.id = d.delegator_id
    union all
    select 'COMPETENCY', c.id, c.practitioner_id, p.display_name, null, p.clinic_ids, null, c.service, c.device,
        case when w.competency_id is null then 'ACTIVE' else 'REVOKED' end, (w.withdrawn_at at time zone 'UTC')::date, c.assessed_on, c.expires_on
      from competency c join person p using (practitioner_id) left join competency_withdrawal w on w.competency_id = c.id
    union all
    select 'TRAINING', t.id, t.practitioner_id, p.display_name, null, p.clinic_ids, null, t.service, t.kind, 'ACTIVE', null,
        t.completed_on, t.expires_on
      from training_record t join person p using (practitioner_id)
    union all
    select 'EXCLUSION', x.practitioner_id, x.practitioner_id, p.display_name, null, p.clinic_ids, null, null, x.source, x.status, x.since, null, null
      from exclusion_screening x join person p using (practitioner_id) where x.status <> 'NONE'),
  lined as (
    select *, bool_or(status in ('ACTIVE', 'ENDING') and (starts_on is null or starts_on <= $4::date) and (ends_on is null or ends_on >= $4::date)) over (
      partition by kind, practitioner_id, other_name, clinic_ids, state, service, case when kind in ('LICENSE', 'PROTOCOL', 'STANDING_ORDER') then null else detail end
    ) as carried from paper)
  select kind, id::text, practitioner_id::text as "practitionerId", practitioner_name as "practitionerName", other_name as "otherName",
    clinic_ids::text[] as "clinicIds", state, service, detail, status, since, starts_on as "startsOn", ends_on as "endsOn"
  from lined
  where $5::date is null
    or (not carried and (ends_on < $4::date and ends_on >= $5::date
      or status not in ('ACTIVE', 'ENDING', 'ENDED', 'UNVERIFIED', 'EXPIRED') and coalesce(since, $4::date) >= $5::date))
  order by kind, id`;

/** The papers of these clinics and of those who work there; with `lapsedSince`, only what ended since then or is out of force otherwise, and is not carried on by another. */
export async function readPapers(ctx: Context, clinicIds: readonly string[], lapsedSince: string | null): Promise<ReadPaper[]> {
  const [people, places] = await employed(ctx, clinicIds);
  return ctx.db.$queryRawUnsafe<ReadPaper[]>(
    allPapers,
    ...[clinicIds, people, places, todayOf(ctx.now()), lapsedSince && storedDay(lapsedSince), boardStatuses],
  );
}

/** Who practises at these clinics by a membership there or at their entity: two lists, one entry a person and clinic. */
async function employed(ctx: Context, clinicIds: readonly string[]): Promise<[people: string[], places: string[]]> {
  const tenancy = await ctx.db.tenancyClinic.findMany({ where: { clinicId: { in: [...clinicIds] } } });
  const under = new Map<string, string[]>(clinicIds.map((id) => [toId('clinic', id), [id]]));
  for (const { clinicId, entityId } of tenancy) {
    const at = toId('entity', entityId);
    under.set(at, [...(under.get(at) ?? []), clinicId]);
  }
  const members = await ctx.db.tenancyMembership.findMany({ where: { at: { in: [...under.keys()] }, role: { in: practisingRoles } } });
  const pairs = members.flatMap(({ sub, at }) => {
    const person = tryId('practitioner', sub);
    return person === null ? [] : (under.get(at) ?? []).map((place) => [person, place] as const);
  });
  return [pairs.map(([person]) => person), pairs.map(([, place]) => place)];
}
