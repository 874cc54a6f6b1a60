import { describe, expect, test } from 'vitest';
import type { AdministeringFacts } from '#rules/administering.ts';
import { administration } from '#rules/evaluate.ts';

const facts: AdministeringFacts = {
  givenAt: '2026-12-02T05:30:00Z',
  timeZone: 'America/Chicago',
  beyondUseOn: '2026-12-01',
  lot: { number: 'L1', status: 'RELEASED' },
  vial: 'MULTIPLE_DOSE',
  openedAt: '2026-12-02T05:30:00Z',
  amount: { value: '1', unit: 'mL' },
  received: { value: '10', unit: 'mL' },
  given: [],
};
const outcomes = (changes: Partial<AdministeringFacts>) =>
  administration({ ...facts, ...changes }, '2026-12-31T00:00:00Z')
    .filter(({ outcome }) => outcome !== 'PASS')
    .map(({ id, outcome }) => `${id} ${outcome}`);
const beyondUse = (outcome: string) => [`administration.beyondUse ${outcome}`];

describe('the beyond-use day ends with the clinic’s own', () => {
  // 23:59:59 and 00:00:00 in Chicago; in UTC it is the next day already.
  test.each([
    ['2026-12-02T05:59:59Z', 'America/Chicago', []],
    ['2026-12-02T06:00:00Z', 'America/Chicago', beyondUse('FAIL')],
    ['2026-12-02T06:59:59Z', 'America/Denver', []],
    ['2026-12-02T07:00:00Z', 'America/Denver', beyondUse('FAIL')],
    ['2026-12-02T09:59:59Z', 'Pacific/Honolulu', []],
    ['2026-12-02T10:00:00Z', 'Pacific/Honolulu', beyondUse('FAIL')],
    ['2026-12-01T12:00:00Z', null, beyondUse('UNKNOWN')],
  ])('given at %s in %s', (givenAt, timeZone, expected) => {
    expect(outcomes({ givenAt, openedAt: givenAt, timeZone })).toEqual(expected);
  });

  test('where hours count, the moment is meant', () => {
    const beyondUseAt = '2026-12-02T05:30:00Z';
    expect(outcomes({ beyondUseAt })).toEqual([]);
    expect(outcomes({ beyondUseAt, givenAt: '2026-12-02T05:30:01Z' })).toEqual(beyondUse('FAIL'));
  });
});

test.each([
  [{ status: 'DELIVERED', mayBeUsed: true }, []],
  [{ status: 'DELIVERED', mayBeUsed: false }, ['administration.parcel FAIL']],
  [{ status: 'IN_TRANSIT', mayBeUsed: true }, ['administration.parcel FAIL']],
  [{ status: 'LOST', mayBeUsed: false }, ['administration.parcel FAIL']],
  [{ status: 'SPOILED', mayBeUsed: false }, ['administration.parcel FAIL']],
  [null, ['administration.parcel UNKNOWN']],
])('a parcel that is %o', (parcel, expected) => {
  expect(outcomes({ parcel })).toEqual(expected);
});

test.each([
  ['3', '10', ['7'], []],
  ['3.001', '10', ['7'], ['administration.containerLeft FAIL']],
  ['0.1', '10', ['5', '5'], ['administration.containerLeft FAIL']],
  ['10', '10', [], []],
])('%s mL of a container of %s mL from which %o mL were taken', (value, holds, taken, expected) => {
  const container = { mark: 'A', holds: { value: holds, unit: 'mL' }, given: taken.map((one) => ({ value: one, unit: 'mL' })) };
  expect(outcomes({ amount: { value, unit: 'mL' }, received: { value: '100', unit: 'mL' }, container })).toEqual(expected);
});

test('what a container holds, and what a hold says, must be known', () => {
  const amount = { value: '1', unit: 'mL' };
  expect(outcomes({ container: { mark: 'A', holds: null, given: [] } })).toEqual(['administration.containerLeft UNKNOWN']);
  expect(outcomes({ container: { mark: 'A', holds: { value: '1', unit: 'g' }, given: [] } })).toEqual([
    'administration.containerLeft UNKNOWN',
  ]);
  expect(outcomes({ container: { mark: 'A', holds: amount, given: null } })).toEqual(['administration.containerLeft UNKNOWN']);
  expect(outcomes({ holds: null })).toEqual(['safety.hold UNKNOWN']);
  expect(outcomes({ holds: [] })).toEqual([]);
  expect(outcomes({ lot: null })).toEqual(['lot.notRecalled UNKNOWN']);
});
