import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { consentTo } from '#rules/consents.ts';
import { builder, type Tx } from '../builder.ts';
import { consentsInForce } from '../consent/consents-in-force.ts';
import { snomedProblem } from '../exam/decision/clinical-codes.ts';
import { lockExam } from '../exam/exam-rows.ts';
import { examChanged } from '../exam/exam-updated.ts';
import { ExamPhoto } from './exam-photo.ts';
import { requireOpenExam } from './open-exam.ts';
import { standingPhotos } from './photos-in-record.ts';

const MEDIA_TYPES: readonly string[] = ['image/jpeg', 'image/png', 'image/heic', 'image/webp'];
const MAX_BYTES = 25 * 1024 * 1024;
const MAX_PHOTOS = 40;

const BodySiteInput = builder.inputType('BodySiteInput', {
  description: 'A part of the body.',
  fields: (t) => ({
    code: t.string({
      required: true,
      description: 'Identifier of a body structure in SNOMED CT; its shape and check digit are checked, not whether it is in use.',
    }),
    display: t.string({ required: true, description: 'What the code stands for: 1 to 300 characters.' }),
  }),
  validate: z.object({
    code: z.string().superRefine((code, context) => {
      const problem = snomedProblem(code);
      if (problem !== null) context.addIssue({ code: 'custom', message: `A code ${problem}.` });
    }),
    display: z.string().trim().min(1, 'The words of the code are missing.').max(300, 'The words of a code have at most 300 characters.'),
  }),
});

const AddExamPhotoInput = builder.inputType('AddExamPhotoInput', {
  description: 'A photograph for an exam. The picture itself stays where the caller keeps it.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam: one that is not over.' }),
    digest: t.string({ required: true, description: 'SHA-256 of the file, hex.' }),
    mediaType: t.string({ required: true, description: 'image/jpeg, image/png, image/heic or image/webp.' }),
    size: t.int({ required: true, description: `Size of the file in bytes: 1 to ${MAX_BYTES}.` }),
    takenAt: t.field({ type: 'DateTime', required: true, description: 'When it was taken.' }),
    bodySite: t.field({ type: BodySiteInput, required: true, description: 'The part of the body it shows.' }),
  }),
  validate: z.looseObject({
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'A digest is a SHA-256 as 64 lower-case hexadecimal digits.'),
    mediaType: z.string().refine((type) => MEDIA_TYPES.includes(type), `A photograph is one of ${MEDIA_TYPES.join(', ')}.`),
    size: z.int().min(1, 'A file has at least one byte.').max(MAX_BYTES, `A photograph has at most ${MAX_BYTES} bytes.`),
  }),
});

builder.mutationField('addExamPhoto', (t) =>
  t.field({
    type: ExamPhoto,
    description:
      'Adds a photograph to an exam that is not over, by its digest, under the patient’s consent PHOTOGRAPHY. When the exam is completed, its record names the photograph and is signed with it.',
    authScopes: { may: 'exam:amend' },
    args: { input: t.arg({ type: AddExamPhotoInput, required: true, description: 'The photograph.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examPhoto' }, async (tx) => {
        const { digest, mediaType, size, bodySite } = args.input;
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), 'exam:amend');
        requireOpenExam(exam, 'PHOTOGRAPHED');
        const now = ctx.now();
        const takenAt = new Date(args.input.takenAt);
        if (takenAt > now) throw new InvalidInput([{ path: 'input.takenAt', message: 'lies ahead' }]);
        const consent = (await consentsInForce(tx, exam.patientId)).find(({ kind }) => kind === 'PHOTOGRAPHY');
        if (consent === undefined) throw new RuleBlocked([consentTo('PHOTOGRAPHY', [])]);
        await requireRoom(tx, exam.id, digest);
        const { id: examId, clinicId, patientId } = exam;
        const photo = await tx.examPhoto.create({
          data: {
            ...{ id: ctx.newId(), clinicId, patientId, examId, consentId: consent.id, position: await nextPosition(tx, examId) },
            ...{ digest, mediaType, size, takenAt, bodySite: bodySite.code, bodySiteDisplay: bodySite.display.trim() },
            ...{ addedBy: ctx.actor.sub, addedAt: now },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'exam.photo-added', tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId },
          detail: { photo: photo.id, digest, mediaType, size },
        });
        await examChanged(tx, ctx, examId);
        return photo;
      }),
  }),
);

async function requireRoom(tx: Tx, examId: string, digest: string): Promise<void> {
  const standing = await standingPhotos(tx, examId);
  if (standing.some((photo) => photo.digest === digest))
    throw new InvalidInput([{ path: 'input.digest', message: 'is that of a photograph the exam has already' }]);
  if (standing.length >= MAX_PHOTOS)
    throw new InvalidInput([{ path: 'input.examId', message: `has ${MAX_PHOTOS} photographs, which is as many as an exam takes` }]);
}

async function nextPosition(tx: Tx, examId: string): Promise<number> {
  const { _max } = await tx.examPhoto.aggregate({ where: { examId }, _max: { position: true } });
  return (_max.position ?? 0) + 1;
}
