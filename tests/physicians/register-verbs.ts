import { toId } from '#kernel/ids.ts';
import { id, stored } from './authority.ts';
import type { Answer, RunningPhysicians } from './running-physicians.ts';

/** Two compliance officers of the entity whose clinic is in Austin, and one of another MSO's. */
const atEntity = { role: 'COMPLIANCE_OFFICER', at: toId('entity', stored.entity) } as const;
const atDenver = { role: 'COMPLIANCE_OFFICER', at: id.denver } as const;

/** Who records. */
export const ada = (graph: RunningPhysicians) => graph.person('usr_ada', atEntity);

/** Who confirms what Ada recorded. */
export const ben = (graph: RunningPhysicians) => graph.person('usr_ben', atEntity);

/** Who has nothing to do with either. */
export const cora = (graph: RunningPhysicians) => graph.person('usr_cora', atDenver);

/** A digest of a paper. */
export const paper = 'c'.repeat(64);

/** Somebody new. */
export const newcomer = {
  ...{ npi: '1450987650', credential: 'MD', givenName: 'Noor', familyName: 'Haddad', specialties: ['Dermatology'], bornOn: '1984-02-29' },
};

/** Input that each verb takes, about the director of the Austin clinic; see `authority.ts`. */
export const good = {
  registerPractitioner: newcomer,
  recordLicense: {
    ...{ practitionerId: id.director, state: 'OH', type: 'PHYSICIAN', number: '35.123456' },
    ...{ issuedOn: '2020-01-15', expiresOn: '2027-10-01' },
  },
  renewLicense: { licenseId: id.license, expiresOn: '2029-05-31' },
  recordDeaRegistration: {
    ...{ practitionerId: id.director, number: 'FD7024615', state: 'OH', schedules: ['III', 'IV', 'V'], expiresOn: '2029-01-31' },
  },
  recordControlledSubstanceRegistration: {
    ...{ practitionerId: id.director, state: 'IL', number: '336.123456', schedules: ['III', 'IV'], expiresOn: '2028-07-31' },
  },
  recordInsurancePolicy: {
    ...{ practitionerId: id.director, kind: 'PROFESSIONAL', basis: 'CLAIMS_MADE', carrier: 'Lone Star Mutual', policyNumber: 'P-1' },
    ...{ perClaimLimit: 1_000_000, aggregateLimit: 3_000_000, coversCompounding: true, certificateSha256: paper },
    ...{ effectiveFrom: '2027-01-01', expiresOn: '2027-12-31', retroactiveOn: '2025-01-01' },
  },
  cancelInsurancePolicy: { policyId: id.policy, cancelledOn: '2026-11-30', reason: 'The premium was not paid.' },
  recordBoardCertification: {
    ...{ practitionerId: id.director, board: 'ABD', specialty: 'Dermatology', certifiedOn: '2018-06-01', expiresOn: '2028-12-31' },
  },
  recordTraining: {
    ...{ practitionerId: id.director, kind: 'BLS', issuer: 'AHA', completedOn: '2025-12-10', expiresOn: '2027-12-10', sha256: paper },
  },
  recordCurriculumVitae: {
    ...{ practitionerId: id.director, sha256: paper },
    entries: [{ role: 'Resident', place: 'Ohio State', from: '2012-07-01', to: '2015-06-30' }],
  },
  recordCredentialCheck: { subjectId: id.dea, source: 'DEA', result: 'CONFIRMED', reference: 'File 12' },
} as const;

/** A verb of the register. */
export type Verb = keyof typeof good;

const shown: Readonly<Record<Verb, string>> = {
  registerPractitioner: '... on Practitioner { id npi credential displayName specialties licenses { id } }',
  recordLicense:
    '... on License { id state type number status numberWarning verifiedAt issuedOn expiresOn standings { status effectiveFrom } practitioner { id } }',
  renewLicense:
    '... on License { id status expiresOn renewals { formerLastDay startsOn expiresOn } standings { status effectiveFrom source } }',
  recordDeaRegistration: '... on DeaRegistration { id number state schedules status expiresOn practitioner { id } }',
  recordControlledSubstanceRegistration: '... on ControlledSubstanceRegistration { id number state schedules status expiresOn }',
  recordInsurancePolicy:
    '... on InsurancePolicy { id kind basis carrier policyNumber status perClaimLimit aggregateLimit coversCompounding effectiveFrom expiresOn retroactiveOn tailUntil certificateSha256 }',
  cancelInsurancePolicy: '... on InsurancePolicy { id status cancelledOn cancellationReason tailUntil }',
  recordBoardCertification: '... on BoardCertification { id board specialty status certifiedOn expiresOn }',
  recordTraining: '... on TrainingRecord { id kind service device issuer completedOn expiresOn status sha256 }',
  recordCurriculumVitae: '... on CurriculumVitae { id sha256 entries { role place from to } recordedAt }',
  recordCredentialCheck: '... on CredentialCheck { id source result reference note subjectId at practitioner { id } }',
};

const duplicates: readonly Verb[] = [
  ...(['registerPractitioner', 'recordLicense', 'recordDeaRegistration', 'recordControlledSubstanceRegistration'] as const),
  ...(['recordInsurancePolicy', 'recordBoardCertification', 'recordTraining'] as const),
];
const shaped: readonly Verb[] = ['recordLicense', 'recordControlledSubstanceRegistration'];

function documentOf(verb: Verb): string {
  const input = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input!`;
  const more = [
    ...(duplicates.includes(verb) ? ['... on AlreadyOnRecord { recordId }'] : []),
    ...(shaped.includes(verb) ? ['... on LicenseNumberShape { state shape }'] : []),
  ];
  return `mutation ($input: ${input}) { ${verb}(input: $input) { __typename
    ... on Refusal { code message } ... on InvalidInput { issues { path } } ... on IllegalTransition { from to }
    ${more.join(' ')} ${shown[verb]} } }`;
}

type Data = Record<string, unknown>;

/** Whoever asks. */
export type Asker = ReturnType<RunningPhysicians['as']>;

/** What a verb answers, refusal or record; a field that was refused comes as its error. */
export async function told(who: Asker, verb: Verb, change: object = {}, idempotencyKey?: string): Promise<Data> {
  const options = idempotencyKey === undefined ? {} : { idempotencyKey };
  const { data, errors }: Answer = await who.ask(documentOf(verb), { input: { ...good[verb], ...change } }, options);
  const answer = data?.[verb] as Data | undefined;
  if (!answer || errors) throw new Error(JSON.stringify(errors));
  return answer;
}

/** The id of what a verb recorded. */
export async function recorded(who: Asker, verb: Verb, change: object = {}): Promise<string> {
  const answer = await told(who, verb, change);
  if (answer['code']) throw new Error(JSON.stringify(answer));
  return answer['id'] as string;
}
