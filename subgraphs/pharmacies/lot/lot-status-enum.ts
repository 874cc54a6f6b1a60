import { builder } from '../builder.ts';
import { lotStatuses } from './lot-status.ts';

export const LotStatusEnum = builder.enumType('LotStatus', {
  description: 'Where a lot stands: waits for its check, may be dispensed, did not pass its check, is taken back.',
  values: lotStatuses,
});
