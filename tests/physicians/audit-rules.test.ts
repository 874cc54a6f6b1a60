import { describe, expect, test } from 'vitest';
import { library } from '#rules/packs.ts';
import { auditRules, isMissed, quota } from '../../subgraphs/physicians/audit/audit-rules.ts';
import { requiredPeriod } from '../../subgraphs/physicians/audit/review-period.ts';

const on = '2026-11-22T12:00:00Z';
const rules = (state: string) => auditRules(library.latest, state, on);

test.each([
  ['TX', { everyDays: 31, percent: 10, perMonth: 10, ruleIds: ['US.chartReview.default', 'TX.chartReview.quota'] }],
  ['TN', { everyDays: 30, percent: 20, perMonth: 10, ruleIds: ['US.chartReview.default', 'TN.chartReview.quota'] }],
  ['MO', { everyDays: 14, percent: 10, perMonth: 10, ruleIds: ['US.chartReview.default', 'MO.chartReview.quota'] }],
  ['WY', { everyDays: 31, percent: 10, perMonth: 10, ruleIds: ['US.chartReview.default'] }],
])('%s is reviewed by the stricter of its own quota and of our default', (state, expected) => {
  expect(rules(state)).toEqual(expected);
});

test.each([
  ['TX', 0, 31, 0],
  ['TX', 7, 31, 7],
  ['TX', 60, 31, 10],
  ['TX', 60, 62, 20],
  ['TX', 101, 7, 11],
  ['TN', 101, 30, 21],
])('in %s, of %i encounters in %i days, %i charts are reviewed', (state, encounters, days, charts) => {
  expect(quota(rules(state), encounters, days)).toBe(charts);
});

test('no quota is ever more than there was, nor less for more encounters', () => {
  for (const state of ['TX', 'TN', 'WY']) {
    let before = 0;
    for (let encounters = 0; encounters < 400; encounters += 1) {
      const asked = quota(rules(state), encounters, 31);
      expect(asked).toBeLessThanOrEqual(encounters);
      expect(asked).toBeGreaterThanOrEqual(before);
      before = asked;
    }
  }
});

test('an audit is missed on the fifteenth day after its own, and never where none is due', () => {
  const due = new Date('2026-11-01T00:00:00Z');
  expect(isMissed(due, new Date('2026-11-15T23:59:59Z'))).toBe(false);
  expect(isMissed(due, new Date('2026-11-16T00:00:00Z'))).toBe(true);
  expect(isMissed(null, new Date('2026-11-16T00:00:00Z'))).toBe(false);
});

describe('the days that a review takes in', () => {
  const first = { reviewedTo: null, directsFrom: '2026-11-20', scheduledOn: '2026-12-01', dueOn: '2026-12-31' };
  test.each<[string, Partial<Parameters<typeof requiredPeriod>[0]>, string, { from: string; to: string }]>([
    ['begin with the director’s first day', {}, '2026-12-20', { from: '2026-11-20', to: '2026-12-13' }],
    ['need not be later than its day', {}, '2027-01-30', { from: '2026-11-20', to: '2026-12-31' }],
    ['are no more than one review holds', { directsFrom: '2020-01-01' }, '2026-12-20', { from: '2026-09-01', to: '2026-12-01' }],
    ['are as many where nobody knows a first day', { directsFrom: null }, '2026-12-20', { from: '2026-09-01', to: '2026-12-01' }],
    ['follow the last review', { reviewedTo: '2026-11-28' }, '2026-12-20', { from: '2026-11-29', to: '2026-12-13' }],
    ['are caught up with bit by bit', { reviewedTo: '2026-05-31' }, '2026-12-20', { from: '2026-06-01', to: '2026-08-31' }],
  ])('%s', (_what, more, today, expected) => {
    expect(requiredPeriod({ ...first, ...more }, today)).toEqual(expected);
  });
});
