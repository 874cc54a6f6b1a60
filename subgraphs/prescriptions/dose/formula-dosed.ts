import type { StrengthFact } from '#rules/dose-prepared.ts';
import type { DrugSnapshot } from '../document/order-document.ts';
import type { DosedFormula } from './given-step.ts';

/** What of a formula its doses depend on. */
export function dosedFormula({ route, ingredients }: DrugSnapshot): DosedFormula {
  return {
    route,
    strengths: ingredients.map((one): StrengthFact => ({ name: one.name, unii: one.unii, strength: one.strengthRatio ?? null })),
  };
}
