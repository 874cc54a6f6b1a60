import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, type Context } from '../builder.ts';
import { hasLapsed } from '../lapse.ts';
import { Competency } from './competency.ts';
import { line } from './line.ts';

const WithdrawCompetencyInput = builder.inputType('WithdrawCompetencyInput', {
  description: 'That somebody is no longer held to be able.',
  fields: (t) => ({
    competencyId: t.id({ required: true, description: 'The record.' }),
    reason: t.string({ required: true, description: 'Why, at most 500 characters. Nothing of a patient.' }),
  }),
  validate: z.object({ reason: line('The reason', 500) }).loose(),
});

builder.mutationField('withdrawCompetency', (t) =>
  t.field({
    description:
      'Takes a competency back at once and for good: by whoever assessed it, or a medical director of the clinic it was recorded at. What was delegated on it stops with it. It makes things stricter, so it needs no second factor.',
    type: Competency,
    authScopes: { may: ['competency:record', 'competency:withdraw'] },
    args: { input: t.arg({ type: WithdrawCompetencyInput, required: true, description: 'Which, and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'competency' }, async (tx) => {
        const id = fromId('competency', args.input.competencyId);
        const competency = await tx.competency.findFirst({ where: { id, ...withdrawableBy(ctx) } });
        if (competency === null) throw new NotFound();
        if (hasLapsed(competency.expiresOn, ctx.now())) throw new IllegalTransition('EXPIRED', 'WITHDRAWN');
        const { count } = await tx.competencyWithdrawal.createMany({
          data: [{ competencyId: id, reason: args.input.reason.trim(), withdrawnBy: ctx.actor.sub, withdrawnAt: ctx.now() }],
          skipDuplicates: true,
        });
        if (count === 0) throw new Conflict('It was withdrawn before.');
        const { practitionerId, service, device, assessorId, clinicId } = competency;
        await audit(tx, ctx, {
          ...{ action: 'competency.withdrawn', tenantId: clinicId, subjectKind: 'competency', subjectId: id },
          detail: { practitionerId, service, device, own: assessorId === tryId('practitioner', ctx.actor.sub) },
        });
        return competency;
      }),
  }),
);

/** What the caller assessed at a place where they still assess, and everything recorded at a clinic they direct. */
function withdrawableBy(ctx: Context): Prisma.CompetencyWhereInput {
  const own = tryId('practitioner', ctx.actor.sub);
  return {
    OR: [
      { clinicId: { in: [...ctx.actor.places('competency:withdraw')] } },
      ...(own === null ? [] : [{ assessorId: own, clinicId: { in: [...ctx.actor.places('competency:record')] } }]),
    ],
  };
}
