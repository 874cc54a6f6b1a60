/** What terms of an engagement can be at all, whatever the rules say: the same for those proposed anew and for those that change others. */

import { z } from 'zod';
import type { InputIssue } from '#kernel/errors.ts';
import { addMonths } from '#rules/dates.ts';
import { isService } from '#rules/service-codes.ts';
import { dayIn } from '../lapse.ts';
import { type EngagementDocumentInput, MOST_PAPERS, paperIssues } from './engagement-papers.ts';

/** How many days ahead notice is given where nothing was said. */
export const DEFAULT_NOTICE_DAYS = 30;
/** As far ahead as notice can be agreed. */
export const LONGEST_NOTICE_DAYS = 180;

/** The shape of terms, for the inputs that carry them. */
export const termsShape = {
  services: z.array(z.string()).min(1, 'Name a service, or leave the list out for all of them.').max(50, 'Too many services.').nullish(),
  states: z.array(z.string()).min(1, 'Name a state.').max(51, 'There are 51 states to name.'),
  noticeDays: z
    .number()
    .min(0, 'Notice is given ahead.')
    .max(LONGEST_NOTICE_DAYS, `Notice is given at most ${LONGEST_NOTICE_DAYS} days ahead.`)
    .nullish(),
  documents: z.array(z.unknown()).min(1, 'Name the agreement.').max(MOST_PAPERS, `An engagement has at most ${MOST_PAPERS} papers.`),
};

/** Terms as they are proposed. */
export interface ProposedTerms {
  readonly startsOn: string;
  readonly endsOn?: string | null | undefined;
  readonly states: readonly string[];
  readonly services?: readonly string[] | null | undefined;
  readonly documents: readonly (typeof EngagementDocumentInput.$inferInput)[];
}

/** Everything about the terms that cannot be. */
export function termIssues({ startsOn, endsOn, states, services, documents }: ProposedTerms, now: Date): InputIssue[] {
  const today = dayIn(now);
  const latest = addMonths(today, 12);
  const issues: InputIssue[] = [];
  const add = (path: string, message: string) => issues.push({ path: `input.${path}`, message });
  if (startsOn < today) add('startsOn', 'An engagement begins today or later: what was done before was done without it.');
  if (startsOn > latest) add('startsOn', `At most a year ahead, which is ${latest}.`);
  if (endsOn != null && endsOn < startsOn) add('endsOn', 'The last day is not before the first.');
  if (new Set(states).size < states.length) add('states', 'A state is named twice.');
  services?.forEach((code, index) => {
    if (!isService(code)) add(`services.${index}`, 'There is no such service.');
  });
  if (services != null && new Set(services).size < services.length) add('services', 'A service is named twice.');
  issues.push(...paperIssues(documents, today));
  return issues;
}
