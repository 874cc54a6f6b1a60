import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '#rules/dates.ts';
import {
  boardStatuses,
  isSanction,
  licensedOn,
  severityOf,
  type Standing,
  standingOn,
} from '../../subgraphs/physicians/license/license-standing.ts';
import { shownLicenseStatus } from '../../subgraphs/physicians/license/license-status.ts';
import { issuesOf, type StandingReport } from '../../subgraphs/physicians/license/standing-report.ts';

const date = (text: string) => new Date(`${text}T00:00:00Z`);
const standing = (id: string, status: string, from: string, to: string | null, recorded: string): Standing => ({
  ...{ id, status, effectiveFrom: date(from), effectiveTo: to === null ? null : date(to), recordedAt: new Date(recorded) },
});

/** Good since 2015; revoked from March on, which became known in December; restricted for June, known in that month. */
const history = [
  standing('a', 'ACTIVE', '2015-05-01', null, '2015-06-01T10:00:00Z'),
  standing('b', 'RESTRICTED', '2026-06-01', '2026-06-30', '2026-06-10T10:00:00Z'),
  standing('c', 'REVOKED', '2026-03-01', null, '2026-12-01T15:00:00Z'),
];

test.each([
  ['3 March, as known that day', '2026-03-03', '2026-03-03T12:00:00Z', { standing: 'ACTIVE', licensed: true }, 'a'],
  ['3 March, as known a moment before the revocation was', '2026-03-03', '2026-12-01T14:59:59.999Z', { standing: 'ACTIVE' }, 'a'],
  ['3 March, as known once the revocation was', '2026-03-03', '2026-12-01T15:00:00Z', { standing: 'REVOKED', licensed: false }, 'ac'],
  ['the day before the revocation begins', '2026-02-28', '2026-12-02T00:00:00Z', { standing: 'ACTIVE', licensed: true }, 'a'],
  ['the first day of the restriction', '2026-06-01', '2026-07-01T00:00:00Z', { standing: 'RESTRICTED', licensed: false }, 'ab'],
  ['the last day of the restriction', '2026-06-30', '2026-07-01T00:00:00Z', { standing: 'RESTRICTED', licensed: false }, 'ab'],
  ['the day after the restriction', '2026-07-01', '2026-07-01T00:00:00Z', { standing: 'ACTIVE', licensed: true }, 'a'],
  ['a day of the restriction before it was known', '2026-06-05', '2026-06-09T00:00:00Z', { standing: 'ACTIVE', licensed: true }, 'a'],
  ['a day before the licence was given', '2015-04-30', '2026-12-02T00:00:00Z', { standing: null, licensed: null }, ''],
  ['a day before anything was known', '2016-01-01', '2015-05-31T00:00:00Z', { standing: null, licensed: null }, ''],
  ['its last day', '2027-05-31', '2026-11-01T00:00:00Z', { standing: 'ACTIVE', licensed: true }, 'a'],
  ['the day after its last', '2027-06-01', '2026-11-01T00:00:00Z', { standing: 'EXPIRED', licensed: false }, 'a'],
  ['the day after its last, when it was revoked', '2027-06-01', '2026-12-02T00:00:00Z', { standing: 'REVOKED', licensed: false }, 'ac'],
])('on %s', (_what, on, knownAt, answer, used) => {
  const said = licensedOn({ expiresOn: date('2027-05-31'), renewals: [] }, history, on, new Date(knownAt));
  expect(said).toMatchObject(answer);
  expect(said.used.map(({ id }) => id).join('')).toBe(used);
});

test('what was never confirmed is neither licensed nor unlicensed', () => {
  const heard = [standing('a', 'UNVERIFIED', '2026-01-01', null, '2026-01-01T00:00:00Z')];
  expect(licensedOn({ expiresOn: date('2027-05-31'), renewals: [] }, heard, '2026-02-01', new Date('2026-03-01T00:00:00Z'))).toMatchObject({
    ...{ standing: 'UNVERIFIED', licensed: null },
  });
});

test('of two recorded in the same millisecond the stricter counts', () => {
  const at = '2026-06-10T10:00:00Z';
  const both = [standing('z', 'ACTIVE', '2026-06-01', null, at), standing('a', 'SUSPENDED', '2026-06-01', null, at)];
  expect(standingOn(both, '2026-06-11', new Date(at))?.status).toBe('SUSPENDED');
});

