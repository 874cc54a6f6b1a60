/** Answers against the screening rules of the questionnaires: what was hit, what is missing, what does not fit. */

import { type Answer, readAnswers } from './answers-read.ts';
import { type Audience, isForClinicians, itemsOf, questionnaires, questionsOf } from './questionnaire.ts';
import type { FhirItem } from './questionnaire-item.ts';
import { ruleOf, triggers } from './screening-rule.ts';
import { isService, type ServiceCode } from './service-codes.ts';

/** `block`: not cleared. `physician-review`: a resolution must be written down. `flag`: shown and recorded. */
export type ScreeningSeverity = 'block' | 'physician-review' | 'flag';

/** One answer that hit a screening rule. */
export interface ScreeningFlag {
  readonly linkId: string;
  readonly severity: ScreeningSeverity;
  readonly message: string;
}

export type { Answer };

/** What a set of answers says. */
export interface ScreeningReport {
  readonly flags: readonly ScreeningFlag[];
  /** Required items without a usable answer, in the questionnaire's order. */
  readonly unanswered: readonly string[];
  /** The unanswered items whose rule blocks or needs review, but for the few that may be left out: none may be left at approval. */
  readonly unansweredBlocking: readonly string[];
  /** Answers that cannot be taken: unknown item, one that is not asked after the others, wrong type or range, given twice. Paths are link ids. */
  readonly issues: readonly { readonly path: string; readonly message: string }[];
}

// What `startExam` and the fields of `completeExam` already say; answering them as well is allowed and is screened too.
const saidElsewhere = new Set([
  'core.identity',
  'core.identity-confirmed',
  'core.location-confirmed',
  'close.exam-findings',
  'close.assessment',
  'close.plan',
  'close.consent',
  'close.decision',
  'close.valid-until',
]);

// Required, and with a rule for review, but an approval may come without them: of blood pressure the contract's own example of an exam by video says
// nothing, and PSA is asked of men over 40 alone. The record lists them as unanswered.
const mayBeLeftOut = new Set(['core.vitals-sys', 'core.vitals-dia', 'hrt-testosterone.hr-psa']);

/**
 * Screens the answers of one audience, by the current version of the questionnaire or by the one that was answered. `patient`: an intake;
 * `clinician`: intake and examiner's answers together, before approval. Of a version that never was nothing can be taken.
 */
export function screen(service: string, answers: readonly Answer[], audience: Audience, version?: string): ScreeningReport {
  if (!isService(service)) return nothing('service', 'is not a service');
  const items = itemsOf(service, audience, version ?? questionnaires.current(service));
  if (items === null) return nothing('questionnaireVersion', 'is not a version of the questionnaire of this service');
  return screenBy(items, answers);
}

/** Screens answers by these items. */
export function screenBy(items: readonly FhirItem[], answers: readonly Answer[]): ScreeningReport {
  const { taken, asked, issues } = readAnswers(items, answers);
  const missing = asked.filter((item) => item.required === true && !taken.has(item.linkId) && !saidElsewhere.has(item.linkId));
  return {
    flags: asked.flatMap((item) => flagsOf(item, taken.get(item.linkId) ?? [])),
    unanswered: missing.map((item) => item.linkId),
    unansweredBlocking: missing.filter(mustBeAnswered).map((item) => item.linkId),
    issues,
  };
}

/** The items that the examiner answers in `completeExam`: the clinicians' own, without those that other fields already say. */
export function clinicianItems(
  service: ServiceCode,
): readonly { readonly linkId: string; readonly text: string; readonly blocks: boolean }[] {
  return questionsOf(service, 'clinician')
    .filter((item) => isForClinicians(item) && !saidElsewhere.has(item.linkId))
    .map((item) => ({ linkId: item.linkId, text: item.text, blocks: ruleOf(item)?.action === 'block' }));
}

/** Whether its answer could stand in the way of an approval, so that not knowing it does. */
function mustBeAnswered(item: FhirItem): boolean {
  const action = ruleOf(item)?.action;
  return action === 'block' || (action === 'physician-review' && !mayBeLeftOut.has(item.linkId));
}

function flagsOf(item: FhirItem, given: readonly unknown[]): ScreeningFlag[] {
  const rule = ruleOf(item);
  if (rule === null || !given.some((value) => triggers(rule, value))) return [];
  return [{ linkId: item.linkId, severity: rule.action, message: rule.reason }];
}

function nothing(path: string, message: string): ScreeningReport {
  return { flags: [], unanswered: [], unansweredBlocking: [], issues: [{ path, message }] };
}
