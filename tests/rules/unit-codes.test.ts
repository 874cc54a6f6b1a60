import { expect, test } from 'vitest';
import { ucumCodes } from '#kernel/identifiers-product.ts';
import { unitCodes, unitCodeSource } from '#rules/unit-codes.ts';

test('every unit that is taken has its line, and no other', () => {
  expect(unitCodes.flatMap(({ ucum }) => ucum ?? []).toSorted()).toEqual([...ucumCodes].toSorted());
});

test('each mapping to the NCI Thesaurus is a code with its confidence, and no code means two units', () => {
  const mapped = unitCodes.filter(({ nci }) => nci !== null);
  expect(mapped.map(({ ucum, nci, confidence }) => [ucum, nci, confidence])).toEqual([
    ['mg', 'C28253', 'known'],
    ['g', 'C48155', 'known'],
    ['mL', 'C28254', 'known'],
    ['{capsule}', 'C48480', 'known'],
    ['{tablet}', 'C48542', 'known'],
    ['{syringe}', 'C48540', 'known'],
    ['{vial}', 'C48551', 'known'],
    [null, 'C48504', 'known'],
    [null, 'C38046', 'known'],
  ]);
  expect(unitCodes.filter(({ nci, nciMeaning, confidence }) => (nci === null) !== (nciMeaning === null && confidence === null))).toEqual(
    [],
  );
  expect(unitCodeSource.asOf).toMatch(/^\d{4}-\d\d-\d\d$/);
});
