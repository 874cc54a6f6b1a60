import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import type { PlacementOffer, PlacementRequest } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { selfOf } from '../engagement/parties.ts';
import { heldRequest } from './held-request.ts';
import { shownOfferStatus } from './placement-offer.ts';
import { PlacementTaken } from './placement-refusals.ts';

/** An offer to the caller, before anything is asked or written; null when there is none. */
export async function ownOfferSeen(ctx: Context, offerId: string): Promise<PlacementOffer | null> {
  const [id, self] = [tryId('placementOffer', offerId), selfOf(ctx)];
  return id === null || self === null ? null : ctx.load<PlacementOffer>('placementOffer', id, { practitionerId: self });
}

/** The same offer with its request, held until the transaction ends and still to be answered. Throws what else it has become. */
export async function heldOffer(
  tx: Tx,
  seen: PlacementOffer,
  to: 'ACCEPTED' | 'DECLINED',
): Promise<{ readonly offer: PlacementOffer; readonly request: PlacementRequest }> {
  const request = await heldRequest(tx, seen.requestId);
  const offer = await tx.placementOffer.findUnique({ where: { id: seen.id } });
  if (request === null || offer === null) throw new NotFound();
  if (offer.status === 'OFFERED' && request.status === 'FILLED' && to === 'ACCEPTED') throw new PlacementTaken();
  const shown = shownOfferStatus(offer, request);
  if (shown !== 'OFFERED') throw new IllegalTransition(shown, to);
  return { offer, request };
}
