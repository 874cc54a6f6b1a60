/** Whether somebody is excluded from federal health care programs. Whoever is may do nothing here, whatever their licence says. */

import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

const CITATION = '42 USC 1320a-7; 42 CFR 1001.1901';

/**
 * What the lists of excluded persons say: `'none'`, `'possible'` (somebody of the same name, not told apart) or the first day of the
 * exclusion. Null is unknown and blocks. Left out, it is not asked: decisions kept before it was asked answer as they did.
 */
export type ExclusionFact = Fact<string>;

/** What is known of somebody, as `physicians` tells. */
export interface ToldExclusion {
  readonly status: string;
  readonly since: string | null;
}

/** From what was told to what a gate reads. What a neighbour was not asked for stays left out; a word we do not know is unknown. */
export function exclusionTold(told: ToldExclusion | null | undefined): { readonly exclusion?: ExclusionFact } {
  if (told === undefined) return {};
  if (told?.status === 'NONE') return { exclusion: 'none' };
  if (told?.status === 'POSSIBLE') return { exclusion: 'possible' };
  return { exclusion: told?.status === 'EXCLUDED' ? told.since : null };
}

/** The one result, or none when it was not asked. `part` names it, `holder` is whom it is about. */
export function notExcluded(part: string, holder: string, told: { readonly exclusion?: ExclusionFact } | null | undefined): RuleResult[] {
  if (told == null || told.exclusion === undefined) return [];
  const id = `exclusion.${part}`;
  switch (told.exclusion) {
    case 'none':
      return [passed(id, `${holder} is on no list of excluded persons`, CITATION)];
    case 'possible':
      return [
        notKnown(
          id,
          `Somebody with the name of ${inSentence(holder)} is on a list of excluded persons`,
          'Ask a compliance officer to compare the two.',
          CITATION,
        ),
      ];
    case null:
      return [
        notKnown(
          id,
          `It is not known whether ${inSentence(holder)} is on a list of excluded persons`,
          'Look them up in the current lists of OIG and SAM.',
          CITATION,
        ),
      ];
    default:
      return [
        failed(id, `${holder} is excluded since ${told.exclusion}`, 'Choose somebody else: nothing they do may be relied upon.', CITATION),
      ];
  }
}

function inSentence(holder: string): string {
  return holder.replace(/^The /, 'the ');
}
