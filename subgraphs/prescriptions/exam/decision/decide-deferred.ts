import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, InvalidInput, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { GoodFaithExam as ExamRow, ScreeningResolution } from '#prisma/generated/prescriptions/client.ts';
import { examValidUntil } from '#rules/evaluate.ts';
import { endedEarly } from '#rules/exam-since.ts';
import { failed, isBlocked } from '#rules/results.ts';
import type { Answer, ScreeningReport } from '#rules/screening.ts';
import type { SettledFact } from '#rules/screening-resolution.ts';
import { actingPractitioner } from '../../acting-practitioner.ts';
import { liveContactOf } from '../../call/call-rows.ts';
import { builder, type Ctx, type Tx } from '../../builder.ts';
import { dateOf } from '../../calendar-day.ts';
import { type Decided, decideAt, keptAs, requirePass } from '../../decided.ts';
import { canonicalText } from '../../document/canonical.ts';
import { AnswerInput, answerList } from '../../intake/answer-input.ts';
import { replacedSince } from '../../intake/newest-intake.ts';
import { givenIn, settledFacts, settledForRecord, settledOf } from '../../intake/settled.ts';
import { closingIssues, requireSameDay, withoutDecision } from '../closing-answers.ts';
import { screened } from '../completion-input.ts';
import { GoodFaithExam, loadExam } from '../exam.ts';
import { agreedFacts, recordDecision } from '../exam-gate.ts';
import { patientTold, lockExam } from '../exam-rows.ts';
import { examChanged } from '../exam-updated.ts';
import { askGateFacts, type NeighbourFacts } from '../gate-facts.ts';
import { DirectorOutcome } from './director-decision.ts';
import { signExam } from './sign-exam.ts';
import { sinceExam } from './since-exam.ts';

const DecideDeferredInput = builder.inputType('DecideDeferredInput', {
  description: 'What a medical director decides of a deferred exam.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    digest: t.string({ required: true, description: 'SHA-256 of the record that was read, hex: of another one nothing is decided.' }),
    outcome: t.field({ type: DirectorOutcome, required: true, description: 'The decision.' }),
    reason: t.string({
      required: true,
      description: 'Why; also how each screening hit that needed review was resolved: 1 to 8,000 characters.',
    }),
    answers: t.field({
      type: [AnswerInput],
      description:
        'Answers to items for clinicians that the examiner left open. Nobody’s answer is overwritten by it, but `close.decision`: what the examiner answered there is their outcome, which this decision replaces.',
    }),
  }),
  validate: z.looseObject({
    reason: z.string().trim().min(1, 'The reason is missing.').max(8_000, 'A reason has at most 8,000 characters.'),
    answers: answerList.nullish(),
  }),
});

type Input = typeof DecideDeferredInput.$inferInput;

builder.mutationField('decideDeferred', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'The medical director decides an exam that its examiner deferred, and signs over the same record. An approval needs every rule that completing an approval asks, of the director now; the exam then counts as approved, for as long as one completed on its day. What the examiner signed stays as it is.',
    authScopes: { may: 'exam:decide' },
    args: { input: t.arg({ type: DecideDeferredInput, required: true, description: 'The decision.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const directorId = actingPractitioner(ctx);
      const examId = fromId('exam', args.input.examId);
      const seen = await loadExam(ctx, examId);
      const facts = seen === null ? null : await askGateFacts(ctx, [directorId], [seen.clinicId]);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        ctx.requireStepUp();
        const exam = await lockExam(tx, ctx, examId, 'exam:decide');
        if (facts === null) throw new NotFound();
        await requireDeferred(tx, exam, args.input, directorId);
        const at = ctx.now();
        const { decision, validUntil, settled } = await gate(tx, exam, args.input, directorId, facts, at);
        const { outcome } = args.input;
        const reason = args.input.reason.trim();
        const services = outcome === 'APPROVED' ? [exam.service] : [];
        const signed = canonicalText({
          schema: 'goodfaith.director-decision/2',
          exam: { id: toId('exam', examId), digest: exam.digest },
          director: directorOf(ctx, facts, directorId),
          ...{ outcome, reason, services, validUntil, decidedAt: at.toISOString() },
          answers: (args.input.answers ?? []).map(({ linkId, value }) => ({ linkId, value: value as string })),
          // Of a deferred exam a block is overridden after its record was frozen, so this is where that is signed.
          settled: settledForRecord(settled),
          rules: { pack: keptAs(decision).packVersion, results: decision.results },
        });
        const document = await signExam(tx, ctx, exam, { kind: 'DIRECTOR_DECISION', text: signed, at });
        const { clinicId, patientId } = exam;
        await tx.examDirectorDecision.create({
          data: {
            ...{ id: ctx.newId(), clinicId, patientId, examId, documentId: document.id, directorId, outcome, reason, services },
            ...{ validUntil: validUntil === null ? null : dateOf(validUntil), decidedAt: at },
          },
        });
        await recordDecision(tx, ctx, exam, 'DECIDE', decision);
        const subject = { tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId } as const;
        await audit(tx, ctx, { action: 'exam.deferred-decided', ...subject, detail: { outcome, digest: document.digest } });
        await examChanged(tx, ctx, examId);
        return exam;
      });
    },
  }),
);

