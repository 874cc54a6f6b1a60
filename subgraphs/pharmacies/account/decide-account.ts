import { z } from 'zod';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import type { ClinicPharmacyAccount as Row } from '#prisma/generated/pharmacies/client.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { lineOrNone } from '../facility/plain-text.ts';
import { holdStanding } from '../facility/standing-lock.ts';
import { accountMoves } from './account-moves.ts';
import { noteStep } from './account-step.ts';
import { AccountReasonEnum, ClinicPharmacyAccount } from './account.ts';
import { askResponsible, requireResponsible } from './responsible-physician.ts';

const AccountDecision = builder.enumType('AccountDecision', {
  description: 'What a pharmacy decides of a clinic’s account.',
  values: {
    APPROVED: { description: 'It fills for the clinic; also what lifts a suspension.' },
    INFO_REQUESTED: { description: 'The clinic is to add something.' },
    REFUSED: { description: 'It does not fill for the clinic.' },
    SUSPENDED: { description: 'It takes no further orders for now; what it has claimed goes on.' },
    CLOSED: { description: 'It ends the account.' },
  } as const,
});

const Input = builder.inputType('DecideAccountInput', {
  description:
    'A decision on a clinic’s account. Every one but an approval gives its reason, as a code and in words: the clinic sees both.',
  fields: (t) => ({
    accountId: t.id({ required: true, description: 'The account.' }),
    decision: t.field({ type: AccountDecision, required: true, description: 'What it becomes.' }),
    reasonCode: t.field({ type: AccountReasonEnum, description: 'Why, as a code.' }),
    reason: t.string({ description: 'Why, in words for the clinic, at most 1,000 characters.' }),
  }),
  validate: z.object({ reason: lineOrNone('The reason', 1_000) }).loose(),
});

/** The account where the caller decides; null where there is none. */
async function ownAccount(db: Tx, ctx: Ctx, id: string): Promise<Row | null> {
  const uuid = tryId('clinicPharmacyAccount', id);
  return uuid === null
    ? null
    : db.clinicPharmacyAccount.findFirst({ where: { id: uuid, pharmacyId: { in: [...ctx.actor.places('account:decide')] } } });
}

function requireReason({ decision, reasonCode, reason }: typeof Input.$inferInput): void {
  if (decision === 'APPROVED') return;
  const issues = [
    ...(reasonCode == null ? [{ path: 'input.reasonCode', message: 'Say why, as a code.' }] : []),
    ...(reason == null ? [{ path: 'input.reason', message: 'Say why, in words for the clinic.' }] : []),
  ];
  if (issues.length > 0) throw new InvalidInput(issues);
}

builder.mutationField('decideAccount', (t) =>
  t.field({
    description:
      'Decides on a clinic’s account: approved, refused, asked for more, suspended, taken up again, closed. To approve, a physician must answer for the clinic, licensed where it is.',
    type: ClinicPharmacyAccount,
    authScopes: { may: 'account:decide' },
    args: { input: t.arg({ type: Input, required: true, description: 'The account and the decision.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { accountId, decision, reasonCode, reason } = args.input;
      const seen = await ownAccount(ctx.db, ctx, accountId);
      const physician = seen?.responsiblePhysicianId ?? null;
      const told =
        seen === null || decision !== 'APPROVED'
          ? null
          : await askResponsible(ctx, physician === null ? null : toId('practitioner', physician), toId('clinic', seen.clinicId));
      return ctx.write({ info, args, answer: 'clinicPharmacyAccount' }, async (tx) => {
        const own = await ownAccount(tx, ctx, accountId);
        if (own === null) throw new NotFound();
        requireReason(args.input);
        await holdStanding(tx, own.pharmacyId);
        await tx.$queryRawUnsafe('select 1 from clinic_pharmacy_account where id = $1::uuid for update', own.id);
        const locked = await tx.clinicPharmacyAccount.findUniqueOrThrow({ where: { id: own.id } });
        requireMove(accountMoves, locked.status, decision);
        // Asked of whom the account names now, which is whom the question was about.
        if (decision === 'APPROVED') {
          requireResponsible(
            locked.responsiblePhysicianId === physician && told !== null ? told : { physician: null, state: null },
            ctx.now(),
          );
        }
        const why =
          decision === 'APPROVED' ? { reasonCode: null, reason: null } : { reasonCode: reasonCode ?? null, reason: reason?.trim() ?? null };
        const account = await tx.clinicPharmacyAccount.update({
          where: { id: own.id },
          data: { status: decision, ...why, decidedAt: ctx.now(), decidedBy: ctx.actor.sub },
        });
        await noteStep(tx, ctx, account, { status: decision, ...why });
        return account;
      });
    },
  }),
);
