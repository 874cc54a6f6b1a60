import { readEnv } from '#kernel/env.ts';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { TransmissionFacts } from '#rules/controlled-facts.ts';
import { drugOf } from '../order/order-content.ts';
import type { Neighbours } from '../order/signing-facts.ts';

/** What sending is told of an order that may be controlled: what was signed, and under what this deployment transmits. */
export function transmissionFacts(order: Order, told: Neighbours): TransmissionFacts {
  return {
    ingredients: drugOf(order).ingredients.map(({ name, unii }) => ({ name, unii })),
    pharmacyState: told.item?.pharmacy.homeState,
    prescriberState: told.clinic?.address.state,
    certified: readEnv().epcsCertified ?? 'none',
  };
}
