import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Tx } from '../../builder.ts';
import { dayText } from '../../calendar-day.ts';

/** Under which the outbox keeps that an exam no longer covers the orders that live on it. */
export const COVER_ENDED_TOPIC = 'exam-cover-ended';

/** How the notice of it is kept. */
const KIND = 'COVER_ENDED';

interface Ended {
  readonly examId: string;
  readonly clinicId: string;
  readonly endedOn: string;
  readonly orderIds: readonly string[];
}

/**
 * Tells of the next exams whose last day is over while orders lived on them: drafts, what is signed or at a pharmacy, and what has fills left. Once for
 * each exam, by ids alone; answers how many. An order that ended by its own last day before is none of them.
 */
export async function noteCoverEnded(tx: Tx, service: ServiceContext<Tx>, atOnce: number): Promise<number> {
  const today = dayText(service.now());
  // Nothing signed outlasts its exam, so only what is past its own last day needs to be asked about.
  const ended = await tx.$queryRawUnsafe<Ended[]>(
    `select x.exam_id::text as "examId", x.clinic_id::text as "clinicId", x.ended_on::text as "endedOn", x.orders as "orderIds"
     from (
       select o.exam_id, o.clinic_id, prescriptions_at_risk.cover_end(o.exam_id) as ended_on, array_agg(o.id::text order by o.id) as orders
       from "order" o
       where (o.status = 'DRAFT' or o.last_fill_on < $1::date
           and (o.status in ('SIGNED', 'SENT', 'CANCEL_REQUESTED') or o.status = 'COMPLETED' and o.fill <= o.refills))
         and not exists (select 1 from attention_notice t where t.kind = '${KIND}' and t.subject_id = o.exam_id)
       group by o.exam_id, o.clinic_id) x
     where x.ended_on < $1::date order by x.ended_on, x.exam_id limit ${atOnce}`,
    today,
  );
  for (const one of ended) await tell(tx, service, one);
  return ended.length;
}

async function tell(tx: Tx, service: ServiceContext<Tx>, { examId, clinicId, endedOn, orderIds }: Ended): Promise<void> {
  const id = service.newId();
  const since = new Date(`${endedOn}T24:00:00Z`);
  // Of two that run at once the second waits here for the first, and then finds it told.
  const { count } = await tx.attentionNotice.createMany({
    data: [{ id, clinicId, kind: KIND, subjectId: examId, since, notedAt: service.now() }],
    skipDuplicates: true,
  });
  if (count === 0) return;
  const payload = {
    ...{ examId: toId('exam', examId), clinicId: toId('clinic', clinicId), endedOn },
    orderIds: orderIds.map((one) => toId('order', one)),
  };
  await service.handOff(tx, { topic: COVER_ENDED_TOPIC, key: id, seq: 1, attempt: 1, payload });
  await audit(tx, service, {
    ...{ action: 'exam.cover-ended', tenantId: clinicId, subjectKind: 'exam', subjectId: examId },
    detail: { endedOn, orders: orderIds.length },
  });
}

/** There is no receiver elsewhere that could refuse it. */
export const deliverCoverEnded: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, COVER_ENDED_TOPIC, key);
    return null;
  };
