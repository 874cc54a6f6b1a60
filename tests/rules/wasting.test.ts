import { expect, test } from 'vitest';
import { type WastingFacts, wasting } from '#rules/wasting.ts';

const one = { value: '1', unit: 'mL' };
const facts: WastingFacts = {
  wastedAt: '2026-12-02T05:30:00Z',
  amount: one,
  received: { value: '10', unit: 'mL' },
  given: [],
  container: { mark: 'A', holds: { value: '5', unit: 'mL' }, given: [] },
  controlled: [],
  witnessed: false,
};
const stops = (changes: Partial<WastingFacts>) =>
  wasting({ ...facts, ...changes }, '2026-12-31T00:00:00Z')
    .filter(({ outcome }) => outcome !== 'PASS')
    .map(({ id, outcome }) => `${id} ${outcome}`);

test.each<[Partial<WastingFacts>, string[]]>([
  [{}, []],
  [{ amount: { value: '1000', unit: 'uL' } }, []],
  [{ parcel: { status: 'DELIVERED', mayBeUsed: false } }, []],
  [{ parcel: { status: 'SPOILED', mayBeUsed: false } }, []],
  [{ parcel: { status: 'IN_TRANSIT', mayBeUsed: true } }, ['wastage.parcel FAIL']],
  [{ parcel: { status: 'LOST', mayBeUsed: false } }, ['wastage.parcel FAIL']],
  [{ parcel: null }, ['wastage.parcel UNKNOWN']],
  [{ wastedAt: '2027-01-01T00:00:00Z' }, ['wastage.at FAIL']],
  [{ wastedAt: null }, ['wastage.at UNKNOWN']],
  [{ wastedAt: 'yesterday' }, ['wastage.at UNKNOWN']],
  [{ given: [{ value: '9.1', unit: 'mL' }] }, ['wastage.quantityLeft FAIL']],
  [{ given: null }, ['wastage.quantityLeft UNKNOWN']],
  [{ received: null }, ['wastage.quantityLeft UNKNOWN']],
  [{ container: { mark: 'A', holds: one, given: [{ value: '0.001', unit: 'mL' }] } }, ['wastage.containerLeft FAIL']],
  [{ container: { mark: 'A', holds: null, given: [] } }, ['wastage.containerLeft UNKNOWN']],
  [{ amount: { value: '0', unit: 'mL' } }, ['wastage.quantityLeft UNKNOWN', 'wastage.containerLeft UNKNOWN']],
  [{ amount: { value: '1', unit: 'g' } }, ['wastage.quantityLeft UNKNOWN', 'wastage.containerLeft UNKNOWN']],
  [{ controlled: ['Testosterone cypionate'] }, ['wastage.witness FAIL']],
  [{ controlled: ['Testosterone cypionate'], witnessed: true }, []],
])('%o', (changes, expected) => {
  expect(stops(changes)).toEqual(expected);
});

test('the refusal of what is controlled says that it is this deployment’s policy, and cites no law', () => {
  const [refused] = wasting({ ...facts, controlled: ['Testosterone cypionate'] }, '2026-12-31T00:00:00Z').filter(
    ({ outcome }) => outcome === 'FAIL',
  );
  expect(refused).toMatchObject({
    message: 'Testosterone cypionate: what is controlled is thrown away before a witness, by this deployment’s policy',
    citation: null,
    remedy: 'Name who saw it: `witnessId`.',
  });
});
