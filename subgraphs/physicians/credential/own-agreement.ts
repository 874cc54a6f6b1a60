import { NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import type { Permission } from '#kernel/permissions.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { placeSharedWith } from '../license/shared-place.ts';

type Agreement = Prisma.CollaborativeAgreementGetPayload<object>;

/** An agreement as one of its two sides sees it, locked until the write is over. */
export interface OwnAgreement {
  readonly agreement: Agreement;
  readonly side: 'supervisor' | 'supervisee';
  /** In whose trail it is written: the clinic it was drafted for, else one where the other side works too. */
  readonly place: string | null;
}

/** The caller's own agreement. Anybody else's is answered like one that does not exist. */
export async function ownAgreement(tx: Tx, ctx: Context, id: string, permission: Permission): Promise<OwnAgreement> {
  const own = tryId('practitioner', ctx.actor.sub);
  await tx.$queryRawUnsafe('select 1 from collaborative_agreement where id = $1::uuid for update', id);
  const agreement = own === null ? null : await tx.collaborativeAgreement.findUnique({ where: { id } });
  if (agreement === null || (agreement.supervisorId !== own && agreement.superviseeId !== own)) throw new NotFound();
  const side = agreement.supervisorId === own ? 'supervisor' : 'supervisee';
  const other = side === 'supervisor' ? agreement.superviseeId : agreement.supervisorId;
  return { agreement, side, place: agreement.clinicId ?? (await placeSharedWith(tx, ctx, other, permission)) };
}

/**
 * An agreement that the caller keeps, locked until the write is over: one drafted for a clinic of theirs. Of a time before that was
 * recorded, one of somebody who works at such a clinic.
 */
export async function keptAgreement(tx: Tx, ctx: Context, id: string): Promise<{ readonly agreement: Agreement; readonly place: string }> {
  await tx.$queryRawUnsafe('select 1 from collaborative_agreement where id = $1::uuid for update', id);
  const agreement = await tx.collaborativeAgreement.findUnique({ where: { id } });
  if (agreement === null) throw new NotFound();
  if (agreement.clinicId !== null) {
    if (!ctx.actor.places('agreement:draft').includes(agreement.clinicId)) throw new NotFound();
    return { agreement, place: agreement.clinicId };
  }
  const place = await placeSharedWith(tx, ctx, agreement.superviseeId, 'agreement:draft');
  if (place === null) throw new NotFound();
  return { agreement, place };
}
