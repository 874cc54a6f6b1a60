import { InvalidInput } from '#kernel/errors.ts';
import { library } from '#rules/packs.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import type { Ctx } from '../builder.ts';
import { dayText } from '../business-day.ts';
import { isJurisdiction } from './listed-rules.ts';

/**
 * The release as known on a day; when none is named, on the day asked about, and for a day that is still to come, today. Before the first
 * release there are no rules, and that is an answer.
 */
export function releaseKnown(ctx: Pick<Ctx, 'now'>, asKnownOn: string | null | undefined, on?: string | null): RuleSet {
  const today = dayText(ctx.now());
  return library.on(asKnownOn ?? (on != null && on < today ? on : today));
}

/** The jurisdiction that was named, or null for none. Refuses what is none. */
export function jurisdictionAsked(code: string | null | undefined): string | null {
  if (code == null) return null;
  if (isJurisdiction(code)) return code;
  throw new InvalidInput([{ path: 'jurisdiction', message: 'A jurisdiction is the code of a state, DC, or US for federal law.' }]);
}
