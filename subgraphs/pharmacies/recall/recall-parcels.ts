import { resolveCursorConnection, type ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import Big from 'big.js';
import { PAGE_SIZE } from '#kernel/builder.ts';
import { cursorOf, placeIn } from '#kernel/list-page.ts';
import { toId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { Clinic, clinicOf, Order, orderOf, Patient, patientOf } from '../references.ts';
import { Recall } from './recall.ts';

/** A parcel with something of a recalled lot in it, and how much of that was used in the clinic. */
interface RecalledParcel {
  readonly shipmentId: string;
  readonly lotId: string;
  readonly unit: string;
  readonly clinicId: string;
  readonly patientId: string;
  readonly orderId: string;
  readonly status: string;
  readonly lotNumber: string;
  readonly sent: string;
  readonly given: string;
  readonly wasted: string;
}

const amountOf = (part: 'sent' | 'given' | 'wasted') => ({
  type: graph.Quantity,
  resolve: (row: RecalledParcel) => ({ value: row[part], unit: row.unit }),
});

const RecallParcel = builder.objectRef<RecalledParcel>('RecallParcel').implement({
  description:
    'A parcel of a patient’s own order with something of a recalled lot in it. What stands in the clinic is given no more; `Order.administrations` says to the chart what was given before.',
  authScopes: { may: 'recall:read' },
  fields: (t) => ({
    parcelId: t.id({ resolve: (row) => toId('shipment', row.shipmentId), description: 'Id of the shipment.' }),
    status: t.exposeString('status', { description: 'IN_TRANSIT, DELIVERED, LOST or SPOILED.' }),
    clinic: t.field({ type: Clinic, nullable: true, resolve: (row) => clinicOf(row.clinicId), description: 'Whose patient it is.' }),
    order: t.field({ type: Order, nullable: true, resolve: (row) => orderOf(row.orderId), description: 'The order it was sent for.' }),
    patient: t.field({ type: Patient, nullable: true, resolve: (row) => patientOf(row.patientId), description: 'Whom it was sent for.' }),
    lotNumber: t.exposeString('lotNumber', { description: 'The lot, in capitals without blanks.' }),
    quantity: t.field({ ...amountOf('sent'), description: 'How much of the lot was in it.' }),
    given: t.field({ ...amountOf('given'), description: 'How much of that was given in the clinic.' }),
    wasted: t.field({ ...amountOf('wasted'), description: 'How much of that was thrown away in the clinic.' }),
    left: t.field({
      type: graph.Quantity,
      resolve: ({ sent, given, wasted, unit }) => ({ value: new Big(sent).minus(given).minus(wasted).toFixed(), unit }),
      description: 'What of it was neither given nor thrown away in the clinic.',
    }),
  }),
});

const used = (kind: string) => `trim_scale(coalesce((
      select sum(u.quantity_value) from lot_use u
      where u.shipment_id = p.shipment_id and u.normalized_number = p.number and u.quantity_unit = p.unit and u.kind = '${kind}'), 0))::text`;

// Of a replacement what it was filled from, otherwise what was dispensed.
const page = (backwards: boolean) => `
  with content as (
    select s.id as shipment_id, d.lot_id, d.quantity_unit as unit, d.quantity_value as value
    from recall_lot r join dispense d using (lot_id) join shipment s on s.fulfillment_id = d.fulfillment_id and s.lot_id is null
    where r.recall_id = $1::uuid
    union all
    select s.id, s.lot_id, s.quantity_unit, s.quantity_value from recall_lot r join shipment s using (lot_id) where r.recall_id = $1::uuid),
  p as (
    select shipment_id, content.lot_id, unit, l.normalized_number as number, sum(value) as value, s.clinic_id, s.patient_id, s.order_id, s.status
    from content join shipment s on s.id = shipment_id join lot l on l.id = content.lot_id
    where (s.pharmacy_id = any ($2::uuid[]) or s.clinic_id = any ($2::uuid[]))
      and ($3::uuid is null or (shipment_id, content.lot_id, unit) > ($3::uuid, $4::uuid, $5::text))
      and ($6::uuid is null or (shipment_id, content.lot_id, unit) < ($6::uuid, $7::uuid, $8::text))
    group by shipment_id, content.lot_id, unit, l.normalized_number, s.clinic_id, s.patient_id, s.order_id, s.status
    order by ${['shipment_id', 'content.lot_id', 'unit'].map((each) => `${each} ${backwards ? 'desc' : 'asc'}`).join(', ')} limit $9::int)
  select p.shipment_id::text as "shipmentId", p.lot_id::text as "lotId", p.unit, p.clinic_id::text as "clinicId", p.patient_id::text as "patientId",
    p.order_id::text as "orderId", p.status, p.number as "lotNumber", trim_scale(p.value)::text as sent, ${used('GIVEN')} as given, ${used('WASTED')} as wasted
  from p order by ${['p.shipment_id', 'p.lot_id', 'p.unit'].map((each) => `${each} ${backwards ? 'desc' : 'asc'}`).join(', ')}`;

const uuidShape = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const cursorShape = new RegExp(`^(${uuidShape})/(${uuidShape})/(.{1,60})$`);

function placeOf(cursor: string | null | undefined, path: 'after' | 'before'): readonly (string | null)[] {
  const place = placeIn('recall.parcels', cursor, path, (text) => {
    const [, shipment, lot, unit] = cursorShape.exec(text) ?? [];
    return shipment === undefined || lot === undefined || unit === undefined ? null : [shipment, lot, unit];
  });
  return place ?? [null, null, null];
}

async function readPage(ctx: Ctx, recallId: string, wanted: ResolveCursorConnectionArgs): Promise<RecalledParcel[]> {
  const { after, before, limit, inverted } = wanted;
  const bounds = [...placeOf(after, 'after'), ...placeOf(before, 'before')];
  const places = [...ctx.actor.places('recall:read')];
  const rows = await ctx.db.$queryRawUnsafe<RecalledParcel[]>(page(inverted), recallId, places, ...bounds, limit);
  // Read past the row loader: the trail of each clinic is told here.
  for (const [tenantId, own] of Map.groupBy(rows, ({ clinicId }) => clinicId)) {
    const patients = [...new Set(own.map(({ patientId }) => patientId))];
    ctx.noteRead({
      ...{ action: 'record.read', tenantId, ...(patients.length === 1 ? { patientId: patients[0] } : {}) },
      detail: { fields: ['recall.parcels'], patients, records: { shipment: own.map(({ shipmentId }) => shipmentId) } },
    });
  }
  return rows;
}

builder.prismaObjectField(Recall, 'parcels', (t) =>
  t.connection(
    {
      type: RecallParcel,
      description:
        'Parcels of patients’ own orders with something of the lots, each lot of a parcel once: what of it stands in clinics. The pharmacy sees all of them, a clinic its own.',
      authScopes: { may: 'recall:read' },
      resolve: (recall, args, ctx) =>
        resolveCursorConnection(
          {
            args,
            defaultSize: PAGE_SIZE.default,
            maxSize: PAGE_SIZE.max,
            toCursor: ({ shipmentId, lotId, unit }: RecalledParcel) => cursorOf('recall.parcels', `${shipmentId}/${lotId}/${unit}`),
          },
          (wanted: ResolveCursorConnectionArgs) => readPage(ctx, recall.id, wanted),
        ),
    },
    { name: 'RecallParcelConnection' },
    { name: 'RecallParcelEdge' },
  ),
);
