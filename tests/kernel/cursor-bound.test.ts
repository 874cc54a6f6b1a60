import { expect, test } from 'vitest';
import { cursorBound } from '#kernel/cursor-bound.ts';

const row = { at: new Date('2026-11-01T00:00:00Z') };
const found = async () => row;

test.each([
  ['asc', 21, { at: { gte: row.at } }],
  ['asc', -21, { at: { lte: row.at } }],
  ['desc', 21, { at: { lte: row.at } }],
  ['desc', -21, { at: { gte: row.at } }],
] as const)('a page %s of %i goes on from its row', async (direction, take, bound) => {
  expect(await cursorBound({ cursor: { id: 'x' }, take }, ['at', direction], found)).toEqual(bound);
});

test('a first page has no bound, and neither has one whose row is gone', async () => {
  expect(await cursorBound({ take: 21 }, ['at', 'asc'], () => expect.fail('nothing is to be loaded'))).toEqual({});
  expect(await cursorBound({ cursor: { id: 'x' }, take: 21 }, ['at', 'asc'], async () => null)).toEqual({});
});
