import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '#rules/dates.ts';
import { daysNotActive, type LicenceHistory, notActiveFrom, statusThen } from '#rules/licence-history.ts';
import { licensedOn } from '../../subgraphs/physicians/license/license-standing.ts';

const day = fc.nat({ max: 20 }).map((days) => addDays('2026-03-01', days));
const moment = fc.nat({ max: 4 }).map((hours) => new Date(Date.parse('2026-03-10T00:00:00Z') + hours * 3_600_000));

/** Terms one after the other, each recorded no earlier than the one before, some with days between. */
const terms = fc.record({
  lastDay: fc.oneof(day, fc.constant('2027-01-01')),
  further: fc.array(fc.record({ gap: fc.nat({ max: 2 }), length: fc.nat({ max: 5 }), recordedAt: moment }), { maxLength: 2 }),
});

const histories: fc.Arbitrary<LicenceHistory> = fc
  .tuple(
    terms,
    fc
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
  )
  .map(([{ lastDay, further }, standings]) => {
    let expiresOn = lastDay;
    const moments = further.map(({ recordedAt }) => recordedAt.toISOString()).toSorted();
    const renewals = further.map(({ gap, length }, index) => {
      const term = { formerLastDay: expiresOn, startsOn: addDays(expiresOn, 1 + gap), expiresOn: addDays(expiresOn, 1 + gap + length) };
      expiresOn = term.expiresOn;
      return { ...term, recordedAt: moments[index] ?? '' };
    });
    return { expiresOn, standings, renewals };
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
      const renewals = (history.renewals ?? []).map(({ formerLastDay, startsOn, expiresOn, recordedAt }) => ({
        ...{ formerLastDay: new Date(formerLastDay), startsOn: new Date(startsOn) },
        ...{ expiresOn: new Date(expiresOn), recordedAt: new Date(recordedAt) },
      }));
      for (const on of everyDay) {
        const { standing } = licensedOn({ expiresOn: new Date(history.expiresOn), renewals }, stored, on, knownAt);
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

test('the first day to come on which a licence is not active within its term is found, and never one of the past', () => {
  let found = 0;
  const lastDay = everyDay.at(-1) ?? '';
  fc.assert(
    fc.property(histories, moment, fc.constantFrom(...everyDay), (history, knownAt, today) => {
      const days = everyDay.filter((day) => day > today && day <= history.expiresOn && statusThen(history, day, knownAt) !== 'ACTIVE');
      const first = notActiveFrom(history, today, knownAt);
      expect(first !== null && first > lastDay ? null : first).toBe(days[0] ?? null);
      if (days.length > 0) found += 1;
    }),
  );
  expect(found).toBeGreaterThan(10);
});

test('the end of the term is no sanction, and one that was lifted again is none', () => {
  const knownAt = new Date('2026-11-22T15:00:00Z');
  const standing = (status: string, effectiveFrom: string, effectiveTo: string | null, recordedAt: string) => ({
    ...{ status, effectiveFrom, effectiveTo },
    recordedAt: `2026-11-${recordedAt}T08:00:00Z`,
  });
  const from = (...standings: ReturnType<typeof standing>[]) =>
    notActiveFrom(
      { expiresOn: '2026-12-31', standings: [standing('ACTIVE', '2026-01-01', null, '01'), ...standings] },
      '2026-11-22',
      knownAt,
    );
  expect(from()).toBeNull();
  expect(from(standing('SUSPENDED', '2026-11-25', null, '20'))).toBe('2026-11-25');
  expect(from(standing('SUSPENDED', '2026-11-25', '2026-11-28', '20'))).toBe('2026-11-25');
  expect(from(standing('SUSPENDED', '2026-11-01', '2026-11-22', '20'))).toBeNull();
  expect(from(standing('SUSPENDED', '2027-01-01', null, '20'))).toBeNull();
  expect(from(standing('SUSPENDED', '2026-11-25', null, '20'), standing('ACTIVE', '2026-11-25', null, '21'))).toBeNull();
  expect(from(standing('SUSPENDED', '2026-11-25', null, '23'))).toBeNull();
});

test('a term that was renewed later had ended for whoever asked before, and a lapse between two terms stays one', () => {
  const history: LicenceHistory = {
    expiresOn: '2027-03-31',
    standings: [{ status: 'ACTIVE', effectiveFrom: '2020-01-01', effectiveTo: null, recordedAt: '2020-01-02T00:00:00Z' }],
    renewals: [{ formerLastDay: '2026-03-05', startsOn: '2026-03-10', expiresOn: '2027-03-31', recordedAt: '2026-03-12T00:00:00Z' }],
  };
  const [before, after] = [new Date('2026-03-11T00:00:00Z'), new Date('2026-03-12T00:00:00Z')];
  const asked = ['2026-03-05', '2026-03-06', '2026-03-10', '2027-04-01'];
  expect(asked.map((on) => statusThen(history, on, before))).toEqual(['ACTIVE', 'EXPIRED', 'EXPIRED', 'EXPIRED']);
  expect(asked.map((on) => statusThen(history, on, after))).toEqual(['ACTIVE', 'EXPIRED', 'ACTIVE', 'EXPIRED']);
  expect(daysNotActive(history, after)).toEqual([
    { from: null, to: '2019-12-31', status: null },
    { from: '2026-03-06', to: '2026-03-09', status: 'EXPIRED' },
    { from: '2027-04-01', to: null, status: 'EXPIRED' },
  ]);
});
