import { z } from 'zod';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { builder } from '../builder.ts';
import { line } from '../facility/plain-text.ts';
import { accountMoves } from './account-moves.ts';
import { noteStep } from './account-step.ts';
import { ClinicPharmacyAccount } from './account.ts';

const Input = builder.inputType('CloseAccountInput', {
  description: 'An account that a clinic gives up.',
  fields: (t) => ({
    accountId: t.id({ required: true, description: 'The account.' }),
    reason: t.string({ required: true, description: 'Why, in words for the pharmacy, at most 1,000 characters.' }),
  }),
  validate: z.object({ reason: line('The reason', 1_000) }).loose(),
});

builder.mutationField('closeAccount', (t) =>
  t.field({
    description: 'A clinic gives its account, or its application, up. It may apply again.',
    type: ClinicPharmacyAccount,
    authScopes: { may: 'account:apply' },
    args: { input: t.arg({ type: Input, required: true, description: 'The account and the reason.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'clinicPharmacyAccount' }, async (tx) => {
        const id = fromId('clinicPharmacyAccount', args.input.accountId);
        const own = await tx.clinicPharmacyAccount.findFirst({ where: { id, clinicId: { in: [...ctx.actor.places('account:apply')] } } });
        if (own === null) throw new NotFound();
        await tx.$queryRawUnsafe('select 1 from clinic_pharmacy_account where id = $1::uuid for update', id);
        const { status } = await tx.clinicPharmacyAccount.findUniqueOrThrow({ where: { id } });
        requireMove(accountMoves, status, 'CLOSED');
        const why = { reasonCode: 'CLINIC_LEFT', reason: args.input.reason.trim() } as const;
        const account = await tx.clinicPharmacyAccount.update({ where: { id }, data: { status: 'CLOSED', ...why } });
        await noteStep(tx, ctx, account, { status: 'CLOSED', ...why });
        return account;
      }),
  }),
);
