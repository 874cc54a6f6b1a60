import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { InsurancePolicy as Policy } from '#prisma/generated/physicians/client.ts';
import { builder } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { clinicsOf } from '../verification/clinics-of.ts';
import { InsurancePolicy, shownPolicyStatus } from './insurance-policy.ts';
import { keptPractitioner } from './keeper.ts';
import { lineOf } from './plain-text.ts';

const CancelInsurancePolicyInput = builder.inputType('CancelInsurancePolicyInput', {
  description: 'That a policy ended before its last day.',
  fields: (t) => ({
    policyId: t.id({ required: true, description: 'The policy.' }),
    cancelledOn: t.field({
      type: 'Date',
      required: true,
      description: 'The first day on which it covers nothing: today or before, or its first day when that is ahead.',
    }),
    tailUntil: t.field({ type: 'Date', description: 'Of a claims-made policy: until when claims of its term are still taken.' }),
    reason: t.string({ required: true, description: 'Why, at most 500 characters. Whoever manages credentials sees it.' }),
  }),
  validate: z.object({ reason: lineOf('The reason', 500) }).loose(),
});

type Told = typeof CancelInsurancePolicyInput.$inferInput;

builder.mutationField('cancelInsurancePolicy', (t) =>
  t.field({
    description: 'Says that a policy ended early. What stands on it stops at once; it does not come back, a new one is recorded.',
    type: InsurancePolicy,
    authScopes: { may: 'credential:record' },
    args: { input: t.arg({ type: CancelInsurancePolicyInput, required: true, description: 'Which policy, and since when.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'insurancePolicy' }, async (tx) => {
        const id = fromId('insurancePolicy', args.input.policyId);
        const seen = await tx.insurancePolicy.findUnique({ where: { id } });
        if (seen === null) throw new NotFound();
        const { place } = await keptPractitioner(tx, ctx, seen.practitionerId, 'input.policyId');
        const policy = await tx.insurancePolicy.findUniqueOrThrow({ where: { id } });
        const shown = shownPolicyStatus(policy, ctx.now());
        if (shown === 'CANCELLED' || shown === 'EXPIRED') throw new IllegalTransition(shown, 'CANCELLED');
        const { cancelledOn, tailUntil } = args.input;
        const issues = issuesOf(args.input, policy, dayIn(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        await tx.insurancePolicy.updateMany({
          where: { id },
          data: {
            ...{ status: 'CANCELLED', cancelledOn: storedDay(cancelledOn), cancelledBy: ctx.actor.sub },
            ...{ cancellationReason: args.input.reason.trim(), ...(tailUntil == null ? {} : { tailUntil: storedDay(tailUntil) }) },
          },
        });
        // It stops work at every clinic where they work: each is told, and at which of them it was recorded.
        for (const tenantId of await clinicsOf(tx, policy.practitionerId, ctx.now(), place)) {
          await audit(tx, ctx, {
            ...{ action: 'insurance-policy.cancelled', tenantId, subjectKind: 'insurancePolicy', subjectId: id },
            detail: { was: policy.status, cancelledOn, tailUntil: tailUntil ?? null, at: place },
          });
        }
        return tx.insurancePolicy.findUniqueOrThrow({ where: { id } });
      }),
  }),
);

function issuesOf({ cancelledOn, tailUntil }: Told, policy: Policy, today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (field: keyof Told, message: string) => issues.push({ path: `input.${field}`, message });
  const began = dayIn(policy.effectiveFrom);
  if (cancelledOn < began) add('cancelledOn', `Its first day is ${began}: one that never covers anything is cancelled from then.`);
  else if (cancelledOn > today && cancelledOn > began) add('cancelledOn', 'It covers until then: say so on that day.');
  if (tailUntil != null && policy.basis !== 'CLAIMS_MADE') add('tailUntil', 'Only a claims-made policy needs a tail.');
  if (tailUntil != null && tailUntil <= cancelledOn) add('tailUntil', 'A tail ends after the policy.');
  return issues;
}
