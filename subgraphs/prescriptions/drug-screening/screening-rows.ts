import type {
  Finding,
  Intake,
  Order,
  OrderEvent,
  Patient,
  Prisma,
  ScreeningResolution,
  ScreeningWaiver,
} from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../builder.ts';
import { ordersBefore } from '../order/change/orders-before.ts';

/** Another order of the patient, as far as screening asks. */
export type OtherOrder = Pick<
  Order,
  'id' | 'patientId' | 'status' | 'statusSince' | 'daysSupply' | 'drug' | 'lastFillOn' | 'fill' | 'refills'
> & {
  /** When its last fill was complete, if any: the newest of its timeline. */
  readonly events: readonly Pick<OrderEvent, 'at'>[];
};

/** The rows that an order's drug is screened with. Null is not readable. */
export interface ScreeningRows {
  /** Of the patient, whatever the service, the newest first. */
  readonly intakes: readonly Intake[];
  /** What was settled of those intakes. */
  readonly settled: readonly ScreeningResolution[];
  readonly findings: readonly Finding[];
  /** Null where the patient's record could not be read. */
  readonly others: readonly OtherOrder[] | null;
  readonly waivers: readonly ScreeningWaiver[];
}

/** How many of a patient's intakes are read. */
export const INTAKES_READ = 20;
const OTHERS_READ = 100;
const YEAR_MS = 365 * 86_400_000;

/** Of a patient's intakes the newest. */
export const newestIntakes = {
  orderBy: [{ submittedAt: 'desc' }, { id: 'desc' }],
  take: INTAKES_READ,
} satisfies Prisma.IntakeFindManyArgs;

/** Of an order's waivers all, in their order. */
export const waiversInOrder = { orderBy: { id: 'asc' } } satisfies Prisma.ScreeningWaiverFindManyArgs;

/** Reads them, as far as the caller may. Orders of other records of the clinic with the same name and birth date are among them. */
export async function readScreeningRows(db: Tx, order: Order, patient: Patient | null): Promise<ScreeningRows> {
  const { id: orderId, patientId, examId } = order;
  const intakes = await db.intake.findMany({ ...newestIntakes, where: { patientId } });
  return {
    intakes,
    settled: await settledLater(db, intakes),
    findings: await db.finding.findMany({ where: { examId }, orderBy: { position: 'asc' } }),
    others: patient === null ? null : await othersOf(db, order, patient, await ordersBefore(db, order.priorOrderId)),
    waivers: await db.screeningWaiver.findMany({ ...waiversInOrder, where: { orderId } }),
  };
}

/** What was settled of them. An intake without an open flag has nothing to settle. */
export async function settledLater(db: Tx, intakes: readonly Intake[]): Promise<ScreeningResolution[]> {
  const open = intakes.filter(({ status }) => status !== 'CLEARED').map(({ id }) => id);
  return open.length === 0 ? [] : db.screeningResolution.findMany({ where: { intakeId: { in: open } }, orderBy: { id: 'asc' } });
}

/** The other orders. One that amends or renews another is the same therapy, and not another beside it; nor is what that one had followed (`before`). */
export function othersOf(db: Tx, order: Order, { searchName, birthDate }: Patient, before: readonly string[]): Promise<OtherOrder[]> {
  const since = new Date(order.draftedAt.getTime() - YEAR_MS);
  return db.order.findMany({
    where: {
      id: { notIn: [order.id, ...before] },
      // A prescriber of two clinics takes nothing of one into a document of the other.
      clinicId: order.clinicId,
      OR: [{ patientId: order.patientId }, { patient: { is: { birthDate, searchName } } }],
      // What is over may have supply left.
      status: { in: ['SIGNED', 'SENT', 'CANCEL_REQUESTED', 'COMPLETED', 'EXPIRED'] },
      signedAt: { gte: since },
    },
    select: {
      ...{
        id: true,
        patientId: true,
        status: true,
        statusSince: true,
        daysSupply: true,
        drug: true,
        lastFillOn: true,
        fill: true,
        refills: true,
      },
      events: { where: { status: 'COMPLETED' }, select: { at: true }, orderBy: { position: 'desc' }, take: 1 },
    },
    orderBy: [{ statusSince: 'desc' }, { id: 'desc' }],
    take: OTHERS_READ,
  });
}
