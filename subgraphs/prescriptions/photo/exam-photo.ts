import { toId, tryId } from '#kernel/ids.ts';
import type { ExamPhoto as PhotoRow, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx } from '../builder.ts';
import { Consent } from '../consent/consent.ts';
import { codingSystems } from '../exam/decision/clinical-codes.ts';
import { GoodFaithExam, loadExam } from '../exam/exam.ts';
import { Practitioner, practitionerOf } from '../references.ts';
import { isInRecord } from './photos-in-record.ts';

/** Why a photograph is taken out of an exam, in the graph. */
export const ExamPhotoWithdrawalReason = builder.enumType('ExamPhotoWithdrawalReason', {
  description: 'Why a photograph is taken out of an exam that is not over.',
  values: {
    WRONG_PATIENT: { description: 'It shows somebody else.' },
    WRONG_SITE: { description: 'It shows another part of the body than was said.' },
    POOR_QUALITY: { description: 'It does not show what it was to show.' },
    PATIENT_REQUEST: { description: 'The patient does not want it kept.' },
    OTHER: { description: 'Something else.' },
  } as const,
});

const BodySite = builder.objectRef<Pick<PhotoRow, 'bodySite' | 'bodySiteDisplay'>>('BodySite').implement({
  description: 'A part of the body as a code of SNOMED CT.',
  fields: (t) => ({
    uri: t.string({ resolve: () => codingSystems.SNOMED_CT, description: 'The name of the terminology in FHIR.' }),
    code: t.exposeString('bodySite', { description: 'The code.' }),
    display: t.exposeString('bodySiteDisplay', { description: 'What the code stood for when it was chosen.' }),
  }),
});

/** One photograph of an exam, without the picture. */
export const ExamPhoto = builder.prismaObject('ExamPhoto', {
  description:
    'A photograph of an exam: its digest and what it is. The picture is not kept here; whoever keeps it proves by the digest that it is the one.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('examPhoto', row.id), description: 'Id of the photograph.' }),
    position: t.exposeInt('position', { description: 'Its place among the photographs of its exam, from 1.' }),
    digest: t.exposeString('digest', { description: 'SHA-256 of the file, hex.' }),
    mediaType: t.exposeString('mediaType', { description: 'image/jpeg, image/png, image/heic or image/webp.' }),
    size: t.exposeInt('size', { description: 'Size of the file in bytes.' }),
    takenAt: t.expose('takenAt', { type: 'DateTime', description: 'When it was taken, as whoever added it said.' }),
    bodySite: t.field({ type: BodySite, resolve: (row) => row, description: 'The part of the body it shows.' }),
    addedAt: t.expose('addedAt', { type: 'DateTime', description: 'When it was added to the exam.' }),
    addedBy: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(tryId('practitioner', row.addedBy)),
      description: 'Who added it.',
    }),
    consent: t.field({
      type: Consent,
      nullable: true,
      resolve: (row, _args, ctx) => consentOf(ctx, row),
      description: 'The consent under which it was added.',
    }),
    inRecord: t.boolean({
      resolve: async (row, _args, ctx) => isInRecord(await loadExam(ctx, row.examId), row.id),
      description: 'Whether the frozen and signed record of the exam names it; false until the exam is over.',
    }),
    withdrawnAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: async (row, _args, ctx) => (await withdrawalOf(ctx, row))?.at ?? (await outOfConsentAt(ctx, row)),
      description: 'Since when it is not part of the exam: withdrawn, or its consent taken back before the exam was over.',
    }),
    withdrawalReason: t.field({
      type: ExamPhotoWithdrawalReason,
      nullable: true,
      resolve: async (row, _args, ctx) => ((await withdrawalOf(ctx, row))?.reason ?? null) as 'OTHER' | null,
      description: 'Why it was withdrawn; null also of one whose consent was taken back.',
    }),
  }),
});

/** The photographs of the charts that the caller may open. */
export function photoVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.ExamPhotoWhereInput {
  return { clinicId: { in: [...ctx.actor.places('chart:read')] } };
}

function withdrawalOf(ctx: Ctx, photo: PhotoRow) {
  return ctx.db.examPhotoWithdrawal.findUnique({ where: { photoId: photo.id } });
}

function consentOf(ctx: Ctx, photo: PhotoRow) {
  return ctx.load<typeof Consent.$inferType>('consent', photo.consentId, { clinicId: { in: [...ctx.actor.places('chart:read')] } });
}

/** When its consent was taken back, if that was before the exam was over: what is in a record stays there. */
async function outOfConsentAt(ctx: Ctx, photo: PhotoRow): Promise<Date | null> {
  const revokedAt = (await consentOf(ctx, photo))?.revokedAt ?? null;
  return revokedAt === null || isInRecord(await loadExam(ctx, photo.examId), photo.id) ? null : revokedAt;
}

builder.objectField(GoodFaithExam, 'photos', (t) =>
  t.field({
    type: [ExamPhoto],
    nullable: true,
    authScopes: { may: 'chart:read' },
    description: 'The photographs of the exam in the order they were added, those withdrawn included.',
    resolve: (exam, _args, ctx) =>
      ctx.db.examPhoto.findMany({ where: { examId: exam.id, ...photoVisibleTo(ctx) }, orderBy: { position: 'asc' } }),
  }),
);
