/** How often a director reviews charts, how many, and how late a review may be. */

import { addDays } from '#rules/dates.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import { dayIn } from '../lapse.ts';

/** What holds where a state says nothing: our own proposal as the packs have it, read once a month. */
const MONTH_DAYS = 31;

/** An audit that is later than this puts the engagement out of force until it is recorded. Our own choice: it only ever closes. */
export const GRACE_DAYS = 14;

/** How charts are reviewed in a state. */
export interface AuditRules {
  readonly everyDays: number;
  /** Of the encounters, in percent. */
  readonly percent: number;
  /** At least so many charts a month, or all where there are fewer. */
  readonly perMonth: number;
  /** The entries of the packs that were read. */
  readonly ruleIds: readonly string[];
}

/**
 * The stricter of what a state has on record and of our own default, whatever the confidence: a number that turns out to be too high
 * reviews a chart too many, one that is left out a chart too few.
 */
export function auditRules(rules: RuleSet, state: string, on: string): AuditRules {
  const ids = ['US.chartReview.default', `${state}.chartReview.quota`];
  const entries = ids.flatMap((id) => {
    const { rule, why } = rules.find(id, on);
    return why === null ? [{ id, value: rule.value as Readonly<Record<string, unknown>> }] : [];
  });
  const numbers = (key: string) => entries.flatMap(({ value }) => (typeof value[key] === 'number' ? [value[key]] : []));
  return {
    everyDays: Math.min(MONTH_DAYS, ...numbers('everyDays')),
    percent: Math.max(0, ...numbers('percent')),
    perMonth: Math.max(0, ...numbers('chartsPerMonth')),
    ruleIds: entries.map(({ id }) => id),
  };
}

/** How many charts of a period are to be reviewed: the larger of the share and of the monthly number, and never more than there were. */
export function quota({ percent, perMonth }: AuditRules, encounters: number, days: number): number {
  const months = Math.ceil(days / MONTH_DAYS);
  return Math.min(encounters, Math.max(Math.ceil((encounters * percent) / 100), perMonth * months));
}

/** Whether an audit has been missed for longer than may be. */
export function isMissed(dueOn: Date | null | undefined, now: Date): boolean {
  return dueOn != null && addDays(dayIn(dueOn), GRACE_DAYS) < dayIn(now);
}
