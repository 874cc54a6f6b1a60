import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, tryId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { storedDay } from '../lapse.ts';
import { clinicsTold } from './clinic-told.ts';
import { Engagement, EngagementModel, EngagementRole, FeeBasis } from './engagement.ts';
import { engagementDecision, keepDecision, requirePass, withLicenses } from './engagement-gate.ts';
import { EngagementDocumentInput } from './engagement-papers.ts';
import { OverlappingEngagement, requireNoOverlap } from './engagement-refusals.ts';
import { selfOf } from './parties.ts';
import { DEFAULT_NOTICE_DAYS, termIssues, termsShape } from './proposal-terms.ts';
import { speaksFor } from './speakers-for.ts';
import { writeProposal } from './write-proposal.ts';

const ProposeEngagementInput = builder.inputType('ProposeEngagementInput', {
  description: 'The terms a clinic proposes.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    practitionerId: t.id({ required: true, description: 'The physician.' }),
    role: t.field({ type: EngagementRole, required: true, description: 'As what.' }),
    model: t.field({ type: EngagementModel, required: true, description: 'How it is arranged.' }),
    services: t.stringList({ description: 'Codes of the services overseen; left out for all that the clinic offers.' }),
    states: t.field({ type: [graph.UsState], required: true, description: 'The states it is for, that of the clinic among them.' }),
    feeBasis: t.field({ type: FeeBasis, required: true, description: 'How the fee is worked out.' }),
    startsOn: t.field({ type: 'Date', required: true, description: 'The first day: today or later, at most a year ahead.' }),
    endsOn: t.field({ type: 'Date', description: 'The last day; left out for an engagement without end.' }),
    noticeDays: t.int({ description: 'How many days ahead notice is given: 30 when left out, at most 180.' }),
    documents: t.field({ type: [EngagementDocumentInput], required: true, description: 'Its papers, the agreement among them.' }),
  }),
  validate: z.object(termsShape).loose(),
});

builder.mutationField('proposeEngagement', (t) =>
  t.field({
    description:
      'A compliance officer proposes an engagement to a physician. Fee and credential are asked of the rules at once; nothing is in force before the physician accepts.',
    type: Engagement,
    authScopes: { may: 'engagement:arrange' },
    args: { input: t.arg({ type: ProposeEngagementInput, required: true, description: 'The terms.' }) },
    errors: { types: [OverlappingEngagement] },
    resolve: async (_root, args, ctx, info) => {
      const { input } = args;
      const clinicId = tryId('clinic', input.clinicId);
      const reached = clinicId !== null && ctx.actor.places('engagement:arrange').includes(clinicId);
      const told = reached ? await clinicsTold(ctx, [clinicId]) : new Map();
      return ctx.write({ info, args, answer: 'engagement' }, async (tx) => {
        if (!reached) throw new NotFound();
        const practitionerId = fromId('practitioner', input.practitionerId);
        const practitioner = await tx.practitioner.findUnique({ where: { id: practitionerId }, include: withLicenses });
        if (practitioner === null) throw new NotFound();
        const issues = termIssues(input, ctx.now());
        if (practitionerId === selfOf(ctx))
          issues.push({ path: 'input.practitionerId', message: 'Nobody proposes an engagement to themselves.' });
        if (issues.length > 0) throw new InvalidInput(issues);

        const { role, model, feeBasis, noticeDays } = input;
        const term = { startsOn: storedDay(input.startsOn), endsOn: input.endsOn == null ? null : storedDay(input.endsOn) };
        const states = [...input.states].sort();
        await requireNoOverlap(tx, { clinicId, practitionerId, role, ...term });
        const decision = engagementDecision(
          ctx,
          { role, model, states, feeBasis },
          practitioner,
          told.get(clinicId),
          'not-yet',
          await speaksFor(tx, { clinicId, practitionerId }),
        );
        requirePass(decision);

        const engagement = await writeProposal(tx, ctx, {
          ...{ clinicId, practitionerId, role, model, feeBasis, states, ...term, proposedBy: { sub: ctx.actor.sub, name: ctx.actor.name } },
          ...{ services: input.services ?? [], noticeDays: noticeDays ?? DEFAULT_NOTICE_DAYS, proposedAt: ctx.now() },
          documents: input.documents.map(({ kind, sha256, signedOn }) => ({ kind, sha256, signedOn: storedDay(signedOn) })),
        });
        await keepDecision(tx, ctx, engagement.id, 'PROPOSE', decision);
        await audit(tx, ctx, {
          ...{ action: 'engagement.proposed', tenantId: clinicId, subjectKind: 'engagement', subjectId: engagement.id },
          detail: { practitionerId, role, model, feeBasis, states, startsOn: input.startsOn, endsOn: input.endsOn ?? null },
        });
        return engagement;
      });
    },
  }),
);
