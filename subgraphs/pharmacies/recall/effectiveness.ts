import { builder, type Ctx } from '../builder.ts';
import { Recall } from './recall.ts';
import { reached } from './reached.ts';

/** How well a recall works, as far as the caller may see. */
export interface Effectiveness {
  readonly clinicsNotified: number;
  readonly clinicsAcknowledged: number;
  readonly medianHoursToAcknowledge: number | null;
  readonly patients: number;
  readonly patientsTold: number;
  readonly patientsReturned: number;
  readonly patientsUsed: number;
  readonly patientsUnreachable: number;
  readonly patientsOpen: number;
}

const counts = `
  with mine as (
    select distinct clinic_id, patient_id from (${reached}) as reached where pharmacy_id = any ($2::uuid[]) or clinic_id = any ($2::uuid[])),
  last as (
    select mine.*, (
      select c.outcome from recall_contact c
      where c.recall_id = $1::uuid and c.clinic_id = mine.clinic_id and c.patient_id = mine.patient_id
      order by c.contacted_at desc, c.id desc limit 1) as outcome
    from mine),
  told as (
    select status, extract(epoch from acknowledged_at - sent_at)::double precision / 3600 as hours from recall_notice
    where recall_id = $1::uuid and (pharmacy_id = any ($2::uuid[]) or clinic_id = any ($2::uuid[])))
  select (select count(*)::int from told) as "clinicsNotified",
    (select count(*)::int from told where status = 'ACKNOWLEDGED') as "clinicsAcknowledged",
    (select percentile_cont(0.5) within group (order by hours) from told where status = 'ACKNOWLEDGED') as "medianHoursToAcknowledge",
    count(*)::int as patients,
    count(*) filter (where outcome in ('REACHED', 'RETURNED', 'USED'))::int as "patientsTold",
    count(*) filter (where outcome = 'RETURNED')::int as "patientsReturned",
    count(*) filter (where outcome = 'USED')::int as "patientsUsed",
    count(*) filter (where outcome = 'UNREACHABLE')::int as "patientsUnreachable",
    count(*) filter (where outcome is null or outcome = 'LEFT_MESSAGE')::int as "patientsOpen"
  from last`;

/** Counted at the moment of reading, never stored. */
export async function effectivenessOf(db: Pick<Ctx['db'], '$queryRawUnsafe'>, ctx: Ctx, recallId: string): Promise<Effectiveness> {
  const [row] = await db.$queryRawUnsafe<Effectiveness[]>(counts, recallId, [...ctx.actor.places('recall:read')]);
  if (row === undefined) throw new Error('A count has one row.');
  return row;
}

const RecallEffectiveness = builder.objectRef<Effectiveness>('RecallEffectiveness').implement({
  description:
    'How far a recall has come, as far as the caller may see: the pharmacy all of it, a clinic its own part. Counts, never who they are.',
  authScopes: { may: 'recall:read' },
  fields: (t) => ({
    clinicsNotified: t.exposeInt('clinicsNotified', { description: 'Clinics that were told.' }),
    clinicsAcknowledged: t.exposeInt('clinicsAcknowledged', { description: 'Clinics that said so.' }),
    medianHoursToAcknowledge: t.exposeFloat('medianHoursToAcknowledge', {
      nullable: true,
      description: 'Hours from notice to acknowledgement, the median of those that did; empty before the first.',
    }),
    patients: t.exposeInt('patients', { description: 'Patients who got some.' }),
    patientsTold: t.exposeInt('patientsTold', { description: 'Of them: REACHED, RETURNED or USED at the last try.' }),
    patientsReturned: t.exposeInt('patientsReturned', { description: 'Of them: gave back what was left.' }),
    patientsUsed: t.exposeInt('patientsUsed', { description: 'Of them: had used all of it.' }),
    patientsUnreachable: t.exposeInt('patientsUnreachable', { description: 'Of them: given up.' }),
    patientsOpen: t.exposeInt('patientsOpen', { description: 'Of them: not tried yet, or a message was left.' }),
  }),
});

builder.objectField(Recall, 'effectiveness', (t) =>
  t.field({
    type: RecallEffectiveness,
    authScopes: { may: 'recall:read' },
    description: 'How far it has come, counted now.',
    resolve: (recall, _args, ctx) => effectivenessOf(ctx.db, ctx, recall.id),
  }),
);
