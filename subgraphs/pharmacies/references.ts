import { toId } from '#kernel/ids.ts';
import { builder } from './builder.ts';

/** A thing another subgraph owns: all that is known of it here is its public id. */
export interface Reference {
  readonly id: string;
}

/** An order; `prescriptions` owns it. Its fulfillment is added in fulfillment/order-fulfillment.ts, so it can be asked for by its key. */
export const Order = builder.objectRef<Reference>('Order').implement({
  description: 'A signed order for a compounded preparation.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['fulfillment:read', 'fulfillment:track', 'order:verify'] },
  extensions: { apollo: { subgraph: { resolveReference: (reference: Reference) => ({ id: reference.id }) } } },
  fields: (t) => ({ id: t.exposeID('id', { description: 'Id of the order.' }) }),
});

/** A clinic; `clinics` owns it. Its figures are added in metrics/clinic-metrics.ts, so it can be asked for by its key. */
export const Clinic = builder.objectRef<Reference>('Clinic').implement({
  description: 'A location where patients are treated.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['clinic:read', 'recall:read'] },
  extensions: { apollo: { subgraph: { resolveReference: (reference: Reference) => ({ id: reference.id }) } } },
  fields: (t) => ({ id: t.exposeID('id', { description: 'Id of the clinic.' }) }),
});

/** A patient; `prescriptions` owns who it is. A pharmacy knows the id, and reads the name in the signed order alone. */
export const Patient = builder.objectRef<Reference>('Patient').implement({
  description: 'A patient of one clinic.',
  directives: { key: { fields: 'id', resolvable: false } },
  authScopes: { may: 'recall:read' },
  fields: (t) => ({ id: t.exposeID('id', { description: 'Id of the patient.' }) }),
});

/** The order a stored id stands for. */
export function orderOf(id: string): Reference {
  return { id: toId('order', id) };
}

/** The clinic a stored id stands for. */
export function clinicOf(id: string): Reference {
  return { id: toId('clinic', id) };
}

/** The patient a stored id stands for. */
export function patientOf(id: string): Reference {
  return { id: toId('patient', id) };
}
