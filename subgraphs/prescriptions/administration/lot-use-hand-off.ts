/** What was used of a lot in a clinic, told to the side of its maker: a recall counts it. No patient is in it. */

import { question } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { HandOff } from '#kernel/outbox.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import { type Amount, inUnit, plain } from '#rules/dose-units.ts';
import type { Tx } from '../builder.ts';
import type { Source } from './given-from.ts';

/** Under which the outbox keeps what was used of lots. */
export const LOT_USE_TOPIC = 'lot-use';

/** A record of a use: of what, how much and when. */
export interface LotUse {
  readonly id: string;
  readonly kind: 'GIVEN' | 'WASTED';
  readonly amount: Amount;
  readonly at: Date;
}

/** Tells how much of a lot was given or thrown away, in the unit it came in. */
export function lotUseHandOff({ clinicId, columns, lotNumber, maker, facts }: Source, { id, kind, amount, at }: LotUse): HandOff {
  const unit = facts.received?.unit ?? amount.unit;
  const value = inUnit(amount, unit);
  const { receiptId, parcelId } = columns;
  const payload = {
    ...{ useId: toId(kind === 'GIVEN' ? 'administration' : 'wastage', id), kind, clinicId: toId('clinic', clinicId), lotNumber },
    ...(receiptId === null ? {} : { receiptId: toId('officeStockReceipt', receiptId) }),
    ...(maker === null ? {} : { pharmacyId: toId('pharmacy', maker) }),
    ...(parcelId === null ? {} : { shipmentId: toId('shipment', parcelId) }),
    ...{ quantity: value === null ? amount : { value: plain(value), unit }, at: at.toISOString() },
  };
  return { topic: LOT_USE_TOPIC, key: id, seq: 1, attempt: 1, payload };
}

const receiveLotUseHandOff = question<
  { receiveLotUseHandOff: { outcome: string; status: string | null } },
  { input: Record<string, unknown> }
>(
  'service',
  `mutation ReceiveLotUseHandOff($input: ReceiveLotUseHandOffInput!) {
    receiveLotUseHandOff(input: $input) { outcome status }
  }`,
);

/** Delivers it to `pharmacies`. No answer is not delivered: it is tried again. */
export const deliverLotUse: Delivery<Tx> = async (service, { payload }) => {
  const told = await service.graph.ask(receiveLotUseHandOff, { input: payload });
  if (told === null) throw new Error('The pharmacies subgraph did not answer.');
  return async () => told.receiveLotUseHandOff;
};
