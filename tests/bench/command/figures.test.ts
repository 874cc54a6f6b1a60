import fc from 'fast-check';
import { expect, test } from 'vitest';
import { figuresOf, quantile } from './figures.ts';
import { benchOptions } from './options.ts';
import { type CpuProfile, sharesOf } from './profile.ts';
import { growthTable, pageWith, tableOf } from './results.ts';
import { slopeOf } from './soak.ts';

test('a quantile is one of the values, with its share of them at or below it', () => {
  expect([quantile([], 0.5), quantile([7], 0.99), quantile([4, 1, 3, 2], 0.5), quantile([1, 2, 3, 4], 1)]).toEqual([Number.NaN, 7, 2, 4]);
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
      const value = quantile(values, share);
      expect(values).toContain(value);
      expect(values.filter((other) => other <= value).length / values.length).toBeGreaterThanOrEqual(share);
    }),
  );
});

test('a rate counts what came meanwhile, not the sum of what each took', () => {
  const found = figuresOf('one', { times: [10, 20, 30, 40], wallMs: 50, cpuMs: 20, firstRate: 0.04 });
  expect(found).toEqual({ opponent: 'one', medianMs: 20, p95Ms: 40, p99Ms: 40, perSecond: 80, cpuMs: 5, ratio: 2 });
  expect(figuresOf('one', { times: [10], wallMs: 10, cpuMs: null, firstRate: 0.1 }).cpuMs).toBeNull();
});

test('a profile is told by packages and folders, its idle time left out', () => {
  const node = (id: number, functionName: string, url = '') => ({ id, callFrame: { functionName, url } });
  const profile: CpuProfile = {
    nodes: [
      ...[node(1, '(idle)'), node(2, '(garbage collector)'), node(3, 'writev'), node(4, 'sign', 'node:internal/crypto/sig')],
      ...[node(5, 'f', 'file:///x/node_modules/@prisma/client/a.js'), node(6, 'g', 'file:///x/subgraphs/kernel/begin.ts')],
      node(7, 'h', 'file:///x/node_modules/a/node_modules/graphql/b.js'),
    ],
    samples: [1, 2, 3, 4, 5, 6, 7, 5],
    timeDeltas: [1_000, 10, 20, 15, 30, 14, 1, 10],
  };
  expect(sharesOf(profile)).toEqual([
    { part: '@prisma/client', share: 0.4 },
    { part: 'writing to sockets', share: 0.2 },
    { part: 'node: crypto', share: 0.15 },
    { part: 'subgraphs/kernel', share: 0.14 },
    { part: 'collecting garbage', share: 0.1 },
    { part: 'everything smaller', share: 0.01 },
  ]);
});

test('growth is the slope of the line that fits best', () => {
  expect([slopeOf([]), slopeOf([5]), slopeOf([1, 3, 5, 7]), slopeOf([4, 4, 4]), slopeOf([1, 0, 1, 0])]).toEqual([0, 0, 2, 0, -0.2]);
});

test('the command line is read, or refused in words', () => {
  expect(benchOptions(['--only', 'order,slots', '--rounds', '3', '--soak', '10'])).toMatchObject({
    only: ['order', 'slots'],
    rounds: 3,
    soak: 10,
    orders: 200,
    keep: false,
  });
  expect(benchOptions(['--growth', '100,2000'])).toMatchObject({ growth: [100, 2000] });
  expect(benchOptions([])).toMatchObject({ soak: 0, growth: [] });
  expect(() => benchOptions(['--orders', '1e6'])).toThrow('--orders is a whole number above 0, not 1e6.');
  expect(() => benchOptions(['--soak', '0'])).toThrow('--soak is a whole number above 0, not 0.');
  expect(() => benchOptions(['--nothing'])).toThrow();
});

test('growth is a column a size, and a line for each of what was measured', () => {
  const section = (medianMs: number) => [
    { name: 'recall', what: '', measured: [{ opponent: 'one', medianMs, p95Ms: 0, p99Ms: 0, perSecond: 0, cpuMs: 0, ratio: 1 }] },
  ];
  const table = growthTable([
    { rows: 1_000, sections: section(2) },
    { rows: 10_000, sections: section(20.4) },
    { rows: 100_000, sections: [] },
  ]);
  expect(table.split('\n').slice(2)).toEqual([
    '| What | 1,000 | 10,000 | 100,000 |',
    '|---|---|---|---|',
    '| recall: one | 2.00 | 20 | – |',
  ]);
});

test('a part of the results is replaced, and the others stay as they were', () => {
  const first = pageWith('', 'soak', 'a soak\n');
  const both = pageWith(first, 'growth', 'growth, first');
  expect(both.split('\n').slice(-7)).toEqual(['<!-- soak -->', '', 'a soak', '', '<!-- growth -->', '', 'growth, first', ''].slice(-7));
  const later = pageWith(pageWith(both, 'workloads', 'tables'), 'growth', 'growth, second');
  expect(later.match(/<!-- \w+ -->\n\n.*/g)).toEqual([
    '<!-- workloads -->\n\ntables',
    '<!-- soak -->\n\na soak',
    '<!-- growth -->\n\ngrowth, second',
  ]);
  expect(pageWith(later, 'growth', 'growth, second')).toBe(later);
});

test('what is not timed is said in lines, without a table', () => {
  expect(tableOf({ name: 'size', what: 'on disk', measured: [], said: ['All: 1 KiB.'] })).toBe('### size: on disk\n\nAll: 1 KiB.');
});

test('a run that keeps its results is a whole one', () => {
  expect(benchOptions(['--keep', '--soak', '1']).keep).toBe(true);
  for (const bad of [
    ['--keep', '--only', 'order'],
    ['--keep', '--journey'],
  ])
    expect(() => benchOptions(bad)).toThrow('--keep keeps a whole run');
});
