import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { addDays } from '#rules/dates.ts';
import { builder, graph } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { clinicsTold } from './clinic-told.ts';
import { closingWith, directedClinic } from './closing-with.ts';
import { Engagement, EngagementModel, FeeBasis } from './engagement.ts';
import { engagementDecision, keepDecision, requirePass, withLicenses } from './engagement-gate.ts';
import { EngagementDocumentInput } from './engagement-papers.ts';
import { ClosesServices, OverlappingEngagement, requireNoOverlap } from './engagement-refusals.ts';
import { amendmentIssues, requireAmendable } from './followed-engagement.ts';
import { engagementSeen, lockEngagement, sideOf } from './parties.ts';
import { DEFAULT_NOTICE_DAYS, termIssues, termsShape } from './proposal-terms.ts';
import { speaksFor } from './speakers-for.ts';
import { writeProposal } from './write-proposal.ts';

const AmendEngagementInput = builder.inputType('AmendEngagementInput', {
  description: 'Other terms for an engagement that is in force.',
  fields: (t) => ({
    engagementId: t.id({ required: true, description: 'The engagement.' }),
    model: t.field({ type: EngagementModel, required: true, description: 'How it is arranged from then on.' }),
    services: t.stringList({ description: 'Codes of the services overseen; left out for all that the clinic offers.' }),
    states: t.field({ type: [graph.UsState], required: true, description: 'The states it is for, that of the clinic among them.' }),
    feeBasis: t.field({ type: FeeBasis, required: true, description: 'How the fee is worked out.' }),
    startsOn: t.field({ type: 'Date', required: true, description: 'The first day of these terms: today or later, at most a year ahead.' }),
    endsOn: t.field({ type: 'Date', description: 'The last day; left out for an engagement without end.' }),
    noticeDays: t.int({ description: 'How many days ahead notice is given: 30 when left out, at most 180.' }),
    documents: t.field({ type: [EngagementDocumentInput], required: true, description: 'Its papers, the amended agreement among them.' }),
    confirmClosing: t.boolean({ description: 'That services close which these terms leave without a director: true once that was read.' }),
  }),
  validate: z.object(termsShape).loose(),
});

builder.mutationField('amendEngagement', (t) =>
  t.field({
    description:
      'A compliance officer proposes other terms for an engagement in force. They follow it without a day between, once the physician has accepted them like any proposal; until then nothing changes.',
    type: Engagement,
    authScopes: { may: 'engagement:arrange' },
    args: { input: t.arg({ type: AmendEngagementInput, required: true, description: 'The terms.' }) },
    errors: { types: [OverlappingEngagement, ClosesServices] },
    resolve: async (_root, args, ctx, info) => {
      const { input } = args;
      const seen = await engagementSeen(ctx, input.engagementId);
      const told = seen === null ? new Map() : await clinicsTold(ctx, [seen.clinicId]);
      const clinic = seen === null ? undefined : await directedClinic(ctx, seen, input.startsOn);
      return ctx.write({ info, args, answer: 'engagement' }, async (tx) => {
        const followed = seen && (await lockEngagement(tx, ctx, seen));
        if (followed === null || sideOf(ctx, followed) !== 'CLINIC') throw new NotFound();
        requireAmendable(followed, ctx.now());
        const issues = [...termIssues(input, ctx.now()), ...amendmentIssues(followed, input.startsOn)];
        if (issues.length > 0) throw new InvalidInput(issues);

        const { id: followsId, clinicId, practitionerId, role } = followed;
        const { model, feeBasis, noticeDays } = input;
        const term = { startsOn: storedDay(input.startsOn), endsOn: input.endsOn == null ? null : storedDay(input.endsOn) };
        const [states, services] = [[...input.states].sort(), input.services ?? []];
        await requireNoOverlap(tx, { id: followsId, clinicId, practitionerId, role, ...term });
        const practitioner = await tx.practitioner.findUniqueOrThrow({ where: { id: practitionerId }, include: withLicenses });
        const decision = engagementDecision(
          ctx,
          { role, model, states, feeBasis },
          practitioner,
          told.get(clinicId),
          'not-yet',
          await speaksFor(tx, { clinicId, practitionerId }),
        );
        requirePass(decision);
        const coming = { ...term, id: 'amended', status: 'ACTIVE', services, isGood: true };
        const closing = await closingWith(tx, followed, addDays(input.startsOn, -1), ctx.now(), clinic, [coming]);
        if (closing !== null && input.confirmClosing !== true) throw new ClosesServices(closing.services, closing.closesOn);

        const amendment = await writeProposal(tx, ctx, {
          ...{ clinicId, practitionerId, role, model, feeBasis, states, services, ...term, followsId },
          ...{ noticeDays: noticeDays ?? DEFAULT_NOTICE_DAYS, proposedBy: { sub: ctx.actor.sub, name: ctx.actor.name } },
          ...{ proposedAt: ctx.now() },
          documents: input.documents.map(({ kind, sha256, signedOn }) => ({ kind, sha256, signedOn: storedDay(signedOn) })),
        });
        await keepDecision(tx, ctx, amendment.id, 'PROPOSE', decision);
        await audit(tx, ctx, {
          ...{ action: 'engagement.amendment-proposed', tenantId: clinicId, subjectKind: 'engagement', subjectId: amendment.id },
          detail: {
            followsId,
            was: dayIn(followed.startsOn),
            model,
            feeBasis,
            states,
            startsOn: input.startsOn,
            endsOn: input.endsOn ?? null,
          },
        });
        return amendment;
      });
    },
  }),
);
