import type { OfficeStockLine, OfficeStockReceipt } from '#prisma/generated/prescriptions/client.ts';
import { question } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { HandOff } from '#kernel/outbox.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Tx } from '../builder.ts';
import { dayText } from '../calendar-day.ts';

/** Under which the outbox keeps that a lot has come to a clinic. */
export const OFFICE_STOCK_TOPIC = 'office-stock';

type Came = Pick<
  OfficeStockReceipt,
  'id' | 'clinicId' | 'pharmacyId' | 'position' | 'lotNumber' | 'beyondUseOn' | 'quantityUnit' | 'receivedAt'
> & {
  readonly quantityValue: string;
};

/** Tells the facility's side that a lot is at a clinic, so that a recall of it reaches the clinic. No patient is in it. */
export function officeStockHandOff(receipt: Came, lines: readonly Pick<OfficeStockLine, 'position' | 'formularyItemId'>[]): HandOff {
  const line = lines.find(({ position }) => position === receipt.position);
  const payload = {
    pharmacyId: toId('pharmacy', receipt.pharmacyId),
    clinicId: toId('clinic', receipt.clinicId),
    formularyItemId: toId('formularyItem', line?.formularyItemId ?? ''),
    lotNumber: receipt.lotNumber,
    beyondUseDate: dayText(receipt.beyondUseOn),
    quantity: { value: receipt.quantityValue, unit: receipt.quantityUnit },
    receivedAt: receipt.receivedAt.toISOString(),
  };
  return { topic: OFFICE_STOCK_TOPIC, key: receipt.id, seq: 1, attempt: 1, payload };
}

const receiveOfficeStockHandOff = question<
  { receiveOfficeStockHandOff: { outcome: string; status: string | null } },
  { input: Record<string, unknown> }
>(
  'service',
  `mutation ReceiveOfficeStockHandOff($input: ReceiveOfficeStockHandOffInput!) {
    receiveOfficeStockHandOff(input: $input) { outcome status }
  }`,
);

/** Delivers it to `pharmacies`. No answer is not delivered: it is tried again. */
export const deliverOfficeStock: Delivery<Tx> = async (service, { key, payload }) => {
  const input = { receiptId: toId('officeStockReceipt', key), ...payload };
  const told = await service.graph.ask(receiveOfficeStockHandOff, { input });
  if (told === null) throw new Error('The pharmacies subgraph did not answer.');
  return async () => told.receiveOfficeStockHandOff;
};
