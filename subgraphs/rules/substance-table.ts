/** The bulk-substance table as data. The key is the UNII, at the level of the salt; a name serves only rows that have none. */

import rawClasses from './data/ingredient-classes.json' with { type: 'json' };
import rawSubstances from './data/substances.json' with { type: 'json' };
import type { IngredientFact } from './facts.ts';
import type { ServiceCode } from './service-codes.ts';
import type { Confidence } from './state-pack.ts';

/** One row of the table: what section 503A and 503B say of a substance today. */
export interface Substance {
  readonly name: string;
  readonly unii: string | null;
  readonly csSchedule: string | null;
  readonly basis503A: string;
  readonly status503A: 'eligible' | 'conditional' | 'not-eligible';
  readonly status503B: string;
  readonly confidence: Confidence;
  readonly note?: string;
}

const rows = (rawSubstances as unknown as { readonly substances: readonly Substance[] }).substances;
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

/** The stable key of a substance in rule ids: its UNII, or its name as a slug. */
export function substanceKey(substance: Substance): string {
  return substance.unii ?? slugOf(substance.name);
}

/** Every substance, in the order of the table. */
export const substances: readonly Substance[] = rows;

const byUnii = new Map(rows.flatMap((row) => (row.unii ? [[row.unii, row] as const] : [])));
const byName = new Map(rows.flatMap((row) => (row.unii ? [] : namesOf(row.name).map((name) => [name, row] as const))));
const classByKey = new Map(classes.substances.map((one) => [one.key, one.class]));

/** The row of an ingredient; null when the table does not have it, which blocks. */
export function substanceOf(ingredient: IngredientFact): Substance | null {
  if (ingredient.unii) return byUnii.get(ingredient.unii) ?? null;
  return (ingredient.name ? byName.get(slugOf(ingredient.name)) : undefined) ?? null;
}

/** The status of an ingredient under section 503A as the graph shows it. Not an answer to any gate. */
export function bulkStatus(ingredient: IngredientFact): 'ELIGIBLE' | 'CONDITIONAL' | 'NOT_ELIGIBLE' | 'UNKNOWN' {
  const substance = substanceOf(ingredient);
  if (substance === null) return 'UNKNOWN';
  return ({ eligible: 'ELIGIBLE', conditional: 'CONDITIONAL', 'not-eligible': 'NOT_ELIGIBLE' } as const)[substance.status503A];
}

/** The class of ingredient an exam must have covered; null when nobody has classed the substance. */
export function ingredientClass(substance: Substance): string | null {
  return classByKey.get(substanceKey(substance)) ?? null;
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
