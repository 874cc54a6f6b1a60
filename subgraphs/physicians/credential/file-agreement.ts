import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { line } from '../delegation/line.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { CollaborativeAgreement, storedAgreementStatus } from './collaborative-agreement.ts';
import { keptAgreement } from './own-agreement.ts';

const FileAgreementInput = builder.inputType('FileAgreementInput', {
  description: 'That an agreement was filed with its state.',
  fields: (t) => ({
    agreementId: t.id({ required: true, description: 'The agreement.' }),
    filingNumber: t.string({ required: true, description: 'The number the state gave it, at most 100 characters.' }),
    filedOn: t.field({ type: 'Date', required: true, description: 'The day it was filed: not before both had signed, not after today.' }),
  }),
  validate: z.object({ filingNumber: line('The number', 100) }).loose(),
});

builder.mutationField('fileAgreement', (t) =>
  t.field({
    description: 'Records under which number a signed agreement was filed with its state. Once.',
    type: CollaborativeAgreement,
    authScopes: { may: 'agreement:draft' },
    args: { input: t.arg({ type: FileAgreementInput, required: true, description: 'The filing.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'collaborativeAgreement' }, async (tx) => {
        const { agreement, place } = await keptAgreement(tx, ctx, fromId('collaborativeAgreement', args.input.agreementId));
        const { id } = agreement;
        const { filedOn } = args.input;
        const filingNumber = args.input.filingNumber.trim();
        const status = storedAgreementStatus(agreement, ctx.now());
        if (status !== 'ACTIVE' && status !== 'SUSPENDED') throw new IllegalTransition(status, 'FILED');
        if (agreement.filingNumber !== null) throw new IllegalTransition('FILED', 'FILED');
        const signed = [agreement.supervisorSignedAt, agreement.superviseeSignedAt].flatMap((at) => (at === null ? [] : [dayIn(at)]));
        const earliest = signed.toSorted().at(-1) ?? dayIn(agreement.startsOn);
        if (filedOn < earliest || filedOn > dayIn(ctx.now())) {
          throw new InvalidInput([{ path: 'input.filedOn', message: `From ${earliest}, when it was signed, until today.` }]);
        }
        const filed = await tx.collaborativeAgreement.update({ where: { id }, data: { filingNumber, filedOn: storedDay(filedOn) } });
        await audit(tx, ctx, {
          ...{ action: 'agreement.filed', tenantId: place, subjectKind: 'collaborativeAgreement', subjectId: id },
          detail: { filingNumber, filedOn },
        });
        return filed;
      }),
  }),
);
