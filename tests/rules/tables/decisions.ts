/** What the rows of the tables mean: each decision in plain words, with the facts it stands for. */

import type { Attestation } from '#rules/attestation.ts';
import type { Kind } from '#rules/definitions.ts';
import type { Credential, GateFacts, Modality, PharmacyLicenceFact, PractitionerFact } from '#rules/facts.ts';
import { attestableFields } from '#rules/fields-asked.ts';
import { library } from '#rules/packs.ts';
import type { Subject } from '#rules/rule.ts';
import {
  attested,
  booking,
  clinicService,
  delegation,
  director,
  type FactsOf,
  licence,
  nurse,
  physician,
  routing,
  signing,
} from '../given.ts';

/** What the professional entity has put its name to, as a column of the tables says it. */
export const attestedWords = ['nothing', 'everything'] as const;

/** One of them. */
export type AttestedWord = (typeof attestedWords)[number];

/** The attestations behind the word, for one state and the rules of the United States. */
export function attestationsOf(word: AttestedWord, state: string): Attestation[] {
  return word === 'nothing'
    ? []
    : [...everythingOf(state), ...confirmed('US', ['substances', 'delegation']), ...confirmed(state, ['delegation'])];
}

// Every doubtful rule confirmed, every condition said to hold, every open question answered as openly as it can be.
function everythingOf(state: string): Attestation[] {
  return attestableFields(state).flatMap(({ ruleId, needs, kind }) => {
    if (needs === 'nothing') return [];
    return [attested(ruleId, needs === 'value' && kind !== null ? mostOpen(kind) : null)];
  });
}

function confirmed(where: string, subjects: readonly Subject[]): Attestation[] {
  return library.latest.rules
    .filter(({ jurisdiction, subject }) => jurisdiction === where && subjects.includes(subject))
    .map(({ id }) => attested(id));
}

function mostOpen(kind: Kind): unknown {
  switch (kind.kind) {
    case 'one-of':
      return kind.values[0];
    case 'boolean':
      return kind.stricter !== true;
    case 'months':
      return kind.most;
    case 'credentials':
      return ['MD', 'DO', 'NP', 'PA'];
    case 'ratio':
      return { NP: 6, PA: 6 };
    default:
      return 'none that was found';
  }
}

/** A decision as a row names it, and the facts it stands for in a state. Attestations are another column's. */
export type Decisions = Readonly<Record<string, (state: string) => GateFacts>>;

const assistant = (state: string): PractitionerFact => ({ ...nurse(state), credential: 'PA' });

const book = (modality: Modality, examiner: (state: string) => PractitionerFact) => (state: string) => ({
  ...booking(state),
  modality,
  examiner: examiner(state),
});

/** An exam for weight loss, at a clinic that examines in every way; licence and agreement are in order. */
export const bookings: Decisions = {
  'by live video, a physician': book('SYNC_VIDEO', physician),
  'by telephone, a physician': book('SYNC_AUDIO', physician),
  'in person, a physician': book('IN_PERSON', physician),
  'by store-and-forward, a physician': book('ASYNC', physician),
  'by questionnaire, a physician': book('QUESTIONNAIRE_ONLY', physician),
  'by live video, a nurse practitioner': book('SYNC_VIDEO', nurse),
  'by live video, a physician assistant': book('SYNC_VIDEO', assistant),
  'in person, a nurse practitioner': book('IN_PERSON', nurse),
  'in person, a physician assistant': book('IN_PERSON', assistant),
};

const sign =
  (change: Partial<FactsOf<'order-signing'>>, modality: Modality = 'SYNC_VIDEO') =>
  (state: string) => {
    const facts = signing(state);
    const service = change.service ?? facts.service ?? '';
    return {
      ...facts,
      modality,
      exam: facts.exam ? { ...facts.exam, modality, services: [service] } : null,
      protocol: facts.protocol ? { ...facts.protocol, service } : null,
      prescriber: physician(state),
      ...change,
    };
  };

const testosterone = { service: 'hormone-therapy', ingredients: [{ name: 'Testosterone cypionate', unii: 'M0XW1UBI14' }] };