const FIRST = '2026-01-01';
const days = fc.integer({ min: 0, max: 20 }).map((n) => addDays(FIRST, n));
const moments = fc.integer({ min: 0, max: 40 }).map((n) => new Date(date(FIRST).getTime() + n * 12 * 3_600_000));
const standings = fc
  .array(
    fc.record({
      status: fc.constantFrom(...boardStatuses),
      effectiveFrom: days.map(date),
      effectiveTo: fc.option(days.map(date)),
      recordedAt: moments,
    }),
    { maxLength: 8 },
  )
  .map((all) => all.map((each, index) => ({ ...each, id: String.fromCharCode(97 + index) })));
const everyDay = Array.from({ length: 24 }, (_, n) => addDays(FIRST, n));

test('recording later never changes what was known before', () => {
  fc.assert(
    fc.property(standings, days, moments, (all, day, knownAt) => {
      const then = all.filter(({ recordedAt }) => recordedAt <= knownAt);
      expect(standingOn(all, day, knownAt)).toEqual(standingOn(then, day, knownAt));
    }),
  );
});

test('the order in which standings are read plays no part', () => {
  fc.assert(
    fc.property(
      standings.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      days,
      moments,
      ([all, shuffled], day, knownAt) => {
        expect(licensedOn({ expiresOn: date('2026-01-15'), renewals: [] }, shuffled, day, knownAt)).toEqual(
          licensedOn({ expiresOn: date('2026-01-15'), renewals: [] }, all, day, knownAt),
        );
      },
    ),
  );
});

test('only a state board, with a reference, makes any day better than a sanction left it', () => {
  const now = new Date('2026-01-10T12:00:00Z');
  const reports = fc.record({
    status: fc.constantFrom(...boardStatuses),
    effectiveFrom: days,
    effectiveTo: fc.option(days),
    source: fc.option(fc.constantFrom('STATE_BOARD', 'NPDB')),
    reference: fc.option(fc.constant('docket 7')),
  }) satisfies fc.Arbitrary<StandingReport>;
  fc.assert(
    fc.property(standings, reports, (all, report) => {
      const known = all.filter(({ recordedAt }) => recordedAt <= now);
      const license = { status: 'ACTIVE', issuedOn: date(FIRST), standings: known };
      if (issuesOf(report, license, now).length > 0) return;
      if (report.source === 'STATE_BOARD' && report.reference !== null) return;
      const { effectiveFrom, effectiveTo, status } = report;
      // A millisecond later, so that it is the last.
      const recordedAt = new Date(now.getTime() + 1);
      const after = [
        ...known,
        { id: 'new', status, recordedAt, effectiveFrom: date(effectiveFrom), effectiveTo: effectiveTo === null ? null : date(effectiveTo) },
      ];
      for (const day of everyDay) {
        const before = standingOn(known, day, now)?.status;
        const then = standingOn(after, day, recordedAt)?.status;
        if (before !== undefined && isSanction(before)) expect(severityOf(then ?? 'ACTIVE')).toBeGreaterThanOrEqual(severityOf(before));
      }
    }),
    { numRuns: 2_000 },
  );
});

const row = { status: 'ACTIVE', verifiedAt: new Date('2026-11-20T10:00:00Z'), expiresOn: date('2027-05-31') };

test.each([
  ['begins by itself on its first day', 'SUSPENDED', '2026-12-02', 'SUSPENDED'],
  ['has not begun the day before', 'SUSPENDED', '2026-12-03', 'ACTIVE'],
  ['never makes it better than the row says', 'ACTIVE', '2026-12-01', 'ACTIVE'],
])('a standing recorded ahead %s', (_rule, status, from, shown) => {
  const ahead = [standing('a', status, from, null, '2026-11-25T00:00:00Z')];
  expect(shownLicenseStatus({ ...row, standings: ahead }, new Date('2026-12-02T08:00:00Z'))).toBe(shown);
  expect(shownLicenseStatus({ ...row, status: 'REVOKED', standings: ahead }, new Date('2026-12-02T08:00:00Z'))).toBe('REVOKED');
});

test('a sanction whose last day is over stays until its board was asked again', () => {
  const over = [
    standing('a', 'ACTIVE', '2015-05-01', null, '2015-06-01T00:00:00Z'),
    standing('b', 'SUSPENDED', '2026-11-01', '2026-11-30', '2026-11-01T00:00:00Z'),
  ];
  expect(shownLicenseStatus({ ...row, status: 'SUSPENDED', standings: over }, new Date('2026-12-02T08:00:00Z'))).toBe('SUSPENDED');
});
