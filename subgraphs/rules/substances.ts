/** May these ingredients be compounded by this kind of facility for this patient (21 USC 353a, 353b)? */

import { type Asking, unitedStates } from './asking.ts';
import { ingredientAsksDifference } from './clinical-difference.ts';
import type { FacilityClass, Fact, IngredientFact, SubstanceFacts } from './facts.ts';
import { askRule, isRaised, ruleId, type Verdict } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { conditionsResult } from './substance-conditions.ts';
import { type Substance, slugOf, substanceOf, substanceRuleKey } from './substance-table.ts';
import { wholeList } from './whole-list.ts';

const COPY_503A = '21 USC 353a(b)(1)(D), (b)(2)';
const COPY_503B = '21 USC 353b(a)(5), (d)(2)';

/** Each ingredient's standing for the facility's class, then the clinical difference where the formula is a copy. */
export function substances(facts: SubstanceFacts, asking: Asking): RuleResult[] {
  const results: RuleResult[] = [];
  if (facts.facilityClass == null) {
    results.push(notKnown('facility.class', 'It is not known under which section the facility compounds', "Record the facility's class."));
  }
  const ingredients = wholeList(facts.ingredients);
  if (ingredients === null || ingredients.length === 0) {
    results.push(notKnown('substance', "The formula's ingredients are not known", "Record the formula's active ingredients."));
  } else if (facts.facilityClass != null) {
    // An ingredient that stands in a formula twice is one substance and one rule.
    const standings = new Map<string, RuleResult>();
    for (const ingredient of ingredients) {
      const result = standing(ingredient, facts.facilityClass, facts, asking);
      standings.set(result.id, result);
    }
    results.push(...standings.values());
  }
  results.push(clinicalDifference(facts, asking));
  return results;
}

/** The id of the rule that decides on an ingredient at a facility of that class, also when the ingredient is not in the table. */
export function ingredientRuleId(ingredient: IngredientFact, facility: FacilityClass): string {
  const substance = substanceOf(ingredient);
  const section = facility === 'PHARMACY_503A' ? '503A' : '503B';
  if (substance !== null) return ruleId(unitedStates, substanceRuleKey(substance, section));
  return ruleId(unitedStates, `substance.${ingredient.unii || slugOf(ingredient.name ?? '') || 'unnamed'}.${section}`);
}

function standing(ingredient: IngredientFact, facility: FacilityClass, facts: SubstanceFacts, asking: Asking): RuleResult {
  const substance = substanceOf(ingredient);
  if (substance === null) {
    const name = ingredient.name || ingredient.unii || 'An ingredient';
    const id = ingredientRuleId(ingredient, facility);
    return notKnown(id, `${name} is not in the substance table`, 'Give its UNII, or load a row for it.');
  }
  // What has no basis is barred however doubtful its sources: nobody can attest it open.
  const barred = ineligible(substance, facility, asking);
  if (barred !== null) return barred;
  const section = facility === 'PHARMACY_503A' ? '503A' : '503B';
  const onConditions = section === '503A' ? conditionsResult({ substance, ingredient }, facts, asking) : null;
  if (onConditions !== null) return onConditions;
  return askRule(asking, unitedStates, substanceRuleKey(substance, section), (value) =>
    facility === 'PHARMACY_503A' ? under503A(substance, value) : under503B(substance, value),
  );
}

