import { codeOf } from '#kernel/db.ts';
import { Conflict, Forbidden, StepUpRequired } from '#kernel/errors.ts';
import type { ExamDocument } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx, Tx } from '../../builder.ts';
import { digestOf } from '../../document/canonical.ts';
import { signAlone, signTwice } from '../../document/sign-document.ts';
import { keyInUse, keysInUse, PLATFORM } from '../../document/signing-key.ts';

/** The media type of what is signed of an exam, in each signature's header: a signature made for an order does not fit, nor the other way round. */
export const EXAM_TYPE = 'gf-exam+jws';

/** What can be signed of an exam, with the part its signer has in it. */
const signerOf = {
  RECORD: 'examiner',
  ADDENDUM: 'author',
  ERROR_REPORT: 'reporter',
  ERROR_ANSWER: 'second-person',
  DIRECTOR_DECISION: 'director',
  REVOCATION: 'revoker',
  CONDITION_MET: 'clinician',
} as const;

/** One kind of document about an exam. */
export type ExamDocumentKind = keyof typeof signerOf;

/** The exam a document is about. */
export interface SignedExam {
  readonly id: string;
  readonly clinicId: string;
  readonly patientId: string;
}

/**
 * Signs a canonical text about an exam with the caller's key and the platform's, and keeps it with the evidence of the signing. It looks for
 * itself at whoever signs: a person who proved a second factor within five minutes. One token signs one text once.
 */
export async function signExam(
  tx: Tx,
  ctx: Ctx,
  exam: SignedExam,
  { kind, text, at }: { readonly kind: ExamDocumentKind; readonly text: string; readonly at: Date },
): Promise<ExamDocument> {
  const { actor } = ctx;
  // Freshness is about the real clock, never about a sandbox's.
  if (actor.authTime === null || !actor.steppedUp(Math.floor(Date.now() / 1000))) throw new StepUpRequired();
  if (actor.service !== null) throw new Forbidden();
  const { id: examId, clinicId, patientId } = exam;
  const digest = digestOf(text);
  const { signer, platform } = await keysInUse(tx, ctx, actor.sub);
  const jws = await signTwice(text, signer, platform, { typ: EXAM_TYPE, role: signerOf[kind] });
  try {
    const document = await tx.examDocument.create({
      data: {
        ...{ id: ctx.newId(), clinicId, patientId, examId, kind, digest, jws, at },
        ...{ signedBy: actor.sub, signedByName: actor.name },
      },
    });
    await tx.examSigning.create({
      data: {
        ...{ id: ctx.newId(), clinicId, patientId, documentId: document.id, digest, at },
        ...{ signedBy: actor.sub, tokenHash: actor.tokenHash, authTime: new Date(actor.authTime * 1000), amr: [...actor.amr] },
        ...{ keyId: signer.kid, platformKeyId: platform.kid },
      },
    });
    return document;
  } catch (error) {
    if (codeOf(error) === 'P2002' || codeOf(error) === '23505') throw new Conflict('This was signed before.');
    throw error;
  }
}

/** Signs the record of an exam that was broken off with the platform's key alone, for an examiner who has not proved a second factor. The exam is frozen already. */
export async function sealRecord(
  tx: Tx,
  ctx: Ctx,
  exam: SignedExam,
  { text, at }: { readonly text: string; readonly at: Date },
): Promise<void> {
  const { id: examId, clinicId, patientId } = exam;
  const platform = await keyInUse(tx, ctx, PLATFORM);
  const jws = await signAlone(text, platform, EXAM_TYPE);
  await tx.examDocument.create({
    data: {
      ...{ id: ctx.newId(), clinicId, patientId, examId, kind: 'RECORD', digest: digestOf(text), jws, at },
      ...{ signedBy: PLATFORM, signedByName: 'Goodfaith' },
    },
  });
}

/** Whether the caller could sign now, as `signExam` asks it. */
export function canSign({ actor }: Pick<Ctx, 'actor'>): boolean {
  return actor.authTime !== null && actor.service === null && actor.steppedUp(Math.floor(Date.now() / 1000));
}
