import { createHmac } from 'node:crypto';
import { fromId } from '#kernel/ids.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { type ExamReport, type ReportAnswer, takeReports } from '../../gateway/exam-reports.ts';
import type { Asker, Data, TestGraph } from '../support/graph.ts';
import { examinerId } from './exam-story.ts';

/** Where the vendor of the stories has our fields in its reports. */
export const mapping = {
  fields: {
    ...{ externalId: 'encounter.id', givenName: 'person.first', familyName: 'person.last', birthDate: 'person.born' },
    ...{ email: 'person.mail', phone: 'person.phone', service: 'encounter.treatment', patientState: 'encounter.state' },
    ...{ outcome: 'encounter.result', completedAt: 'encounter.signedAt', validUntil: 'encounter.goodUntil' },
    ...{ examinerNpi: 'clinician.npi', rationale: 'encounter.assessment' },
  },
  constants: { modality: 'SYNC_VIDEO' },
  values: { outcome: { cleared: 'APPROVED', refused: 'DECLINED' }, service: { 'GLP-1': 'weight-loss' } },
  findings: ['encounter.findings'],
  answers: {
    'glp1-weight-loss.gl-bmi': 'vitals.bmi',
    'glp1-weight-loss.gl-comorbid': 'checks.indicated',
    'glp1-weight-loss.gl-approved': 'checks.approvedProductConsidered',
  },
};

const refusal = '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to }';

export const registerExamVendor = `mutation ($input: RegisterExamVendorInput!) { registerExamVendor(input: $input) {
  __typename ... on ExamVendorSecret { secret path vendor { id name status provenance services } } ${refusal} } }`;

const row = `id status source provenance externalId givenName familyName birthDate service outcome completedAt validUntil
  vendor { id name } patient { id } exam { id } proposedMatches { score reasons patient { id } }`;

export const confirmOutsideMatch = `mutation ($input: ConfirmOutsideMatchInput!) { confirmOutsideMatch(input: $input) {
  __typename ... on OutsideExam { id status patient { id } exam { id status outcome provenance validUntil examiner { id } } } ${refusal}
  ... on RuleBlocked { rules { id outcome remedy } } ... on OutsideMatchDiffers { differences } } }`;

export const rejectOutsideMatch = `mutation ($input: RejectOutsideMatchInput!) { rejectOutsideMatch(input: $input) {
  __typename ... on OutsideExam { id status rejectReason } ${refusal} } }`;

export const recordOutsideExam = `mutation ($input: RecordOutsideExamInput!) { recordOutsideExam(input: $input) {
  __typename ... on OutsideExam { id status source provenance } ${refusal} } }`;

export const attestOutsideExam = `mutation ($input: AttestOutsideExamInput!) { attestOutsideExam(input: $input) {
  __typename ... on OutsideExam { id attestation { documentDigest statement attestedByName attestedBy { id } } } ${refusal} } }`;

const attestRule = `mutation ($input: AttestRuleInput!) { attestRule(input: $input) { __typename ... on Attestation { id } ${refusal} } }`;

/** The entity's officer says whether exams held elsewhere are relied upon in Texas. */
export async function relies(graph: TestGraph, key: 'outsideVerified' | 'outsideAttested', value: string): Promise<void> {
  const officer = await graph.as('compliance', { stepUp: true });
  const expiresOn = new Date(graph.clock.now().getTime() + 300 * 86_400_000).toISOString().slice(0, 10);
  const note = 'Read with counsel: our entity decided so for Texas.';
  await officer.get(attestRule, { input: { entityId: placeTypeId('entity-a1'), ruleId: `TX.gfe.${key}`, value, note, expiresOn } });
}

/** A registered vendor that reports for a clinic. */
export interface Vendor {
  readonly id: string;
  readonly secret: string;
  /** Sends a report as its program would; headers and body may be spoilt. */
  send(report: object, changes?: Partial<ExamReport>): Promise<ReportAnswer>;
}

/** Signs a message as the Standard Webhooks say. */
export function signed(secret: string, { messageId, timestamp, body }: Pick<ExamReport, 'messageId' | 'timestamp' | 'body'>): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${messageId}.${timestamp}.${body}`).digest('base64')}`;
}

/** Has the clinic's compliance officer register a vendor. */
export async function vendorAt(graph: TestGraph, clinicId: string, changes: object = {}): Promise<Vendor> {
  const officer = await graph.as('compliance', { stepUp: true });
  const input = { clinicId, name: 'Clear Path Exams', services: ['weight-loss'], provenance: 'EXTERNAL_VERIFIED', mapping, ...changes };
  const { registerExamVendor: made } = await officer.get(registerExamVendor, { input });
  return vendorWith(graph, made.vendor.id, made.secret);
}

/** A vendor whose secret is known. */
export function vendorWith(graph: TestGraph, id: string, secret: string): Vendor {
  const take = takeReports(graph.running.prescriptions, graph.secrets.prescriptions);
  let sent = 0;
  return {
    id,
    secret,
    send(report, changes = {}) {
      sent += 1;
      // A vendor's program has its own clock, whatever a sandbox's says.
      const timestamp = String(Math.floor(Date.now() / 1000));
      const message = { vendorId: id, messageId: `msg_${id}_${sent}`, timestamp, body: JSON.stringify(report), ...changes };
      return take({ signature: signed(secret, message), ...message });
    },
  };
}

/** The examiner's identifier, as a vendor knows it. */
export async function examinerNpi(graph: TestGraph): Promise<string> {
  const [found] = await graph.sql<{ npi: string }>('select npi from physicians.practitioner where id = $1', [
    fromId('practitioner', examinerId),
  ]);
  return found?.npi ?? '';
}

/** A report in the vendor's own words; parts of it can be said otherwise. */
export async function reportOf(
  graph: TestGraph,
  id: string,
  changes: { person?: object; encounter?: object; clinician?: object; vitals?: object } = {},
) {
  return {
    person: { first: 'Ana', last: 'Whitfield', born: '1988-04-17', ...changes.person },
    encounter: {
      ...{ id, treatment: 'GLP-1', state: 'TX', result: 'cleared', signedAt: daysAgo(graph, 3) },
      ...{ assessment: 'No contraindication in history or on video; counselled.', findings: ['Hives after benzyl alcohol'] },
      ...changes.encounter,
    },
    clinician: { npi: await examinerNpi(graph), ...changes.clinician },
    vitals: { bmi: 33.1, ...changes.vitals },
    checks: { indicated: true, approvedProductConsidered: true },
  };
}

/** A moment so many days before now. */
export function daysAgo(graph: TestGraph, days: number): string {
  return new Date(graph.clock.now().getTime() - days * 86_400_000).toISOString();
}

/** What was reported to a clinic, newest first. */
export async function outsideExams(who: Asker, clinicId: string, status?: string): Promise<Data[]> {
  const document = `query ($clinicId: ID!, $status: [OutsideExamStatus!]) { outsideExams(clinicId: $clinicId, status: $status, first: 50) { nodes { ${row} } } }`;
  return (await who.get(document, { clinicId, ...(status ? { status: [status] } : {}) })).outsideExams.nodes;
}
