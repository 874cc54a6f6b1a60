import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';
import './claim-term.ts';

const Input = builder.inputType('SetClaimTermInput', {
  description: 'For how long a pharmacy’s claims are good.',
  fields: (t) => ({
    pharmacyId: t.id({ required: true, description: 'The pharmacy.' }),
    days: t.int({ required: true, description: 'Days, 1 to 30. Claims that stand keep theirs.' }),
  }),
  validate: z
    .object({ days: z.number().int().min(1, 'A claim is good for at least a day.').max(30, 'A claim is good for at most 30 days.') })
    .loose(),
});

builder.mutationField('setClaimTerm', (t) =>
  t.field({
    description: 'Sets for how many days this pharmacy’s claims are good from now on.',
    type: Pharmacy,
    authScopes: { may: 'order:claim' },
    args: { input: t.arg({ type: Input, required: true, description: 'The term.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'pharmacy' }, async (tx) => {
        const pharmacyId = fromId('pharmacy', args.input.pharmacyId);
        if (!ctx.actor.places('order:claim').includes(pharmacyId)) throw new NotFound();
        const { days } = args.input;
        await tx.claimTerm.create({ data: { id: ctx.newId(), pharmacyId, days, setBy: ctx.actor.sub, setAt: ctx.now() } });
        await audit(tx, ctx, {
          ...{ action: 'claim-term.set', tenantId: pharmacyId, subjectKind: 'pharmacy', subjectId: pharmacyId },
          detail: { days },
        });
        return tx.pharmacy.findUniqueOrThrow({ where: { id: pharmacyId } });
      }),
  }),
);
