import { toId } from '#kernel/ids.ts';
import { builder } from './builder.ts';

/** A thing another subgraph owns: all that is known of it here is its public id. */
export interface Reference {
  readonly id: string;
}

const elsewhere = { key: { fields: 'id', resolvable: false } } as const;

/** An examiner or prescriber; `physicians` owns it. */
export const Practitioner = builder.objectRef<Reference>('Practitioner').implement({
  description: 'A licensed practitioner.',
  directives: elsewhere,
  authScopes: { may: ['practitioner:read', 'order:verify'] },
  fields: (t) => ({ id: t.exposeID('id', { description: 'Id of the practitioner.' }) }),
});

/** One version of a protocol; `physicians` owns it. */
export const ProtocolVersion = builder.objectRef<Reference>('ProtocolVersion').implement({
  description: 'One version of a protocol.',
  directives: elsewhere,
  authScopes: { may: 'protocol:read' },
  fields: (t) => ({ id: t.exposeID('id', { description: 'Id of the version.' }) }),
});

/** A pharmacy or outsourcing facility; `pharmacies` owns it. */
export const Pharmacy = builder.objectRef<Reference>('Pharmacy').implement({
  description: 'A compounding pharmacy or outsourcing facility.',
  directives: elsewhere,
  authScopes: { may: 'pharmacy:read' },
  fields: (t) => ({ id: t.exposeID('id', { description: 'Id of the pharmacy.' }) }),
});

/** A clinic; `clinics` owns it. Its figures are added in metrics/clinic-metrics.ts, so it can be asked for by its key. */
export const Clinic = builder.objectRef<Reference>('Clinic').implement({
  description: 'A location where patients are treated.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['clinic:read', 'order:verify'] },
  extensions: { apollo: { subgraph: { resolveReference: (reference: Reference) => ({ id: reference.id }) } } },
  fields: (t) => ({ id: t.exposeID('id', { description: 'Id of the clinic.' }) }),
});

/** The practitioner a stored id stands for; null for none. */
export function practitionerOf(id: string | null): Reference | null {
  return id === null ? null : { id: toId('practitioner', id) };
}

/** The version of a protocol a stored id stands for; null for none. */
export function protocolVersionOf(id: string | null): Reference | null {
  return id === null ? null : { id: toId('protocolVersion', id) };
}

/** The clinic a stored id stands for. */
export function clinicOf(id: string): Reference {
  return { id: toId('clinic', id) };
}
