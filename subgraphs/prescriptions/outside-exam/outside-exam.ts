import { NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { modalities } from '#kernel/shared-types.ts';
import type { Patient as PatientRow } from '#prisma/generated/prescriptions/client.ts';
import type { OutsideProvenance } from '#rules/facts.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { ExamOutcomeEnum, GoodFaithExam } from '../exam/exam.ts';
import { mayOpenChart } from '../exam/visible-to.ts';
import { Patient } from '../patient/patient.ts';
import { patientVisibleTo } from '../patient/visible-to.ts';
import { Clinic, clinicOf } from '../references.ts';
import { ExamVendor, OutsideExamProvenance } from './exam-vendor.ts';
import { type MatchReason, matchReasons } from './match-score.ts';
import { proposedMatches } from './proposed-matches.ts';
import { outsideExamVisibleTo } from './visible-to.ts';

export const OutsideExamStatus = builder.enumType('OutsideExamStatus', {
  description: 'Where the result of an exam held elsewhere stands.',
  values: {
    PROPOSED: { description: 'Nobody has said yet whose it is: it counts for nobody.' },
    CONFIRMED: { description: 'A person said whose it is; it is an exam of that patient.' },
    REJECTED: { description: 'A person said that it is of nobody here, or is not to count.' },
  } as const,
});

const OutsideExamSource = builder.enumType('OutsideExamSource', {
  description: 'How a result came in.',
  values: {
    WEBHOOK: { description: 'A vendor reported it, signed.' },
    CSV: { description: 'It was a row of a list that was imported.' },
    PAPER: { description: 'Somebody of the clinic typed it from a document.' },
  } as const,
});

/** Why a result is not confirmed of anybody. */
export const OutsideRejectReason = builder.enumType('OutsideRejectReason', {
  description: 'Why a result is confirmed of nobody.',
  values: {
    NOT_OUR_PATIENT: { description: 'The person is no patient here.' },
    DUPLICATE: { description: 'The exam is on record already.' },
    NOT_RELIABLE: { description: 'What it says does not hold, or cannot be checked.' },
    OTHER: { description: 'Another reason.' },
  } as const,
});

const MatchReasonEnum = builder.enumType('OutsideMatchReason', {
  description: 'What the person examined elsewhere and a patient have in common, or differ in.',
  values: matchReasons,
});

const OutsideMatch = builder
  .objectRef<{ readonly patient: PatientRow; readonly score: number; readonly reasons: readonly MatchReason[] }>('OutsideMatch')
  .implement({
    description: 'A patient who may be the person examined elsewhere: a hint for a person to judge.',
    authScopes: { may: 'patient:read' },
    fields: (t) => ({
      patient: t.field({ type: Patient, resolve: ({ patient }) => patient, description: 'The patient.' }),
      score: t.exposeInt('score', { description: 'From 0 to 100; our own weights, no probability.' }),
      reasons: t.field({ type: [MatchReasonEnum], resolve: ({ reasons }) => [...reasons], description: 'What it is made of.' }),
    }),
  });

const chart = { may: 'chart:read' } as const;

/** The result of an exam held elsewhere, as it was reported. */
export const OutsideExam = builder.prismaObject('OutsideExam', {
  description: 'The result of an exam held elsewhere, as it was reported. It counts for nobody until a person has confirmed whose it is.',
  authScopes: { may: 'patient:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('outsideExam', row.id), description: 'Id of the result.' }),
    status: t.field({ type: OutsideExamStatus, resolve: (row) => row.status as 'PROPOSED', description: 'Where it stands.' }),
    source: t.field({ type: OutsideExamSource, resolve: (row) => row.source as 'WEBHOOK', description: 'How it came in.' }),
    provenance: t.field({
      type: OutsideExamProvenance,
      resolve: (row) => row.provenance as OutsideProvenance,
      description: 'What it counts as.',
    }),
    externalId: t.exposeString('externalId', { description: 'Its id where it was held.' }),
    contentDigest: t.exposeString('contentDigest', { description: 'SHA-256 of what came in, hex. What came in is not kept.' }),
    vendor: t.field({
      type: ExamVendor,
      nullable: true,
      resolve: (row, _args, ctx) =>
        row.vendorId === null ? null : ctx.load<typeof ExamVendor.$inferType>('examVendor', row.vendorId, { ...outsideExamVisibleTo(ctx) }),
      description: 'Who reported it; nobody for files and paper.',
    }),
    clinic: t.field({ type: Clinic, nullable: true, resolve: (row) => clinicOf(row.clinicId), description: 'To which clinic.' }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When it came in.' }),
    givenName: t.exposeString('givenName', { description: 'Given name of the person examined.' }),
    familyName: t.exposeString('familyName', { description: 'Family name.' }),
    birthDate: t.expose('birthDate', { type: 'Date', description: 'Date of birth.' }),
    email: t.exposeString('email', { nullable: true, description: 'E-mail address, where one was reported.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'Telephone number, E.164, where one was reported.' }),
    service: t.exposeString('service', { description: 'Code of the service it was for.' }),
    patientState: t.field({ type: graph.UsState, resolve: (row) => row.patientState, description: 'Where the person was.' }),
    modality: t.field({
      type: graph.Modality,
      resolve: (row) => row.modality as (typeof modalities)[number],
      description: 'How it was held.',
    }),
    outcome: t.field({ type: ExamOutcomeEnum, resolve: (row) => row.outcome as 'APPROVED', description: 'What its examiner decided.' }),
    completedAt: t.expose('completedAt', { type: 'DateTime', description: 'When.' }),
    validUntil: t.expose('validUntil', {
      type: 'Date',
      nullable: true,
      description: 'The last day it is good for by its own word, if it says one.',
    }),
    examinerNpi: t.exposeString('examinerNpi', { description: 'National Provider Identifier of its examiner.' }),
    rationale: t.string({
      nullable: true,
      authScopes: chart,
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? row.rationale : null),
      description: 'The examiner’s reasoning, for those who open charts.',
    }),
    findings: t.stringList({
      authScopes: chart,
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? row.findings : []),
      description: 'What was found, for those who open charts.',
    }),
    answers: t.field({
      type: 'JSON',
      nullable: true,
      authScopes: chart,
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? row.answers : null),
      description: 'The examiner’s own items of the questionnaire, for those who open charts.',
    }),
    proposedMatches: t.field({
      type: [OutsideMatch],
      resolve: (row, _args, ctx) => proposedMatches(ctx, row),
      description: 'Patients of the clinic who may be the person, the likeliest first; none once it is decided.',
    }),
    patient: t.field({
      type: Patient,
      nullable: true,
      resolve: (row, _args, ctx) => (row.patientId === null ? null : ctx.load<PatientRow>('patient', row.patientId, patientVisibleTo(ctx))),
      description: 'Whose it was confirmed to be.',
    }),
    exam: t.field({
      type: GoodFaithExam,
      nullable: true,
      authScopes: { may: 'exam:read' },
      resolve: (row, _args, ctx) =>
        row.status === 'CONFIRMED'
          ? ctx.db.goodFaithExam.findFirst({ where: { outsideExamId: row.id, clinicId: { in: [...ctx.actor.places('exam:read')] } } })
          : null,
      description: 'The exam it became when it was confirmed.',
    }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When it was confirmed or rejected.' }),
    rejectReason: t.field({
      type: OutsideRejectReason,
      nullable: true,
      resolve: (row) => row.rejectReason as 'OTHER' | null,
      description: 'Why it was rejected.',
    }),
  }),
});

/** The result if the caller may see it, batched; null otherwise. */
export function loadOutsideExam(ctx: Ctx, id: string): Promise<typeof OutsideExam.$inferType | null> {
  return ctx.load<typeof OutsideExam.$inferType>('outsideExam', id, { ...outsideExamVisibleTo(ctx) });
}

builder.queryField('outsideExams', (t) =>
  t.prismaConnection({
    type: 'OutsideExam',
    cursor: 'id',
    description: 'Results of exams held elsewhere that were reported to a clinic, newest first.',
    authScopes: { may: 'patient:read' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      status: t.arg({ type: [OutsideExamStatus], description: 'Only those that stand so.' }),
    },
    resolve: (query, _root, { clinicId, status }, ctx) => {
      const clinic = fromId('clinic', clinicId);
      if (!ctx.actor.places('patient:read').includes(clinic)) throw new NotFound();
      return ctx.db.outsideExam.findMany({
        ...query,
        where: { clinicId: clinic, ...(status ? { status: { in: [...status] } } : {}) },
        orderBy: { id: 'desc' },
      });
    },
  }),
);
