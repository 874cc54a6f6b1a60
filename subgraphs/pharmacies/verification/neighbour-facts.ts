import { question } from '#kernel/context.ts';
import type { Attestation } from '#rules/attestation.ts';
import type { ToldExclusion } from '#rules/exclusion.ts';
import type { LicenceFact } from '#rules/facts.ts';
import type { LicenceHistory } from '#rules/licence-history.ts';
import type { DocumentKey } from './signed-document.ts';

/** An order as `prescriptions` shows it to the pharmacist. */
export interface OrderAnswer {
  readonly id: string;
  readonly status: string;
  /** The last day on which it may be filled, YYYY-MM-DD; left out where it was not asked. */
  readonly lastFillOn?: string | null;
  readonly signature: { readonly jws: string; readonly keyIds: readonly string[]; readonly documentDigest: string } | null;
  readonly safetyHolds: readonly { readonly id: string; readonly reason: string }[];
}

/** An order's status and the reasons of its holds, as `prescriptions` knows them. */
export interface OrderStandingAnswer {
  readonly status: string;
  readonly holds: readonly string[];
  /** The last day on which it may be filled, YYYY-MM-DD. */
  readonly lastDay?: string | null;
  readonly controlled?: boolean | null;
}

/** A practitioner's licences today, as `physicians` knows them. */
export interface PrescriberAnswer {
  readonly id: string;
  readonly credential: string;
  /** `type` says which credential is practised under a licence. */
  readonly licenses: readonly (LicenceFact & { readonly type: string })[];
  readonly exclusion?: ToldExclusion | null;
}

/** Whoever held the exam, with everything recorded of their licences, as `physicians` knows it today. */
export interface ExaminerAnswer {
  readonly id: string;
  readonly credential: string;
  readonly licenses: readonly (LicenceHistory & { readonly state: string; readonly type: string })[];
}

/** A protocol version today, as `physicians` knows it. */
export interface ProtocolAnswer {
  readonly id: string;
  readonly clinicIds: readonly string[];
  readonly service: string;
  readonly status: string;
  readonly effectiveFrom: string | null;
  readonly expiresOn: string | null;
  readonly digest: string;
}

/** What a clinic's professional entity has attested, as `clinics` knows it. */
export interface ClinicAnswer {
  readonly id: string;
  readonly entityName: string;
  readonly attestations: readonly Attestation[];
}

const orderFields = 'id status lastFillOn signature { jws keyIds documentDigest } safetyHolds { id reason }';

/** Several orders, asked by the pharmacist's own right as one is. */
export const ordersQuestion = question<{ ordersById: readonly OrderAnswer[] }, { ids: readonly string[] }>(
  'user',
  `query OrdersAtPharmacy($ids: [ID!]!) { ordersById(ids: $ids) { ${orderFields} } }`,
);

/** Asked by the pharmacist's own right: it names a patient. */
export const orderQuestion = question<{ order: OrderAnswer | null }, { id: string }>(
  'user',
  `query OrderAtPharmacy($id: ID!) { order(id: $id) { ${orderFields} } }`,
);

/** Where an order stands and what is held, asked by the service's right before anything leaves: a technician who ships may not read orders. */
export const standingQuestion = question<{ orderStandingFacts: OrderStandingAnswer | null }, { orderId: string }>(
  'service',
  'query OrderStanding($orderId: ID!) { orderStandingFacts(orderId: $orderId) { status holds lastDay controlled } }',
);

/** Public keys, good and revoked. */
export const keysQuestion = question<{ documentKeys: readonly DocumentKey[] }, Record<string, never>>(
  'service',
  'query DocumentKeys { documentKeys { kid purpose sub publicJwk validFrom validUntil invalidSince } }',
);

/** The public list of documents that count no more, as it is signed. */
export const statusListQuestion = question<{ orderStatusList: string }, Record<string, never>>(
  'service',
  'query EndedOrders { orderStatusList }',
);

const nowFields = 'id credential licenses { id state number type status expiresOn verifiedAt } exclusion { status since }';

/** Several prescribers as of now. */
export const prescribersQuestion = question<{ practitionersFacts: readonly PrescriberAnswer[] }, { ids: readonly string[] }>(
  'service',
  `query PrescribersNow($ids: [ID!]!) { practitionersFacts(ids: $ids) { ${nowFields} } }`,
);

/** The prescriber as of now. */
export const prescriberQuestion = question<{ practitionerFacts: PrescriberAnswer | null }, { id: string }>(
  'service',
  `query PrescriberNow($id: ID!) { practitionerFacts(id: $id) { ${nowFields} } }`,
);

const history =
  'state type expiresOn standings { status effectiveFrom effectiveTo recordedAt } renewals { formerLastDay startsOn expiresOn recordedAt }';

/** Several examiners, each with that history. */
export const examinersQuestion = question<{ practitionersFacts: readonly ExaminerAnswer[] }, { ids: readonly string[] }>(
  'service',
  `query ExaminersThen($ids: [ID!]!) { practitionersFacts(ids: $ids) { id credential licenses { ${history} } } }`,
);

/** The examiner's licences with their history: a board may take one back for days that are past. */
export const examinerQuestion = question<{ practitionerFacts: ExaminerAnswer | null }, { id: string }>(
  'service',
  `query ExaminerThen($id: ID!) {
    practitionerFacts(id: $id) { id credential licenses { ${history} } }
  }`,
);

/** The protocol as of now. */
export const protocolQuestion = question<{ protocolFacts: ProtocolAnswer | null }, { id: string }>(
  'service',
  'query ProtocolNow($id: ID!) { protocolFacts(id: $id) { id clinicIds service status effectiveFrom expiresOn digest } }',
);

/** What the clinic's entity attested: state rules and conditional substances hang on it. Who gave it and why is no pharmacy's business. */
export const attestationsQuestion = question<{ clinicFacts: readonly ClinicAnswer[] }, { ids: readonly string[] }>(
  'service',
  `query ClinicAttestations($ids: [ID!]!) {
    clinicFacts(ids: $ids) { id entityName attestations { ruleId jurisdiction value attestedAt expiresOn revokedAt packVersion } }
  }`,
);
