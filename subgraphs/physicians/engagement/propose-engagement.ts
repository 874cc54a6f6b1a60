import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, tryId } from '#kernel/ids.ts';
import { addMonths } from '#rules/dates.ts';
import { isService } from '#rules/service-codes.ts';
import { builder, graph } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import { clinicsTold } from './clinic-told.ts';
import { Engagement, EngagementModel, EngagementRole, FeeBasis } from './engagement.ts';
import { engagementDecision, keepDecision, requirePass, withLicenses } from './engagement-gate.ts';
import { EngagementDocumentInput, MOST_PAPERS, paperIssues } from './engagement-papers.ts';
import { OverlappingEngagement, requireNoOverlap } from './engagement-refusals.ts';
import { selfOf } from './parties.ts';
import { writeProposal } from './write-proposal.ts';

/** How many days ahead notice is given where nothing was said. */
export const DEFAULT_NOTICE_DAYS = 30;
/** As far ahead as notice can be agreed. */
export const LONGEST_NOTICE_DAYS = 180;

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
  validate: z
    .object({
      services: z
        .array(z.string())
        .min(1, 'Name a service, or leave the list out for all of them.')
        .max(50, 'Too many services.')
        .nullish(),
      states: z.array(z.string()).min(1, 'Name a state.').max(51, 'There are 51 states to name.'),
      noticeDays: z
        .number()
        .min(0, 'Notice is given ahead.')
        .max(LONGEST_NOTICE_DAYS, `Notice is given at most ${LONGEST_NOTICE_DAYS} days ahead.`)
        .nullish(),
      documents: z.array(z.unknown()).min(1, 'Name the agreement.').max(MOST_PAPERS, `An engagement has at most ${MOST_PAPERS} papers.`),
    })
    .loose(),
});

type Terms = typeof ProposeEngagementInput.$inferInput;

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
        const issues = issuesOf(input, ctx.now());
        if (practitionerId === selfOf(ctx))
          issues.push({ path: 'input.practitionerId', message: 'Nobody proposes an engagement to themselves.' });
        if (issues.length > 0) throw new InvalidInput(issues);

        const { role, model, feeBasis, noticeDays } = input;
        const term = { startsOn: stored(input.startsOn), endsOn: input.endsOn == null ? null : stored(input.endsOn) };
        const states = [...input.states].sort();
        await requireNoOverlap(tx, { clinicId, practitionerId, role, ...term });
        const decision = engagementDecision(ctx, { role, model, states, feeBasis }, practitioner, told.get(clinicId), 'not-yet');
        requirePass(decision);

        const engagement = await writeProposal(tx, ctx, {
          ...{ clinicId, practitionerId, role, model, feeBasis, states, ...term, proposedBy: { sub: ctx.actor.sub, name: ctx.actor.name } },
          ...{ services: input.services ?? [], noticeDays: noticeDays ?? DEFAULT_NOTICE_DAYS, proposedAt: ctx.now() },
          documents: input.documents.map(({ kind, sha256, signedOn }) => ({ kind, sha256, signedOn: stored(signedOn) })),
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

/** Everything about the terms that cannot be, whatever the rules say. */
function issuesOf({ startsOn, endsOn, states, services, documents }: Terms, now: Date): InputIssue[] {
  const today = dayIn(now);
  const latest = addMonths(today, 12);
  const issues: InputIssue[] = [];
  const add = (path: string, message: string) => issues.push({ path: `input.${path}`, message });
  if (startsOn < today) add('startsOn', 'An engagement begins today or later: what was done before was done without it.');
  if (startsOn > latest) add('startsOn', `At most a year ahead, which is ${latest}.`);
  if (endsOn != null && endsOn < startsOn) add('endsOn', 'The last day is not before the first.');
  if (new Set(states).size < states.length) add('states', 'A state is named twice.');
  services?.forEach((code, index) => {
    if (!isService(code)) add(`services.${index}`, 'There is no such service.');
  });
  if (services != null && new Set(services).size < services.length) add('services', 'A service is named twice.');
  issues.push(...paperIssues(documents, today));
  return issues;
}

const stored = (day: string): Date => new Date(`${day}T00:00:00Z`);
