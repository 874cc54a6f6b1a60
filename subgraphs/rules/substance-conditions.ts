/** On which conditions a 503A pharmacy may compound a substance: each by its kind, judged by facts; only what no fact can say is left to the entity's word. */

import { type Asking, unitedStates } from './asking.ts';
import { dayOf } from './dates.ts';
import type { FacilityClass, Fact, IngredientFact, SubstanceFacts } from './facts.ts';
import { askRule, readRule, ruleId } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import type { RuleSet } from './rule-set.ts';
import { type Substance, slugOf, substanceOf, substanceRuleKey } from './substance-table.ts';
import { wholeList } from './whole-list.ts';

/** One condition as a pack writes it. */
export type Condition =
  /** Asked by `copy.clinicalDifference` for the formula as a whole: here it is named. */
  | { readonly kind: 'NOT_A_COPY' | 'CLINICAL_DIFFERENCE' }
  /** The base itself and none of its salts, which are substances of their own. */
  | { readonly kind: 'EXACT_SUBSTANCE' }
  /** The material itself, as the pharmacy attests it by supplier. */
  | { readonly kind: 'CERTIFICATE_OF_ANALYSIS' | 'STERILE_SUITABLE' }
  | { readonly kind: 'GRADE'; readonly grades: readonly string[] }
  /** What no fact can say. */
  | { readonly kind: 'ATTESTED'; readonly what: string };

/** Every kind there is. */
export const conditionKinds: readonly Condition['kind'][] = [
  ...(['NOT_A_COPY', 'CLINICAL_DIFFERENCE', 'EXACT_SUBSTANCE'] as const),
  ...(['CERTIFICATE_OF_ANALYSIS', 'STERILE_SUITABLE', 'GRADE', 'ATTESTED'] as const),
];

/** A material of an ingredient that the pharmacy uses, as its pharmacist attested it. */
export interface IngredientSourceFact extends IngredientFact {
  readonly supplier: Fact<string>;
  /** `USP`, `NF`, `PHARMACEUTICAL`, `FOOD`, `DIETARY` … */
  readonly grade: Fact<string>;
  readonly sterileSuitable: Fact<boolean>;
  /** Reference of its certificate of analysis; `'none'` without one. */
  readonly certificate: Fact<string>;
  /** The last day on which the pharmacy stands by it, `YYYY-MM-DD`. */
  readonly goodUntil: Fact<string>;
}

/** What a gate may be told of the materials behind a formula. */
export interface SourceFacts {
  /** An empty list is none. Null blocks what asks for it. Left out, it is not asked: the entity attests those conditions, as it did before. */
  readonly sources?: Fact<readonly IngredientSourceFact[]>;
}

/** What a later step is told of them, where a condition of an ingredient asks. */
export interface MaterialFacts {
  readonly ingredients: Fact<readonly IngredientFact[]>;
  readonly facilityClass: FacilityClass;
  readonly sources: Fact<readonly IngredientSourceFact[]>;
}

/** The conditions of a substance in a release on a day; null where it names none, and the entity attests the whole. */
export function conditionsOf(rules: RuleSet, substance: Substance, on: string): readonly Condition[] | null {
  const { rule, why } = rules.find(ruleId(unitedStates, substanceRuleKey(substance, 'conditions')), on);
  if (why !== null) return null;
  const { conditions } = rule.value as { readonly conditions: readonly Condition[] };
  return conditions.every(({ kind }) => conditionKinds.includes(kind)) ? conditions : null;
}

/** Whether any of these has, under section 503A on that day, a condition on the pharmacy's material of it. */
export function asksMaterial(
  rules: RuleSet,
  { ingredients, facilityClass }: Pick<SubstanceFacts, 'ingredients' | 'facilityClass'>,
  on: string,
): boolean {
  return facilityClass === 'PHARMACY_503A' && (wholeList(ingredients) ?? []).some((one) => ofMaterialOf(rules, one, on).length > 0);
}

