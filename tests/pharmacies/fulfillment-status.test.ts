import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayBecome } from '#kernel/states.ts';
import { fulfillmentMoves, fulfillmentStatuses, isLive } from '../../subgraphs/pharmacies/fulfillment/fulfillment-status.ts';

const walks = fc.array(fc.constantFrom(...fulfillmentStatuses), { maxLength: 12 });

test('on no way is anything dispensed after it was taken back, or shipped before it was dispensed', () => {
  fc.assert(
    fc.property(walks, (wanted) => {
      const been = ['RECEIVED' as (typeof fulfillmentStatuses)[number]];
      for (const next of wanted) if (mayBecome(fulfillmentMoves, been.at(-1) ?? 'RECEIVED', next)) been.push(next);
      const closed = been.findIndex((status) => !isLive(status));
      expect(closed === -1 || closed === been.length - 1).toBe(true);
      if (been.includes('SHIPPED')) expect(been).toEqual(['RECEIVED', 'CLAIMED', 'DISPENSED', 'SHIPPED']);
      if (been.includes('WITHDRAWN')) expect(been).not.toContain('DISPENSED');
    }),
  );
});

test('nothing is claimed twice, and nothing moves to where it is', () => {
  for (const status of fulfillmentStatuses) {
    expect(mayBecome(fulfillmentMoves, status, status)).toBe(false);
    expect(mayBecome(fulfillmentMoves, status, 'RECEIVED')).toBe(false);
  }
});
