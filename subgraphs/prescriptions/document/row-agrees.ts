import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import type { AddressShape } from '#kernel/shared-types.ts';
import { dosingOfOrder } from '../dose/drafted-dosing.ts';
import { canonicalText } from './canonical.ts';
import { frozenAddress } from './freeze-order.ts';
import type { OrderDocument } from './order-document.ts';

/**
 * Whether the row says what its signed document says, wherever both say it: lists, gates and amendments read the row. What goes on after the
 * signature (status, sendings, fills) is the row's alone. Throws on what is no address.
 */
export function rowAgrees(order: Order, document: OrderDocument): boolean {
  return (
    canonicalText(rowSays(order)) === canonicalText(documentSays(document)) &&
    (document.schema === 'gf-order/1' || canonicalText(dosingSaid(order)) === canonicalText(dosingSigned(document)))
  );
}

function rowSays(order: Order) {
  const { findingId, differenceStatement } = order;
  return {
    id: toId('order', order.id),
    service: order.service,
    draftedAt: order.draftedAt.toISOString(),
    signedAt: order.signedAt?.toISOString() ?? null,
    patient: toId('patient', order.patientId),
    prescriber: toId('practitioner', order.prescriberId),
    clinic: toId('clinic', order.clinicId),
    pharmacy: toId('pharmacy', order.pharmacyId),
    exam: toId('exam', order.examId),
    protocol: toId('protocolVersion', order.protocolId),
    item: toId('formularyItem', order.formularyItemId),
    sig: order.sig,
    quantity: { value: order.quantityValue, unit: order.quantityUnit },
    daysSupply: order.daysSupply,
    refills: order.refills,
    diagnosis: order.diagnosis,
    difference:
      findingId === null || differenceStatement === null ? null : { statement: differenceStatement, finding: toId('finding', findingId) },
    shipTo: frozenAddress(order.shipTo as unknown as AddressShape),
    shipToState: order.shipToState,
  };
}

function documentSays({
  order,
  patient,
  prescriber,
  clinic,
  pharmacy,
  exam,
  protocol,
  drug,
  ...rest
}: OrderDocument): ReturnType<typeof rowSays> {
  const difference = rest.clinicalDifference;
  return {
    ...order,
    ...{ patient: patient.id, prescriber: prescriber.id, clinic: clinic.id, pharmacy: pharmacy.id, exam: exam.id, protocol: protocol.id },
    item: drug.formularyItemId,
    ...{ sig: drug.sig, quantity: drug.quantity, daysSupply: drug.daysSupply, refills: drug.refills },
    diagnosis: rest.diagnosis.map(({ code }) => code),
    difference: difference && { statement: difference.statement, finding: difference.finding.id },
    ...{ shipTo: rest.shipTo, shipToState: rest.shipTo.state },
  };
}

const dosingSaid = (order: Order) => ({ ...dosingOfOrder(order), excludedExcipients: order.excludedExcipients });

function dosingSigned({ drug }: OrderDocument): ReturnType<typeof dosingSaid> {
  const { sig, dosage, sigGenerated, sigOverrideReason } = drug;
  return { sig, dosage, sigGenerated, sigOverrideReason, excludedExcipients: [...drug.excludedExcipients] };
}
