import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import type { Asker, Data, TestGraph } from '../support/graph.ts';
import { payloadIn, violations } from './document-violations.ts';

/** The clinic whose front desk and prescriber are personas: in Texas, of the first MSO. */
export const austin = personas['front-desk']?.grants[0]?.at ?? '';

/** A preparation that needs a clinical difference, made by the persona pharmacist's pharmacy. */
const PREPARATION = 'Semaglutide 2.5 mg/mL, preservative-free';

/** Everything a test needs to draft orders at the clinic, found in the invented world. */
export interface Desk {
  readonly prescriber: Asker;
  readonly patientId: string;
  readonly examId: string;
  readonly findingId: string;
  readonly formularyItemId: string;
  readonly protocolId: string;
  /** What the contract's DraftOrder sends, for this patient. */
  readonly input: Data;
  draft(changes?: object): Promise<string>;
  /** Drafted and signed. */
  signed(changes?: object): Promise<string>;
  /** Drafted, signed and sent. */
  sent(changes?: object): Promise<string>;
}

export const draftOrder = `mutation DraftOrder($input: DraftOrderInput!) { draftOrder(input: $input) {
  __typename ... on Order { id status } ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;

export const signOrder = `mutation SignOrder($input: SignOrderInput!) { signOrder(input: $input) {
  __typename ... on Order { id status signedAt signature { jws keyIds documentDigest } } ... on Refusal { code message }
  ... on RuleBlocked { rules { id outcome message citation remedy } } ... on IllegalTransition { from to } } }`;

export const sendOrder = `mutation SendOrder($input: SendOrderInput!) { sendOrder(input: $input) {
  __typename ... on Order { id status pharmacy { id name } } ... on Refusal { code message }
  ... on RuleBlocked { rules { id outcome message citation remedy } } ... on IllegalTransition { from to } } }`;

export const cancelOrder = `mutation CancelOrder($input: CancelOrderInput!) { cancelOrder(input: $input) {
  __typename ... on Order { id status } ... on Refusal { code message } ... on IllegalTransition { from to } } }`;

/**
 * An approved weight-loss exam of the clinic's own patient, with columns changed as a test needs, and a finding to rest a
 * difference on. A copy of one from the world's past, so that each desk has an exam of its own.
 */
export async function orderDesk(
  graph: TestGraph,
  changes: object = {},
  told = 'Reports hives after an injection preserved with benzyl alcohol',
): Promise<Desk> {
  const [exam] = await graph.sql<{ id: string; clinic_id: string; patient_id: string }>(
    `insert into prescriptions.good_faith_exam
     select (jsonb_populate_record(e, jsonb_build_object('id', $2::uuid) || $3::jsonb)).* from prescriptions.good_faith_exam e
     where e.clinic_id = $1 and e.status = 'COMPLETED' and e.outcome = 'APPROVED' and 'weight-loss' = any (e.services) and e.valid_until > now()
     order by e.id limit 1 returning id, clinic_id, patient_id`,
    [fromId('clinic', austin), randomUUID(), JSON.stringify(changes)],
  );
  if (!exam) throw new Error('The invented world has no such exam.');
  const finding = randomUUID();
  await graph.sql(
    `insert into prescriptions.finding (id, clinic_id, patient_id, exam_id, position, text)
     select $1, $2, $3, $4, coalesce(max(position), 0) + 1, $5 from prescriptions.finding where exam_id = $4`,
    [finding, exam.clinic_id, exam.patient_id, exam.id, told],
  );
  const prescriber = await graph.as('prescriber', { stepUp: true });
  const found = await prescriber.get(
    `query Choose($clinicId: ID!) {
      formulary(clinicId: $clinicId, shipTo: TX, search: "semaglutide", first: 20) { nodes { id name } }
      activeProtocols(clinicId: $clinicId, service: "weight-loss") { nodes { id } } }`,
    { clinicId: austin },
  );
  const formularyItemId: string = found.formulary.nodes.find((item: { name: string }) => item.name === PREPARATION).id;
  const protocolId: string = found.activeProtocols.nodes[0].id;
  const input = {
    examId: toId('exam', exam.id),
    formularyItemId,
    protocolId,
    service: 'weight-loss',
    sig: 'Inject 0.25 mg subcutaneously once a week',
    quantity: { value: '2.5', unit: 'mL' },
    daysSupply: 28,
    refills: 1,
    diagnosis: ['E66.9'],
    clinicalDifference: {
      statement:
        "Documented reaction to benzyl alcohol; the commercial product's preservative is not tolerated, so a preservative-free preparation is needed.",
      findingId: toId('finding', finding),
    },
    shipTo: { line1: '1200 Barton Springs Rd', city: 'Austin', state: 'TX', postalCode: '78704' },
  };
  const desk: Desk = {
    prescriber,
    patientId: toId('patient', exam.patient_id),
    examId: input.examId,
    findingId: toId('finding', finding),
    formularyItemId,
    protocolId,
    input,
    draft: async (changes = {}) => (await prescriber.get(draftOrder, { input: { ...input, ...changes } })).draftOrder.id,
    async signed(changes) {
      const orderId = await desk.draft(changes);
      const { signature } = (await prescriber.get(signOrder, { input: { orderId } })).signOrder;
      // Whatever a test has signed is as the published schema says.
      expect(violations(payloadIn(signature.jws))).toEqual([]);
      return orderId;
    },
    async sent(changes) {
      const orderId = await desk.signed(changes);
      await prescriber.get(sendOrder, { input: { orderId } });
      return orderId;
    },
  };
  return desk;
}
