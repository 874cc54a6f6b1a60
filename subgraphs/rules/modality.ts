/** Whether an exam may be held this way in this state. */

import type { Asking, Place } from './asking.ts';
import type { Fact, Modality } from './facts.ts';
import { askRule, type Verdict } from './reading.ts';
import { notKnown, passed, type RuleResult } from './results.ts';

/** The field that decides on each remote way of holding an exam. In person needs none. */
export const modalityFields: Readonly<Record<Exclude<Modality, 'IN_PERSON'>, string>> = {
  SYNC_VIDEO: 'gfe.syncAudioVideo',
  SYNC_AUDIO: 'gfe.audioOnly',
  ASYNC: 'gfe.asynchronous',
  QUESTIONNAIRE_ONLY: 'gfe.questionnaireOnly',
};

/** Telehealth at all, then the mode. One result in person, two otherwise. */
export function modality(how: Fact<Modality>, place: Place, asking: Asking): RuleResult[] {
  if (how === 'IN_PERSON') return [passed('modality.in-person', 'The exam is held in person')];
  if (how == null || !Object.hasOwn(modalityFields, how)) {
    return [notKnown('modality', 'It is not known how the exam is held', 'State the modality.')];
  }
  return [
    askRule(asking, place, 'gfe.telehealthAllowed', (value) => judge(value, 'an exam by telehealth', place)),
    askRule(asking, place, modalityFields[how], (value) => judge(value, `an exam held as ${how}`, place)),
  ];
}

function judge(value: unknown, what: string, place: Place): Verdict {
  if (value === 'yes' || value === 'allowed') return { means: 'permits', message: `${place.name} allows ${what}` };
  if (value === 'conditional') return { means: 'on-condition', message: `${place.name} allows ${what} on conditions` };
  return {
    means: 'forbids',
    message: `${place.name} does not allow ${what}`,
    remedy: 'Hold the exam in another way that is open here, such as in person.',
  };
}
