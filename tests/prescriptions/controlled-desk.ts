import { fromId } from '#kernel/ids.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import type { Asker, Data, TestGraph } from '../support/graph.ts';
import { lookUpLicences } from './exam-story.ts';
import { austin, type Desk, orderDesk } from './order-desk.ts';

/** The id of the prescriber whose controlled prescriptions these are. */
export const signer = personas['prescriber']?.sub ?? '';

export const propose = `mutation ($input: ProposeControlledSigningInput!) { proposeControlledSigning(input: $input) {
  __typename ... on ControlledAccessStep { status position takenByName } ... on Refusal { code message } ... on RuleBlocked { rules { id outcome } }
  ... on IllegalTransition { from to } ... on InvalidInput { issues { path message } } } }`;

export const grant = `mutation ($input: GrantControlledSigningInput!) { grantControlledSigning(input: $input) {
  __typename ... on ControlledAccessStep { status position takenByName } ... on Refusal { code message } ... on RuleBlocked { rules { id outcome } }
  ... on IllegalTransition { from to } } }`;

export const revoke = `mutation ($input: RevokeControlledSigningInput!) { revokeControlledSigning(input: $input) {
  __typename ... on ControlledAccessStep { status position reason } ... on Refusal { code message } ... on IllegalTransition { from to } } }`;

export const recordCheck = `mutation ($input: RecordPdmpCheckInput!) { recordPdmpCheck(input: $input) {
  __typename ... on PdmpCheck { id state outcome decision outageReason } ... on Refusal { code message }
  ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to } } }`;

export const recordEvaluation = `mutation ($input: RecordInPersonEvaluationInput!) { recordInPersonEvaluation(input: $input) {
  __typename ... on InPersonEvaluation { id evaluatedOn state place withdrawnReason } ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;

export const withdrawEvaluation = `mutation ($input: WithdrawInPersonEvaluationInput!) { withdrawInPersonEvaluation(input: $input) {
  __typename ... on InPersonEvaluation { id withdrawnReason } ... on Refusal { code message } ... on IllegalTransition { from to } } }`;

export const signControlled = `mutation ($input: SignControlledOrderInput!) { signControlledOrder(input: $input) {
  __typename ... on Order { id status signedAt signature { jws documentDigest } } ... on Refusal { code message }
  ... on RuleBlocked { rules { id outcome message citation remedy } } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to } } }`;

const attest = `mutation ($input: AttestRuleInput!) { attestRule(input: $input) { __typename ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;

/** A clinic's desk for controlled prescriptions: an exam by live video for hormone therapy, a testosterone preparation, and what the state leaves open attested. */
export interface ControlledDesk extends Desk {
  readonly testosterone: Data;
  /** The prescriber, with a second factor proved so long ago. */
  prover(secondsAgo: number, amr?: readonly string[]): Promise<Asker>;
  draftTestosterone(changes?: object): Promise<string>;
  /** A query of the Texan program an hour ago, changed as a test needs. */
  checkInput(orderId: string, changes?: object): Data;
  review(orderId: string): Promise<Data | null>;
  /** Access proposed by the compliance officer and granted by the director. */
  grantAccess(): Promise<void>;
  /** Licences and exclusion lists looked up at the moment the clock shows. */
  lookUpLicences(): Promise<void>;
}

/** Sets the desk up. */
export async function controlledDesk(graph: TestGraph): Promise<ControlledDesk> {
  const desk = await orderDesk(
    graph,
    { services: ['weight-loss', 'hormone-therapy'], modality: 'SYNC_VIDEO' },
    'Reports hives after an injection in cottonseed oil',
  );
  const { formulary, activeProtocols } = await desk.prescriber.get(
    `query ($clinicId: ID!) { formulary(clinicId: $clinicId, shipTo: TX, search: "testosterone", first: 20) { nodes { id name } }
      activeProtocols(clinicId: $clinicId, service: "hormone-therapy") { nodes { id } } }`,
    { clinicId: austin },
  );
  const first = desk.patientId;
  const testosterone = {
    formularyItemId: formulary.nodes[0].id,
    ...(activeProtocols.nodes[0] ? { protocolId: activeProtocols.nodes[0].id, service: 'hormone-therapy' } : {}),
    sig: 'Inject 100 mg intramuscularly once a week',
    quantity: { value: '2', unit: 'mL' },
    daysSupply: 28,
    refills: 1,
    diagnosis: ['E29.1'],
    clinicalDifference: {
      statement: 'Reacts to the cottonseed oil of the commercial product with hives, so that a preparation in grapeseed oil is needed.',
      findingId: desk.findingId,
    },
  };
  // What the patient is allergic to is another rule's business.
  await graph.sql("update prescriptions.patient set allergies = '{}' where id = $1", [patientUuid(desk)]);
  const officer = await graph.as('compliance', { stepUp: true });
  for (const input of [
    { ruleId: 'TX.csr.required', value: false, note: 'Texas ended its registration.' },
    { ruleId: 'TX.prescribing.controlledTelehealth', note: 'Read as it is today: not for chronic pain.' },
  ])
    await officer.get(attest, { input: { entityId: placeTypeId('entity-a1'), expiresOn: '2027-06-30', ...input } });
  // The desk itself, whose patient is another one after each order.
  return Object.assign(desk, {
    testosterone,
    prover: (provedSecondsAgo: number, amr?: readonly string[]) =>
      graph.as('prescriber', { stepUp: true, provedSecondsAgo, ...(amr && { amr }) }),
    draftTestosterone(changes: object = {}) {
      const { clinicalDifference } = desk.input;
      return desk.draft({ ...testosterone, ...(desk.patientId === first ? {} : { clinicalDifference }), ...changes });
    },
    checkInput: (orderId: string, changes: object = {}) => ({
      ...{ orderId, state: 'TX', checkedAt: new Date(graph.clock.now().getTime() - 3_600_000).toISOString(), outcome: 'REVIEWED' },
      ...{ patientMatch: 'EXACT', resultReference: 'AWARXE-1138', decision: 'PRESCRIBE', ...changes },
    }),
    review: async (orderId: string) =>
      (
        await desk.prescriber.get(
          `query ($id: ID!) { order(id: $id) { epcsReview { digest dateOfIssue patientName patientAddress { state } drugName strengths dosageForm
            quantity { value unit } sig daysSupply refills schedule prescriberName prescriberNpi prescriberAddress { city } deaNumber statement } } }`,
          { id: orderId },
        )
      ).order.epcsReview,
    async grantAccess() {
      const about = { clinicId: austin, practitionerId: signer };
      await officer.get(propose, { input: { ...about, authorityVerified: true } });
      await (await graph.as('director', { stepUp: true })).get(grant, { input: about });
    },
    async lookUpLicences() {
      await lookUpLicences(graph);
      await graph.sql('update pharmacies.pharmacy_license set verified_at = $1', [graph.clock.now().toISOString()]);
    },
  });
}

/** Rules that stand in the way of signing now. */
export async function openRules(desk: Desk, orderId: string): Promise<string[]> {
  const { order } = await desk.prescriber.get('query ($id: ID!) { order(id: $id) { eligibility { rules { id outcome } } } }', {
    id: orderId,
  });
  return order.eligibility.rules.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id, outcome }: Data) => `${id} ${outcome}`);
}

/** The stored id of the desk's patient. */
export const patientUuid = (desk: Desk): string => fromId('patient', desk.patientId);
