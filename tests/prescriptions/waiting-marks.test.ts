import { expect, test } from 'vitest';
import { markDue } from '../../subgraphs/prescriptions/queue/waiting-marks.ts';

const since = new Date('2026-12-01T15:00:00.000Z');
const after = (minutes: number, ms = 0) => new Date(since.getTime() + minutes * 60_000 + ms);

test.each([
  ['one millisecond before the first mark', after(5, -1), 0, null],
  ['at the first mark', after(5), 0, 5],
  ['told already', after(14), 5, null],
  ['at the second', after(15), 5, 15],
  ['at the third', after(30), 15, 30],
  ['all told', after(600), 30, null],
  ['marks that were missed: the nearest alone', after(16), 0, 15],
  ['all marks missed', after(45), 0, 30],
  ['who waits since a time that is still to come', after(-1), 0, null],
])('%s', (_what, now, told, mark) => {
  expect(markDue(since, now, told)).toBe(mark);
});
