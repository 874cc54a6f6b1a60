import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { CLAIM, claim, DISPENSE, type Reply, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { public_, uuid } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const steps = ['claimOrder', 'recordDispense', 'recordShipment'] as const;
type Step = (typeof steps)[number];

const SHIP = `mutation ($input: RecordShipmentInput!) { recordShipment(input: $input) {
  __typename ... on Refusal { code message } ... on RuleBlocked { rules { id outcome } } } }`;
const STANDING = `mutation ($input: RecordPharmacyLicenseStandingInput!) { recordPharmacyLicenseStanding(input: $input) {
  __typename ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;

/** What the state's board says of the licence in the state the orders go to. */
async function board(status: 'ACTIVE' | 'SUSPENDED'): Promise<void> {
  const today = graph.clock.now().toISOString().slice(0, 10);
  const input = {
    ...{ licenseId: toId('pharmacyLicense', uuid(11, 1)), status, effectiveFrom: today, source: 'STATE_BOARD', reference: 'Docket 7' },
  };
  const { data, errors } = await graph.facilityCompliance.ask(STANDING, { input });
  if (data?.recordPharmacyLicenseStanding?.__typename !== 'PharmacyLicenseStanding') throw new Error(JSON.stringify({ data, errors }));
}

const handedOut = (orderId: string, secret: string, n: number) => ({
  ...{ orderId, secret, lotNumber: `S-${n}`, storage: 'REFRIGERATED', quantity: { value: '2.5', unit: 'mL' } },
  ...{ compoundedAt: graph.clock.now().toISOString(), beyondUseDate: later(5) },
});
const later = (days: number) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);

const STOP = `mutation ($input: SuspendPharmacyInput!) { suspendPharmacy(input: $input) {
  __typename ... on Pharmacy { status } ... on Refusal { code message } } }`;

/** What stops the pharmacy, and lets it go on. Another operator reinstates it in the graph; here it is put back by hand. */
const stoppers = {
  'its board': { rounds: 100, from: 0, stop: () => board('SUSPENDED'), resume: () => board('ACTIVE') },
  'an operator of the platform': {
    ...{ rounds: 60, from: 200 },
    stop: async () => {
      const input = { pharmacyId: public_.pharmacy, reason: 'PATIENT_SAFETY', note: 'Round of the test' };
      const { data, errors } = await graph.operator.ask(STOP, { input });
      if (data?.suspendPharmacy?.status !== 'SUSPENDED') throw new Error(JSON.stringify({ data, errors }));
    },
    resume: async () => {
      await graph.sql(`update pharmacy set status = 'ACTIVE' where status = 'SUSPENDED'`);
    },
  },
};

/** An order that has come as far as the step needs, and the step itself. */
async function ready(step: Step, n: number): Promise<{ orderId: string; take: () => Promise<Reply> }> {
  const orderId = await graph.arrived(n);
  if (step === 'claimOrder') return { orderId, take: () => graph.pharmacist.ask(CLAIM, { input: { orderId } }) };
  const secret = await claim(graph, orderId);
  const dispense = () => graph.pharmacist.ask(DISPENSE, { input: handedOut(orderId, secret, n) });
  if (step === 'recordDispense') return { orderId, take: dispense };
  expect((await dispense()).data.recordDispense.__typename).toBe('Dispense');
  const parcel = { orderId, secret, carrier: 'UPS', trackingNumber: '1Z999AA10123456784', coldChain: true };
  return { orderId, take: () => graph.technician.ask(SHIP, { input: parcel }) };
}

const rowsOf: Readonly<Record<Step, string>> = { claimOrder: 'claim', recordDispense: 'dispense', recordShipment: 'shipment' };
const written = async (step: Step, orderId: string): Promise<number> =>
  (await graph.sql(`select 1 from ${rowsOf[step]} where order_id = $1`, [fromId('order', orderId)])).length;

test.each(Object.entries(stoppers))(
  'nothing is claimed, dispensed or shipped after a suspension by %s was acknowledged, whoever is first',
  { timeout: 900_000 },
  async (_by, { rounds, from, stop, resume }) => {
    const seen: Record<string, number> = {};
    const took: Partial<Record<Step, number>> = {};
    for (const [index, step] of steps.entries()) {
      const { take } = await ready(step, from + rounds + index + 1);
      const since = performance.now();
      await take();
      took[step] = performance.now() - since;
    }
    for (let round = 0; round < rounds; round += 1) {
      const step = steps[round % steps.length] ?? 'claimOrder';
      const { orderId, take } = await ready(step, from + round + 1);
      const taking = take();
      // From before its question to after its write, a little later each time.
      const part = (Math.floor(round / steps.length) % 12) / 8;
      await new Promise((resolve) => setTimeout(resolve, part * (took[step] ?? 0)));
      await stop();
      const atSuspension = await written(step, orderId);
      const { data, errors } = await taking;
      expect(errors).toEqual([]);
      const answer = data[step];
      const isDone = answer.__typename !== 'RuleBlocked';
      // What was not written when it was acknowledged is not written any more, and the answer says which it was.
      expect([round, step, answer.code ?? null, atSuspension, await written(step, orderId)]).toEqual(
        isDone ? [round, step, null, 1, 1] : [round, step, 'RULE_BLOCKED', 0, 0],
      );
      if (!isDone) {
        const rules = answer.rules.filter(({ outcome }: { outcome: string }) => outcome !== 'PASS').map(({ id }: { id: string }) => id);
        expect(rules).toContain('licence.pharmacy');
      }
      const kind = `${step} ${isDone ? 'before' : 'after'}`;
      seen[kind] = (seen[kind] ?? 0) + 1;
      await resume();
    }
    // Both ends of the race were seen; which of them how often is the machine's.
    expect(Object.keys(seen).filter((kind) => kind.endsWith('before'))).not.toEqual([]);
    expect(Object.keys(seen).filter((kind) => kind.endsWith('after'))).not.toEqual([]);
  },
);
