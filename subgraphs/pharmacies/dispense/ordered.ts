import { toId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import { orderQuestion } from '../verification/neighbour-facts.ts';
import { readSignedDocument, type SignedDocument } from '../verification/signed-document.ts';

/**
 * The signed document of an order at the caller's pharmacy, as it is shown now and as it was sent; null when it could not be read or is
 * another than was sent. It names a patient: it is looked at and not kept.
 */
export async function askDocument(
  ctx: Ctx,
  row: { readonly orderId: string; readonly documentDigest: string },
): Promise<SignedDocument | null> {
  const answer = await ctx.graph.ask(orderQuestion, { id: toId('order', row.orderId) });
  const document = answer?.order?.signature ? readSignedDocument(answer.order.signature.jws) : null;
  return document !== null && 'content' in document && document.digest === row.documentDigest ? document : null;
}
