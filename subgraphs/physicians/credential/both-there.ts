import { InvalidInput } from '#kernel/errors.ts';
import type { CollaborativeAgreement as AgreementRow } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { placeAmong } from '../license/shared-place.ts';
import { supervisorStays } from './supervisor-there.ts';

/**
 * Throws unless both sides of an agreement belong to the clinic it was drafted for when its term begins: what was drafted while they did is
 * neither signed nor renewed once one has left. One from before its clinic was recorded asks nothing.
 */
export async function requireBothThere(
  tx: Tx,
  ctx: Context,
  agreement: Pick<AgreementRow, 'id' | 'clinicId' | 'superviseeId'>,
  firstDay: string,
): Promise<void> {
  if (agreement.clinicId === null) return;
  const physician = await supervisorStays(tx, agreement, firstDay, ctx.now());
  const supervisee = (await placeAmong(tx, ctx, agreement.superviseeId, [agreement.clinicId])) !== null;
  const gone = [...(physician ? [] : ['the physician']), ...(supervisee ? [] : ['the one supervised'])];
  if (gone.length === 0) return;
  const message = `When this term begins, ${gone.join(' and ')} will not work at the clinic it is for.`;
  throw new InvalidInput([{ path: 'input.agreementId', message }]);
}
