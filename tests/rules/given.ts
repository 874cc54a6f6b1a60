/** Facts that pass every gate in Texas, California and Florida, for tests to spoil one at a time. */

import type { Attestation } from '#rules/attestation.ts';
import type { DirectorFact } from '#rules/clinic-facts.ts';
import type { FactsByGate, Gate, LicenceFact, PractitionerFact } from '#rules/facts.ts';
import { attestableFields } from '#rules/fields-asked.ts';
import { library } from '#rules/packs.ts';

/** The facts of one gate, with its name. */
export type FactsOf<G extends Gate> = { readonly gate: G } & FactsByGate[G];

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
    packVersion: library.latest.version,
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
export function booking(state = 'TX'): FactsOf<'exam-booking'> {
  return {
    gate: 'exam-booking',
    clinicServices: [{ code: 'weight-loss', modalities: ['IN_PERSON', 'SYNC_VIDEO', 'SYNC_AUDIO', 'ASYNC', 'QUESTIONNAIRE_ONLY'] }],
    patientState: state,
    modality: 'SYNC_VIDEO',
    service: 'weight-loss',
    startsAt: '2026-12-01T15:00:00Z',
    examiner: nurse(state),
    attestations: attestedIn(state),
    entityName: 'Lone Star Clinicians PLLC',
  };
}

/** A video exam about to start. */
export function starting(state = 'TX'): FactsOf<'exam-start'> {
  return { ...booking(state), gate: 'exam-start', startsAt: now, consents: ['TREATMENT', 'TELEHEALTH'] };
}

/** A video exam about to be approved. */
export function completion(state = 'TX'): FactsOf<'exam-completion'> {
  return {
    ...starting(state),
    gate: 'exam-completion',
    outcome: 'APPROVED',
    screening: { flags: [], unanswered: [], unansweredBlocking: [], issues: [] },
    rationale: 'No contraindication found.',
    identityVerified: true,
  };
}

/** A hit for review that a nurse practitioner is about to resolve. */
export function resolving(state = 'TX'): FactsOf<'screening-resolution'> {
  return {
    ...{ gate: 'screening-resolution', kind: 'RESOLUTION', linkId: 'glp1-weight-loss.gl-pancreas', severity: 'physician-review' },
    ...{ patientState: state, resolver: nurse(state), protocolSays: 'REVIEW', performerId: 'patient' },
    ...{ attestations: attestedIn(state), entityName: 'Lone Star Clinicians PLLC' },
  };
}

/** A block that a physician is about to override. */
export function overriding(state = 'TX'): FactsOf<'screening-resolution'> {
  return { ...resolving(state), kind: 'OVERRIDE', linkId: 'glp1-weight-loss.gl-mtc', severity: 'block', resolver: physician(state) };
}

/** An order for compounded semaglutide about to be signed. */
export function signing(state = 'TX'): FactsOf<'order-signing'> {
  return {
    gate: 'order-signing',
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
      examinerLicenceThen: 'ACTIVE',
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
    modality: 'SYNC_VIDEO',
    consents: ['TREATMENT', 'TELEHEALTH'],
    safetyHolds: [],
    addressState: state,
    formulary: 'OFFERED',
  };
}

