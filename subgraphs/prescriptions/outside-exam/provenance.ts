import { builder } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { loadOutsideExam, OutsideExam } from './outside-exam.ts';

const native = {
  IN_PERSON: 'NATIVE_IN_PERSON',
  SYNC_VIDEO: 'NATIVE_VIDEO',
  SYNC_AUDIO: 'NATIVE_AUDIO',
  ASYNC: 'NATIVE_WRITTEN',
  QUESTIONNAIRE_ONLY: 'NATIVE_WRITTEN',
} as const;

const ExamProvenance = builder.enumType('ExamProvenance', {
  description: 'Where an exam was held and who answers for its record.',
  values: {
    NATIVE_IN_PERSON: { description: 'Held here, in person.' },
    NATIVE_VIDEO: { description: 'Held here, by live video.' },
    NATIVE_AUDIO: { description: 'Held here, by telephone alone.' },
    NATIVE_WRITTEN: { description: 'Held here, by store-and-forward or a questionnaire.' },
    EXTERNAL_VERIFIED: { description: 'Held elsewhere, by a registered vendor that signed its report.' },
    EXTERNAL_ATTESTED: { description: 'Held elsewhere; a clinician of the clinic has attested its document.' },
  } as const,
});

builder.objectFields(GoodFaithExam, (t) => ({
  provenance: t.field({
    type: ExamProvenance,
    resolve: ({ externalProvenance, modality }) =>
      (externalProvenance as 'EXTERNAL_VERIFIED' | 'EXTERNAL_ATTESTED' | null) ?? native[modality as keyof typeof native],
    description:
      'Where it was held and who answers for its record. Whether an exam held elsewhere is relied upon, the entity attests by state.',
  }),
  outsideExam: t.field({
    type: OutsideExam,
    nullable: true,
    authScopes: { may: 'patient:read' },
    resolve: (exam, _args, ctx) => (exam.outsideExamId === null ? null : loadOutsideExam(ctx, exam.outsideExamId)),
    description: 'What was reported of it, where it was held elsewhere.',
  }),
}));
