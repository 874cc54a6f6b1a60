/** Where what was sent of recalled lots is: from the record, and as the clinics counted it last. */

import Big from 'big.js';
import type { Ctx } from '../builder.ts';

/** What the clinics counted and what is on record, as plain decimals of one unit. */
export interface LotBalance {
  readonly lotId: string;
  readonly unit: string;
  readonly sent: string;
  readonly given: string;
  readonly wasted: string;
  readonly returned: string;
  readonly destroyed: string;
  readonly quarantined: string;
  readonly lost: string;
  readonly withPatients: string;
  readonly clinics: number;
  readonly clinicsCounted: number;
}

/** What a clinic says of its part, beside what is on record. */
export const counted = ['returned', 'destroyed', 'quarantined', 'lost', 'withPatients'] as const;

const sum = (what: string) => `trim_scale(coalesce(sum(value) filter (where what = '${what}'), 0))::text`;

// A dispense that went back before it left is at the pharmacy. What replaced a lost parcel was sent beside it.
const balances = `
  with lots as (
    select l.id as lot_id, l.pharmacy_id, l.normalized_number from recall_lot r join lot l on l.id = r.lot_id where r.recall_id = $1::uuid),
  last as (
    select distinct on (lot_id, clinic_id) * from recall_disposition where recall_id = $1::uuid order by lot_id, clinic_id, recorded_at desc, id desc),
  moved as (
    select d.lot_id, d.pharmacy_id, d.clinic_id, 'SENT' as what, d.quantity_unit as unit, d.quantity_value as value
    from lots join dispense d on d.lot_id = lots.lot_id join fulfillment f on f.id = d.fulfillment_id and f.status <> 'RETURNED'
    union all
    select s.lot_id, s.pharmacy_id, s.clinic_id, 'SENT', s.quantity_unit, s.quantity_value from lots join shipment s on s.lot_id = lots.lot_id
    union all
    select lots.lot_id, o.pharmacy_id, o.clinic_id, 'SENT', o.quantity_unit, o.quantity_value
    from lots join office_stock_supply o on o.pharmacy_id = lots.pharmacy_id and o.normalized_number = lots.normalized_number
    union all
    select lots.lot_id, u.pharmacy_id, u.clinic_id, u.kind, u.quantity_unit, u.quantity_value
    from lots join lot_use u on u.pharmacy_id = lots.pharmacy_id and u.normalized_number = lots.normalized_number
    union all
    select last.lot_id, last.pharmacy_id, last.clinic_id, said.what, last.unit, said.value from last cross join lateral (values
      ('RETURNED', returned), ('DESTROYED', destroyed), ('QUARANTINED', quarantined), ('LOST', lost), ('WITH_PATIENTS', with_patients)) as said (what, value))
  select lot_id::text as "lotId", unit, ${sum('SENT')} as sent, ${sum('GIVEN')} as given, ${sum('WASTED')} as wasted, ${sum('RETURNED')} as returned,
    ${sum('DESTROYED')} as destroyed, ${sum('QUARANTINED')} as quarantined, ${sum('LOST')} as lost, ${sum('WITH_PATIENTS')} as "withPatients",
    (count(distinct clinic_id) filter (where what = 'SENT'))::int as clinics,
    (count(distinct clinic_id) filter (where what = 'RETURNED'))::int as "clinicsCounted"
  from moved
  where (pharmacy_id = any ($2::uuid[]) or clinic_id = any ($2::uuid[])) and ($3::uuid is null or clinic_id = $3::uuid)
  group by lot_id, unit order by lot_id, unit`;

/** Each lot of a recall in each unit it was sent in, as far as the caller may see, counted now; of one clinic alone where it is named. */
export function balancesOf(
  db: Pick<Ctx['db'], '$queryRawUnsafe'>,
  ctx: Pick<Ctx, 'actor'>,
  recallId: string,
  clinicId: string | null,
): Promise<LotBalance[]> {
  return db.$queryRawUnsafe<LotBalance[]>(balances, recallId, [...ctx.actor.places('recall:read')], clinicId);
}

/** An amount of a balance. */
export type BalancePart = 'sent' | 'given' | 'wasted' | (typeof counted)[number];

type Parts = { readonly [K in BalancePart]: { toString(): string } };

/** What nobody can say where it is. Below zero, something was counted twice. */
export function unaccountedOf(parts: Parts): Big {
  const gone = [parts.given, parts.wasted, ...counted.map((part) => parts[part])];
  return gone.reduce<Big>((rest, part) => rest.minus(part.toString()), new Big(parts.sent.toString()));
}
