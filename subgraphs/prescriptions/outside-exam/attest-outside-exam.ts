import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { codeOf } from '#kernel/db.ts';
import { Conflict, IllegalTransition, InvalidInput, StepUpRequired } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { Practitioner } from '../references.ts';
import { OutsideExam } from './outside-exam.ts';
import { lockOutsideExam } from './outside-rows.ts';
import { documentDigest } from './record-outside-exam.ts';

const OutsideExamAttestation = builder.prismaObject('OutsideExamAttestation', {
  description: 'A clinician’s word that they have read the document of an exam held elsewhere, and that it says what is on record.',
  authScopes: { may: 'patient:read' },
  fields: (t) => ({
    documentDigest: t.exposeString('documentDigest', { description: 'SHA-256 of the document that was read, hex.' }),
    statement: t.exposeString('statement', { description: 'What they put their name to, in their words.' }),
    attestedAt: t.expose('attestedAt', { type: 'DateTime', description: 'When.' }),
    attestedByName: t.exposeString('attestedByName', { description: 'Their name.' }),
    attestedBy: t.field({
      type: Practitioner,
      nullable: true,
      resolve: ({ attestedBy }) => ({ id: attestedBy }),
      description: 'Who.',
    }),
  }),
});

const AttestOutsideExamInput = builder.inputType('AttestOutsideExamInput', {
  description: 'A result, and the document it was read in.',
  fields: (t) => ({
    outsideExamId: t.id({ required: true, description: 'The result.' }),
    documentDigest: t.string({ required: true, description: 'SHA-256 of the document that was read, hex.' }),
    statement: t.string({ required: true, description: 'What was read and how it was checked: 20 to 2,000 characters.' }),
  }),
  validate: z.looseObject({
    documentDigest,
    statement: z.string().trim().min(20, 'A statement has at least 20 characters.').max(2_000, 'A statement has at most 2,000 characters.'),
  }),
});

builder.mutationField('attestOutsideExam', (t) =>
  t.field({
    type: OutsideExam,
    description: 'An examiner or director of the clinic puts their name, with a second factor, to the document of an exam held elsewhere.',
    authScopes: { may: 'outside-exam:attest' },
    args: { input: t.arg({ type: AttestOutsideExamInput, required: true, description: 'The result and its document.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'outsideExam' }, async (tx) => {
        ctx.requireStepUp();
        const attestedBy = toId('practitioner', actingPractitioner(ctx));
        const { authTime } = ctx.actor;
        if (authTime === null) throw new StepUpRequired();
        const row = await lockOutsideExam(tx, ctx, args.input.outsideExamId, 'outside-exam:attest');
        if (row.status !== 'PROPOSED') throw new IllegalTransition(row.status, 'ATTESTED');
        if (row.provenance !== 'EXTERNAL_ATTESTED') throw new IllegalTransition(row.provenance, 'EXTERNAL_ATTESTED');
        const { documentDigest: digest, statement } = args.input;
        if (row.source === 'PAPER' && digest !== row.contentDigest) {
          const message = 'is not the digest of the document that the result was typed from';
          throw new InvalidInput([{ path: 'input.documentDigest', message }]);
        }
        const { id: outsideExamId, clinicId } = row;
        try {
          await tx.outsideExamAttestation.create({
            data: {
              ...{ id: ctx.newId(), clinicId, outsideExamId, documentDigest: digest, statement: statement.trim() },
              ...{ attestedAt: ctx.now(), attestedBy, attestedByName: ctx.actor.name, authTime: new Date(authTime * 1000) },
            },
          });
        } catch (error) {
          if (codeOf(error) === 'P2002' || codeOf(error) === '23505') throw new Conflict('Somebody has attested it already.');
          throw error;
        }
        await audit(tx, ctx, {
          ...{ action: 'outside-exam.attested', tenantId: clinicId, subjectKind: 'outsideExam', subjectId: outsideExamId },
          detail: { documentDigest: digest },
        });
        return row;
      }),
  }),
);

builder.objectField(OutsideExam, 'attestation', (t) =>
  t.field({
    type: OutsideExamAttestation,
    nullable: true,
    description: 'Who of the clinic has put their name to it.',
    resolve: (row, _args, ctx) =>
      ctx.db.outsideExamAttestation.findFirst({
        where: { outsideExamId: row.id, clinicId: { in: [...ctx.actor.places('patient:read')] } },
      }),
  }),
);
