import type { Consent, Finding, GoodFaithExam, Order, Patient, SafetyHold } from '#prisma/generated/prescriptions/client.ts';
import type { ExamSinceFact } from '#rules/facts.ts';
import type { Tx } from '../builder.ts';
import { type ControlledRows, readControlled } from '../controlled/controlled-rows.ts';
import { isCurrent } from '../consent/consent-kinds.ts';
import { type ReadWording, readWording } from '../difference/difference-facts.ts';
import { asDecided, type ExamAsDecided } from '../exam/decision/as-decided.ts';
import { sinceExam } from '../exam/decision/since-exam.ts';
import { readScreeningRows, type ScreeningRows } from '../drug-screening/screening-rows.ts';
import { changeAwaited } from './change/change-asked.ts';
import { type PriorOrder, readPrior } from './change/prior-order.ts';
import { holdsOn } from '../safety/safety-hold.ts';

/** An order with the chart's rows that a decision about it rests on. A row that cannot be read is null, which blocks. */
export interface Chart {
  readonly order: Order;
  readonly patient: Patient | null;
  readonly exam: ExamAsDecided | null;
  /** What has happened since the exam that may end it early. */
  readonly since: ExamSinceFact | null;
  readonly finding: Finding | null;
  /** To current texts, and not taken back. */
  readonly consents: readonly Consent[];
  readonly holds: readonly SafetyHold[];
  /** What the drug is screened with. */
  readonly screening: ScreeningRows;
  /** The order whose place this one takes. */
  readonly prior: PriorOrder | null;
  /** Whether an approved change of it waits for its signature. */
  readonly changeAwaited: boolean;
  /** What a controlled prescription rests on. */
  readonly controlled: ControlledRows;
  /** How its difference is worded; null where none is stated. */
  readonly wording: ReadWording | null;
}

/** As much of a chart as says what the patient agreed to and what is held: a whole one will do. */
export interface ChartRead {
  readonly exam: Pick<GoodFaithExam, 'modality'> | null;
  readonly consents: readonly Pick<Consent, 'kind'>[];
  readonly holds: readonly Pick<SafetyHold, 'reason'>[];
}

/** Reads the chart behind an order, as far as the caller may. */
export async function readChart(db: Tx, order: Order): Promise<Chart> {
  const consents = await db.consent.findMany({ where: { patientId: order.patientId, revokedAt: null }, orderBy: { id: 'asc' } });
  const held = await db.goodFaithExam.findFirst({ where: { id: order.examId } });
  const exam = held === null ? null : await asDecided(db, held);
  const patient = await db.patient.findFirst({ where: { id: order.patientId } });
  return {
    order,
    patient,
    exam,
    since: exam === null ? null : await sinceExam(db, exam),
    finding: order.findingId === null ? null : await db.finding.findFirst({ where: { id: order.findingId } }),
    consents: consents.filter(({ kind, version }) => isCurrent(kind, version)),
    holds: await holdsOn(db, order),
    screening: await readScreeningRows(db, order, patient),
    prior: await readPrior(db, order),
    changeAwaited: await changeAwaited(db, order),
    controlled: await readControlled(db, order),
    wording: await readWording(db, order.id),
  };
}

/**
 * Locks what a decision relies on, always in this order: patient, exam, the order before, order, consents. Until the transaction ends
 * nobody amends the patient, revokes the exam, moves the order or takes a consent back.
 */
export async function lockChart(tx: Tx, seen: Order): Promise<Chart | null> {
  // Two orders of one patient are signed one after the other: the second is held against the first.
  await tx.$queryRawUnsafe(
    'select lock_order_chart($1::uuid, $2::uuid, $3::uuid, $4::uuid)::text',
    seen.patientId,
    seen.examId,
    seen.priorOrderId,
    seen.id,
  );
  const order = await tx.order.findFirst({ where: { id: seen.id } });
  return order === null ? null : readChart(tx, order);
}
