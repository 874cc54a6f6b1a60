import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Tx } from '../builder.ts';
import { dayText, storedDay, today } from '../business-day.ts';
import { inForceOn } from '../mso/management-agreement.ts';
import { clinicRecords } from '../readiness/clinic-record.ts';
import { authorityPapers } from './authority-papers.ts';
import { type Expiring, expiring } from './expiring.ts';
import { ownPapers } from './own-papers.ts';
import { pharmacyPapers } from './pharmacy-papers.ts';
import { askPapers } from './told.ts';

/** The days before its last day on which somebody is reminded of a paper. */
export const dayMarks = [90, 60, 30, 14, 7, 1] as const;

/** Under which the outbox keeps reminders. */
export const REMINDER_TOPIC = 'expirable-reminder';

/** As many as one transaction writes. */
const REMINDERS_AT_ONCE = 100;

/**
 * The mark a paper stands at: the nearest one it has reached. Marks that were passed while nobody looked, or before the paper was known,
 * are left out: three reminders on one day say no more than one. Null before the first mark and after the last day.
 */
export function markOf(daysLeft: number): (typeof dayMarks)[number] | null {
  return daysLeft < 0 ? null : (dayMarks.findLast((mark) => daysLeft <= mark) ?? null);
}

/**
 * Reminds of everything that ends within ninety days, at each mark once. What was reminded of is a row, so a run that was missed, killed
 * half-way or made twice changes nothing: the next one does what is left. Throws when a neighbour does not answer, and is tried again.
 */
export async function remind(service: ServiceContext<Tx>): Promise<void> {
  const due = (await everythingExpiring(service)).flatMap((paper) => {
    const mark = markOf(paper.daysLeft);
    return mark === null ? [] : [{ paper, mark }];
  });
  for (let from = 0; from < due.length; from += REMINDERS_AT_ONCE) {
    await service.write(async (tx) => {
      for (const { paper, mark } of due.slice(from, from + REMINDERS_AT_ONCE)) await remindOnce(tx, service, paper, mark);
    });
  }
}

async function everythingExpiring(service: ServiceContext<Tx>): Promise<Expiring[]> {
  const { clinics, agreements } = await service.write(async (tx) => ({
    clinics: await clinicRecords(tx, {}),
    agreements: await tx.managementAgreement.findMany({ where: inForceOn(today(service)), include: { entity: true } }),
  }));
  const named = clinics.map(({ id, name, state }) => ({ id: toId('clinic', id), name, state }));
  const told = await askPapers(
    service,
    named.map(({ id }) => id),
  );
  if (told === null) throw new Error('What expires was not told whole.');
  const papers = [...ownPapers(clinics, agreements), ...authorityPapers(told.papers, named), ...pharmacyPapers(told.supply, named)];
  return expiring(papers, dayText(service.now()), dayMarks[0]);
}

async function remindOnce(tx: Tx, service: ServiceContext<Tx>, paper: Expiring, mark: number): Promise<void> {
  const { recordId, kind, endsOn, clinicIds } = paper;
  const id = service.newId();
  // Of two that run at once the second waits here for the first, and then finds it done.
  const { count } = await tx.reminderSent.createMany({
    data: [{ id, recordId, kind, endsOn: storedDay(endsOn), daysBefore: mark, sentAt: service.now() }],
    skipDuplicates: true,
  });
  if (count === 0) return;
  await service.handOff(tx, {
    topic: REMINDER_TOPIC,
    key: id,
    seq: 1,
    attempt: 1,
    payload: { recordId, kind, endsOn, daysBefore: mark, clinicIds },
  });
  const [clinicId] = clinicIds;
  await audit(tx, service, {
    action: 'expirable.reminded',
    tenantId: clinicId === undefined ? null : fromId('clinic', clinicId),
    detail: { recordId, kind, endsOn, daysBefore: mark },
  });
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverReminder: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, REMINDER_TOPIC, key);
    return null;
  };
