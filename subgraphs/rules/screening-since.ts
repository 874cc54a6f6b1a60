/** Answers to a questionnaire of which a later version has been released: nothing that the later one blocks is lost. */

import { itemsOf, questionnaires } from './questionnaire.ts';
import { type FhirItem, leavesOf } from './questionnaire-item.ts';
import { screen, screenBy, type Answer, type ScreeningReport } from './screening.ts';
import { isService } from './service-codes.ts';

/**
 * Screens the answers of patient and examiner together, by the version that was answered, and by the questions that came after it: they were put
 * to nobody, so they stand open until the examiner has asked them and answers them. What both versions ask is screened as it was answered.
 */
export function screenSince(service: string, answers: readonly Answer[], version: string): ScreeningReport {
  const then = isService(service) ? itemsOf(service, 'clinician', version) : null;
  const now = isService(service) ? itemsOf(service, 'clinician', questionnaires.current(service)) : null;
  if (then === null || now === null || then === now) return screen(service, answers, 'clinician', version);
  return screenBy([...then, ...addedTo(then, now)], answers);
}

/** The later tree without the questions that the earlier one has; groups stay where something in them is new. */
function addedTo(then: readonly FhirItem[], now: readonly FhirItem[]): FhirItem[] {
  const known = new Set(leavesOf(then).map(({ linkId }) => linkId));
  const added = (items: readonly FhirItem[]): FhirItem[] =>
    items.flatMap((item) => {
      const inside = added(item.item ?? []);
      if (item.type === 'group') return inside.length === 0 ? [] : [{ ...item, item: inside }];
      // A new question inside a known one is asked by its own conditions.
      return known.has(item.linkId) || item.type === 'display' ? inside : [{ ...item, ...(item.item && { item: inside }) }];
    });
  return added(now);
}
