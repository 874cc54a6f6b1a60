import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidInput } from '#kernel/errors.ts';
import { inOrder, type Slot } from '../../subgraphs/prescriptions/schedule/slots.ts';
import { slotPage } from '../../subgraphs/prescriptions/slot/slot-page.ts';

const MINUTES_20 = 20 * 60_000;
const examiners = ['0190a000-0000-7000-8000-000000000001', '0190a000-0000-7000-8000-000000000002'];
const slots: Slot[] = Array.from({ length: 50 }, (_, index) => ({
  examinerId: examiners[index % 2] ?? '',
  modality: 'SYNC_VIDEO',
  from: Math.floor(index / 2) * MINUTES_20,
  to: Math.floor(index / 2 + 1) * MINUTES_20,
})).sort(inOrder);

test('pages of any size hold every slot once, in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), (first) => {
      const seen: Slot[] = [];
      let after: string | null = null;
      do {
        const page = slotPage(slots, { first, after });
        seen.push(...page.edges.map((edge) => edge.node));
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      expect(seen).toEqual(slots);
    }),
  );
});

test('a slot taken meanwhile shifts nothing', () => {
  const first = slotPage(slots, { first: 10 });
  const fewer = slots.filter((_, index) => index !== 3);
  expect(slotPage(fewer, { first: 10, after: first.pageInfo.endCursor }).edges.map((edge) => edge.node)).toEqual(slots.slice(10, 20));
});

test('the last of what is before a cursor', () => {
  const cursor = slotPage(slots, { first: 30 }).pageInfo.endCursor;
  const page = slotPage(slots, { last: 5, before: cursor });
  expect(page.edges.map((edge) => edge.node)).toEqual(slots.slice(24, 29));
  expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
});

test.each([{ after: 'nonsense' }, { before: '' }, { first: -1 }])('%j is refused', (args) => {
  expect(() => slotPage(slots, args)).toThrow(InvalidInput);
});
