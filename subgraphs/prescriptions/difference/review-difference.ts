import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { failed } from '#rules/results.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { Order } from '../order/order.ts';
import { DifferenceOutcome } from './difference-case.ts';
import { readWording } from './difference-facts.ts';

const ReviewDifferenceInput = builder.inputType('ReviewDifferenceInput', {
  description: 'What a second person found of a clinical difference.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The draft whose difference it is.' }),
    outcome: t.field({ type: DifferenceOutcome, required: true, description: 'What it was found to be.' }),
    reason: t.string({ required: true, description: 'Why: 1 to 2,000 characters.' }),
  }),
  validate: z.looseObject({
    reason: z.string().trim().min(1, 'The reason is missing.').max(2_000, 'A reason has at most 2,000 characters.'),
  }),
});

builder.mutationField('reviewDifference', (t) =>
  t.field({
    type: Order,
    description:
      'A medical director other than the prescriber says of a clinical difference that reads like others whether it is this patient’s own, with a second factor. DISTINCT lets the draft be signed, BOILERPLATE refuses it for good: it is drafted anew. Of an order that is no draft any more, whose difference needs no review, or was reviewed already, ILLEGAL_TRANSITION.',
    authScopes: { may: 'difference:review' },
    args: { input: t.arg({ type: ReviewDifferenceInput, required: true, description: 'What was found.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'order' }, async (tx) => {
        const { outcome } = args.input;
        const id = fromId('order', args.input.orderId);
        const where = { id, clinicId: { in: [...ctx.actor.places('difference:review')] } };
        if ((await tx.order.findFirst({ where, select: { id: true } })) === null) throw new NotFound();
        ctx.requireStepUp();
        const reviewer = actingPractitioner(ctx);
        // Of two at once the second is told what the first found. A signature needs no lock: without a review there is none.
        await tx.$queryRawUnsafe('select pg_advisory_xact_lock(hashtextextended($1, 0))::text', `difference-review/${id}`);
        const order = await tx.order.findFirstOrThrow({ where });
        const { clinicId, patientId } = order;
        if (order.prescriberId === reviewer) throw new RuleBlocked([ownDifference]);
        const wording = await readWording(tx, id);
        if (order.status !== 'DRAFT') throw new IllegalTransition(order.status, outcome);
        if (wording === null || !wording.needsReview) throw new IllegalTransition('NO_REVIEW_NEEDED', outcome);
        if (wording.review !== null) throw new IllegalTransition(wording.review.outcome, outcome);
        const reason = args.input.reason.trim();
        await tx.differenceReview.create({
          data: {
            ...{ id: ctx.newId(), clinicId, patientId, wordingId: wording.id, outcome, reason },
            ...{ reviewedBy: ctx.actor.sub, reviewerName: ctx.actor.name, at: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'difference.reviewed', tenantId: clinicId, subjectKind: 'order', subjectId: id, patientId },
          detail: { outcome },
        });
        return order;
      }),
  }),
);

const ownDifference = failed(
  'difference.secondPerson',
  'You wrote this difference yourself',
  'Ask another medical director of the clinic to review it.',
  '21 USC 353a(b)(2)',
);
