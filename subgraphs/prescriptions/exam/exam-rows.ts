import { Conflict, IllegalTransition, InvalidInput, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import type { GoodFaithExam, Intake, Prisma, ScreeningResolution } from '#prisma/generated/prescriptions/client.ts';
import { questionnaireVersion } from '#rules/questionnaire.ts';
import { failed, type RuleResult } from '#rules/results.ts';
import { isService } from '#rules/service-codes.ts';
import type { Ctx, Tx } from '../builder.ts';
import { dayText } from '../calendar-day.ts';
import { consentsInForce } from '../consent/consents-in-force.ts';
import { intakeVisibleTo } from '../intake/intake.ts';
import { laterIntake, replacedBy } from '../intake/newest-intake.ts';
import { flagsOf, settledOf, standsFor } from '../intake/settled.ts';
import type { PatientTold } from './exam-gate.ts';
import { examMoves, type ExamStatus } from './exam-status.ts';

/**
 * How a patient is locked: shared with others who read; by one alone; or by one alone among those who lock, while rows that
 * name the patient are still written by whoever holds an exam or an order and comes to the patient after it.
 */
export type PatientLock = 'share' | 'update' | 'no key update';

/** Keeps a patient's row as it is until the transaction ends. Gates lock in the order patient, exam, order. */
export async function lockPatient(tx: Tx, id: string, how: PatientLock = 'share'): Promise<void> {
  const rows = await tx.$queryRawUnsafe<unknown[]>(`select id::text from patient where id = $1::uuid for ${how}`, id);
  if (rows.length === 0) throw new NotFound();
}

/** Keeps a hold's row to this transaction, so that of two who would use it the second sees the first. Throws IllegalTransition when an exam has it already. */
export async function takeHold(tx: Tx, holdId: string): Promise<void> {
  await tx.$queryRawUnsafe(`select id::text from slot_hold where id = $1::uuid for update`, holdId);
  if ((await tx.goodFaithExam.count({ where: { holdId } })) > 0) throw new IllegalTransition('BOOKED', 'BOOKED');
}

type ExamRight = 'exam:book' | 'exam:conduct' | 'exam:amend' | 'exam:decide';

/** An exam the caller may change by that right, or by one of several, with patient and exam locked. */
export async function lockExam(
  tx: Tx,
  ctx: Pick<Ctx, 'actor'>,
  id: string,
  by: ExamRight | readonly ExamRight[],
  how: PatientLock = 'share',
): Promise<GoodFaithExam> {
  const where = { id, clinicId: { in: [by].flat().flatMap((right) => [...ctx.actor.places(right)]) } };
  const seen = await tx.goodFaithExam.findFirst({ where });
  if (seen === null) throw new NotFound();
  await lockPatient(tx, seen.patientId, how);
  await tx.$queryRawUnsafe(`select id::text from good_faith_exam where id = $1::uuid for update`, id);
  const exam = await tx.goodFaithExam.findFirst({ where });
  if (exam === null) throw new NotFound();
  return exam;
}

/** Moves an exam, if it is still where it was read. Throws IllegalTransition for a move that does not exist. */
export async function moveExam(
  tx: Tx,
  exam: GoodFaithExam,
  to: ExamStatus,
  changes: Prisma.GoodFaithExamUncheckedUpdateInput,
): Promise<GoodFaithExam> {
  requireMove(examMoves, exam.status, to);
  const { count } = await tx.goodFaithExam.updateMany({
    where: { id: exam.id, status: exam.status, holdId: exam.holdId },
    data: { ...changes, status: to },
  });
  if (count === 0) throw new Conflict();
  return tx.goodFaithExam.findUniqueOrThrow({ where: { id: exam.id } });
}

/** An intake on which an exam of that patient for that service can be held. Throws for one of another patient, service or version, and RuleBlocked for one that a later one has replaced or with a blocking answer that no physician overrode. */
export async function requireIntake(tx: Tx, ctx: Pick<Ctx, 'actor'>, id: string, patientId: string, service: string): Promise<Intake> {
  const intake = await tx.intake.findFirst({ where: { id: fromId('intake', id), ...intakeVisibleTo(ctx) } });
  if (intake === null) throw new NotFound();
  const wrong = (message: string) => new InvalidInput([{ path: 'input.intakeId', message }]);
  if (intake.patientId !== patientId) throw wrong('is the intake of another patient');
  if (intake.service !== service) throw wrong(`is an intake for ${intake.service}, not for the service asked for`);
  const later = await laterIntake(tx, intake);
  if (later !== null) throw new RuleBlocked([replacedBy(later)]);
  if (!isService(service) || intake.questionnaireVersion !== questionnaireVersion(service))
    throw wrong('answers an older questionnaire: have the new one answered');
  const blocking = intake.status === 'BLOCKED' ? blockingAnswers(intake, await settledOf(tx, intake.id)) : [];
  if (blocking.length > 0) throw new RuleBlocked(blocking);
  return intake;
}

/** The answers that still stand in the way: blocks that no physician has overridden. */
export function blockingAnswers(intake: Intake, settled: readonly ScreeningResolution[]): RuleResult[] {
  return flagsOf(intake)
    .filter((flag) => flag.severity === 'block' && !settled.some((row) => standsFor(row, flag)))
    .map((flag) =>
      failed(
        `screening.${flag.linkId}`,
        flag.message,
        'This service cannot be given now. If the answer was a mistake, submit the intake again; otherwise a physician may be asked.',
      ),
    );
}

/** What gates are told of a patient: the kinds of consent in force, whose rows stay locked, and the date of birth. */
export async function patientTold(tx: Tx, patientId: string): Promise<PatientTold> {
  const { birthDate } = await tx.patient.findUniqueOrThrow({ where: { id: patientId }, select: { birthDate: true } });
  const given = await consentsInForce(tx, patientId);
  return { consents: given.map((consent) => consent.kind), birthDate: dayText(birthDate) };
}
