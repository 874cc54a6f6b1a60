/** What is wrong with the schedules and the term of a registration for controlled substances, whoever gave it. */

import type { InputIssue } from '#kernel/errors.ts';
import { addMonths } from '#rules/dates.ts';

/** Schedules as registrations name them, narcotic and other ones apart (21 CFR 1301.13). */
export const schedules: readonly string[] = ['II', 'IIN', 'III', 'IIIN', 'IV', 'V'];

/** Federal terms last three years, those of states at most as long: a later end is a slip. */
const LONGEST_TERM_MONTHS = 48;

/** What is wrong with a registration's schedules and last day. */
export function registrationIssues(
  { schedules: named, expiresOn }: { readonly schedules: readonly string[]; readonly expiresOn: string },
  today: string,
): InputIssue[] {
  const unknown = named.flatMap((schedule, index) =>
    schedules.includes(schedule) ? [] : [{ path: `input.schedules.${index}`, message: `One of ${schedules.join(', ')}.` }],
  );
  return [
    ...unknown,
    ...(new Set(named).size < named.length ? [{ path: 'input.schedules', message: 'A schedule is named twice.' }] : []),
    ...(expiresOn < today ? [{ path: 'input.expiresOn', message: 'Its last day is over: record the one that runs.' }] : []),
    ...(expiresOn > addMonths(today, LONGEST_TERM_MONTHS)
      ? [{ path: 'input.expiresOn', message: 'No registration is given for longer than four years.' }]
      : []),
  ];
}