const withDea = (change: Partial<FactsOf<'order-signing'>>, modality?: Modality) => (state: string) => ({
  ...sign({ ...testosterone, ...change }, modality)(state),
  prescriber: {
    ...physician(state),
    deaRegistrations: [{ state, status: 'ACTIVE', expiresOn: '2028-01-01', schedules: ['II', 'III', 'IV', 'V'] }],
  },
});

/** An order on an approved exam of yesterday, protocol and consents in order. The first is for compounded semaglutide. */
export const signings: Decisions = {
  'semaglutide after live video, a physician': sign({}),
  'semaglutide after live video, a nurse practitioner': (state) => ({ ...sign({})(state), prescriber: nurse(state) }),
  'semaglutide after live video, a physician assistant': (state) => ({ ...sign({})(state), prescriber: assistant(state) }),
  'semaglutide after a telephone call': sign({}, 'SYNC_AUDIO'),
  'semaglutide after an exam in person': sign({}, 'IN_PERSON'),
  'BPC-157 after an exam in person': sign(
    { service: 'peptide-therapy', ingredients: [{ name: 'BPC-157', unii: '8ED8NXK95P' }] },
    'IN_PERSON',
  ),
  'testosterone after live video': withDea({}),
  'testosterone after an exam in person': withDea({}, 'IN_PERSON'),
};

const licences = (state: string, kinds: readonly NonNullable<PharmacyLicenceFact['kind']>[]) =>
  kinds.map((kind) => ({ ...licence(state), kind }));

const route =
  (kinds: readonly NonNullable<PharmacyLicenceFact['kind']>[], change: Partial<FactsOf<'order-routing'>>) => (state: string) => ({
    ...routing(state),
    homeState: state === 'AZ' ? 'NV' : 'AZ',
    licences: licences(state, kinds),
    ...change,
  });

/** An order for one patient, unless said otherwise, shipped into the state. */
export const routings: Decisions = {
  'sterile, a pharmacy of the state': (state) => route(['PHARMACY'], { homeState: state })(state),
  'not sterile, a licensed pharmacy of another state': route(['NON_RESIDENT'], { sterile: false }),
  'sterile, a pharmacy of another state with licence and permit': route(['NON_RESIDENT', 'STERILE'], {}),
  'sterile, a pharmacy of another state without the permit': route(['NON_RESIDENT'], {}),
  'office stock, a pharmacy of the state': (state) => route(['PHARMACY'], { homeState: state, patientSpecific: false })(state),
  'office stock, an outsourcing facility of another state': route(['OUTSOURCING', 'STERILE'], {
    facilityClass: 'OUTSOURCING_503B',
    patientSpecific: false,
  }),
};

/** A clinic offers weight loss; director, insurance and protocol are in order unless said otherwise. */
export const clinicServices: Decisions = {
  'by live video only': (state) => ({ ...clinicService(state), modalities: ['SYNC_VIDEO'] }),
  'in person only': (state) => ({ ...clinicService(state), modalities: ['IN_PERSON'] }),
  'by live video, without a medical director': (state) => ({ ...clinicService(state), modalities: ['SYNC_VIDEO'], directors: [] }),
  'by live video, a director licensed elsewhere': (state) => ({
    ...clinicService(state),
    modalities: ['SYNC_VIDEO'],
    directors: [director(state === 'TX' ? 'CA' : 'TX')],
  }),
};

const delegate = (service: string, credential: Credential) => (state: string) => {
  const facts = delegation(state);
  return { ...facts, service, delegate: { ...nurse(state), credential }, supervised: { ...facts.supervised, NP: 0, PA: 0 } };
};

/** A physician of the state delegates to somebody licensed there, and supervises nobody else. */
export const delegations: Decisions = {
  'weight-loss injection to a nurse practitioner': delegate('weight-loss', 'NP'),
  'weight-loss injection to a physician assistant': delegate('weight-loss', 'PA'),
  'weight-loss injection to a registered nurse': delegate('weight-loss', 'RN'),
  'botulinum toxin to a registered nurse': delegate('botulinum-toxin', 'RN'),
  'microneedling to a registered nurse': delegate('microneedling', 'RN'),
  'IV therapy to a registered nurse': delegate('iv-therapy', 'RN'),
  'laser to a physician assistant': delegate('laser-ipl', 'PA'),
};
