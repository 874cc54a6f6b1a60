/** What of a stated difference the signing gate is told. Nothing is judged here. */

import type { DifferenceReview, DifferenceWording } from '#prisma/generated/prescriptions/client.ts';
import type { DifferenceKind, DifferenceKindFact, DifferenceWordingFact, StrengthFact } from '#rules/difference-facts.ts';
import type { Tx } from '../builder.ts';
import type { DrugSnapshot } from '../document/order-document.ts';
import type { Chart } from '../order/chart.ts';

/** How a draft's difference is worded, and what was found of it. */
export type ReadWording = DifferenceWording & { readonly review: DifferenceReview | null };

/** Reads it with its review; null where the order has none. */
export function readWording(db: Tx, orderId: string): Promise<ReadWording | null> {
  return db.differenceWording.findUnique({ where: { orderId }, include: { review: true } });
}

/** Of what kind the difference is; an order of before kinds were told says no more than its statement. */
export function kindFact({ order, finding }: Pick<Chart, 'order' | 'finding'>): DifferenceKindFact {
  return {
    kind: (order.differenceKind ?? 'UNSPECIFIED') as DifferenceKind,
    comparator: order.differenceComparator,
    change: order.differenceChange,
    findingCoded: finding === null ? null : finding.code !== null,
    ...(order.differenceKind === 'STRENGTH_NOT_SOLD' && { strengths: strengthsOf(order.drug as unknown as DrugSnapshot) }),
  };
}

// As the formulary had them when the order was drafted. A draft of before products were recorded has no such member.
function strengthsOf({ ingredients, comparators }: Omit<DrugSnapshot, 'comparators'> & Partial<DrugSnapshot>): StrengthFact[] {
  return ingredients.map(({ name, strengthRatio }) => ({
    ingredient: name,
    ratio: strengthRatio ?? null,
    products:
      comparators?.map((product) => ({
        ...{ name: product.name, ingredient: product.ingredient, strength: product.strength, marketing: product.marketing },
      })) ?? null,
  }));
}

/** How many read alike and what a second person said; null where a difference was not compared. */
export function wordingFact({ order, wording }: Pick<Chart, 'order' | 'wording'>): DifferenceWordingFact | 'none' | null {
  if (order.differenceStatement === null) return 'none';
  if (wording === null) return null;
  const { alikePrescriber, alikeProduct, alikeClinic, review } = wording;
  return { alikePrescriber, alikeProduct, alikeClinic, review: (review?.outcome ?? 'none') as DifferenceWordingFact['review'] };
}
