import type { Modality } from '#rules/facts.ts';
import { bookableUntil } from '#rules/slot-rules.ts';
import { dayText } from '../calendar-day.ts';
import { type ExamPlan, slotFacts } from '../exam/exam-gate.ts';
import type { NeighbourFacts } from '../exam/gate-facts.ts';
import type { Slot } from '../schedule/slots.ts';

/** The slots that a booking would be allowed to take. The rules are asked once for each examiner, whatever the number of slots and days. */
export function allowedSlots(
  slots: readonly Slot[],
  wanted: Pick<ExamPlan, 'clinicId' | 'service' | 'patientState'>,
  facts: NeighbourFacts,
  now: Date,
  ask = bookableUntil,
): Slot[] {
  const byExaminer = Map.groupBy(slots, ({ examinerId }) => examinerId);
  const until = new Map(
    [...byExaminer].map(([examinerId, own]) => {
      const ways = new Set(own.map((slot) => slot.modality as Modality));
      return [examinerId, ask(slotFacts({ ...wanted, examinerId }, facts, now), [...ways], now.toISOString())];
    }),
  );
  return slots.filter((slot) => {
    const last = until.get(slot.examinerId)?.get(slot.modality as Modality);
    return last !== undefined && dayText(new Date(slot.from)) <= last;
  });
}
