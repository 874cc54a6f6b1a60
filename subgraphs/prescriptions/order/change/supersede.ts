import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { audit } from '#kernel/audit.ts';
import { toId } from '#kernel/ids.ts';
import type { Ctx, Tx } from '../../builder.ts';
import { keepCancelled } from '../../document/cancelled-document.ts';
import { orderHandOff } from '../hand-off.ts';
import { tellChange } from '../order-changed.ts';
import { moveOrder } from '../timeline.ts';
import type { PriorOrder } from './prior-order.ts';

/**
 * Puts an amendment, just signed, in the place of the order before it, which the caller has locked. One that is at no pharmacy counts no more
 * from now on; one that was sent is asked back first, and the pharmacy's answer decides which of the two stands.
 */
export async function supersede(tx: Tx, ctx: Ctx, prior: PriorOrder | null, amendment: Order): Promise<void> {
  if (prior === null || prior.relation !== 'AMENDS') return;
  const { order } = prior;
  await tellChange(tx, ctx, amendment, 'AMENDED');
  const supersededBy = toId('order', amendment.id);
  const entry = { tenantId: order.clinicId, subjectKind: 'order', subjectId: order.id, patientId: order.patientId } as const;
  const by = ctx.actor.name;
  if (order.status === 'SIGNED') {
    await keepCancelled(tx, ctx, order, 'SUPERSEDED');
    await audit(tx, ctx, { action: 'order.superseded', ...entry, detail: { was: order.status, supersededBy } });
    await moveOrder(tx, ctx, order, { to: 'SUPERSEDED', by, reason: 'AMENDED' });
    await tellChange(tx, ctx, order, 'SUPERSEDED');
    return;
  }
  const counted = { seq: order.sentSeq + 1, attempt: order.attempt };
  await audit(tx, ctx, { action: 'order.replacement-requested', ...entry, detail: { supersededBy, ...counted } });
  await moveOrder(tx, ctx, order, { to: 'CANCEL_REQUESTED', by, reason: 'AMENDED', set: { sentSeq: counted.seq } });
  await ctx.handOff(tx, orderHandOff(order, 'REPLACE', counted, { supersededBy, changeAsked: prior.changeAsked }));
}
