import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import { addDays, daysBetween } from '#rules/dates.ts';
import type { Tx } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { expiringPapers } from './expiring-papers.ts';

/** The days before its last day on which a facility is reminded of a paper, and the day after. */
export const facilityMarks = [90, 60, 30, 14, 7, 1, -1] as const;

/** Under which the outbox keeps reminders. */
export const FACILITY_REMINDER_TOPIC = 'facility-reminder';

/** The nearest mark a paper has reached; marks that were passed while nobody looked are left out. */
export function facilityMarkOf(daysLeft: number): number | null {
  return facilityMarks.findLast((mark) => daysLeft <= mark) ?? null;
}

/** Reminds of everything of every facility that ends within ninety days, and once that it has ended; at each mark once. */
export async function remindFacilities(service: ServiceContext<Tx>): Promise<void> {
  const today = dayOf(service.now());
  await service.write(async (tx) => {
    for (const paper of await expiringPapers(tx, 'all', today, addDays(today, facilityMarks[0]))) {
      const mark = facilityMarkOf(daysBetween(today, paper.endsOn));
      if (mark === null) continue;
      const { pharmacyId, recordId, endsOn, kind, stops } = paper;
      const id = service.newId();
      // Of two that run at once the second waits here for the first, and then finds it done.
      const { count } = await tx.facilityReminder.createMany({
        data: [{ id, pharmacyId, recordId, endsOn: storedDay(endsOn), daysBefore: mark, sentAt: service.now() }],
        skipDuplicates: true,
      });
      if (count === 0) continue;
      const payload = { recordId: paper.publicId, kind, endsOn, daysBefore: mark, stops };
      await service.handOff(tx, { topic: FACILITY_REMINDER_TOPIC, key: id, seq: 1, attempt: 1, payload });
      await audit(tx, service, { action: 'facility.reminded', tenantId: pharmacyId, detail: { recordId, kind, endsOn, daysBefore: mark } });
    }
  });
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverFacilityReminder: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, FACILITY_REMINDER_TOPIC, key);
    return null;
  };
