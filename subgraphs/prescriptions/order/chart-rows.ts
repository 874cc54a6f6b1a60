/** The rows of a chart that hang on one patient, read in one statement: one at a time they were most of what signing waited for. */

import type { Order, Patient } from '#prisma/generated/prescriptions/client.ts';
import type { ExamSinceFact } from '#rules/facts.ts';
import type { Ctx, Tx } from '../builder.ts';
import { decidedLater, decidedWith, type ExamAsDecided } from '../exam/decision/as-decided.ts';
import { laterAnswers, openMark, sinceOf, standsAgainst } from '../exam/decision/since-exam.ts';
import { ownEvaluations } from '../controlled/controlled-rows.ts';
import { INTAKES_READ, newestIntakes, waiversInOrder } from '../drug-screening/screening-rows.ts';
import { approvedChanges } from './change/change-asked.ts';

/** Which order's chart. */
export type ChartOf = Pick<Order, 'id' | 'clinicId' | 'patientId' | 'examId' | 'prescriberId'>;

/**
 * The patient with everything of theirs that a decision about an order rests on, as far as the caller may; null where they may not read the
 * patient: whoever may not, may read nothing of the chart. Each list is read under its own table's policy.
 */
export function readChartRows(db: Tx, of: ChartOf) {
  return db.patient.findFirst({
    where: { id: of.patientId },
    include: {
      consents: { where: { revokedAt: null }, orderBy: { id: 'asc' } },
      intakes: newestIntakes,
      inPersonEvaluations: ownEvaluations(of),
      // The order's own, and whatever of the patient's may stand against it.
      exams: {
        where: { OR: [{ id: of.examId }, standsAgainst] },
        orderBy: [{ completedAt: 'desc' }, { id: 'desc' }],
        include: {
          ...decidedLater,
          intake: { select: { submittedAt: true } },
          findings: { orderBy: { position: 'asc' } },
          errorReports: openMark,
        },
      },
      orders: {
        where: { id: of.id },
        include: { wording: { include: { review: true } }, screeningWaivers: waiversInOrder, changeRequests: approvedChanges },
      },
    },
  });
}

/** The rows as they are read. */
export type ChartRows = NonNullable<Awaited<ReturnType<typeof readChartRows>>>;

type ExamRows = ChartRows['exams'][number];

/** The patient's row without what came with it. */
export function patientAlone({ consents, intakes, inPersonEvaluations, exams, orders, ...patient }: ChartRows): Patient {
  return patient;
}

/** The order's row without what came with it; null where the caller may not read it. */
export function orderAlone({ orders: [own] }: ChartRows): Order | null {
  if (own === undefined) return null;
  const { wording, screeningWaivers, changeRequests, ...order } = own;
  return order;
}

/** One of the exams as it counts. */
export function decidedExam({ directorDecision, conditionsMet, intake, findings, errorReports, ...exam }: ExamRows): ExamAsDecided {
  return decidedWith(exam, { directorDecision, conditionsMet });
}

/** What has happened since one of the exams, of the rows that were read with it; null of an exam that is not completed. */
export async function sinceHeld(db: Tx, exam: ExamRows, { intakes, exams }: ChartRows): Promise<ExamSinceFact | null> {
  const { service, completedAt, intakeId, intake } = exam;
  if (completedAt === null) return null;
  const after = intakes.filter(({ submittedAt }) => submittedAt >= intake.submittedAt);
  const newest = after.find((one) => one.service === service && one.id !== intakeId);
  // Were all of them given after the exam's own, there may be more.
  const answers = newest ?? (after.length < INTAKES_READ ? null : await laterAnswers(db, exam, intake));
  const against = exams.filter((one) => one.service === service && one.completedAt !== null && one.completedAt > completedAt);
  return sinceOf({ answers, against: against.map(decidedExam), marked: exam.errorReports[0] ?? null });
}

/** Tells the record of who read what of the rows that came with the patient: those it cannot see by itself. */
export function noteChartRows(ctx: Ctx, { consents, intakes, inPersonEvaluations, exams, orders }: ChartRows): void {
  ctx.seen('consent', consents);
  ctx.seen('intake', intakes);
  ctx.seen('inPersonEvaluation', inPersonEvaluations);
  ctx.seen('goodFaithExam', exams);
  for (const { findings, directorDecision } of exams) {
    ctx.seen('finding', findings);
    ctx.seen('examDirectorDecision', directorDecision);
  }
  for (const { screeningWaivers } of orders) ctx.seen('screeningWaiver', screeningWaivers);
}
