import type { Modality } from '#rules/facts.ts';
import { bookableAt } from '#rules/slot-rules.ts';
import { clinicSlotFacts, type ExamPlan } from '../exam/exam-gate.ts';
import type { NeighbourFacts } from '../exam/gate-facts.ts';
import { practitionerFact } from '../neighbour/practitioner.ts';
import type { Slot } from '../schedule/slots.ts';

/**
 * Which slots a booking would be allowed to take, of these examiners by these ways. The rules are asked once for each examiner,
 * whatever the number of slots and days.
 */
export function allowing(
  offers: readonly Pick<Slot, 'examinerId' | 'modality'>[],
  wanted: Pick<ExamPlan, 'clinicId' | 'service' | 'patientState'>,
  facts: NeighbourFacts,
  now: Date,
  rules = bookableAt,
): (slot: Slot) => boolean {
  const ways = new Map<string, Set<Modality>>();
  for (const { examinerId, modality } of offers) {
    const own = ways.get(examinerId);
    if (own === undefined) ways.set(examinerId, new Set([modality as Modality]));
    else own.add(modality as Modality);
  }
  const ask = rules(clinicSlotFacts(wanted, facts), now.toISOString());
  const before = new Map(
    [...ways].map(([examinerId, own]) => {
      const until = ask(practitionerFact(facts.practitioners.get(examinerId), now), [...own]);
      return [examinerId, new Map([...until].map(([way, last]) => [way as string, endOf(last)]))];
    }),
  );
  return (slot) => slot.from < (before.get(slot.examinerId)?.get(slot.modality) ?? Number.NEGATIVE_INFINITY);
}

/** The first moment after a day: to compare thousands of slots with it takes no calendar. */
function endOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + 86_400_000;
}
