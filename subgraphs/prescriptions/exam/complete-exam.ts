import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { examValidUntil } from '#rules/evaluate.ts';
import type { Answer } from '#rules/screening.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { liveContactOf } from '../call/call-rows.ts';
import { dateOf, dayText } from '../calendar-day.ts';
import { consentsInForce } from '../consent/consents-in-force.ts';
import { decideAt, keptAs, requirePass } from '../decided.ts';
import { conditionColumns } from './decision/exam-condition.ts';
import { findingRow } from './decision/finding-input.ts';
import { signExam } from './decision/sign-exam.ts';
import { replacedSince } from '../intake/newest-intake.ts';
import { givenIn, settledFacts, settledOf } from '../intake/settled.ts';
import { standingPhotos } from '../photo/photos-in-record.ts';
import { requireSameDay } from './closing-answers.ts';
import { CompleteExamInput, requireConsistent, screened } from './completion-input.ts';
import { GoodFaithExam, loadExam } from './exam.ts';
import { agreedFacts, recordDecision } from './exam-gate.ts';
import { freezeExam } from './exam-record.ts';
import { lockExam, moveExam } from './exam-rows.ts';
import { examMoves, isApproval } from './exam-status.ts';
import { examChanged } from './exam-updated.ts';
import { askGateFacts } from './gate-facts.ts';
import { requireOwnExam } from './start-exam.ts';

builder.mutationField('completeExam', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'The examiner decides and signs. The record is frozen and signed from then on, with the examiner’s key and the platform’s. An approval needs every rule to pass once more, with every screening hit settled: see `resolveFlag` and `overrideBlock`.',
    authScopes: { may: 'exam:conduct' },
    args: { input: t.arg({ type: CompleteExamInput, required: true, description: 'The decision.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const examinerId = actingPractitioner(ctx);
      const { input } = args;
      const examId = fromId('exam', input.examId);
      const seen = await loadExam(ctx, examId);
      const facts = seen === null ? null : await askGateFacts(ctx, [examinerId], [seen.clinicId]);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        ctx.requireStepUp();
        const exam = await lockExam(tx, ctx, examId, 'exam:conduct');
        const examiner = facts?.practitioners.get(examinerId);
        if (facts === null) throw new NotFound();
        requireMove(examMoves, exam.status, 'COMPLETED');
        requireOwnExam(exam, examinerId);
        requireConsistent(input, exam.service);
        const intake = await tx.intake.findUniqueOrThrow({ where: { id: exam.intakeId } });
        const patient = await tx.patient.findUniqueOrThrow({ where: { id: exam.patientId } });
        const consents = await consentsInForce(tx, exam.patientId);
        const now = ctx.now();
        const plan = { ...exam, examinerId, startsAt: now };
        // Whether the service is open at its clinic was asked at the start; an exam under way is brought to its end.
        const { legs: _, ...agreed } = agreedFacts(
          plan,
          facts,
          { consents: consents.map((consent) => consent.kind), birthDate: dayText(patient.birthDate) },
          now,
        );
        const own = (input.answers ?? []).map(({ linkId, value }): Answer => ({ linkId, value }));
        const settled = await settledOf(tx, intake.id);
        const told = {
          ...agreed,
          outcome: input.outcome,
          screening: screened(exam, intake, own),
          rationale: input.rationale,
          settled: settledFacts(settled, [...givenIn(intake), ...own]),
          identityVerified: exam.identityVerifiedBy !== null,
          intakeReplacedAt: await replacedSince(tx, intake),
          ...(await liveContactOf(tx, exam, now)),
        };
        const decision = decideAt({ gate: 'exam-completion', ...told }, now);
        requirePass(decision);
        const validUntil = isApproval(input.outcome) ? examValidUntil(told, now.toISOString(), now.toISOString()) : null;
        if (isApproval(input.outcome)) requireSameDay(validUntil, own);
        const findings = (input.findings ?? []).map((finding, index) => ({ id: ctx.newId(), position: index + 1, ...findingRow(finding) }));
        const decided = {
          outcome: input.outcome,
          rationale: input.rationale,
          ...conditionColumns(input),
          services: isApproval(input.outcome) ? [...new Set(input.services)] : [],
          answers: (input.answers ?? []).map(({ linkId, value }) => ({ linkId, value: value as string })),
          validUntil,
        };
        const frozen = freezeExam({
          exam,
          patient,
          intake,
          examiner,
          consents,
          findings,
          photos: await standingPhotos(tx, exam.id),
          decided,
          screening: told.screening,
          settled,
          rules: { pack: keptAs(decision).packVersion, results: decision.results },
          completedAt: now,
        });
        // Findings first: once the exam is complete, nothing is written to it.
        await tx.finding.createMany({
          data: findings.map((finding) => ({ ...finding, examId: exam.id, clinicId: exam.clinicId, patientId: exam.patientId })),
        });
        await recordDecision(tx, ctx, exam, 'COMPLETE', decision);
        await signExam(tx, ctx, exam, { kind: 'RECORD', text: frozen.record, at: now });
        const completed = await moveExam(tx, exam, 'COMPLETED', {
          ...decided,
          ...frozen,
          validUntil: validUntil === null ? null : dateOf(validUntil),
          completedAt: now,
          examinerCredential: examiner?.credential ?? null,
        });
        const subject = { tenantId: exam.clinicId, subjectKind: 'exam', subjectId: exam.id, patientId: exam.patientId } as const;
        await audit(tx, ctx, {
          action: 'exam.completed',
          ...subject,
          detail: { outcome: input.outcome, digest: frozen.digest, findings: findings.length },
        });
        await examChanged(tx, ctx, exam.id);
        return completed;
      });
    },
  }),
);
