import { audit } from '#kernel/audit.ts';
import { toId } from '#kernel/ids.ts';
import type { ClinicPharmacyAccount } from '#prisma/generated/pharmacies/client.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Ctx, Tx } from '../builder.ts';
import type { AccountReason, AccountStatus } from './account-moves.ts';

/** Under which the outbox keeps what became of an account. */
export const ACCOUNT_TOPIC = 'clinic-account';

/** What an account became, and why. */
export interface AccountStep {
  readonly status: AccountStatus;
  readonly reasonCode: AccountReason | null;
  readonly reason: string | null;
}

/** Keeps a step where both can read it, records it in the trail of both, and tells whoever listens: ids and codes only. */
export async function noteStep(tx: Tx, ctx: Ctx, { id, pharmacyId, clinicId }: ClinicPharmacyAccount, step: AccountStep): Promise<void> {
  const eventId = ctx.newId();
  await tx.accountEvent.create({
    data: { id: eventId, accountId: id, pharmacyId, clinicId, ...step, by: ctx.actor.sub, at: ctx.now() },
  });
  for (const tenantId of [pharmacyId, clinicId]) {
    await audit(tx, ctx, {
      ...{
        action: `account.${step.status.toLowerCase().replace('_', '-')}`,
        tenantId,
        subjectKind: 'clinicPharmacyAccount',
        subjectId: id,
      },
      detail: { pharmacyId, clinicId, reasonCode: step.reasonCode },
    });
  }
  const payload = { accountId: toId('clinicPharmacyAccount', id), status: step.status, reasonCode: step.reasonCode };
  await ctx.handOff(tx, { topic: ACCOUNT_TOPIC, key: eventId, seq: 1, attempt: 1, payload });
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverAccountStep: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, ACCOUNT_TOPIC, key);
    return null;
  };
