/** Whether an exam may be held this way in this state. */

import type { AttestedFacts, Fact, Modality } from './facts.ts';
import { notKnown, passed, type RuleResult } from './results.ts';
import { askField, type Verdict } from './state-field.ts';
import type { FieldKey } from './state-fields.ts';
import type { StateRecord } from './state-pack.ts';

/** The field that decides on each remote way of holding an exam. In person needs none. */
export const modalityFields: Readonly<Record<Exclude<Modality, 'IN_PERSON'>, FieldKey>> = {
  SYNC_VIDEO: 'gfe.syncAudioVideo',
  SYNC_AUDIO: 'gfe.audioOnly',
  ASYNC: 'gfe.asynchronous',
  QUESTIONNAIRE_ONLY: 'gfe.questionnaireOnly',
};

/** Telehealth at all, then the mode. One result in person, two otherwise. */
export function modality(how: Fact<Modality>, record: StateRecord, facts: AttestedFacts, on: string): RuleResult[] {
  if (how === 'IN_PERSON') return [passed('modality.in-person', 'The exam is held in person')];
  if (how == null || !Object.hasOwn(modalityFields, how)) {
    return [notKnown('modality', 'It is not known how the exam is held', 'State the modality.')];
  }
  return [
    askField(record, 'gfe.telehealthAllowed', facts, on, (value) => judge(value, 'an exam by telehealth', record)),
    askField(record, modalityFields[how], facts, on, (value) => judge(value, `an exam held as ${how}`, record)),
  ];
}

function judge(value: unknown, what: string, record: StateRecord): Verdict {
  if (value === 'yes' || value === 'allowed') return { means: 'permits', message: `${record.name} allows ${what}` };
  if (value === 'conditional') return { means: 'on-condition', message: `${record.name} allows ${what} on conditions` };
  return { means: 'forbids', message: `${record.name} does not allow ${what}`, remedy: 'Hold the exam by live video or in person.' };
}
