import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { addDays } from '#rules/dates.ts';
import { builder } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { agreementShape, termIssues } from './agreement-terms.ts';
import { requireBothThere } from './both-there.ts';
import { CollaborativeAgreement } from './collaborative-agreement.ts';
import { keptAgreement } from './own-agreement.ts';

const RenewAgreementInput = builder.inputType('RenewAgreementInput', {
  description: 'Another term of an agreement between the same two in the same state.',
  fields: (t) => ({
    agreementId: t.id({
      required: true,
      description: 'The agreement that is renewed: signed by both, whether or not its last day is over.',
    }),
    endsOn: t.field({ type: 'Date', required: true, description: 'The last day: at most twelve months after the first.' }),
    cadenceDays: t.int({ required: true, description: 'They meet at least once in this many days: 1 to 365.' }),
    digest: t.string({ required: true, description: 'SHA-256 of the text for that term: 64 hexadecimal digits in lower case.' }),
  }),
  validate: z.object(agreementShape).loose(),
});

builder.mutationField('renewAgreement', (t) =>
  t.field({
    description:
      'Drafts another term of an agreement, from the day after its last one, or from today when that is over. It carries nothing until both have signed it like any other.',
    type: CollaborativeAgreement,
    authScopes: { may: 'agreement:draft' },
    args: { input: t.arg({ type: RenewAgreementInput, required: true, description: 'The term.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'collaborativeAgreement' }, async (tx) => {
        const { endsOn, cadenceDays, digest } = args.input;
        const { agreement, place } = await keptAgreement(tx, ctx, fromId('collaborativeAgreement', args.input.agreementId));
        // What was never in force is signed or drafted anew, what was ended is over, and what has no end needs no renewal.
        const renewable = agreement.status === 'ACTIVE' || agreement.status === 'SUSPENDED';
        if (!renewable || agreement.endsOn === null) throw new IllegalTransition(agreement.status, 'RENEWED');
        const [next, today] = [addDays(dayIn(agreement.endsOn), 1), dayIn(ctx.now())];
        const startsOn = next < today ? today : next;
        const { supervisorId, superviseeId, state } = agreement;
        await requireBothThere(tx, ctx, agreement, startsOn);
        const issues = await termIssues(tx, { supervisorId, superviseeId, state, startsOn, endsOn }, ctx.now());
        // The first day is not the caller's choice: what stands against it is said of the agreement.
        if (issues.length > 0) {
          throw new InvalidInput(
            issues.map(({ path, message }) => ({ path: path === 'input.startsOn' ? 'input.agreementId' : path, message })),
          );
        }
        const renewal = await tx.collaborativeAgreement.create({
          data: {
            ...{ id: ctx.newId(), status: 'DRAFT', supervisorId, superviseeId, state, clinicId: place, followsId: agreement.id },
            ...{ startsOn: storedDay(startsOn), endsOn: storedDay(endsOn), cadenceDays, digest, draftedBy: ctx.actor.sub },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'agreement.renewal-drafted', tenantId: place, subjectKind: 'collaborativeAgreement', subjectId: renewal.id },
          detail: { followsId: agreement.id, startsOn, endsOn, cadenceDays, digest },
        });
        return renewal;
      }),
  }),
);
