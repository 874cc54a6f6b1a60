import type { Consent, Finding, GoodFaithExam, Order, Patient, SafetyHold } from '#prisma/generated/prescriptions/client.ts';
import type { ExamSinceFact } from '#rules/facts.ts';
import type { Ctx, Tx } from '../builder.ts';
import { type ControlledRows, readControlled } from '../controlled/controlled-rows.ts';
import { isCurrent } from '../consent/consent-kinds.ts';
import type { ReadWording } from '../difference/difference-facts.ts';
import type { ExamAsDecided } from '../exam/decision/as-decided.ts';
import { othersOf, type ScreeningRows, settledLater } from '../drug-screening/screening-rows.ts';
import { isAwaited } from './change/change-asked.ts';
import { ordersBefore } from './change/orders-before.ts';
import { type PriorOrder, readPrior } from './change/prior-order.ts';
import { type ChartRows, decidedExam, noteChartRows, orderAlone, patientAlone, readChartRows, sinceHeld } from './chart-rows.ts';
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

/** Reads the chart behind an order, as far as the caller may, and has it recorded that they did. */
export async function readChart(ctx: Ctx, order: Order): Promise<Chart> {
  const rows = await readChartRows(ctx.db, order);
  if (rows !== null) noteChartRows(ctx, rows);
  return chartOf(ctx.db, order, rows);
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
  const rows = await readChartRows(tx, seen);
  const order = rows === null ? await tx.order.findFirst({ where: { id: seen.id } }) : orderAlone(rows);
  return order === null ? null : chartOf(tx, order, rows);
}

async function chartOf(db: Tx, order: Order, rows: ChartRows | null): Promise<Chart> {
  const held = rows?.exams.find(({ id }) => id === order.examId) ?? null;
  const own = rows?.orders[0];
  const patient = rows === null ? null : patientAlone(rows);
  const intakes = rows?.intakes ?? [];
  const findings = held?.findings ?? [];
  const before = await ordersBefore(db, order.priorOrderId);
  return {
    order,
    patient,
    exam: held === null ? null : decidedExam(held),
    since: held === null || rows === null ? null : await sinceHeld(db, held, rows),
    finding: await findingOf(db, order, findings),
    consents: (rows?.consents ?? []).filter(({ kind, version }) => isCurrent(kind, version)),
    holds: await holdsOn(db, order),
    screening: {
      intakes,
      settled: await settledLater(db, intakes),
      findings,
      others: patient === null ? null : await othersOf(db, order, patient, before),
      waivers: own?.screeningWaivers ?? [],
    },
    prior: await readPrior(db, order),
    changeAwaited: isAwaited(own?.changeRequests ?? []),
    controlled: await readControlled(db, order, rows?.inPersonEvaluations ?? []),
    wording: own?.wording ?? null,
  };
}

/** The finding an order names: as a rule one of its exam's. Of another exam it is read by itself, so that the gate can say so. */
async function findingOf(db: Tx, { findingId }: Order, findings: readonly Finding[]): Promise<Finding | null> {
  if (findingId === null) return null;
  return findings.find(({ id }) => id === findingId) ?? db.finding.findFirst({ where: { id: findingId } });
}
