/** What the chart's own rows say of a controlled prescription, and what the gate is told of it. */

import type { InPersonEvaluation, Order, PdmpCheck, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import type { ControlledFacts, SigningAccess } from '#rules/controlled-facts.ts';
import { everControlled } from '#rules/controlled-schedule.ts';
import type { Tx } from '../builder.ts';
import type { DrugSnapshot } from '../document/order-document.ts';
import type { Neighbours } from '../order/signing-facts.ts';
import { accessOf, lastStep } from './access.ts';

/** The rows behind a controlled prescription. */
export interface ControlledRows {
  /** The prescriber's own evaluations of the patient in person, as they recorded them, the latest first; of any order, since some states ask for one before a first prescription. */
  readonly evaluations: readonly InPersonEvaluation[];
  /** With the queries of the patient's state's program, the latest first. Null for a formula without anything that was ever controlled. */
  readonly prescription: { readonly pdmpChecks: readonly PdmpCheck[]; readonly access: SigningAccess } | null;
}

/** Of a patient's evaluations the prescriber's latest. */
export function ownEvaluations({ clinicId, prescriberId }: Pick<Order, 'clinicId' | 'prescriberId'>) {
  return {
    // In their own word: what somebody else recorded of the prescriber is a note, and carries no prescription of theirs.
    where: { clinicId, evaluatorId: prescriberId, recordedBy: toId('practitioner', prescriberId), withdrawal: { is: null } },
    orderBy: [{ evaluatedOn: 'desc' }, { id: 'desc' }],
    take: 1,
  } satisfies Prisma.InPersonEvaluationFindManyArgs;
}

/** Reads what else there is, as far as the caller may. */
export async function readControlled(db: Tx, order: Order, evaluations: readonly InPersonEvaluation[]): Promise<ControlledRows> {
  const { id: orderId, clinicId, prescriberId } = order;
  const { ingredients } = order.drug as unknown as DrugSnapshot;
  if (!everControlled(ingredients)) return { evaluations, prescription: null };
  // Of the state whose program is to be asked: one of another state is no answer to it, however new.
  const pdmpChecks = await db.pdmpCheck.findMany({
    where: { orderId, state: order.shipToState },
    orderBy: [{ checkedAt: 'desc' }, { id: 'desc' }],
    take: 20,
  });
  return { evaluations, prescription: { pdmpChecks, access: accessOf(await lastStep(db, { clinicId, practitionerId: prescriberId })) } };
}

/** Of a chart, as much as this reads. */
interface ChartRows {
  readonly order: Order;
  readonly exam: { readonly examinerId: string | null } | null;
  readonly controlled: ControlledRows;
}

/** The day of the prescriber's latest evaluation in person; `'none'` without one. */
export function inPersonOn({ controlled }: Pick<ChartRows, 'controlled'>): string {
  return controlled.evaluations[0]?.evaluatedOn.toISOString().slice(0, 10) ?? 'none';
}

/** What the gate is told; null where nothing of the formula was ever controlled, and nothing is asked. */
export function controlledFacts({ order, exam, controlled }: ChartRows, told: Neighbours): ControlledFacts | null {
  if (controlled.prescription === null) return null;
  const { pdmpChecks, access } = controlled.prescription;
  return {
    pharmacyState: told.item?.pharmacy.homeState,
    prescriberState: told.clinic?.address.state,
    refills: order.refills,
    daysSupply: order.daysSupply,
    examByPrescriber: exam === null ? null : exam.examinerId === order.prescriberId,
    pdmpChecks: pdmpChecks.map((check) => ({
      id: toId('pdmpCheck', check.id),
      state: check.state,
      checkedAt: check.checkedAt.toISOString(),
      outcome: check.outcome,
      patientMatch: check.patientMatch,
      decision: check.decision,
      // The prescriber's words stay with the record: that there are some is what the rule asks.
      outage: check.outageReason === null ? 'none' : 'RECORDED',
    })),
    access,
  };
}
