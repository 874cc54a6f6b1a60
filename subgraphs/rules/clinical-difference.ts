/** What a clinical difference must rest on, by its kind (21 USC 353a(b)(2)). That there is one where one is needed is asked with the substances. */

import { type Asking, unitedStates } from './asking.ts';
import type { SubstanceFacts } from './facts.ts';
import { askRule, isRaised, readRule } from './reading.ts';
import { bestOf, failed, notKnown, passed, type RuleResult } from './results.ts';
import { strengthResults } from './strength-sold.ts';
import { substanceOf, substanceRuleKey } from './substance-table.ts';
import { wholeList } from './whole-list.ts';

const CITATION = '21 USC 353a(b)(2)';

/** The results on a stated difference; none without one, and none where its kind says no more than its statement. */
export function differenceResults(facts: SubstanceFacts, asking: Asking): RuleResult[] {
  const difference = facts.clinicalDifference;
  if (difference == null || difference === 'none' || difference.kind === undefined) return [];
  switch (difference.kind) {
    case 'UNSPECIFIED':
      return [];
    case 'ALLERGY':
    case 'INTOLERANCE':
      return [codedFinding(difference.kind, difference.findingCoded)];
    case 'STRENGTH_NOT_SOLD':
      return [compared(difference.kind, difference.comparator, difference.change), ...strengthResults(difference.strengths)];
    case 'FORM_NOT_SOLD':
      return [compared(difference.kind, difference.comparator, difference.change)];
    case 'SHORTAGE':
      return [inShortage(facts, asking)];
    default:
      return [notKnown('difference.kind', 'Of which kind the clinical difference is could not be read', 'Draft the order anew.', CITATION)];
  }
}

/** Whether a rule of one of the ingredients asks for a difference, whatever the formula is recorded as. */
export function ingredientAsksDifference(facts: SubstanceFacts, asking: Asking): RuleResult | 'asks' | 'asks-not' {
  for (const ingredient of wholeList(facts.ingredients) ?? []) {
    const substance = substanceOf(ingredient);
    const key = substance === null ? null : substanceRuleKey(substance, 'difference');
    if (key === null || !isRaised(asking, unitedStates, key)) continue;
    const reading = readRule(asking, unitedStates, key);
    if (reading.result !== null) return reading.result;
    if (reading.value === 'required') return 'asks';
  }
  return 'asks-not';
}

function codedFinding(kind: 'ALLERGY' | 'INTOLERANCE', coded: boolean | null | undefined): RuleResult {
  const id = 'difference.finding';
  const what = kind === 'ALLERGY' ? 'allergy' : 'intolerance';
  const remedy = `Name a finding of this exam that is coded as the ${what}, or add it to the exam with its code.`;
  if (coded == null) return notKnown(id, 'The finding of the clinical difference could not be read', remedy, CITATION);
  if (!coded) return failed(id, `The ${what} rests on a finding without a code`, remedy, CITATION);
  return passed(id, `The ${what} rests on a coded finding of the exam`, CITATION);
}

function compared(kind: 'STRENGTH_NOT_SOLD' | 'FORM_NOT_SOLD', comparator?: string | null, change?: string | null): RuleResult {
  const id = 'difference.comparator';
  const what = kind === 'STRENGTH_NOT_SOLD' ? 'strength' : 'form';
  const remedy = `Name the commercial product and the ${what} that it is not sold in.`;
  if (!comparator?.trim() || !change?.trim()) {
    return failed(id, `The order says that a ${what} is not sold, and not of which product or what is changed`, remedy, CITATION);
  }
  return passed(id, `The commercial product and the ${what} it is not sold in are named`, CITATION);
}

// One active ingredient on the list is enough: the drug that cannot be had may be compounded together with others.
function inShortage(facts: SubstanceFacts, asking: Asking): RuleResult {
  const results = (wholeList(facts.ingredients) ?? []).flatMap((ingredient) => {
    const substance = substanceOf(ingredient);
    if (substance === null) return [];
    const key = substanceRuleKey(substance, 'shortage');
    return askRule(asking, unitedStates, key, (value) =>
      value === 'listed'
        ? { means: 'permits', message: `${substance.name} is on the shortage list` }
        : {
            means: 'forbids',
            message: `${substance.name} is not on the shortage list of that day`,
            remedy: 'State another difference, or none.',
          },
    );
  });
  const remedy = "Record the formula's active ingredients.";
  return bestOf(results) ?? notKnown('difference.shortage', 'It is not known which ingredient is in shortage', remedy, CITATION);
}
