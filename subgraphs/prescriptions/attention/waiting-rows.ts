import { cursorOf, placeIn } from '#kernel/list-page.ts';
import type { Tx } from '../builder.ts';
import { type WaitingFor, waitingFrom } from './waiting-kinds.ts';

/** An order that waits, or one whose gate must still be asked whether it does (GATE_BROKEN, STOCK_GATE_BROKEN). Stored ids. */
export interface WaitingRow {
  readonly kind: WaitingFor;
  /** The order, the change request, or the receipt of a lot. */
  readonly subjectId: string;
  /** Of an order for a patient; null of stock. */
  readonly orderId: string | null;
  /** Of an order for the clinic's stock; null of a patient's. */
  readonly stockOrderId: string | null;
  readonly clinicId: string;
  /** Who prescribes, or who answers for the purchase. */
  readonly prescriberId: string;
  readonly since: Date;
  /** The last day on which it can still be done, YYYY-MM-DD. */
  readonly until: string | null;
}

/** Where a row stands in the list. */
export interface WaitingPlace {
  readonly since: Date;
  readonly kind: string;
  readonly subjectId: string;
}

/** A stretch of the list, forwards from a place or backwards from one. */
export interface WaitingStretch {
  /** Null for every clinic the caller may see. */
  readonly clinicId: string | null;
  readonly prescriberId: string | null;
  readonly after: WaitingPlace | null;
  readonly before: WaitingPlace | null;
  readonly backwards: boolean;
  readonly limit: number;
  /** Only what nobody has been told of, and without gates: for the job. */
  readonly untold: boolean;
  /** Lots in stock that are taken back, as their facilities tell: the receipts, by stored id, and since when. */
  readonly recalled?: readonly RecalledReceipt[];
}

/** A receipt whose lot is taken back. */
export interface RecalledReceipt {
  readonly receiptId: string;
  readonly since: string;
}

const coverAsTold = 'select prescriptions_at_risk.cover_end(o.exam_id) as valid_until';
const coverAsRead = `select coalesce(d.valid_until, e.valid_until) as valid_until
    from good_faith_exam e left join exam_director_decision d on d.exam_id = e.id and d.outcome = 'APPROVED' where e.id = o.exam_id`;
const { examDays, orderDays, fillsDays, stockDays, undoneHours } = waitingFrom;
const living = `o.id as order_id, null::uuid as stock_order_id, o.clinic_id, o.prescriber_id`;
const stock = `null, s.id, s.clinic_id, s.purchaser_id`;

/** Whoever may read the exam reads its last day, of a deferred one its director's; the job, which may not, is told it. */
const items = (untold: boolean) => `
  select case when v.reason like 'REJECTED%' then 'REJECTED' else 'RETURNED' end as kind, o.id as subject_id, ${living}, o.status_since as since, null::date as until
  from "order" o, lateral (select reason from order_event e where e.order_id = o.id and e.status = 'SIGNED' order by e.position desc limit 1) v
  where o.status = 'SIGNED' and o.last_fill_on >= n.today and o.sent_at is not null
  union all
  select 'CHANGE_ASKED', c.id, ${living}, c.asked_at, null
  from change_request c join "order" o on o.id = c.order_id
  where c.status = 'OPEN' and o.attempt = c.attempt and o.status in ('SENT', 'CANCEL_REQUESTED')
  union all
  select 'CHANGE_UNSIGNED', c.id, ${living}, c.status_since, null
  from change_request c join "order" o on o.id = c.amendment_id where c.status = 'APPROVED' and o.status = 'DRAFT'
  union all
  select 'DRAFT_UNSIGNED', o.id, ${living}, o.drafted_at, null
  from "order" o where o.status = 'DRAFT' and o.drafted_at <= n.at - interval '${undoneHours} hours' and not exists (select 1 from change_request c where c.amendment_id = o.id)
  union all
  select 'UNSENT', o.id, ${living}, case when p.sent_at is null then o.status_since else p.status_since end, null
  from "order" o left join "order" p on p.id = o.prior_order_id and o.prior_relation = 'AMENDS'
  where o.status = 'SIGNED' and o.last_fill_on >= n.today and o.sent_at is null and (p.id is null or p.status = 'SUPERSEDED')
    and (p.sent_at is not null or o.status_since <= n.at - interval '${undoneHours} hours')
  union all
  select 'DIFFERENCE_IN_REVIEW', o.id, ${living}, d.written_at, null
  from difference_wording d join "order" o on o.id = d.order_id
  where d.needs_review and o.status = 'DRAFT' and not exists (select 1 from difference_review r where r.wording_id = d.id)
  union all
  select 'EXAM_ENDING', o.id, ${living}, (x.valid_until - ${examDays})::timestamp at time zone 'UTC', x.valid_until
  from "order" o, lateral (${untold ? coverAsTold : coverAsRead}) x
  where (o.status = 'DRAFT' or o.status = 'SIGNED' and o.last_fill_on >= n.today) and x.valid_until between n.today and n.today + ${examDays}
  union all
  select 'ORDER_ENDING', o.id, ${living}, (o.last_fill_on - ${orderDays})::timestamp at time zone 'UTC', o.last_fill_on
  from "order" o where o.status = 'SIGNED' and o.last_fill_on between n.today and n.today + ${orderDays}
  union all
  select 'FILLS_ENDING', o.id, ${living}, (o.last_fill_on - ${fillsDays})::timestamp at time zone 'UTC', o.last_fill_on
  from "order" o where o.status = 'COMPLETED' and o.fill <= o.refills and o.last_fill_on between n.today and n.today + ${fillsDays}
  union all
  select 'PARCEL_GONE', o.id, ${living}, min(p.at), null
  from parcel_news p join "order" o on o.id = p.order_id
  where p.kind in ('LOST', 'SPOILED')
    and not exists (select 1 from parcel_news l where l.order_id = p.order_id and l.fulfillment_id = p.fulfillment_id and l.seq > p.seq and l.kind = 'RESHIPPED')
    and not exists (select 1 from "order" r where r.prior_order_id = o.id and r.status not in ('DRAFT', 'CANCELLED')) group by o.id
  union all
  select 'HELD', o.id, ${living}, min(h.placed_at), null
  from safety_hold h join "order" o on o.patient_id = h.patient_id
    and (h.order_id is null or h.order_id = o.id or o.prior_order_id is not null and h.reason not like 'EXAM%' and h.order_id in (select orders_before(o.id)))
  where h.lifted_at is null and (o.status in ('DRAFT', 'SENT', 'CANCEL_REQUESTED') or (o.status = 'SIGNED' or o.status = 'COMPLETED' and o.fill <= o.refills) and o.last_fill_on >= n.today) group by o.id
  union all
  select 'GATE_BROKEN', o.id, ${living}, o.signed_at, null
  from "order" o where not $7::boolean and o.status in ('SIGNED', 'SENT', 'CANCEL_REQUESTED')
  union all
  select 'STOCK_UNANSWERED', s.id, ${stock}, s.status_since, null
  from office_stock_order s where s.status = 'PLACED' and s.status_since <= n.at - interval '${undoneHours} hours'
  union all
  select 'STOCK_INCOMPLETE', s.id, ${stock}, s.status_since, null
  from office_stock_order s
  where s.status = 'PARTLY_RECEIVED' and s.status_since <= n.at - interval '${undoneHours} hours'
    or s.status = 'ACCEPTED' and s.status_since <= n.at - interval '${stockDays} days'
  union all
  select 'STOCK_RECALLED', r.id, ${stock}, k.since, null
  from jsonb_to_recordset($8::jsonb) k (receipt_id uuid, since timestamptz)
  join office_stock_receipt r on r.id = k.receipt_id join office_stock_order s on s.id = r.stock_order_id
  union all
  select 'STOCK_GATE_BROKEN', s.id, ${stock}, s.placed_at, null
  from office_stock_order s where not $7::boolean and s.status in ('PLACED', 'ACCEPTED', 'PARTLY_RECEIVED')`;

