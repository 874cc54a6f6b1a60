import type { ExamDocument } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../../builder.ts';
import { GoodFaithExam } from '../exam.ts';
import { mayOpenChart } from '../visible-to.ts';

/** Both signatures over something about an exam. */
export const ExamSignature = builder.objectRef<ExamDocument>('ExamSignature').implement({
  description: 'What was signed of an exam, with both signatures. Anyone with the document keys can check it, offline too.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    jws: t.exposeString('jws', {
      description:
        'The text with both signatures: JWS General JSON serialisation (RFC 7515) of the media type gf-exam+jws. Its payload is the signed text to the letter.',
    }),
    keyIds: t.stringList({
      resolve: ({ jws }) => keyIdsOf(jws),
      description:
        'Ids of the signer’s key and of the platform’s, in that order; `documentKeys` has both. Of a record that the platform alone signed, its own.',
    }),
    documentDigest: t.exposeString('digest', { description: 'SHA-256 of the text, hex.' }),
    signedBy: t.exposeString('signedByName', { description: 'Who signed, by the name they were signed in with.' }),
    signedAt: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

function keyIdsOf(jws: string): string[] {
  const { signatures } = JSON.parse(jws) as { signatures: readonly { protected: string }[] };
  return signatures.map((one) => (JSON.parse(Buffer.from(one.protected, 'base64url').toString('utf8')) as { kid: string }).kid);
}

builder.objectField(GoodFaithExam, 'signature', (t) =>
  t.field({
    type: ExamSignature,
    nullable: true,
    authScopes: { may: 'chart:read' },
    description:
      'The examiner’s signature and the platform’s over `record`; of an exam that was broken off without a second factor the platform’s alone. Null before the exam is completed, and for exams completed before records were signed.',
    resolve: (exam, _args, ctx) =>
      mayOpenChart(ctx, exam) ? ctx.db.examDocument.findFirst({ where: { examId: exam.id, kind: 'RECORD' } }) : null,
  }),
);