function ineligible(substance: Substance, facility: FacilityClass, asking: Asking): RuleResult | null {
  const at = (section: '503A' | '503B') => asking.rules.find(ruleId(unitedStates, substanceRuleKey(substance, section)), asking.on);
  const [underA, underB] = [at('503A'), at('503B')];
  const noBasis = underA.why === null && underA.rule.value === 'not-eligible';
  if (facility === 'PHARMACY_503A') {
    if (!noBasis) return null;
    const { id, note, citation, since } = underA.rule;
    const message = withNote(`${substance.name} has no basis for compounding under section 503A`, note);
    return failed(id, message, 'Choose another product.', citation, since);
  }
  if (underB.why !== null) return null;
  const listed = underB.rule.value !== 'not-listed';
  if (listed && underA.why !== null && isRaised(asking, unitedStates, substanceRuleKey(substance, '503A'))) {
    const message = `Whether ${substance.name} has any basis for compounding is not recorded for that date`;
    return notKnown(underB.rule.id, message, 'Load rule data that covers this date.', underB.rule.citation, underB.rule.since);
  }
  if (listed && !noBasis) return null;
  const { id, note, citation, since } = underB.rule;
  const message = withNote(`${substance.name} has no basis for compounding under section 503B`, note);
  return failed(id, message, 'Choose another product, or a 503A pharmacy where that is open.', citation, since);
}

function under503A(substance: Substance, value: unknown): Verdict {
  if (value === 'eligible') return { means: 'permits', message: `${substance.name} may be compounded under section 503A` };
  if (value === 'conditional')
    return { means: 'on-condition', message: `${substance.name} may be compounded under section 503A on conditions` };
  return {
    means: 'forbids',
    message: `${substance.name} may not be compounded under section 503A`,
    remedy: 'Choose another product.',
  };
}

function under503B(substance: Substance, value: unknown): Verdict {
  if (value === 'listed') return { means: 'permits', message: `${substance.name} is on the 503B list` };
  if (value === 'listed-or-shortage-only') {
    const message = `${substance.name} may be compounded under section 503B only if it is on the 503B list or in shortage`;
    return { means: 'on-condition', message };
  }
  return {
    means: 'forbids',
    message: `${substance.name} may not be compounded under section 503B`,
    remedy: 'Choose another product, or a 503A pharmacy where that is open.',
  };
}

function withNote(message: string, note: string | null): string {
  return note ? `${message}: ${note}` : message;
}

// FDA's examples of what is no difference: price, convenience alone, the bare words "medically necessary".
const NO_DIFFERENCE = /^\W*((medically )?necessary|cost|price|cheaper|convenien(ce|t)|patient preference|preference)\W*$/i;
const SHORTEST_STATEMENT = 15;

function clinicalDifference(facts: SubstanceFacts, asking: Asking): RuleResult {
  const id = 'copy.clinicalDifference';
  const citation = citationOfCopy(facts.facilityClass);
  const asked = facts.essentiallyACopy === false ? ingredientAsksDifference(facts, asking) : 'asks';
  if (asked === 'asks-not') return passed(id, 'The formula is not essentially a copy of a commercial drug', citation);
  if (asked !== 'asks') return asked;
  if (facts.essentiallyACopy == null) {
    return notKnown(
      id,
      'It is not known whether the formula is essentially a copy of a commercial drug',
      'Record it on the formulary item.',
      citation,
    );
  }
  const remedy = 'State what is changed for this patient and why it matters, and name the finding it rests on.';
  const difference = facts.clinicalDifference;
  if (difference == null) return notKnown(id, "The order's clinical difference could not be read", remedy, citation);
  if (difference === 'none')
    return failed(
      id,
      facts.essentiallyACopy
        ? 'The formula is essentially a copy, and no clinical difference is documented'
        : 'An ingredient of the formula asks for a clinical difference, and none is documented',
      remedy,
      citation,
    );
  const statement = difference.statement?.trim() ?? '';
  if (statement.length < SHORTEST_STATEMENT || NO_DIFFERENCE.test(statement)) {
    return failed(id, 'The stated difference names no change and no reason of this patient', remedy, citation);
  }
  if (!difference.findingId || difference.findingOnExam === false) {
    return failed(id, 'The clinical difference rests on no finding of the exam', remedy, citation);
  }
  if (difference.findingOnExam !== true) return notKnown(id, 'The finding of the clinical difference could not be read', remedy, citation);
  return passed(id, 'A clinical difference for this patient is documented and rests on a finding of the exam', citation);
}

function citationOfCopy(facility: Fact<FacilityClass>): string {
  return facility === 'OUTSOURCING_503B' ? COPY_503B : COPY_503A;
}
