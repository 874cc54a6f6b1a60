/** May these ingredients be compounded by this kind of facility for this patient (21 USC 353a, 353b)? */

import { liveAttestation } from './attestation.ts';
import type { AttestedFacts, FacilityClass, Fact, IngredientFact, SubstanceFacts } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { complianceOfficer } from './state-field.ts';
import { type Substance, slugOf, substanceKey, substanceOf } from './substance-table.ts';
import { wholeList } from './whole-list.ts';

const SECTION_503A = '21 USC 353a(b)(1)(A)';
const SECTION_503B = '21 USC 353b(a)(2)';
const COPY_503A = '21 USC 353a(b)(1)(D), (b)(2)';
const COPY_503B = '21 USC 353b(a)(5), (d)(2)';

/** Each ingredient's standing for the facility's class, then the clinical difference where the formula is a copy. */
export function evaluateSubstances(facts: SubstanceFacts, on: string): RuleResult[] {
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
      const result = standing(ingredient, facts.facilityClass, facts, on);
      standings.set(result.id, result);
    }
    results.push(...standings.values());
  }
  results.push(clinicalDifference(facts));
  return results;
}

function standing(ingredient: IngredientFact, facility: FacilityClass, facts: AttestedFacts, on: string): RuleResult {
  const substance = substanceOf(ingredient);
  const section = facility === 'PHARMACY_503A' ? '503A' : '503B';
  if (substance === null) {
    const name = ingredient.name || ingredient.unii || 'An ingredient';
    const key = ingredient.unii || slugOf(ingredient.name ?? '') || 'unnamed';
    return notKnown(`substance.${key}.${section}`, `${name} is not in the substance table`, 'Give its UNII, or load a row for it.');
  }
  return facility === 'PHARMACY_503A' ? under503A(substance, facts, on) : under503B(substance, facts, on);
}

function under503A(substance: Substance, facts: AttestedFacts, on: string): RuleResult {
  const id = `substance.${substanceKey(substance)}.503A`;
  if (substance.status503A === 'not-eligible') {
    return failed(id, withNote(substance, 'has no basis for compounding under section 503A'), 'Choose another product.', SECTION_503A);
  }
  if (substance.status503A === 'eligible' && (substance.confidence === 'verified' || substance.confidence === 'known')) {
    return passed(id, `${substance.name} may be compounded under section 503A (${substance.basis503A})`, SECTION_503A);
  }
  if (isAttested(substance, '503A', facts, on)) {
    return passed(id, `${substance.name} may be compounded under section 503A on conditions, which are attested`, SECTION_503A);
  }
  const message = withNote(substance, `may be compounded under section 503A on conditions only (${substance.basis503A})`);
  return notKnown(id, message, attestRemedy(substance, '503A', facts), SECTION_503A);
}

function under503B(substance: Substance, facts: AttestedFacts, on: string): RuleResult {
  const id = `substance.${substanceKey(substance)}.503B`;
  if (substance.status503A === 'not-eligible' || substance.status503B.startsWith('not-listed')) {
    const message = withNote(substance, `has no basis for compounding under section 503B (${substance.status503B})`);
    return failed(id, message, 'Choose another product, or a 503A pharmacy where that is open.', SECTION_503B);
  }
  if (isAttested(substance, '503B', facts, on)) {
    return passed(id, `${substance.name} is attested to be on the 503B list or in shortage`, SECTION_503B);
  }
  const message = `${substance.name} may be compounded under section 503B only if it is on the 503B list or in shortage`;
  return notKnown(id, message, attestRemedy(substance, '503B', facts), SECTION_503B);
}

/** The rule that an entity attests to say that a substance's conditions hold. */
export function substanceRuleId(substance: Substance, section: '503A' | '503B'): string {
  return `US.substance.${substanceKey(substance)}.${section}`;
}

function isAttested(substance: Substance, section: '503A' | '503B', facts: AttestedFacts, on: string): boolean {
  const attestation = liveAttestation(facts.attestations, 'US', substanceRuleId(substance, section), on);
  return attestation !== null && attestation.value === null;
}

function attestRemedy(substance: Substance, section: '503A' | '503B', facts: AttestedFacts): string {
  return `Ask ${complianceOfficer(facts)} to attest ${substanceRuleId(substance, section)}: that its conditions hold.`;
}

function withNote(substance: Substance, statement: string): string {
  return `${substance.name} ${statement}${substance.note ? `: ${substance.note}` : ''}`;
}

// FDA's examples of what is no difference: price, convenience alone, the bare words "medically necessary".
const NO_DIFFERENCE = /^\W*((medically )?necessary|cost|price|cheaper|convenien(ce|t)|patient preference|preference)\W*$/i;
const SHORTEST_STATEMENT = 15;

function clinicalDifference(facts: SubstanceFacts): RuleResult {
  const id = 'copy.clinicalDifference';
  const citation = citationOfCopy(facts.facilityClass);
  if (facts.essentiallyACopy === false) return passed(id, 'The formula is not essentially a copy of a commercial drug', citation);
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
    return failed(id, 'The formula is essentially a copy, and no clinical difference is documented', remedy, citation);
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
