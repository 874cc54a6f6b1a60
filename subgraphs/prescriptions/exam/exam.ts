import { NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import type { modalities } from '#kernel/shared-types.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { Patient } from '../patient/patient.ts';
import { patientVisibleTo } from '../patient/visible-to.ts';
import { Clinic, clinicOf, Practitioner, practitionerOf, ProtocolVersion, protocolVersionOf } from '../references.ts';
import { examOutcomes, examStatuses } from './exam-status.ts';
import { asItStands } from '../queue/claim-standing.ts';
import { queuePosition } from '../queue/queue-position.ts';
import { examVisibleTo } from './visible-to.ts';

const ExamStatusEnum = builder.enumType('ExamStatus', {
  description: 'Where an exam stands. HELD: an examiner took it from the queue and has not begun.',
  values: examStatuses,
});

export const ExamOutcomeEnum = builder.enumType('ExamOutcome', { description: 'What the examiner decided.', values: examOutcomes });

/** A good-faith exam. What is chart is in exam-chart.ts. */
export const GoodFaithExam = builder.prismaObject('GoodFaithExam', {
  description: 'A good-faith exam: the clinical encounter on which every order must stand.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['exam:read', 'order:verify'] },
  extensions: { apollo: { subgraph: { resolveReference } } },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('exam', row.id), description: 'Id of the exam.' }),
    status: t.field({
      type: ExamStatusEnum,
      resolve: (row, _args, ctx) => asItStands(row, ctx.now()).status as 'BOOKED',
      description: 'Where it stands.',
    }),
    service: t.exposeString('service', { description: 'Code of the service it is for.' }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime', nullable: true, description: 'When it was booked or asked for.' }),
    patientState: t.field({
      type: graph.UsState,
      resolve: (row) => row.patientState,
      description: 'Where the patient said they would be; from the start on, where they attested to be.',
    }),
    startsAt: t.expose('startsAt', { type: 'DateTime', nullable: true, description: 'When it is booked for; none for a walk-in.' }),
    endsAt: t.expose('endsAt', { type: 'DateTime', nullable: true, description: 'When the booked time ends.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When it really began.' }),
    completedAt: t.expose('completedAt', { type: 'DateTime', nullable: true, description: 'When the examiner decided.' }),
    modality: t.field({
      type: graph.Modality,
      resolve: (row) => row.modality as (typeof modalities)[number],
      description: 'How it is held.',
    }),
    outcome: t.field({
      type: ExamOutcomeEnum,
      nullable: true,
      resolve: (row) => row.outcome as 'APPROVED' | null,
      description: 'What the examiner decided.',
    }),
    validUntil: t.expose('validUntil', { type: 'Date', nullable: true, description: 'Last day on which an approval may be relied upon.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'When it was taken back.' }),
    cancelReason: t.exposeString('cancelReason', { nullable: true, description: 'Why it was cancelled.' }),
    queuePosition: t.int({
      nullable: true,
      resolve: (row, _args, ctx) => queuePosition(ctx, row),
      description: 'Place among the clinic’s waiting exams, from 1; none when it does not wait.',
    }),
    patient: t.field({ type: Patient, resolve: (row, _args, ctx) => patientOf(ctx, row.patientId), description: 'Who is examined.' }),
    examiner: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row, _args, ctx) => practitionerOf(asItStands(row, ctx.now()).examinerId),
      description: 'Who examines; nobody yet while it waits.',
    }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: (row) => clinicOf(row.clinicId),
      description: 'The clinic whose patient it is.',
    }),
    protocol: t.field({
      type: ProtocolVersion,
      nullable: true,
      authScopes: { may: 'protocol:read' },
      resolve: (row) => protocolVersionOf(row.protocolId),
      description: 'The very version of the protocol that was in force when it began; empty before.',
    }),
    protocolDigest: t.exposeString('protocolDigest', {
      nullable: true,
      description: 'SHA-256 of that version, hex: what it said then can be told from what anybody shows later.',
    }),
  }),
});

async function patientOf(ctx: Ctx, id: string): Promise<typeof Patient.$inferType> {
  const patient = await ctx.load<typeof Patient.$inferType>('patient', id, patientVisibleTo(ctx));
  if (patient === null) throw new NotFound();
  return patient;
}

async function resolveReference(reference: { id: string }, ctx: Ctx) {
  const id = tryId('exam', reference.id);
  return id === null ? null : ctx.load('goodFaithExam', id, { ...examVisibleTo(ctx) });
}

/** The exam if the caller may see it, batched; null otherwise. */
export function loadExam(ctx: Ctx, id: string): Promise<typeof GoodFaithExam.$inferType | null> {
  return ctx.load<typeof GoodFaithExam.$inferType>('goodFaithExam', id, { ...examVisibleTo(ctx) });
}

builder.queryField('exam', (t) =>
  t.field({
    type: GoodFaithExam,
    nullable: true,
    description: 'One exam.',
    authScopes: { may: ['exam:read', 'order:verify'] },
    args: { id: t.arg.id({ required: true, description: 'Id of the exam.' }) },
    resolve: async (_root, { id }, ctx) => {
      const exam = await loadExam(ctx, fromId('exam', id));
      if (exam === null) throw new NotFound();
      return exam;
    },
  }),
);