/** One stretch of what waits, in one statement, under the caller's own rights. */
export async function waitingRows(db: Pick<Tx, '$queryRawUnsafe'>, at: Date, stretch: WaitingStretch): Promise<WaitingRow[]> {
  const { clinicId, prescriberId, after, before, backwards, limit, untold, recalled = [] } = stretch;
  const direction = backwards ? 'desc' : 'asc';
  const place = (one: WaitingPlace | null) => (one === null ? null : JSON.stringify({ ...one, since: one.since.toISOString() }));
  return db.$queryRawUnsafe<WaitingRow[]>(
    `select w.kind, w.subject_id::text as "subjectId", w.order_id::text as "orderId", w.stock_order_id::text as "stockOrderId",
       w.clinic_id::text as "clinicId", w.prescriber_id::text as "prescriberId",
       w.since, w.until::text
     from (select $1::timestamptz as at, ($1::timestamptz at time zone 'UTC')::date as today) n, lateral (${items(untold)}) w
     where ($2::uuid is null or w.clinic_id = $2::uuid) and ($3::uuid is null or w.prescriber_id = $3::uuid)
       and ($4::jsonb is null or (w.since, w.kind, w.subject_id) > (($4::jsonb->>'since')::timestamptz, $4::jsonb->>'kind', ($4::jsonb->>'subjectId')::uuid))
       and ($5::jsonb is null or (w.since, w.kind, w.subject_id) < (($5::jsonb->>'since')::timestamptz, $5::jsonb->>'kind', ($5::jsonb->>'subjectId')::uuid))
       and (not $7::boolean or not exists (
         select 1 from attention_notice t where t.subject_id = w.subject_id and t.kind = w.kind and t.since = w.since))
     order by w.since ${direction}, w.kind ${direction}, w.subject_id ${direction} limit $6::int`,
    ...[at.toISOString(), clinicId, prescriberId, place(after), place(before), limit],
    untold,
    JSON.stringify(recalled.map(({ receiptId, since }) => ({ receipt_id: receiptId, since }))),
  );
}

/** A place as the opaque cursor that pages go on from. */
export function waitingCursor({ since, kind, subjectId }: WaitingPlace): string {
  return cursorOf('attention', `${since.getTime()}/${kind}/${subjectId}`);
}

const shape = /^(\d{1,14})\/([A-Z_]{1,30})\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The place a cursor names; null without one. Throws InvalidInput naming the argument for a text that this list never gave. */
export function waitingPlace(cursor: string | null | undefined, path: 'after' | 'before'): WaitingPlace | null {
  return placeIn('attention', cursor, path, (text) => {
    const [, since, kind, subjectId] = shape.exec(text) ?? [];
    return kind === undefined || subjectId === undefined ? null : { since: new Date(Number(since)), kind, subjectId };
  });
}
