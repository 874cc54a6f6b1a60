import { audit } from '#kernel/audit.ts';
import { NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import type { OutsideExam as OutsideExamRow } from '#prisma/generated/prescriptions/client.ts';
import { examValidUntil } from '#rules/evaluate.ts';
import { failed } from '#rules/results.ts';
import { withRecord } from '#rules/screening-record.ts';
import { screen } from '#rules/screening.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { dateOf, dayText } from '../calendar-day.ts';
import { type Decided, decideAt, keptAs, requirePass } from '../decided.ts';
import { recordDecision } from '../exam/exam-gate.ts';
import { lockPatient, patientTold, requireIntake } from '../exam/exam-rows.ts';
import { examChanged } from '../exam/exam-updated.ts';
import { flagsOf, givenIn, settledOf } from '../intake/settled.ts';
import { freezeOutside } from './freeze-outside.ts';
import { loadOutsideExam, OutsideExam } from './outside-exam.ts';
import { OutsideMatchDifference, OutsideMatchDiffers, requireConfirmed } from './match-differences.ts';
import { allAnswers, confirmationFacts, type OutsideChart, type OutsideTold, outsideQuestion } from './outside-facts.ts';
import { lockOutsideExam, outsideMoves } from './outside-rows.ts';

const ConfirmOutsideMatchInput = builder.inputType('ConfirmOutsideMatchInput', {
  description: 'Whose the result of an exam held elsewhere is.',
  fields: (t) => ({
    outsideExamId: t.id({ required: true, description: 'The result.' }),
    patientId: t.id({ required: true, description: 'The patient of the same clinic who was examined.' }),
    intakeId: t.id({
      required: true,
      description: 'The patient’s own answers for the service, given here: screening is asked of them as of an exam held here.',
    }),
    confirmedDifferences: t.field({
      type: [OutsideMatchDifference],
      required: false,
      description:
        'In what the patient differs from the person examined, and is that person all the same. Any other difference is refused.',
    }),
  }),
});

builder.mutationField('confirmOutsideMatch', (t) =>
  t.field({
    type: OutsideExam,
    description:
      'A person says whose the result is. Every rule that completing an exam asks is asked of it, and whether the entity relies on exams of this provenance; from then on it is an exam of that patient, for no longer than one held here. Where the names differ, or another patient fits better, OutsideMatchDiffers asks for that to be confirmed; where the birth dates differ no one can.',
    authScopes: { may: 'outside-exam:match' },
    args: { input: t.arg({ type: ConfirmOutsideMatchInput, required: true, description: 'The result and the patient.' }) },
    errors: { types: [OutsideMatchDiffers] },
    resolve: async (_root, args, ctx, info) => {
      const seen = await loadOutsideExam(ctx, fromId('outsideExam', args.input.outsideExamId));
      const told = seen === null ? null : await toldOf(ctx, seen);
      return ctx.write({ info, args, answer: 'outsideExam' }, async (tx) => {
        if (told === null) throw new NotFound();
        const { patientId, intakeId } = await named(tx, ctx, args.input);
        await lockPatient(tx, patientId);
        const row = await lockOutsideExam(tx, ctx, args.input.outsideExamId, 'outside-exam:match');
        requireMove(outsideMoves, row.status, 'CONFIRMED');
        const patient = await tx.patient.findFirst({ where: { id: patientId, clinicId: row.clinicId } });
        if (patient === null) throw new NotFound();
        const differences = await requireConfirmed(tx, row, patient, args.input.confirmedDifferences ?? []);
        const intake = await requireIntake(tx, ctx, intakeId, patientId, row.service);
        const attestation = await tx.outsideExamAttestation.findFirst({ where: { outsideExamId: row.id } });
        const chart: OutsideChart = {
          ...{ row, patient, isAttested: attestation !== null, consents: (await patientTold(tx, patientId)).consents },
          vendor: row.vendorId === null ? null : await tx.examVendor.findFirst({ where: { id: row.vendorId } }),
          intake,
          screening: withRecord(
            screen(row.service, allAnswers(row, intake), 'clinician'),
            { answers: givenIn(intake), flags: flagsOf(intake) },
            row.patientState,
          ),
          settled: await settledOf(tx, intake.id),
        };
        const at = ctx.now();
        const facts = confirmationFacts(chart, told, at);
        const decision = decideAt({ gate: 'exam-completion', ...facts }, at);
        requirePass(decision);
        const validUntil = termOf(row, facts, decision, at);
        const confirmed = await tx.outsideExam.update({
          where: { id: row.id },
          data: { status: 'CONFIRMED', patientId, decidedAt: at, decidedBy: ctx.actor.sub },
        });
        const attestationDigest = attestation?.documentDigest ?? null;
        await writeExam(tx, ctx, { chart, told, decision, validUntil, attestationDigest, differences });
        return confirmed;
      });
    },
  }),
);

/** What neighbours tell; what they don't stays unknown, which blocks. */
async function toldOf(ctx: Ctx, { examinerNpi, clinicId }: OutsideExamRow): Promise<OutsideTold> {
  const answer = await ctx.graph.ask(outsideQuestion, { npis: [examinerNpi], clinics: [toId('clinic', clinicId)] });
  return { examiner: answer?.practitionersByNpiFacts[0] ?? null, clinic: answer?.clinicFacts[0] ?? null };
}

async function named(tx: Tx, ctx: Ctx, input: typeof ConfirmOutsideMatchInput.$inferInput) {
  const patientId = fromId('patient', input.patientId);
  const where = { id: patientId, clinicId: { in: [...ctx.actor.places('outside-exam:match')] } };
  if ((await tx.patient.count({ where })) === 0) throw new NotFound();
  return { patientId, intakeId: input.intakeId };
}

/** The last day: the attested term's, or the report's own where that is earlier. Null unless approved; one that is over is no exam to confirm. */
function termOf(row: OutsideExamRow, facts: ReturnType<typeof confirmationFacts>, decision: Decided, at: Date): string | null {
  if (row.outcome !== 'APPROVED') return null;
  const term = examValidUntil(facts, row.completedAt.toISOString(), at.toISOString());
  const last = [term, row.validUntil === null ? null : dayText(row.validUntil)].filter((day) => day !== null).toSorted()[0];
  if (term !== null && last !== undefined && last >= dayText(at)) return last;
  const lapsed = failed('exam.valid', 'The exam was held too long ago to be relied upon now', 'Hold a new good-faith exam.');
  throw new RuleBlocked([...decision.results, lapsed]);
}

interface Confirmation {
  readonly chart: OutsideChart;
  readonly told: OutsideTold;
  readonly decision: Decided;
  readonly validUntil: string | null;
  readonly attestationDigest: string | null;
  /** What whoever confirmed it knew to differ. */
  readonly differences: readonly string[];
}

/** Writes the exam with its findings and the decision, as completing writes them. */
async function writeExam(tx: Tx, ctx: Ctx, confirmation: Confirmation): Promise<void> {
  const { chart, told, decision, validUntil, attestationDigest, differences } = confirmation;
  const { row, patient, intake } = chart;
  const { clinicId, service, completedAt } = row;
  const [examId, patientId] = [ctx.newId(), patient.id];
  const findings = row.findings.map((text, index) => ({ id: ctx.newId(), position: index + 1, text }));
  const frozen = freezeOutside(chart, told, {
    ...{ examId, findings, validUntil, attestationDigest, at: decision.at },
    rules: { pack: keptAs(decision).packVersion, results: decision.results },
    by: { sub: ctx.actor.sub, name: ctx.actor.name },
  });
  await tx.goodFaithExam.create({
    data: {
      ...{ id: examId, clinicId, patientId, service, patientState: row.patientState, modality: row.modality, status: 'COMPLETED' },
      ...{
        intakeId: intake.id,
        examinerId: tryId('practitioner', told.examiner?.id ?? ''),
        examinerCredential: told.examiner?.credential ?? null,
      },
      ...{
        requestedAt: completedAt,
        requestedBy: row.receivedBy,
        startedAt: completedAt,
        identityVerifiedBy: 'OUTSIDE_EXAMINER',
        completedAt,
      },
      ...{ outcome: row.outcome, rationale: row.rationale, services: row.outcome === 'APPROVED' ? [service] : [] },
      answers: row.answers ?? [],
      validUntil: validUntil === null ? null : dateOf(validUntil),
      ...{ ...frozen, outsideExamId: row.id, externalProvenance: row.provenance },
    },
  });
  // createMany, since who matches may not read findings back.
  await tx.finding.createMany({ data: findings.map((finding) => ({ ...finding, examId, clinicId, patientId })) });
  await recordDecision(tx, ctx, { id: examId, clinicId, patientId }, 'COMPLETE', decision);
  await audit(tx, ctx, {
    ...{ action: 'outside-exam.confirmed', tenantId: clinicId, subjectKind: 'outsideExam', subjectId: row.id, patientId },
    detail: { exam: toId('exam', examId), provenance: row.provenance, outcome: row.outcome, digest: frozen.digest, differences },
  });
  await examChanged(tx, ctx, examId);
}
