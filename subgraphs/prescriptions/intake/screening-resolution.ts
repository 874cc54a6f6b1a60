import { toId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { mayOpenChart } from '../exam/visible-to.ts';
import { Practitioner, practitionerOf } from '../references.ts';
import { Intake, IntakeFlag, intakeVisibleTo } from './intake.ts';
import { flagsOf, standsFor } from './settled.ts';

const ScreeningResolutionKind = builder.enumType('ScreeningResolutionKind', {
  description: 'How an answer that a screening rule picked out was settled.',
  values: {
    RESOLUTION: { description: 'It needed review: somebody weighed it.' },
    OVERRIDE: { description: 'It blocked: a physician treats all the same.' },
  },
});

const chart = { may: 'chart:read' } as const;

/** One answer that somebody settled. */
export const ScreeningResolution = builder.prismaObject('ScreeningResolution', {
  description:
    'That a clinician settled an answer which a screening rule picked out. It holds for this intake, this question and this answer, and never changes.',
  authScopes: { may: ['intake:submit', 'chart:read'] },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('screeningResolution', row.id), description: 'Id of the resolution.' }),
    kind: t.field({ type: ScreeningResolutionKind, resolve: (row) => row.kind as 'OVERRIDE', description: 'How it was settled.' }),
    linkId: t.exposeString('linkId', { description: 'The question.' }),
    questionnaireVersion: t.exposeString('questionnaireVersion', {
      description: 'The version of the questionnaire in which it was asked.',
    }),
    patientState: t.field({
      type: graph.UsState,
      resolve: (row) => row.patientState,
      description: 'Where the patient was to be: an exam elsewhere does not rely on it.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    credential: t.exposeString('credential', { description: 'The credential of whoever settled it, as it was then.' }),
    resolver: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.resolverId),
      description: 'Who settled it.',
    }),
    performer: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.performerId),
      description: 'Of an override: who is to give the treatment; empty where the patient takes it themselves.',
    }),
    reason: t.string({
      nullable: true,
      authScopes: chart,
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? row.reason : null),
      description: 'How the answer was weighed, in the clinician’s words.',
    }),
    answer: t.field({
      type: 'JSON',
      nullable: true,
      authScopes: chart,
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? row.answer : null),
      description: 'The answer that was settled.',
    }),
  }),
});

/** The resolutions of the intakes the caller may see. */
export function resolutionVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.ScreeningResolutionWhereInput {
  return intakeVisibleTo(ctx);
}

builder.objectFields(Intake, (t) => ({
  resolutions: t.field({
    type: [ScreeningResolution],
    authScopes: { may: ['intake:submit', 'chart:read'] },
    description: 'The answers that clinicians settled, oldest first; those the examiner gives included.',
    resolve: (intake, _args, ctx) => resolutionsOf(ctx, intake.id),
  }),
  unresolved: t.field({
    type: [IntakeFlag],
    authScopes: { may: ['intake:submit', 'chart:read'] },
    description: 'The patient’s answers that block or need review and that nobody has settled: no exam is approved with one of them.',
    resolve: async (intake, _args, ctx) => {
      const settled = await resolutionsOf(ctx, intake.id);
      return flagsOf(intake).filter((flag) => flag.severity !== 'flag' && !settled.some((row) => standsFor(row, flag)));
    },
  }),
}));

function resolutionsOf(ctx: Ctx, intakeId: string) {
  return ctx.db.screeningResolution.findMany({ where: { intakeId, ...resolutionVisibleTo(ctx) }, orderBy: { id: 'asc' } });
}
