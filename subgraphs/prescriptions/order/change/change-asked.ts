import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../../builder.ts';

/** Whether an approved change of an order waits for its signature, for who sees drafts too: then nothing is sent or dispensed on what is written now. */
export async function changeAwaited(db: Pick<Tx, 'changeRequest'>, { id }: Pick<Order, 'id'>): Promise<boolean> {
  // However often the order was given back and sent again since: what its prescriber agreed to is still to be otherwise.
  return isAwaited(await db.changeRequest.findMany({ ...approvedChanges, where: { ...approvedChanges.where, orderId: id } }));
}

/** The approved changes of an order, with what became of their amendments. */
export const approvedChanges = {
  where: { status: 'APPROVED' },
  select: { amendment: { select: { status: true } } },
} as const;

/** The same of an order's approved changes. */
export function isAwaited(approved: readonly { readonly amendment: Pick<Order, 'status'> | null }[]): boolean {
  // An amendment that was given up no longer stands in the way.
  return approved.some(({ amendment }) => amendment?.status !== 'CANCELLED');
}

/** Whether the pharmacy that works on an order has asked for a change that is not denied. */
export async function changeAsked(db: Tx, { id, attempt }: Pick<Order, 'id' | 'attempt'>): Promise<boolean> {
  return (await db.changeRequest.count({ where: { orderId: id, attempt, status: { in: ['OPEN', 'APPROVED'] } } })) > 0;
}
