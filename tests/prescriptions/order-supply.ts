import type { Data, TestGraph } from '../support/graph.ts';

const claimOrder = `mutation Claim($input: ClaimOrderInput!) { claimOrder(input: $input) {
  ... on Claim { secret } ... on Refusal { code message } ... on RuleBlocked { rules { id outcome message } } } }`;

/** What a pharmacist sends to record a dispense, with everything that can be refused. */
export const recordDispense = `mutation Dispense($input: RecordDispenseInput!) { recordDispense(input: $input) {
  __typename ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message remedy } } } }`;

/** What a pharmacist sends to record a shipment. */
export const recordShipment = `mutation Ship($input: RecordShipmentInput!) { recordShipment(input: $input) {
  __typename ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message remedy } } } }`;

/** The persona pharmacist claims an order; answers the claim's secret. */
export async function claimed(graph: TestGraph, orderId: string): Promise<string> {
  const answer = (await (await graph.as('pharmacist')).get(claimOrder, { input: { orderId } })).claimOrder;
  if (answer.secret === undefined) throw new Error(`Not claimed: ${JSON.stringify(answer)}`);
  return answer.secret;
}

/** What is handed out on an order, made today and good for five days. */
export function dispenseInput(graph: TestGraph, orderId: string, secret: string, lotNumber: string): object {
  const now = graph.clock.now();
  return {
    ...{ orderId, secret, lotNumber, storage: 'REFRIGERATED', quantity: { value: '2.5', unit: 'mL' } },
    ...{ compoundedAt: now.toISOString(), beyondUseDate: new Date(now.getTime() + 5 * 86_400_000).toISOString().slice(0, 10) },
  };
}

/** Claimed and dispensed; answers the claim's secret. */
export async function dispensed(graph: TestGraph, orderId: string, lotNumber: string): Promise<string> {
  const secret = await claimed(graph, orderId);
  const pharmacist = await graph.as('pharmacist');
  must('Dispense', (await pharmacist.get(recordDispense, { input: dispenseInput(graph, orderId, secret, lotNumber) })).recordDispense);
  return secret;
}

/** Claimed, dispensed and shipped: the order is completed. */
export async function shipped(graph: TestGraph, orderId: string, lotNumber: string): Promise<void> {
  const secret = await dispensed(graph, orderId, lotNumber);
  const input = { orderId, secret, carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true };
  must('Shipment', (await (await graph.as('pharmacist')).get(recordShipment, { input })).recordShipment);
}

function must(what: string, answer: Data): void {
  if (answer['__typename'] !== what) throw new Error(`No ${what}: ${JSON.stringify(answer)}`);
}
