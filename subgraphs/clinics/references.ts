import type { Permission } from '#kernel/permissions.ts';
import { builder } from './builder.ts';

/** A thing another subgraph owns: all that is known of it here is its public id. */
export interface Reference {
  readonly id: string;
}

function elsewhere(name: string, may: Permission, description: string) {
  return builder.objectRef<Reference>(name).implement({
    description,
    directives: { key: { fields: 'id', resolvable: false } },
    authScopes: { may },
    fields: (t) => ({ id: t.exposeID('id', { description: 'Its id.' }) }),
  });
}

/** Owned by `pharmacies`; a viewer's grants name it. */
export const Pharmacy = elsewhere('Pharmacy', 'viewer:read', 'A compounding pharmacy or outsourcing facility.');

/** Owned by `physicians`, like all below: what of a clinic's oversight can expire. */
export const License = elsewhere('License', 'expirable:read', 'A state’s permission to practise.');

export const DeaRegistration = elsewhere('DeaRegistration', 'expirable:read', 'Leave to prescribe controlled substances in one state.');

export const InsurancePolicy = elsewhere('InsurancePolicy', 'expirable:read', 'An insurance policy that covers a practitioner’s work.');

export const Engagement = elsewhere('Engagement', 'expirable:read', 'A practitioner’s oversight of one clinic.');

/** Owned by `pharmacies`. */
export const PharmacyLicense = elsewhere('PharmacyLicense', 'expirable:read', 'A licence or permit of a pharmacy in one state.');

export const ProtocolVersion = elsewhere('ProtocolVersion', 'expirable:read', 'One version of a protocol.');
