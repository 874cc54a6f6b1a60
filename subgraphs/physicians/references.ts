import { builder } from './builder.ts';

/** A clinic, known here by its id. */
export const Clinic = builder.objectRef<{ readonly id: string }>('Clinic').implement({
  description: 'A location where patients are seen.',
  directives: { key: { fields: 'id', resolvable: false } },
  authScopes: { may: ['clinic:read', 'engagement:read'] },
  fields: (t) => ({ id: t.exposeID('id', { description: 'The clinic’s id.' }) }),
});
