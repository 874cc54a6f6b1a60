/** Parts of what the people of a pharmacy may do; `role-rights.ts` says who has them. */

import type { Permission } from './permissions.ts';

/** What is done with an order that came in. */
export const dispensing: readonly Permission[] = ['order:verify', 'order:claim', 'order:dispense', 'order:ship', 'order:query'];

/** A pharmacist writes how a thing is made and looks at what another made; either makes it. */
export const compounding: readonly Permission[] = ['formulation:record', 'compounding:record', 'lot:release', 'fill:prepare'];

/** What a facility may do, and whom it fills for, is kept by its pharmacists and by who answers for its compliance. */
export const facilityKeeping: readonly Permission[] = ['facility:read', 'facility:keep', 'account:read', 'account:decide'];

/** Who works at a facility is said by who answers for its compliance, as an officer says it of an entity. */
export const staffing: readonly Permission[] = ['member:read', 'pharmacy-staff:appoint'];
