import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';
import { askInteractions } from '../drug-screening/interaction-port.ts';
import { askNeighbours } from './ask-neighbours.ts';
import type { Neighbours } from './signing-facts.ts';

/** Asks everybody about an order that is to be signed: the neighbours, and the screener of interactions. Outside any transaction of a decision. */
export async function askAbout(ctx: Ctx, order: Order): Promise<Neighbours> {
  // The neighbours first, in the tick in which the orders of a page share their questions.
  const told = await askNeighbours(ctx, order);
  return { ...told, interactions: await askInteractions(ctx, order) };
}
