import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromId, idPrefixes, newUuid, toId, tryId } from '#kernel/ids.ts';

test('an id reads back as the uuid it was made of, and as nothing of another kind', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }), (at) => {
      const uuid = newUuid(at);
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(fromId('order', toId('order', uuid))).toBe(uuid);
      expect(tryId('exam', toId('order', uuid))).toBe(null);
    }),
  );
});

test('ids sort by when they were made', () => {
  const moments = [0, 1, 1_000, 1_700_000_000_000, 1_800_000_000_000].map((ms) => new Date(ms));
  const ids = moments.map((at) => toId('order', newUuid(at)));
  expect([...ids].sort()).toEqual(ids);
});

test('no two kinds share a prefix', () => {
  expect(new Set(Object.values(idPrefixes)).size).toBe(Object.keys(idPrefixes).length);
});

test.each([
  '',
  'ord',
  'ord_',
  'ord_01h455vb4pex5vsknk084sn02',
  'ord_8zzzzzzzzzzzzzzzzzzzzzzzzz',
  'ord_01H455VB4PEX5VSKNK084SN02Q',
  "ord_'; drop table",
  'ord_01h455vb4pex5vsknk084sn0il',
])('%j is nobody’s id', (text) => {
  expect(tryId('order', text)).toBe(null);
  expect(() => fromId('order', text)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});

test('whatever the text, reading an id answers or is refused, and never breaks', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(tryId('order', `ord_${text}`)).toSatisfy((answer: unknown) => answer === null || typeof answer === 'string');
    }),
  );
});
