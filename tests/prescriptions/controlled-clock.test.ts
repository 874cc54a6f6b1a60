import { afterEach, describe, expect, test, vi } from 'vitest';
import { EnvRefused, readEnv } from '#kernel/env.ts';
import { clockResults } from '#rules/controlled-clock.ts';
import { library } from '#rules/packs.ts';
import { askClock, driftFrom } from '../../subgraphs/prescriptions/controlled/clock-drift.ts';
import { serverTime } from '../../subgraphs/prescriptions/drug-screening/outbound.ts';

const on = '2026-11-22T12:00:00Z';
const asking = { rules: library.latest, on, attestations: null, entityName: null };
const MINUTE = 60_000;
afterEach(() => void vi.unstubAllEnvs());

describe('the clock of a deployment with a time source', () => {
  test.each<[string, number | null, string]>([
    ['on time', 0, 'PASS'],
    ['five minutes ahead', 5 * MINUTE, 'PASS'],
    ['five minutes behind', -5 * MINUTE, 'PASS'],
    ['more than five minutes ahead', 5 * MINUTE + 1, 'FAIL'],
    ['more than five minutes behind', -5 * MINUTE - 1, 'FAIL'],
    ['not known, since the source did not answer', null, 'UNKNOWN'],
  ])('%s', (_what, drift, expected) => {
    expect(clockResults(drift, asking).map(({ id, outcome, citation }) => [id, outcome, citation])).toEqual([
      ['US.controlled.signing-clock', expected, '21 CFR 1311.120(b)'],
    ]);
  });

  test('is asked neither without a source nor under a release that had no such rule', () => {
    const before = library.of('2026-11-22.4');
    if (before === null) throw new Error('There is no such release.');
    expect(clockResults(undefined, asking)).toEqual([]);
    expect(clockResults(10 * MINUTE, { ...asking, rules: before })).toEqual([]);
  });
});

test('the drift is measured against the middle of the question, and silence is not known', async () => {
  const moments = ['2026-11-22T12:00:00Z', '2026-11-22T12:00:02Z'].map((moment) => new Date(moment));
  const now = () => moments.shift() ?? new Date(on);
  const source = new URL('https://time.example/');
  expect(await driftFrom(source, now, () => Promise.resolve(new Date('2026-11-22T11:50:01Z')))).toBe(10 * MINUTE);
  expect(
    await driftFrom(
      source,
      () => new Date(on),
      () => Promise.reject(new Error('SILENT')),
    ),
  ).toBeNull();
});

test.each([
  ['http://time.example/', 'NOT_HTTPS'],
  ['https://127.0.0.1:9/', 'ADDRESS_CLOSED'],
  ['https://localhost:9/', 'ADDRESS_CLOSED'],
])('a time source at %s is not asked', async (url, code) => {
  await expect(serverTime(new URL(url), 2_000)).rejects.toThrow(code);
});

test('a source that is not https is refused at the start; one that cannot be reached blocks', async () => {
  expect(() => readEnv({ TIME_SOURCE_URL: 'http://time.example/' })).toThrow(EnvRefused);
  expect(readEnv({}).timeSource).toBeNull();
  const log = { warn: vi.fn() };
  const ctx = { now: () => new Date(on), log } as unknown as Parameters<typeof askClock>[0];
  expect(await askClock(ctx)).toEqual([]);
  vi.stubEnv('TIME_SOURCE_URL', 'https://127.0.0.1:9/');
  expect((await askClock(ctx)).map(({ outcome }) => outcome)).toEqual(['UNKNOWN']);
  expect(log.warn).toHaveBeenCalledWith({ code: 'CLOCK_DRIFT', driftMs: null }, 'clock not confirmed');
});
