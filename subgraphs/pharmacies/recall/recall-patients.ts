import { resolveCursorConnection, type ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import { PAGE_SIZE } from '#kernel/builder.ts';
import { cursorOf, placeIn } from '#kernel/list-page.ts';
import { builder, type Ctx } from '../builder.ts';
import { Clinic, clinicOf, Order, orderOf, Patient, patientOf } from '../references.ts';
import { Recall } from './recall.ts';
import { reached } from './reached.ts';
import { RecallContactOutcome } from './record-patient-contact.ts';

/** A patient whom a recall reached, at one clinic, and how far the clinic has come with it. */
interface ReachedPatient {
  readonly clinicId: string;
  readonly patientId: string;
  readonly orderIds: readonly string[];
  readonly outcome: string | null;
  readonly contactedAt: Date | null;
  readonly tries: number;
}

const RecallPatient = builder.objectRef<ReachedPatient>('RecallPatient').implement({
  description: 'A patient who got something from the lots of a recall.',
  authScopes: { may: 'recall:read' },
  fields: (t) => ({
    patient: t.field({ type: Patient, nullable: true, resolve: (row) => patientOf(row.patientId), description: 'Who it is.' }),
    clinic: t.field({ type: Clinic, nullable: true, resolve: (row) => clinicOf(row.clinicId), description: 'Whose patient it is.' }),
    orders: t.field({ type: [Order], resolve: (row) => row.orderIds.map(orderOf), description: 'The orders filled from the lots.' }),
    outcome: t.field({
      type: RecallContactOutcome,
      nullable: true,
      resolve: (row) => row.outcome as 'REACHED' | null,
      description: 'How the last try to reach them ended; empty before the first.',
    }),
    contactedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: (row) => row.contactedAt,
      description: 'When the last try was recorded.',
    }),
    tries: t.exposeInt('tries', { description: 'How often it was tried.' }),
  }),
});

const columns = `p.clinic_id::text as "clinicId", p.patient_id::text as "patientId", p.orders as "orderIds", c.outcome, c.at as "contactedAt", coalesce(c.tries, 0)::int as tries`;

const page = (backwards: boolean) => `
  select ${columns}
  from (
    select clinic_id, patient_id, array_agg(distinct order_id::text) as orders
    from (${reached}) as reached
    where (pharmacy_id = any ($2::uuid[]) or clinic_id = any ($2::uuid[]))
      and ($3::uuid is null or (clinic_id, patient_id) > ($3::uuid, $4::uuid)) and ($5::uuid is null or (clinic_id, patient_id) < ($5::uuid, $6::uuid))
    group by 1, 2 order by 1 ${backwards ? 'desc' : 'asc'}, 2 ${backwards ? 'desc' : 'asc'} limit $7::int) as p
  left join lateral (
    select (array_agg(t.outcome order by t.contacted_at desc, t.id desc))[1] as outcome, max(t.contacted_at) as at, count(*) as tries
    from recall_contact t where t.recall_id = $1::uuid and t.clinic_id = p.clinic_id and t.patient_id = p.patient_id) as c on true
  order by 1 ${backwards ? 'desc' : 'asc'}, 2 ${backwards ? 'desc' : 'asc'}`;

const uuidShape = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const cursorShape = new RegExp(`^(${uuidShape})/(${uuidShape})$`);

function placeOf(cursor: string | null | undefined, path: 'after' | 'before'): readonly [string | null, string | null] {
  const place = placeIn('recall.patients', cursor, path, (text) => {
    const [, clinic, patient] = cursorShape.exec(text) ?? [];
    return clinic === undefined || patient === undefined ? null : ([clinic, patient] as const);
  });
  return place ?? [null, null];
}

async function readPage(ctx: Ctx, recallId: string, wanted: ResolveCursorConnectionArgs): Promise<ReachedPatient[]> {
  const { after, before, limit, inverted } = wanted;
  const bounds = [...placeOf(after, 'after'), ...placeOf(before, 'before')];
  const places = [...ctx.actor.places('recall:read')];
  const rows = await ctx.db.$queryRawUnsafe<ReachedPatient[]>(page(inverted), recallId, places, ...bounds, limit);
  noteReads(ctx, rows);
  return rows;
}

// Read past the row loader: the trail of each clinic is told here.
function noteReads(ctx: Ctx, rows: readonly ReachedPatient[]): void {
  for (const [tenantId, own] of Map.groupBy(rows, ({ clinicId }) => clinicId)) {
    const [patientId, ...others] = own.map((row) => row.patientId);
    ctx.noteRead({
      ...{ action: 'record.read', tenantId, ...(patientId !== undefined && others.length === 0 ? { patientId } : {}) },
      detail: {
        fields: ['recall.patients'],
        patients: [patientId, ...others],
        records: { order: own.flatMap(({ orderIds }) => orderIds) },
      },
    });
  }
}

builder.prismaObjectField(Recall, 'patients', (t) =>
  t.connection(
    {
      type: RecallPatient,
      description: 'Everyone who got something from the lots, by clinic: whom to reach. The pharmacy sees all of them, a clinic its own.',
      authScopes: { may: 'recall:read' },
      resolve: (recall, args, ctx) =>
        resolveCursorConnection(
          {
            args,
            defaultSize: PAGE_SIZE.default,
            maxSize: PAGE_SIZE.max,
            toCursor: ({ clinicId, patientId }: ReachedPatient) => cursorOf('recall.patients', `${clinicId}/${patientId}`),
          },
          (wanted: ResolveCursorConnectionArgs) => readPage(ctx, recall.id, wanted),
        ),
    },
    { name: 'RecallPatientConnection' },
    { name: 'RecallPatientEdge' },
  ),
);
