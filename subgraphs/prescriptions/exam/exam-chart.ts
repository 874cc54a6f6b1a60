import { toId, tryId } from '#kernel/ids.ts';
import type { ExamDecision as ExamDecisionRow } from '#prisma/generated/prescriptions/client.ts';
import { replay } from '#rules/decision.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { Intake, intakeVisibleTo } from '../intake/intake.ts';
import { ordersAtPharmacy } from '../patient/visible-to.ts';
import { codingOf, FindingCoding, measureOf } from './decision/finding-coding.ts';
import { GoodFaithExam } from './exam.ts';
import { mayOpenChart } from './visible-to.ts';

/** What an order's clinical difference can rest on. A pharmacist reads the one its order rests on. */
export const Finding = builder.prismaObject('Finding', {
  description: 'One thing the examiner found.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['chart:read', 'order:verify'] },
  extensions: { apollo: { subgraph: { resolveReference } } },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('finding', row.id), description: 'Id of the finding.' }),
    text: t.exposeString('text', { description: 'The finding in the examiner’s words.' }),
    coding: t.field({
      type: FindingCoding,
      nullable: true,
      resolve: codingOf,
      description: 'The same as a code of a terminology; null of a finding in words alone.',
    }),
    value: t.field({
      type: graph.Quantity,
      nullable: true,
      resolve: measureOf,
      description: 'What was measured, with its UCUM unit; only of an observation coded in LOINC.',
    }),
  }),
});

/** The findings of charts the caller may open, and those that orders at the caller's pharmacy rest on. */
export function findingVisibleTo(ctx: Pick<Ctx, 'actor'>) {
  const ofClinic = { clinicId: { in: [...ctx.actor.places('chart:read')] } };
  return ctx.actor.may('order:verify') ? { OR: [ofClinic, { orders: { some: ordersAtPharmacy(ctx) } }] } : ofClinic;
}

async function resolveReference(reference: { id: string }, ctx: Ctx) {
  const id = tryId('finding', reference.id);
  return id === null ? null : ctx.load('finding', id, findingVisibleTo(ctx));
}

const ExamDecision = graph.decision<ExamDecisionRow>('ExamDecision', {
  description:
    'What a gate (BOOK, REQUEST, RESCHEDULE, CLAIM, JOIN, START, COMPLETE or DECIDE) was told about the exam, and what it answered then.',
  may: 'chart:read',
  replays: replay,
});

const chart = { may: 'chart:read' } as const;

builder.objectFields(GoodFaithExam, (t) => ({
  findings: t.field({
    type: [Finding],
    authScopes: chart,
    description: 'What the examiner found.',
    resolve: (exam, _args, ctx) =>
      ctx.db.finding.findMany({ where: { examId: exam.id, ...findingVisibleTo(ctx) }, orderBy: { position: 'asc' } }),
  }),
  rationale: t.string({
    nullable: true,
    authScopes: chart,
    resolve: (exam, _args, ctx) => (mayOpenChart(ctx, exam) ? exam.rationale : null),
    description: 'The examiner’s reasoning.',
  }),
  conditions: t.stringList({
    authScopes: chart,
    resolve: (exam, _args, ctx) => (mayOpenChart(ctx, exam) ? exam.conditions : []),
    description: 'Under which conditions the approval holds.',
  }),
  services: t.stringList({
    authScopes: chart,
    resolve: (exam, _args, ctx) => (mayOpenChart(ctx, exam) ? exam.services : []),
    description: 'The services the examiner cleared.',
  }),
  answers: t.field({
    type: 'JSON',
    nullable: true,
    authScopes: chart,
    resolve: (exam, _args, ctx) => (mayOpenChart(ctx, exam) ? exam.answers : null),
    description: 'What the examiner answered beside the intake.',
  }),
  digest: t.string({
    nullable: true,
    authScopes: chart,
    resolve: (exam, _args, ctx) => (mayOpenChart(ctx, exam) ? exam.digest : null),
    description: 'SHA-256 of the record, hex.',
  }),
  record: t.string({
    nullable: true,
    authScopes: chart,
    resolve: (exam, _args, ctx) => (mayOpenChart(ctx, exam) ? exam.record : null),
    description: 'The frozen record as canonical JSON, to the letter.',
  }),
  intake: t.field({
    type: Intake,
    nullable: true,
    authScopes: { may: ['intake:submit', 'chart:read'] },
    description: 'The answers it is held on.',
    resolve: (exam, _args, ctx) => ctx.load<typeof Intake.$inferType>('intake', exam.intakeId, intakeVisibleTo(ctx)),
  }),
  decisions: t.field({
    type: [ExamDecision],
    nullable: true,
    authScopes: chart,
    description: 'What the gates answered, oldest first.',
    resolve: (exam, _args, ctx) =>
      ctx.db.examDecision.findMany({
        where: { examId: exam.id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
        orderBy: { id: 'asc' },
      }),
  }),
}));