/** The conditions on the material of one ingredient; none where its status is not conditional. */
function ofMaterialOf(rules: RuleSet, ingredient: IngredientFact, on: string): OfMaterial[] {
  const substance = substanceOf(ingredient);
  if (substance === null) return [];
  const { rule } = rules.find(ruleId(unitedStates, substanceRuleKey(substance, '503A')), on);
  if (rule?.value !== 'conditional') return [];
  return (conditionsOf(rules, substance, on) ?? []).filter((one): one is OfMaterial => ofMaterials.includes(one.kind));
}

const ofMaterials: readonly Condition['kind'][] = ['CERTIFICATE_OF_ANALYSIS', 'STERILE_SUITABLE', 'GRADE'];

/** Asked again of a formula that was signed for: whether the pharmacy's material still is what its ingredients ask for. */
export function materialStands(facts: MaterialFacts | undefined, asking: Asking): RuleResult[] {
  if (facts === undefined || !asksMaterial(asking.rules, facts, asking.on)) return [];
  const id = 'preparation.material';
  const judged = (wholeList(facts.ingredients) ?? []).flatMap((ingredient) =>
    ofMaterialOf(asking.rules, ingredient, asking.on).map((condition) => {
      const one = ofMaterial(condition, ingredient, facts.sources ?? null, asking.on);
      return { ...one, words: `${ingredient.name}: ${one.words}` };
    }),
  );
  const open = judged.filter(({ is }) => is !== 'met');
  if (open.length === 0) return [passed(id, judged.map(({ words }) => words).join('; '), MATERIAL)];
  const message = open.map(({ words }) => words).join('; ');
  const remedy = [...new Set(open.flatMap((one) => one.remedy ?? []))].join(' ');
  return [open.some(({ is }) => is === 'not-met') ? failed(id, message, remedy, MATERIAL) : notKnown(id, message, remedy, MATERIAL)];
}

const MATERIAL = '21 USC 353a(b)(1)(A)';

/** Whether a fact can say of every condition that it holds. */
export function needsNoWord(conditions: readonly Condition[] | null): boolean {
  return conditions?.every(({ kind }) => kind !== 'ATTESTED') ?? false;
}

interface Judged {
  readonly words: string;
  readonly is: 'met' | 'for-the-entity' | 'not-met' | 'unknown';
  /** Of what is not met, or not known. */
  readonly remedy?: string;
}

/** The answer for an ingredient with a conditional status, each condition named; null where its release names none. */
export function conditionsResult(
  { substance, ingredient }: { readonly substance: Substance; readonly ingredient: IngredientFact },
  facts: SubstanceFacts,
  asking: Asking,
): RuleResult | null {
  const key = substanceRuleKey(substance, '503A');
  const reading = readRule(asking, unitedStates, key);
  const conditions = conditionsOf(asking.rules, substance, asking.on);
  if (reading.result !== null || reading.value !== 'conditional' || conditions === null) return null;
  const judged = conditions.map((condition) => judge(condition, { substance, ingredient }, facts, asking.on));
  const cited = [reading.rule?.citation ?? null, reading.rule?.since] as const;
  const id = ruleId(unitedStates, key);
  const may = `${substance.name} may be compounded under section 503A on conditions`;
  const open = judged.filter((one) => one.is === 'not-met' || one.is === 'unknown');
  if (open.length > 0) {
    const message = `${may}: ${open.map(({ words }) => words).join('; ')}`;
    const remedy = [...new Set(open.flatMap((one) => one.remedy ?? []))].join(' ');
    return open.some(({ is }) => is === 'not-met') ? failed(id, message, remedy, ...cited) : notKnown(id, message, remedy, ...cited);
  }
  const message = `${may}: ${judged.map(({ words }) => words).join('; ')}`;
  if (judged.some(({ is }) => is === 'for-the-entity'))
    return askRule(asking, unitedStates, key, () => ({ means: 'on-condition', message }));
  return passed(id, message, ...cited);
}

