/** What the gates are told of a facility's papers, from this subgraph's own rows. */

import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import { hazardOf } from '#rules/drug-findings.ts';
import type { FacilityFact, OpenFindingFact } from '#rules/facility-standing.ts';
import type { IngredientFact } from '#rules/facts.ts';
import { toId } from '#kernel/ids.ts';
import { dayOf } from '../calendar-day.ts';

/** What of a pharmacy its gates read beside its licences: papers that were not withdrawn, and findings that are open. */
export const facilityPapers = {
  evidence: { where: { withdrawnAt: null }, orderBy: { id: 'asc' } },
  findings: { where: { closedAt: null }, include: { inspection: { select: { inspectedOn: true } } }, orderBy: { id: 'asc' } },
} as const satisfies Prisma.PharmacyInclude;

type Papers = Pick<Prisma.PharmacyGetPayload<{ include: typeof facilityPapers }>, 'evidence' | 'findings'>;

/** An ingredient as a formula has it. */
type Ingredient = IngredientFact & { readonly csSchedule: string | null };

/** Whether an ingredient is on the list of hazardous drugs, as far as it is on record; what was not checked counts as hazardous there. */
export function isHazardous(ingredients: readonly IngredientFact[]): boolean {
  return ingredients.some((ingredient) => hazardOf(ingredient) !== null);
}

/** Whether the pharmacy has an ingredient in a schedule. */
export function isControlled(ingredients: readonly Ingredient[]): boolean {
  return ingredients.some(({ csSchedule }) => csSchedule !== null);
}

/** The facility as the gates are told of it, for a preparation of these ingredients. */
export function facilityFact({ evidence, findings }: Papers, ingredients: readonly Ingredient[]): FacilityFact {
  return {
    evidence: evidence.map(({ kind, validFrom, expiresOn }) => ({ kind, validFrom: dayOf(validFrom), expiresOn: dayOf(expiresOn) })),
    openFindings: findings.map(
      ({ id, stops, inspection }): OpenFindingFact => ({
        id: toId('inspectionFinding', id),
        foundOn: dayOf(inspection.inspectedOn),
        stops: (stops as OpenFindingFact['stops']) ?? 'NOTHING',
      }),
    ),
    hazardous: isHazardous(ingredients),
    controlled: isControlled(ingredients),
  };
}
