import type { InputIssue } from '#kernel/errors.ts';
import { addMonths } from '#rules/dates.ts';
import { dayIn } from '../lapse.ts';

/** From when until when a version is to be in force. */
export interface ProtocolTerm {
  readonly effectiveFrom: string;
  readonly expiresOn: string;
}

/** What is wrong with a term: it begins today or within a year, and a year after it began it is read again. */
export function issuesOfTerm({ effectiveFrom, expiresOn }: ProtocolTerm, now: Date): InputIssue[] {
  const today = dayIn(now);
  const issue = (field: string, message: string): InputIssue => ({ path: `input.${field}`, message });
  return [
    ...(effectiveFrom < today ? [issue('effectiveFrom', 'The first day is today or later.')] : []),
    ...(effectiveFrom > yearAfter(today) ? [issue('effectiveFrom', 'The first day is at most a year ahead.')] : []),
    ...(expiresOn < effectiveFrom ? [issue('expiresOn', 'The last day is not before the first.')] : []),
    ...(expiresOn > yearAfter(effectiveFrom)
      ? [issue('expiresOn', 'A protocol is in force for a year at most; then it is read and signed again.')]
      : []),
  ];
}

const yearAfter = (day: string): string => addMonths(day, 12);

/** A day as it is stored. */
export function storedDay(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}
