/** Facts that pass every gate in Texas, California and Florida, for tests to spoil one at a time. */

import type { Attestation } from '#rules/attestation.ts';
import type {
  ClinicServiceFacts,
  DirectorFact,
  DispensingFacts,
  ExamBookingFacts,
  ExamCompletionFacts,
  LicenceFact,
  OrderRoutingFacts,
  OrderSigningFacts,
  PractitionerFact,
} from '#rules/facts.ts';
import { attestableFields } from '#rules/fields-asked.ts';

export const now = '2026-11-22T15:00:00Z';

/** One attestation, standing on the day of the tests. */
export function attested(ruleId: string, value: unknown = null, changes: Partial<Attestation> = {}): Attestation {
  const jurisdiction = ruleId.split('.')[0] ?? '';
  return {
    ruleId,
    jurisdiction,
    value,
    note: 'Read and found to hold',
    attestedBy: 'compliance',
    attestedAt: '2026-11-22T08:00:00Z',
    expiresOn: '2027-11-21',
    revokedAt: null,
    ...changes,
  };
}

/** What a compliance officer attests so that live video is possible in a state: everything the gates ask, twelve months' validity. */
export function attestedIn(state: string): Attestation[] {
  return attestableFields(state)
    .filter(({ needs, onlyFor }) => needs !== 'nothing' && (onlyFor === null || onlyFor === 'SYNC_VIDEO'))
    .map(({ ruleId, needs }) => attested(ruleId, needs === 'value' && ruleId.endsWith('gfe.validityMonths') ? 12 : null));
}

/** A licence that is good on the day of the tests. */
export function licence(state: string, changes: Partial<LicenceFact> = {}): LicenceFact {
  return { state, number: 'X1', status: 'ACTIVE', expiresOn: '2027-06-30', verifiedAt: '2026-11-20T00:00:00Z', ...changes };
}

/** A physician licensed in a state. */
export function physician(state: string): PractitionerFact {
  return { id: 'phy_1', credential: 'MD', licences: [licence(state)] };
}

/** A nurse practitioner with a licence and an agreement in a state. */
export function nurse(state: string): PractitionerFact {
  return {
    id: 'phy_2',
    credential: 'NP',
    licences: [licence(state)],
    agreements: [{ state, status: 'ACTIVE', startsOn: '2025-01-01', endsOn: '2027-01-01', physicianLicences: [licence(state)] }],
  };
}

/** A video exam about to be booked. */
export function booking(state = 'TX'): ExamBookingFacts {
  return {
    patientState: state,
    modality: 'SYNC_VIDEO',
    service: 'weight-loss',
    startsAt: '2026-12-01T15:00:00Z',
    examiner: nurse(state),
    attestations: attestedIn(state),
    entityName: 'Lone Star Clinicians PLLC',
  };
}

/** A video exam about to be approved. */
export function completion(state = 'TX'): ExamCompletionFacts {
  return {
    ...booking(state),
    startsAt: now,
    outcome: 'APPROVED',
    screening: { flags: [], unanswered: [], unansweredBlocking: [], issues: [] },
    rationale: 'No contraindication found.',
    identityVerified: true,
    consents: ['TREATMENT', 'TELEHEALTH'],
  };
}

/** An order for compounded semaglutide about to be signed. */
export function signing(state = 'TX'): OrderSigningFacts {
  return {
    attestations: [...attestedIn(state), attested('US.substance.53AXN4NNHX.503A')],
    entityName: 'Lone Star Clinicians PLLC',
    patientId: 'pat_1',
    patientState: state,
    service: 'weight-loss',
    exam: {
      id: 'exm_1',
      patientId: 'pat_1',
      status: 'COMPLETED',
      outcome: 'APPROVED',
      services: ['weight-loss'],
      modality: 'SYNC_VIDEO',
      patientState: state,
      completedAt: '2026-11-21T15:00:00Z',
      validUntil: '2027-11-21',
      revoked: false,
      examinerCredential: 'NP',
    },
    prescriber: physician(state),
    protocol: { id: 'prt_1', status: 'ACTIVE', service: 'weight-loss', effectiveFrom: '2026-01-01', effectiveUntil: '2026-12-31' },
    ingredients: [{ name: 'Semaglutide', unii: '53AXN4NNHX' }],
    facilityClass: 'PHARMACY_503A',
    essentiallyACopy: true,
    clinicalDifference: {
      statement: 'Documented reaction to benzyl alcohol; a preservative-free preparation is needed.',
      findingId: 'fnd_1',
      findingOnExam: true,
    },
    inPersonEvaluationOn: 'none',
  };
}

/** A sterile preparation shipped from Arizona into a state. */
export function routing(state = 'TX'): OrderRoutingFacts {
  return {
    attestations: attestedIn(state),
    entityName: 'Lone Star Clinicians PLLC',
    shipToState: state,
    facilityClass: 'PHARMACY_503A',
    homeState: 'AZ',
    licences: [
      { ...licence(state), kind: 'NON_RESIDENT' },
      { ...licence(state), kind: 'STERILE' },
    ],
    sterile: true,
    patientSpecific: true,
  };
}

/** A medical director in good standing. */
export function director(state = 'TX'): DirectorFact {
  return {
    ...physician(state),
    engagementStatus: 'ACTIVE',
    engagementStartsOn: '2025-01-01',
    engagementEndsOn: '2027-12-31',
    insuredUntil: '2027-03-31',
  };
}

/** A clinic that offers weight loss by video and in person. */
export function clinicService(state = 'TX'): ClinicServiceFacts {
  return {
    attestations: attestedIn(state),
    entityName: 'Lone Star Clinicians PLLC',
    state,
    service: 'weight-loss',
    offered: true,
    modalities: ['SYNC_VIDEO', 'IN_PERSON'],
    directors: [director(state)],
    protocols: [{ id: 'prt_1', status: 'ACTIVE', service: 'weight-loss', effectiveFrom: '2026-01-01', effectiveUntil: '2026-12-31' }],
    facilityLicences: [],
  };
}

/** The dispense of the contract's example: ten days in the refrigerator. */
export function dispensing(): DispensingFacts {
  return {
    preparationKind: '797-C2-ASEP-ST-NONE',
    storage: 'REFRIGERATED',
    compoundedAt: '2026-12-02T15:00:00Z',
    beyondUseDate: '2026-12-12',
    formulaDays: 10,
    formulaStorage: 'REFRIGERATED',
    timeZone: 'America/Chicago',
  };
}
