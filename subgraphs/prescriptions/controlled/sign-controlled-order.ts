import { audit } from '#kernel/audit.ts';
import { codeOf } from '#kernel/db.ts';
import { Conflict, InvalidInput, RuleBlocked, StepUpRequired } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { failed, isBlocked, type RuleResult } from '#rules/results.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import type { FrozenControlled } from '../document/order-document.ts';
import { Order } from '../order/order.ts';
import { type SigningWay, signDraft } from '../order/sign-order.ts';
import { accessOf, lastStep, lockAccess } from './access.ts';
import { basisOf } from './basis.ts';
import { askClock } from './clock-drift.ts';
import { registrationFor, reviewDigestOf, reviewOf, scheduleOfOrder } from './epcs-review.ts';
import { provedTwoFactors, twoFactorsMissing } from './two-factors.ts';

const SignControlledOrderInput = builder.inputType('SignControlledOrderInput', {
  description: 'A controlled prescription that its prescriber signs.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The draft.' }),
    reviewDigest: t.string({
      required: true,
      description: 'The `digest` of the order’s `epcsReview` as the signer saw it: if anything of it has changed since, nothing is signed.',
    }),
    readyToSign: t.boolean({
      required: true,
      description:
        'That the signer has read the review and the statement beside it, and is ready to sign this one prescription; must be true.',
    }),
  }),
});

builder.mutationField('signControlledOrder', (t) =>
  t.field({
    type: Order,
    description:
      'The prescriber signs one prescription for a controlled substance (21 CFR part 1311): what was reviewed, with two factors proved for this signature alone, under access that two people granted. `signOrder` signs no controlled one.',
    authScopes: { may: 'order:sign' },
    args: { input: t.arg({ type: SignControlledOrderInput, required: true, description: 'What is signed.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { orderId, reviewDigest, readyToSign } = args.input;
      if (!readyToSign) throw new InvalidInput([{ path: 'input.readyToSign', message: 'must be true: read the review first' }]);
      return signDraft(ctx, { info, args }, { orderId }, controlledWay(reviewDigest, await askClock(ctx)));
    },
  }),
);

const notControlled = failed('controlled.ownCommand', 'The order has no controlled ingredient', 'Sign it with `signOrder`.');

/** What a controlled prescription asks of its signature beside the gate. */
function controlledWay(reviewDigest: string, clock: readonly RuleResult[]): SigningWay {
  return async (tx, ctx, { chart, told, evaluation }) => {
    const { order } = chart;
    const review = reviewOf(chart, told, evaluation.at);
    const schedule = scheduleOfOrder(chart, told, evaluation.at.toISOString().slice(0, 10));
    if (review === null || schedule === null || told.prescriber === null) throw new RuleBlocked([...evaluation.results, notControlled]);
    if (clock.length > 0 && isBlocked(clock)) throw new RuleBlocked([...evaluation.results, ...clock]);
    if (!provedTwoFactors(ctx.actor.amr)) throw new RuleBlocked([...evaluation.results, twoFactorsMissing]);
    if (reviewDigestOf(review) !== reviewDigest) throw new Conflict('The prescription is no longer what was reviewed. Review it again.');
    await lockAccess(tx, { clinicId: order.clinicId, practitionerId: order.prescriberId });
    const access = accessOf(await lastStep(tx, { clinicId: order.clinicId, practitionerId: order.prescriberId }));
    if (access !== 'GRANTED') throw new Conflict('Access to sign controlled prescriptions has ended meanwhile.');

    const basis = basisOf(chart, evaluation);
    const checkId = chart.controlled.prescription?.pdmpChecks[0]?.id ?? null;
    await keepSigning(tx, ctx, {
      order,
      schedule: schedule.schedule,
      reviewDigest,
      basis: basis.kind,
      checkId,
      evaluationId: basis.evaluationId,
    });
    await audit(tx, ctx, {
      ...{
        action: 'order.controlled-signed',
        tenantId: order.clinicId,
        subjectKind: 'order',
        subjectId: order.id,
        patientId: order.patientId,
      },
      detail: { reviewDigest, basis: basis.kind, factors: ctx.actor.amr, checkId: checkId === null ? null : toId('pdmpCheck', checkId) },
    });
    const dea = registrationFor(told.prescriber, order.shipToState, schedule, review.dateOfIssue);
    return {
      schedule: schedule.schedule,
      dea: dea === null ? null : { number: dea.number, state: dea.state, expiresOn: dea.expiresOn },
      basis: {
        kind: basis.kind,
        evaluationId: basis.evaluationId === null ? null : toId('inPersonEvaluation', basis.evaluationId),
        ...{ ruleId: basis.ruleId, citation: basis.citation, version: basis.version },
      },
      pdmpCheckId: checkId === null ? null : toId('pdmpCheck', checkId),
      reviewDigest,
      statement: review.statement,
    } satisfies FrozenControlled;
  };
}

interface Signing {
  readonly order: { readonly id: string; readonly clinicId: string; readonly patientId: string };
  readonly schedule: string;
  readonly reviewDigest: string;
  readonly basis: string;
  readonly checkId: string | null;
  readonly evaluationId: string | null;
}

/** Keeps by which proof it was signed. One proof signs one prescription: each needs a sign-in later than that of the one before. */
async function keepSigning(tx: Tx, ctx: Ctx, { order, schedule, reviewDigest, basis, checkId, evaluationId }: Signing): Promise<void> {
  const { sub: signedBy, authTime, amr } = ctx.actor;
  if (authTime === null) throw new StepUpRequired();
  const proved = new Date(authTime * 1000);
  if ((await tx.controlledSigning.count({ where: { signedBy, authTime: { gte: proved } } })) > 0) throw new StepUpRequired();
  try {
    await tx.controlledSigning.create({
      data: {
        ...{
          id: ctx.newId(),
          clinicId: order.clinicId,
          patientId: order.patientId,
          orderId: order.id,
          signedBy,
          authTime: proved,
          amr: [...amr],
        },
        ...{ schedule, reviewDigest, basis, pdmpCheckId: checkId, evaluationId, at: ctx.now() },
      },
    });
  } catch (error) {
    // Two at once with the same proof: the second is asked for another.
    if (codeOf(error) === 'P2002' || codeOf(error) === '23505') throw new StepUpRequired();
    throw error;
  }
}
