import { audit } from '#kernel/audit.ts';
import type { Context } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { ChangeRequest } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../builder.ts';

/** Under which the outbox keeps what became of a change request. */
export const CHANGE_REQUEST_TOPIC = 'change-request';

/** Writes down what became of a request with the change itself: in the trail, and for whoever listens, by ids and codes alone. */
export async function tellOf(
  tx: Tx,
  ctx: Pick<Context<Tx>, 'actor' | 'requestId' | 'now' | 'newId' | 'handOff'>,
  request: ChangeRequest,
): Promise<void> {
  const { id, clinicId, patientId, orderId, pharmacyId, kind, code, status } = request;
  const asked = status === 'OPEN';
  const told = { changeRequestId: toId('changeRequest', id), orderId: toId('order', orderId), kind, code, status };
  await audit(tx, ctx, {
    ...{ action: `change-request.${asked ? 'asked' : status.toLowerCase()}`, tenantId: clinicId },
    ...{ subjectKind: 'order', subjectId: orderId, patientId },
    detail: { ...told, amendmentId: request.amendmentId && toId('order', request.amendmentId), denialReason: request.denyReason },
  });
  await ctx.handOff(tx, {
    ...{ topic: CHANGE_REQUEST_TOPIC, key: id, seq: asked ? 1 : 2, attempt: 1 },
    payload: { ...told, clinicId: toId('clinic', clinicId), pharmacyId: toId('pharmacy', pharmacyId) },
  });
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverChangeRequest: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, CHANGE_REQUEST_TOPIC, key);
    return null;
  };
