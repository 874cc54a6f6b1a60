/** Substances by name. The key is the UNII, at the level of the salt; a name serves only rows that have none. What may be done with one is a rule. */

import rawClasses from './data/ingredient-classes.json' with { type: 'json' };
import type { IngredientFact } from './facts.ts';
import { library, type Substance, substanceNames } from './packs.ts';
import type { ServiceCode } from './service-codes.ts';

export type { Substance };

const classes = rawClasses as unknown as {
  readonly services: Readonly<Record<ServiceCode, readonly string[]>>;
  readonly substances: readonly { readonly key: string; readonly class: string }[];
};

/** Lower case words joined by hyphens: the key of a substance without a UNII. */
export function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Every substance that a rule speaks of, in the order of the list. */
export const substances: readonly Substance[] = substanceNames;

const byUnii = new Map(substances.flatMap((one) => (one.unii ? [[one.unii, one] as const] : [])));
const byName = new Map(substances.flatMap((one) => (one.unii ? [] : namesOf(one.name).map((name) => [name, one] as const))));
const classByKey = new Map(classes.substances.map((one) => [one.key, one.class]));

/** The substance of an ingredient; null when the list does not have it, which blocks. */
export function substanceOf(ingredient: IngredientFact): Substance | null {
  if (ingredient.unii) return byUnii.get(ingredient.unii) ?? null;
  return (ingredient.name ? byName.get(slugOf(ingredient.name)) : undefined) ?? null;
}

/** The part of a rule's key that names a substance, and the section of the Act it is asked under. */
export function substanceRuleKey(
  substance: Substance,
  what: '503A' | '503B' | 'conditions' | 'schedule' | 'shortage' | 'difference',
): string {
  return `substance.${substance.key}.${what}`;
}

/** The status of an ingredient under section 503A on a day, as the graph shows it. Not an answer to any gate. */
export function bulkStatus(ingredient: IngredientFact, on: string): 'ELIGIBLE' | 'CONDITIONAL' | 'NOT_ELIGIBLE' | 'UNKNOWN' {
  const substance = substanceOf(ingredient);
  const found = substance === null ? null : library.on(on).find(`US.${substanceRuleKey(substance, '503A')}`, on);
  if (found === null || found.why !== null) return 'UNKNOWN';
  const shown: Readonly<Record<string, 'ELIGIBLE' | 'CONDITIONAL' | 'NOT_ELIGIBLE'>> = {
    eligible: 'ELIGIBLE',
    conditional: 'CONDITIONAL',
    'not-eligible': 'NOT_ELIGIBLE',
  };
  return shown[String(found.rule.value)] ?? 'UNKNOWN';
}

/** The class of ingredient an exam must have covered; null when nobody has classed the substance. */
export function ingredientClass(substance: Substance): string | null {
  return classByKey.get(substance.key) ?? null;
}

/** The classes of ingredient that the screening of a service asks about. */
export function classesOf(service: ServiceCode): readonly string[] {
  return classes.services[service];
}

// A row that names several substances answers for each of them, and for the row's own name.
function namesOf(name: string): string[] {
  const whole = slugOf(name);
  return name.includes('(') || !name.includes(', ') ? [whole] : [whole, ...name.split(', ').map(slugOf)];
}
