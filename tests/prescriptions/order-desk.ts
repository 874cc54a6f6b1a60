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

/**
 * Everything a test needs to draft orders at the clinic, found in the invented world. Patient, exam and finding are those of the
 * last draft: a patient who has an order that is not over makes room for another one, as two of them would be duplicate therapy.
 */
export interface Desk {
  readonly prescriber: Asker;
  patientId: string;
  examId: string;
  findingId: string;
  readonly formularyItemId: string;
  readonly protocolId: string;
  /** What the contract's DraftOrder sends, for this patient. */
  readonly input: Data;
  /** Goes on with another patient, with an exam, intake, consents and finding like those before. */
  nextPatient(): Promise<void>;
  draft(changes?: Data): Promise<string>;
  /** Goes on with a draft although the patient has the same of another order. */
  waiveDuplicate(orderId: string): Promise<void>;
  /** Drafted and signed. */
  signed(changes?: Data): Promise<string>;
  /** Drafted, signed and sent. */
  sent(changes?: Data): Promise<string>;
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
    async nextPatient() {
      const next = await anotherLike(graph, {
        patient: fromId('patient', desk.patientId),
        exam: fromId('exam', desk.examId),
        finding: fromId('finding', desk.findingId),
      });
      desk.patientId = toId('patient', next.patient);
      desk.examId = input.examId = toId('exam', next.exam);
      desk.findingId = toId('finding', next.finding);
      input.clinicalDifference = { statement: ownWords(next.patient), findingId: desk.findingId };
    },
    async draft(changes = {}) {
      const before = input.clinicalDifference;
      if (changes['examId'] === undefined && (await isTreated(graph, desk.patientId))) await desk.nextPatient();
      const changed = { ...input, ...changes };
      const difference = changed.clinicalDifference;
      if (difference?.findingId === before.findingId) {
        const statement = difference.statement === before.statement ? input.clinicalDifference.statement : difference.statement;
        changed.clinicalDifference = { ...difference, statement, findingId: desk.findingId };
      }
      return (await prescriber.get(draftOrder, { input: changed })).draftOrder.id;
    },
    async waiveDuplicate(orderId) {
      const reason = 'Both are meant: one is for when the patient travels.';
      await prescriber.get(
        'mutation ($input: WaiveScreeningInput!) { waiveScreening(input: $input) { __typename ... on ScreeningWaiver { id } } }',
        { input: { orderId, kind: 'DUPLICATE_THERAPY', reason } },
      );
    },
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

async function isTreated(graph: TestGraph, patientId: string): Promise<boolean> {
  const live = await graph.sql(
    `select 1 from prescriptions."order" where patient_id = $1 and status in ('SIGNED', 'SENT', 'CANCEL_REQUESTED', 'COMPLETED') limit 1`,
    [fromId('patient', patientId)],
  );
  return live.length > 0;
}

/** A difference in words of the patient's own: one that reads like that of others goes to review. */
function ownWords(patient: string): string {
  const letters = patient.replaceAll('-', '').replaceAll(/[0-9]/g, (digit) => String.fromCharCode(Number(digit) + 110));
  return `Benzyl alcohol is not tolerated: ${letters.replaceAll(/..../g, (word) => `${word} `)}seen, so none may be in it.`;
}

interface Charted {
  readonly patient: string;
  readonly exam: string;
  readonly finding: string;
}

/** Another patient with the same answers, consents, exam and finding, under a name of their own. */
async function anotherLike(graph: TestGraph, { patient, exam, finding }: Charted): Promise<Charted> {
  const next = { patient: randomUUID(), exam: randomUUID(), finding: randomUUID() };
  const copy = (table: string, where: string, id: string, changes: string, values: unknown[]) =>
    graph.sql(
      `insert into prescriptions.${table}
       select (jsonb_populate_record(r, jsonb_build_object('id', ${id}) || ${changes})).* from prescriptions.${table} r where ${where}`,
      values,
    );
  const family = `Other ${next.patient.slice(0, 8)}`;
  await copy('patient', 'r.id = $1', '$2::uuid', `jsonb_build_object('family_name', $3::text, 'search_name', lower($3::text))`, [
    ...[patient, next.patient, family],
  ]);
  const theirs = `jsonb_build_object('patient_id', $2::uuid)`;
  // In the order of those they are copies of: documents list them by id.
  const alike = `overlay(gen_random_uuid()::text placing left(r.id::text, 23) from 1)`;
  await copy('consent', 'r.patient_id = $1', alike, theirs, [patient, next.patient]);
  const intakes = await graph.sql<{ id: string; next: string; at: boolean }>(
    `select i.id, gen_random_uuid() as next, i.id = e.intake_id as at from prescriptions.intake i, prescriptions.good_faith_exam e
     where i.patient_id = $1 and e.id = $2`,
    [patient, exam],
  );
  for (const intake of intakes) await copy('intake', 'r.id = $1', '$3::uuid', theirs, [intake.id, next.patient, intake.next]);
  const intake = intakes.find(({ at }) => at)?.next ?? null;
  await copy('good_faith_exam', 'r.id = $1', '$3::uuid', `${theirs} || coalesce(jsonb_build_object('intake_id', $4::uuid), '{}')`, [
    ...[exam, next.patient, next.exam, intake],
  ]);
  await copy('finding', 'r.id = $1', '$3::uuid', `${theirs} || jsonb_build_object('exam_id', $4::uuid)`, [
    ...[finding, next.patient, next.finding, next.exam],
  ]);
  return next;
}
