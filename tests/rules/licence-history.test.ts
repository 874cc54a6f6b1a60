import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '#rules/dates.ts';
import { daysNotActive, type LicenceHistory, statusThen } from '#rules/licence-history.ts';
import { licensedOn } from '../../subgraphs/physicians/license/license-standing.ts';

const day = fc.nat({ max: 20 }).map((days) => addDays('2026-03-01', days));
const moment = fc.nat({ max: 4 }).map((hours) => new Date(Date.parse('2026-03-10T00:00:00Z') + hours * 3_600_000));

const histories: fc.Arbitrary<LicenceHistory> = fc.record({
  expiresOn: fc.oneof(day, fc.constant('2027-01-01')),
  standings: fc
    .array(
      fc.record({
        status: fc.constantFrom('ACTIVE', 'UNVERIFIED', 'EXPIRED', 'RESTRICTED', 'SUSPENDED', 'REVOKED'),
        effectiveFrom: day,
        effectiveTo: fc.option(day),
        recordedAt: moment.map((at) => at.toISOString()),
      }),
      { maxLength: 5 },
    )
    .map((standings) => standings.toSorted((a, b) => (a.recordedAt < b.recordedAt ? -1 : a.recordedAt > b.recordedAt ? 1 : 0))),
});

const everyDay = Array.from({ length: 30 }, (_, index) => addDays('2026-02-25', index));

test('what touches a record is what the register answers of the same day and moment', () => {
  fc.assert(
    fc.property(histories, moment, (history, knownAt) => {
      const stored = history.standings.map((standing, index) => ({
        id: String(index),
        status: standing.status,
        effectiveFrom: new Date(standing.effectiveFrom),
        effectiveTo: standing.effectiveTo === null ? null : new Date(standing.effectiveTo),
        recordedAt: new Date(standing.recordedAt),
      }));
      for (const on of everyDay) {
        const { standing } = licensedOn({ expiresOn: new Date(history.expiresOn) }, stored, on, knownAt);
        expect(statusThen(history, on, knownAt), on).toBe(standing);
      }
    }),
  );
});

test('the days on which a licence was not active are exactly those of which the status is another', () => {
  fc.assert(
    fc.property(histories, moment, (history, knownAt) => {
      const spans = daysNotActive(history, knownAt);
      for (const on of everyDay) {
        const within = spans.filter(({ from, to }) => (from ?? on) <= on && on <= (to ?? on));
        const status = statusThen(history, on, knownAt);
        expect(
          within.map((span) => span.status),
          on,
        ).toEqual(status === 'ACTIVE' ? [] : [status]);
      }
    }),
  );
});

test('of a licence of which nothing is recorded every day is unknown', () => {
  const spans = daysNotActive({ expiresOn: '2026-06-30', standings: [] }, new Date('2026-03-10T00:00:00Z'));
  expect(spans).toEqual([
    { from: null, to: '2026-06-30', status: null },
    { from: '2026-07-01', to: null, status: null },
  ]);
});
