import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { ChangeRequest, Order, Prisma } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx, Tx } from '../builder.ts';
import { type ChangeStatus, statusOf } from './change-kinds.ts';
import { requestVisibleTo } from './change-request.ts';
import { tellOf } from './told.ts';

/** A request with its order, as the caller may see both; throws NotFound otherwise. */
export async function readRequest(
  db: Pick<Tx, 'changeRequest'>,
  ctx: Pick<Ctx, 'actor'>,
  id: string,
  where: Prisma.ChangeRequestWhereInput,
): Promise<ChangeRequest & { order: Order }> {
  const request = await db.changeRequest.findFirst({
    where: { AND: [requestVisibleTo(ctx), { id: fromId('changeRequest', id) }, where] },
    include: { order: true },
  });
  if (request === null) throw new NotFound();
  return request;
}

/** Throws IllegalTransition unless a request is still open. */
export function requireOpen(request: ChangeRequest & { order: Order }, to: ChangeStatus): void {
  const status = statusOf(request, request.order);
  if (status !== 'OPEN') throw new IllegalTransition(status, to);
}

/** Closes an open request, once: of two at once the second is refused. Told of in the trail and to whoever listens. */
export async function closeRequest(
  tx: Tx,
  ctx: Ctx,
  { id }: ChangeRequest,
  status: ChangeStatus,
  set: Partial<Pick<ChangeRequest, 'denyReason' | 'answer' | 'answeredBy' | 'amendmentId'>> = {},
): Promise<ChangeRequest> {
  const { count } = await tx.changeRequest.updateMany({ where: { id, status: 'OPEN' }, data: { ...set, status, statusSince: ctx.now() } });
  const request = await tx.changeRequest.findUniqueOrThrow({ where: { id } });
  if (count === 0) throw new IllegalTransition(request.status, status);
  await tellOf(tx, ctx, request);
  return request;
}
