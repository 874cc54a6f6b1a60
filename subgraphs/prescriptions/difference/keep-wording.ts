import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { goesToReview, wordingLimits } from '#rules/difference-wording.ts';
import type { Ctx, Tx } from '../builder.ts';
import { likeness, shinglesOf } from './shingles.ts';

const DAY_MS = 86_400_000;

/**
 * Keeps how a draft's difference is worded, with how many other patients have one that reads alike; nothing of a draft without one.
 * In the transaction of the draft, so that the next one is compared with it.
 */
export async function keepWording(tx: Tx, ctx: Pick<Ctx, 'newId'>, order: Order): Promise<void> {
  if (order.differenceStatement === null) return;
  const shingles = shinglesOf(order.differenceStatement);
  await inTurn(tx, order);
  const alike = await alikeOf(tx, order, shingles);
  const { id: orderId, clinicId, patientId, prescriberId, formularyItemId, draftedAt: writtenAt } = order;
  await tx.differenceWording.create({
    data: {
      ...{ id: ctx.newId(), orderId, clinicId, patientId, prescriberId, formularyItemId, shingles: [...shingles], writtenAt },
      ...{ ...alike, needsReview: goesToReview(alike) },
    },
  });
}

/** Three bounded reads, each by its index: the newest of the prescriber, of the preparation and of the clinic. */
async function alikeOf(tx: Tx, order: Order, shingles: readonly number[]) {
  const since = new Date(order.draftedAt.getTime() - wordingLimits.days * DAY_MS);
  const { prescriberId, clinicId, formularyItemId } = order;
  const patients = async (where: object): Promise<number> => {
    const rows = await tx.differenceWording.findMany({
      // The same reason for the same patient again is what one expects.
      where: { ...where, writtenAt: { gte: since }, patientId: { not: order.patientId } },
      select: { patientId: true, shingles: true },
      orderBy: { writtenAt: 'desc' },
      take: wordingLimits.compared,
    });
    return new Set(rows.filter((row) => likeness(row.shingles, shingles) >= wordingLimits.alikeFrom).map((row) => row.patientId)).size;
  };
  return {
    alikePrescriber: await patients({ prescriberId }),
    alikeProduct: await patients({ clinicId, formularyItemId }),
    alikeClinic: await patients({ clinicId }),
  };
}

/**
 * Until the transaction ends nobody else's wording is compared with those of this prescriber or clinic: of two drafts at once, the second finds the
 * first. The prescriber's turn comes before the clinic's for everybody, so that nobody waits in a circle.
 */
async function inTurn(tx: Tx, { prescriberId, clinicId }: Order): Promise<void> {
  for (const whose of [`prescriber ${prescriberId}`, `clinic ${clinicId}`])
    await tx.$executeRawUnsafe('select pg_advisory_xact_lock(hashtextextended($1, 0))', `difference-wording ${whose}`);
}
