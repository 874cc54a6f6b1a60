/** Where a parcel's label says it goes, held against where its order goes. */

import { question } from '#kernel/context.ts';
import { InvalidInput, type InputIssue } from '#kernel/errors.ts';
import { toId, tryId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import { findOwn, type OpenFulfillment } from '../claim/held-order.ts';

const shipToQuestion = question<{ orderShipToFacts: { readonly postalCode: string } | null }, { orderId: string }>(
  'service',
  'query OrderShipTo($orderId: ID!) { orderShipToFacts(orderId: $orderId) { postalCode } }',
);

/** What a label says; left out, it is not asked. */
export interface Label {
  readonly shipToState?: string | null | undefined;
  readonly shipToPostalCode?: string | null | undefined;
}

/** Where the order goes, asked by the service's right and kept nowhere: a technician who ships reads no order. Null where no label is held against it. */
export async function askPostalCode(ctx: Ctx, orderId: string, { shipToPostalCode }: Label): Promise<string | null> {
  const uuid = tryId('order', orderId);
  if (shipToPostalCode == null || uuid === null || (await findOwn(ctx.db, ctx, uuid, 'order:ship')) === null) return null;
  return (await ctx.graph.ask(shipToQuestion, { orderId: toId('order', uuid) }))?.orderShipToFacts?.postalCode ?? null;
}

/** The five digits that say which post office it is. */
const zip = (code: string) => code.slice(0, 5);

/** Throws InvalidInput where the label says another place than the order, or where the order's is not known. */
export function requireSameAddress({ shipToState }: OpenFulfillment, label: Label, postalCode: string | null): void {
  const issues: InputIssue[] = [];
  if (label.shipToState != null && label.shipToState !== shipToState)
    issues.push({ path: 'input.shipToState', message: `The order goes to ${shipToState}, and a parcel of it nowhere else.` });
  if (label.shipToPostalCode != null && postalCode === null)
    issues.push({ path: 'input.shipToPostalCode', message: 'Where the order goes is not known now: try again.' });
  else if (label.shipToPostalCode != null && postalCode !== null && zip(label.shipToPostalCode) !== zip(postalCode))
    issues.push({ path: 'input.shipToPostalCode', message: `The order goes to ${zip(postalCode)}, and a parcel of it nowhere else.` });
  if (issues.length > 0) throw new InvalidInput(issues);
}
