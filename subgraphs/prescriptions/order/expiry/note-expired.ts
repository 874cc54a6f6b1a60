import type { ServiceContext } from '#kernel/context.ts';
import { addDays } from '#rules/dates.ts';
import { FILL_DAYS } from '#rules/order-last-day.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../../builder.ts';
import { dateOf, dayText } from '../../calendar-day.ts';
import { orderHandOff } from '../hand-off.ts';
import { moveOrder } from '../timeline.ts';
import { BY_ITSELF, expire } from './expire.ts';
import { endOf } from './last-day.ts';
import { noteCoverEnded } from './note-cover-ended.ts';

const AT_ONCE = 100;

/**
 * Writes down that orders past their last day are over, and asks back what lies at a pharmacy that has not begun on it; once more when the days that a
 * begun fill may take are over too. A run that was missed or made twice changes nothing: readers go by the day and not by what is noted.
 */
export async function noteExpired(service: ServiceContext<Tx>): Promise<void> {
  // First, while it can still be seen which orders lived when their exam's cover ended.
  for (const step of [noteCoverEnded, noteOver, askBack]) {
    for (let more = true; more; ) more = (await service.write((tx) => step(tx, service, AT_ONCE))) === AT_ONCE;
  }
}

async function noteOver(tx: Tx, service: ServiceContext<Tx>): Promise<number> {
  const rows = await lapsed(tx, service, `status = 'SIGNED' or status = 'COMPLETED' and fill <= refills`);
  for (const order of rows) await expire(tx, service, order, 'LAST_DAY_OVER');
  return rows.length;
}

async function askBack(tx: Tx, service: ServiceContext<Tx>): Promise<number> {
  const rows = await lapsed(
    tx,
    service,
    `status = 'SENT' and not exists (select 1 from attention_notice t where t.kind = 'ASKED_BACK' and t.subject_id = o.id
       and t.since = ((case when last_fill_on + ${FILL_DAYS} < $1::date then last_fill_on + ${FILL_DAYS} else last_fill_on end) + 1)::timestamp at time zone 'UTC')`,
  );
  for (const order of rows) {
    const late = addDays(dayText(order.lastFillOn ?? order.statusSince), FILL_DAYS) < dayText(service.now());
    const since = new Date(endOf(order).getTime() + (late ? FILL_DAYS * 86_400_000 : 0));
    const notice = {
      id: service.newId(),
      clinicId: order.clinicId,
      kind: 'ASKED_BACK',
      subjectId: order.id,
      since,
      notedAt: service.now(),
    };
    await tx.attentionNotice.createMany({ data: [notice], skipDuplicates: true });
    const counted = { seq: order.sentSeq + 1, attempt: order.attempt };
    await moveOrder(tx, service, order, { to: null, by: BY_ITSELF, reason: 'LAST_DAY_OVER', set: { sentSeq: counted.seq } });
    await service.handOff(tx, orderHandOff(order, 'EXPIRE', counted, { begunToo: late }));
  }
  return rows.length;
}

/** The next orders past their last day, locked; those that somebody else holds are left to the next run. */
async function lapsed(tx: Tx, service: ServiceContext<Tx>, which: string): Promise<Order[]> {
  const found = await tx.$queryRawUnsafe<{ id: string }[]>(
    `select id::text from "order" o where last_fill_on < $1::date and (${which}) order by last_fill_on, id limit ${AT_ONCE} for update skip locked`,
    dayText(service.now()),
  );
  return tx.order.findMany({ where: { id: { in: found.map(({ id }) => id) }, lastFillOn: { lt: dateOf(dayText(service.now())) } } });
}