/** Throws unless the exam waits for a director, is the one that was read, and was held by somebody else. */
async function requireDeferred(tx: Tx, exam: ExamRow, { digest, outcome }: Input, directorId: string): Promise<void> {
  if (exam.revokedAt !== null) throw new IllegalTransition('REVOKED', outcome);
  if (exam.outcome !== 'DEFERRED') throw new IllegalTransition(exam.outcome ?? exam.status, outcome);
  const before = await tx.examDirectorDecision.findUnique({ where: { examId: exam.id } });
  if (before !== null) throw new IllegalTransition(before.outcome, outcome);
  if (exam.digest !== digest) throw new Conflict('This is not the record that was read. Read it again before you decide.');
  if (exam.examinerId !== directorId) return;
  throw new RuleBlocked([
    failed('exam.secondPerson', 'You deferred this exam yourself', 'Ask another medical director of the clinic to decide it.'),
  ]);
}

/** What completing asks, of the director in the examiner's place; for an approval also what has come up since, and that the exam has not lapsed. */
async function gate(
  tx: Tx,
  exam: ExamRow,
  { outcome, reason, answers }: Input,
  directorId: string,
  facts: NeighbourFacts,
  at: Date,
): Promise<{ decision: Decided; validUntil: string | null; settled: readonly ScreeningResolution[] }> {
  const intake = await tx.intake.findUniqueOrThrow({ where: { id: exam.intakeId } });
  const own = (answers ?? []).map(({ linkId, value }): Answer => ({ linkId, value }));
  const contradicting = closingIssues(outcome, own);
  if (contradicting.length > 0) throw new InvalidInput(contradicting);
  const given = [...givenIn(intake), ...withoutDecision(exam.answers as unknown as Answer[])];
  const screening = screened(exam, { ...intake, answers: given as never }, own);
  const settled = await settledOf(tx, intake.id);
  const plan = { ...exam, examinerId: directorId, startsAt: at };
  const { legs: _, ...agreed } = agreedFacts(plan, facts, await patientTold(tx, exam.patientId), at);
  const told = {
    ...agreed,
    outcome,
    screening,
    settled: [...settledFacts(settled, [...given, ...own]), ...weighed(screening, exam, facts, directorId)],
    rationale: reason,
    identityVerified: exam.identityVerifiedBy !== null,
    intakeReplacedAt: await replacedSince(tx, intake),
    // The call was the examiner's: a director approves no exam that was not held.
    ...(await liveContactOf(tx, exam, exam.completedAt ?? at)),
  };
  const decision = decideAt({ gate: 'exam-completion', ...told }, at);
  requirePass(decision);
  if (outcome !== 'APPROVED') return { decision, validUntil: null, settled };
  const since = endedEarly(await sinceExam(tx, exam));
  if (isBlocked(since)) throw new RuleBlocked([...decision.results, ...since]);
  const validUntil = examValidUntil(told, (exam.completedAt ?? at).toISOString(), at.toISOString());
  if (validUntil === null || validUntil < at.toISOString().slice(0, 10)) {
    const lapsed = failed('exam.valid', 'The exam was held too long ago to be approved now', 'Hold a new good-faith exam.');
    throw new RuleBlocked([...decision.results, lapsed]);
  }
  requireSameDay(validUntil, own);
  return { decision, validUntil, settled };
}

/** The director's reason resolves every flag for review: a deferral asks them to weigh all of it. A block is overridden by itself, before. */
function weighed(screening: ScreeningReport, exam: ExamRow, facts: NeighbourFacts, directorId: string): SettledFact[] {
  const credential = facts.practitioners.get(directorId)?.credential as SettledFact['credential'];
  return screening.flags
    .filter(({ severity }) => severity === 'physician-review')
    .map(({ linkId }) => ({ linkId, kind: 'RESOLUTION', credential, state: exam.patientState, sameAnswer: true }));
}

function directorOf(ctx: Ctx, facts: NeighbourFacts, directorId: string) {
  const told = facts.practitioners.get(directorId);
  return { id: toId('practitioner', directorId), name: told?.displayName ?? ctx.actor.name, credential: told?.credential ?? null };
}