/** A sterile preparation shipped from Arizona into a state. */
export function routing(state = 'TX'): FactsOf<'order-routing'> {
  return {
    gate: 'order-routing',
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

/** A signed order about to go to its pharmacy. */
export function sending(state = 'TX'): FactsOf<'order-sending'> {
  return {
    ...routing(state),
    gate: 'order-sending',
    prescriber: physician(state),
    protocol: { id: 'prt_1', status: 'ACTIVE', service: 'weight-loss', effectiveFrom: '2026-01-01', effectiveUntil: '2026-12-31' },
    modality: 'SYNC_VIDEO',
    consents: ['TREATMENT', 'TELEHEALTH'],
    safetyHolds: [],
    examRevoked: false,
    examinerLicenceThen: 'ACTIVE',
    pharmacyStatus: 'ACTIVE',
  };
}

/** An order about to be taken on by its pharmacy, verified. */
export function claiming(state = 'TX'): FactsOf<'order-claiming'> {
  const check = (code: string, detail: string) => ({ code, outcome: 'PASS' as const, detail, citation: null, remedy: null });
  return {
    ...routing(state),
    gate: 'order-claiming',
    checks: [check('signature', 'The signature is good'), check('digest', 'The document is unchanged')],
  };
}

/** A dispensed order about to leave its pharmacy. */
export function shipping(state = 'TX'): FactsOf<'order-shipping'> {
  return { ...routing(state), gate: 'order-shipping', lot: { number: 'L-1', status: 'RELEASED' } };
}

/** Ingredients about to be compounded for a patient. */
export function substances(state = 'TX'): FactsOf<'substances'> {
  const { attestations, entityName, ingredients, facilityClass, essentiallyACopy, clinicalDifference } = signing(state);
  return { gate: 'substances', attestations, entityName, ingredients, facilityClass, essentiallyACopy, clinicalDifference };
}

/** A weight-loss injection by a nurse practitioner, planned under a physician with room for one more. */
export function delegation(state = 'TX'): FactsOf<'delegation'> {
  const ratio = attestableFields(state).find(({ ruleId }) => ruleId === `${state}.md.ratio`)?.packValue;
  return {
    gate: 'delegation',
    attestations: [...attestedIn(state), attested(`US.delegation.weight-loss.NP`)],
    entityName: 'Lone Star Clinicians PLLC',
    state,
    service: 'weight-loss',
    delegate: nurse(state),
    delegator: physician(state),
    supervised: Object.fromEntries(Object.keys(ratio ?? {}).map((heading) => [heading, 0])),
  };
}

/** Botulinum toxin by a nurse practitioner, to whom an engaged physician has delegated it under a protocol. */
export function performing(state = 'TX'): FactsOf<'may-perform'> {
  const { attestations, entityName } = delegation(state);
  const { insuredUntil: _notAsked, ...delegator } = director(state);
  const service = 'botulinum-toxin';
  return {
    ...{ gate: 'may-perform', entityName, state, service, performer: nurse(state) },
    attestations: [...(attestations ?? []), attested('US.delegation.botulinum-toxin.NP'), attested(`${state}.procedure.botulinum-toxin`)],
    delegations: [
      {
        ...{ id: 'dlg_1', service, level: 3, states: [state], startsOn: '2026-10-01', endsOn: '2027-09-30', revokedOn: 'none' },
        ...{ delegator, supervised: { NP: 1, PA: 0 } },
        protocol: { id: 'prt_2', status: 'ACTIVE', service, effectiveFrom: '2026-01-01', effectiveUntil: '2026-12-31' },
      },
    ],
    competencies: [{ service, assessedOn: '2026-09-15', expiresOn: '2027-09-14' }],
  };
}

/** A nurse practitioner about to work under a physician with room for one more. */
export function collaborating(state = 'TX'): FactsOf<'collaboration'> {
  const { attestations, entityName } = delegation(state);
  return {
    ...{ gate: 'collaboration', attestations, entityName, state, supervisor: physician(state), supervisee: nurse(state) },
    supervised: { NP: 1, PA: 0 },
  };
}

/** A director about to accept an engagement for a fixed fee. */
export function engaging(state = 'TX'): FactsOf<'engagement'> {
  return {
    ...{ gate: 'engagement', attestations: attestedIn(state), entityName: 'Lone Star Clinicians PLLC' },
    ...{ clinicState: state, states: [state], role: 'MEDICAL_DIRECTOR', model: 'FRACTIONAL', feeBasis: 'FIXED_MONTHLY' },
    ...{ clinicServices: ['botulinum-toxin', 'weight-loss'], practitioner: physician(state) },
    standing: { insuredUntil: '2027-03-31', directorships: { [state]: 1 }, skinCareOffices: { [state]: 0 }, boardCertifications: [] },
  };
}

/** A director who fits what a clinic with nurse practitioners asks for. */
export function placing(state = 'TX'): FactsOf<'placement'> {
  const { practitioner } = engaging(state);
  return {
    ...{ ...engaging(state), gate: 'placement', practitioner: practitioner && { ...practitioner, exclusion: 'none' } },
    ...{ startsOn: '2026-12-01', services: ['weight-loss'], onSite: 'PERIODIC', prescribers: ['NP'], specialties: ['Dermatology'] },
    candidate: {
      ...{ open: true, roles: ['MEDICAL_DIRECTOR'], states: [state, 'NV'], services: ['weight-loss', 'iv-therapy'], onSiteStates: [state] },
      ...{ mostClinics: 3, directs: 1, availableFrom: '2026-11-01', availableUntil: '2027-10-31', specialties: ['Dermatology'] },
      ...{ supervised: { [state]: { NP: 1, PA: 0 } }, conflict: 'none', engagedThere: false },
    },
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
export function clinicService(state = 'TX'): FactsOf<'clinic-service'> {
  return {
    gate: 'clinic-service',
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
export function dispensing(): FactsOf<'order-dispensing'> {
  return {
    gate: 'order-dispensing',
    preparationKind: '797-C2-ASEP-ST-NONE',
    storage: 'REFRIGERATED',
    compoundedAt: '2026-12-02T15:00:00Z',
    beyondUseDate: '2026-12-12',
    formulaDays: 10,
    formulaStorage: 'REFRIGERATED',
    timeZone: 'America/Chicago',
    lot: 'not-yet',
  };
}

/** Facts that every gate passes in a state whose rules allow it once they are attested. */
export const passing: { readonly [G in Gate]: (state?: string) => FactsOf<G> } = {
  'exam-booking': booking,
  'exam-start': starting,
  'exam-completion': completion,
  'screening-resolution': resolving,
  'order-signing': signing,
  'order-sending': sending,
  'order-routing': routing,
  'order-claiming': claiming,
  'order-dispensing': dispensing,
  'order-shipping': shipping,
  'clinic-service': clinicService,
  delegation,
  engagement: engaging,
  placement: placing,
  'may-perform': performing,
  collaboration: collaborating,
  substances,
};

/** When a gate is asked in tests: the dispense of the example is of a later day. */
export function momentOf(gate: Gate): string {
  return gate === 'order-dispensing' ? '2026-12-02T18:00:00Z' : now;
}
