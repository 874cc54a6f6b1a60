/** Answers against the screening rules of the questionnaires: what was hit, what is missing, what does not fit. */

import { isDay } from './dates.ts';
import { type Audience, type FhirItem, isForClinicians, questionsOf } from './questionnaire.ts';
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

/** An answer as front ends send it. */
export interface Answer {
  readonly linkId: string;
  readonly value: unknown;
}

/** What a set of answers says. */
export interface ScreeningReport {
  readonly flags: readonly ScreeningFlag[];
  /** Required items without a usable answer, in the questionnaire's order. */
  readonly unanswered: readonly string[];
  /** The unanswered items whose rule blocks: none may be left at approval. */
  readonly unansweredBlocking: readonly string[];
  /** Answers that cannot be taken: unknown item, wrong type, given twice. Paths are link ids. */
  readonly issues: readonly { readonly path: string; readonly message: string }[];
}

const LONGEST_TEXT = 4000;

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

/** Screens the answers of one audience. `patient`: an intake; `clinician`: intake and examiner's answers together, before approval. */
export function screen(service: string, answers: readonly Answer[], audience: Audience): ScreeningReport {
  if (!isService(service))
    return { flags: [], unanswered: [], unansweredBlocking: [], issues: [{ path: 'service', message: 'is not a service' }] };
  const items = questionsOf(service, audience);
  const byLinkId = new Map(items.map((item) => [item.linkId, item]));
  const issues: { path: string; message: string }[] = [];
  const taken = new Map<string, unknown>();
  const seen = new Set<string>();
  for (const { linkId, value } of answers) {
    const item = byLinkId.get(linkId);
    const problem =
      item === undefined ? 'is not a question of this questionnaire' : seen.has(linkId) ? 'is answered twice' : misfit(item, value);
    seen.add(linkId);
    if (problem !== null) issues.push({ path: linkId, message: problem });
    else if (!isEmpty(value)) taken.set(linkId, value);
  }
  const missing = items.filter((item) => item.required === true && !taken.has(item.linkId) && !saidElsewhere.has(item.linkId));
  return {
    flags: items.flatMap((item) => (taken.has(item.linkId) ? flagsOf(item, taken.get(item.linkId)) : [])),
    unanswered: missing.map((item) => item.linkId),
    unansweredBlocking: missing.filter((item) => ruleOf(item)?.action === 'block').map((item) => item.linkId),
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

function flagsOf(item: FhirItem, value: unknown): ScreeningFlag[] {
  const rule = ruleOf(item);
  if (rule === null || !triggers(rule, value)) return [];
  return [{ linkId: item.linkId, severity: rule.action, message: rule.reason }];
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (typeof value === 'string' && value.trim() === '');
}

function misfit(item: FhirItem, value: unknown): string | null {
  if (isEmpty(value)) return null;
  switch (item.type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false';
    case 'integer':
      return Number.isSafeInteger(value) ? null : 'must be a whole number';
    case 'decimal':
      return Number.isFinite(value) ? null : 'must be a number';
    case 'date':
      return isDay(value) ? null : 'must be a date (YYYY-MM-DD) that exists';
    case 'choice': {
      const codes = (item.answerOption ?? []).map((option) => option.valueCoding.code);
      return codes.some((code) => code === value) ? null : `must be one of ${codes.join(', ')}`;
    }
    default:
      if (typeof value !== 'string') return 'must be text';
      if (value.includes('\u0000')) return 'must not contain the character U+0000';
      return value.length <= LONGEST_TEXT ? null : `must not be longer than ${LONGEST_TEXT} characters`;
  }
}
