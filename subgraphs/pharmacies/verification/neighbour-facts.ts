import { question } from '#kernel/context.ts';
import { tryId } from '#kernel/ids.ts';
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

const keyFields = 'kid purpose sub publicJwk validFrom validUntil invalidSince';

/** Whose keys documents of these prescribers may be signed with, as `documentKeys` names them. A text may call anything a prescriber's id: what is none has no key. */
export const signersOf = (...prescribers: readonly string[]): string[] => [
  ...new Set(['goodfaith', ...prescribers.filter((id) => tryId('practitioner', id) !== null)]),
];

/** Public keys, good and revoked, of those who are named. */
interface KeysAnswer {
  readonly documentKeys: readonly DocumentKey[];
}

/** Several orders with the keys of those who may have signed them, asked by the pharmacist's own right as one is. */
export const signedOrdersQuestion = question<
  { ordersById: readonly OrderAnswer[] } & KeysAnswer,
  { ids: readonly string[]; signers: readonly string[] }
>(
  'user',
  `query SignedOrdersAtPharmacy($ids: [ID!]!, $signers: [String!]) {
    ordersById(ids: $ids) { ${orderFields} }
    documentKeys(of: $signers) { ${keyFields} }
  }`,
);

/** An order with the keys of those who may have signed it. Asked by the pharmacist's own right: it names a patient. */
export const signedOrderQuestion = question<{ order: OrderAnswer | null } & KeysAnswer, { id: string; signers: readonly string[] }>(
  'user',
  `query SignedOrderAtPharmacy($id: ID!, $signers: [String!]) {
    order(id: $id) { ${orderFields} }
    documentKeys(of: $signers) { ${keyFields} }
  }`,
);

/** The order alone, by the same right. */
export const orderQuestion = question<{ order: OrderAnswer | null }, { id: string }>(
  'user',
  `query OrderAtPharmacy($id: ID!) { order(id: $id) { ${orderFields} } }`,
);

/** Where an order stands and what is held, asked by the service's right before anything leaves: a technician who ships may not read orders. */
export const standingQuestion = question<{ orderStandingFacts: OrderStandingAnswer | null }, { orderId: string }>(
  'service',
  'query OrderStanding($orderId: ID!) { orderStandingFacts(orderId: $orderId) { status holds lastDay controlled } }',
);

/** Those keys without an order, for a text that was sent to nobody here. */
export const keysQuestion = question<KeysAnswer, { signers: readonly string[] }>(
  'service',
  `query DocumentKeys($signers: [String!]) { documentKeys(of: $signers) { ${keyFields} } }`,
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

const protocolFields = 'id clinicIds service status effectiveFrom expiresOn digest';

/**
 * Whom and what a document names: the examiner's licences with their history, since a board may take one back for days that are past, and
 * the protocol as of now.
 */
export const namedQuestion = question<
  { practitionerFacts: ExaminerAnswer | null; protocolFacts: ProtocolAnswer | null },
  { examinerId: string; protocolId: string }
>(
  'service',
  `query NamedByDocument($examinerId: ID!, $protocolId: ID!) {
    practitionerFacts(id: $examinerId) { id credential licenses { ${history} } }
    protocolFacts(id: $protocolId) { ${protocolFields} }
  }`,
);

/** A protocol as of now. */
export const protocolQuestion = question<{ protocolFacts: ProtocolAnswer | null }, { id: string }>(
  'service',
  `query ProtocolNow($id: ID!) { protocolFacts(id: $id) { ${protocolFields} } }`,
);

/** What the clinic's entity attested: state rules and conditional substances hang on it. Who gave it and why is no pharmacy's business. */
export const attestationsQuestion = question<{ clinicFacts: readonly ClinicAnswer[] }, { ids: readonly string[] }>(
  'service',
  `query ClinicAttestations($ids: [ID!]!) {
    clinicFacts(ids: $ids) { id entityName attestations { ruleId jurisdiction value attestedAt expiresOn revokedAt packVersion } }
  }`,
);