const RECORD = 'Ask the pharmacy to record the material it uses, with grade and certificate (`recordIngredientSource`).';

function judge(
  condition: Condition,
  { substance, ingredient }: { readonly substance: Substance; readonly ingredient: IngredientFact },
  facts: SubstanceFacts,
  on: string,
): Judged {
  switch (condition.kind) {
    case 'NOT_A_COPY':
      return { is: 'met', words: copyInWords(facts) };
    case 'CLINICAL_DIFFERENCE':
      return { is: 'met', words: 'a clinical difference for this patient (copy.clinicalDifference)' };
    case 'EXACT_SUBSTANCE': {
      if (substance.unii !== null && ingredient.unii === substance.unii)
        return { is: 'met', words: `no salt of it, UNII ${substance.unii}` };
      return { is: 'unknown', words: 'whether it is the base or a salt is not recorded', remedy: 'Give its UNII.' };
    }
    case 'ATTESTED':
      return { is: 'for-the-entity', words: condition.what };
    default:
      return ofMaterial(condition, ingredient, facts.sources, on);
  }
}

function copyInWords({ essentiallyACopy, clinicalDifference }: SubstanceFacts): string {
  if (essentiallyACopy === false) return 'no copy of a commercial drug (copy.clinicalDifference)';
  const stated = clinicalDifference != null && clinicalDifference !== 'none';
  return stated
    ? 'a copy with a clinical difference (copy.clinicalDifference)'
    : 'no copy without a clinical difference (copy.clinicalDifference)';
}

type OfMaterial = Extract<Condition, { kind: 'CERTIFICATE_OF_ANALYSIS' | 'STERILE_SUITABLE' | 'GRADE' }>;

// Every material the pharmacy stands by must do: which of them goes into the next lot nobody knows yet.
function ofMaterial(condition: OfMaterial, ingredient: IngredientFact, sources: SourceFacts['sources'], on: string): Judged {
  const words = wordsOf(condition);
  if (sources === undefined) return { is: 'for-the-entity', words };
  const all = wholeList(sources);
  if (all === null) return { is: 'unknown', words: `${words}: the pharmacy's materials could not be read`, remedy: 'Try again.' };
  const today = dayOf(on) ?? '9999-12-31';
  const own = all.filter((one) => isSame(one, ingredient) && (dayOf(one.goodUntil) ?? '') >= today);
  if (own.length === 0) return { is: 'unknown', words: `${words}: the pharmacy has no material of it on record`, remedy: RECORD };
  const held = own.map((one) => ({ one, holds: holds(condition, one) }));
  const without = held.find((each) => each.holds === false);
  if (without !== undefined) {
    const message = `${words}: not so of the material of ${without.one.supplier || 'a supplier'}`;
    return { is: 'not-met', words: message, remedy: 'Ask the pharmacy for material that is, or choose another product.' };
  }
  if (held.some((each) => each.holds === null)) return { is: 'unknown', words: `${words}: not recorded`, remedy: RECORD };
  return { is: 'met', words: `${words} (${[...new Set(own.map(({ supplier }) => supplier))].join(', ')})` };
}

function wordsOf(condition: OfMaterial): string {
  if (condition.kind === 'GRADE') return `material of the grade ${condition.grades.join(', ')}`;
  return condition.kind === 'STERILE_SUITABLE' ? 'material suitable for sterile compounding' : 'a certificate of analysis';
}

function holds(condition: OfMaterial, source: IngredientSourceFact): boolean | null {
  switch (condition.kind) {
    case 'GRADE':
      return source.grade == null ? null : condition.grades.includes(source.grade);
    case 'STERILE_SUITABLE':
      return source.sterileSuitable ?? null;
    case 'CERTIFICATE_OF_ANALYSIS':
      return source.certificate == null ? null : source.certificate !== 'none';
  }
}

function isSame(one: IngredientFact, other: IngredientFact): boolean {
  if (one.unii || other.unii) return one.unii === other.unii;
  return slugOf(one.name ?? '') === slugOf(other.name ?? '');
}
