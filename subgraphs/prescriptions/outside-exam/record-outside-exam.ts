import { z } from 'zod';
import { Conflict, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Answer } from '#rules/screening.ts';
import { builder, graph } from '../builder.ts';
import { ExamOutcomeEnum } from '../exam/exam.ts';
import { AnswerInput, answerList } from '../intake/answer-input.ts';
import { keepReported } from './keep-reported.ts';
import { OutsideExam } from './outside-exam.ts';
import { readReport } from './reported-exam.ts';

/** SHA-256 of a document, as inputs take it. */
export const documentDigest = z.string().regex(/^[0-9a-f]{64}$/, 'A digest is SHA-256 as 64 lower-case hex digits.');

const RecordOutsideExamInput = builder.inputType('RecordOutsideExamInput', {
  description: 'The result of an exam held elsewhere, typed from its document.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic it was brought to.' }),
    documentDigest: t.string({ required: true, description: 'SHA-256 of the document, hex. The document itself stays with the clinic.' }),
    externalId: t.string({ description: 'Its id where it was held; left out, the document’s digest.' }),
    givenName: t.string({ required: true, description: 'Given name of the person examined.' }),
    familyName: t.string({ required: true, description: 'Family name.' }),
    birthDate: t.field({ type: 'Date', required: true, description: 'Date of birth.' }),
    email: t.string({ description: 'E-mail address, to find the person by.' }),
    phone: t.string({ description: 'Telephone number, E.164, to find the person by.' }),
    service: t.string({ required: true, description: 'Code of the service it was for.' }),
    patientState: t.field({ type: graph.UsState, required: true, description: 'Where the person was.' }),
    modality: t.field({ type: graph.Modality, required: true, description: 'How it was held.' }),
    outcome: t.field({ type: ExamOutcomeEnum, required: true, description: 'APPROVED, DECLINED or NEEDS_IN_PERSON; no other is taken.' }),
    completedAt: t.field({ type: 'DateTime', required: true, description: 'When its examiner decided.' }),
    validUntil: t.field({ type: 'Date', description: 'The last day it is good for, if it says one.' }),
    examinerNpi: t.string({ required: true, description: 'National Provider Identifier of its examiner.' }),
    rationale: t.string({ required: true, description: 'The examiner’s reasoning.' }),
    findings: t.stringList({ description: 'What was found, one thing each.' }),
    answers: t.field({ type: [AnswerInput], description: 'The examiner’s own items of the questionnaire.' }),
  }),
  validate: z.looseObject({ documentDigest, answers: answerList.nullish() }),
});

builder.mutationField('recordOutsideExam', (t) =>
  t.field({
    type: OutsideExam,
    description:
      'Puts the result of an exam held elsewhere on record from its document. It counts for nobody until a clinician has attested it and a person confirmed whose it is.',
    authScopes: { may: 'outside-exam:match' },
    args: { input: t.arg({ type: RecordOutsideExamInput, required: true, description: 'The result.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'outsideExam' }, async (tx) => {
        const { clinicId: clinic, documentDigest: contentDigest, findings, answers, ...rest } = args.input;
        const clinicId = fromId('clinic', clinic);
        if (!ctx.actor.places('outside-exam:match').includes(clinicId)) throw new NotFound();
        const reported = readReport(
          {
            ...rest,
            externalId: rest.externalId ?? contentDigest,
            email: rest.email ?? null,
            phone: rest.phone ?? null,
            patientState: String(rest.patientState),
            completedAt: rest.completedAt.toISOString(),
            validUntil: rest.validUntil ?? null,
            findings: findings ?? [],
            answers: (answers ?? []).map(({ linkId, value }): Answer => ({ linkId, value })),
          },
          ctx.now(),
          'input.',
        );
        const origin = { clinicId, source: 'PAPER', provenance: 'EXTERNAL_ATTESTED', vendorId: null, messageId: null } as const;
        const { row, isNew } = await keepReported(tx, ctx, reported, { ...origin, contentDigest });
        if (!isNew)
          throw new Conflict(
            'This document is on record already. What was typed wrongly is rejected, and typed again under an id of its own.',
          );
        return row;
      }),
  }),
);
