import { builder } from './builder.ts';

/** A thing another subgraph owns: all that is known of it here is its public id. */
export interface Reference {
  readonly id: string;
}

function elsewhere(name: string, description: string) {
  return builder.objectRef<Reference>(name).implement({
    description,
    directives: { key: { fields: 'id', resolvable: false } },
    fields: (t) => ({ id: t.exposeID('id', { description: 'Its id.' }) }),
  });
}

/** Owned by `pharmacies`; a viewer's grants name it. */
export const Pharmacy = elsewhere('Pharmacy', 'A compounding pharmacy or outsourcing facility.');

/** Owned by `physicians`, like all below: what of a clinic's oversight can expire. */
export const License = elsewhere('License', 'A state’s permission to practise.');

export const DeaRegistration = elsewhere('DeaRegistration', 'Leave to prescribe controlled substances in one state.');

export const InsurancePolicy = elsewhere('InsurancePolicy', 'An insurance policy that covers a practitioner’s work.');

export const Engagement = elsewhere('Engagement', 'A practitioner’s oversight of one clinic.');

export const CollaborativeAgreement = elsewhere('CollaborativeAgreement', 'The agreement under which an NP or PA works with a physician.');

export const ProtocolVersion = elsewhere('ProtocolVersion', 'One version of a protocol.');
