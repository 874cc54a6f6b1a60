import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { preparationKinds } from '#rules/beyond-use-table.ts';
import { addDays } from '#rules/dates.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { StorageCondition } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { dispensing, momentOf } from './given.ts';

/** The table as it was compiled from the chapters, one line a row; the pack must say the same to the letter. */
const [head = [], ...lines] = readFileSync(new URL('tables/beyond-use-dates.csv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(cells);
const rows = lines.map((line) => Object.fromEntries(head.map((name, at) => [name, line[at] ?? ''])));

function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}

const storages: Readonly<Record<string, StorageCondition>> = {
  'controlled-room-temperature': 'CONTROLLED_ROOM_TEMPERATURE',
  refrigerator: 'REFRIGERATED',
  freezer: 'FROZEN',
};
const number = (text = ''): number | null => (text === '' ? null : Number(text));
const found = (id: string) => library.latest.entries(`US.bud.${id}`);

test('the pack has each row of the table once, and no other', () => {
  expect(rows).toHaveLength(38);
  const recorded = library.latest.rules.map(({ id }) => id).filter((id) => id.startsWith('US.bud.'));
  expect(recorded.toSorted()).toEqual(rows.map(({ id }) => `US.bud.${id}`).toSorted());
});

test.each(rows.map((row) => [row['id'] ?? '', row] as const))('%s stands in the pack as in the table', (id, row) => {
  const own = ['id', 'citation', 'confidence', 'sourceTier', 'source', 'note'];
  const value = Object.fromEntries(
    head
      .filter((name) => !own.includes(name))
      .map((name) => [name, name === 'maxBudValue' || name === 'maxBudHours' ? number(row[name]) : row[name] || null]),
  );
  expect(found(id)).toHaveLength(1);
  const [rule] = found(id);
  expect(rule?.value).toEqual(value);
  expect([rule?.citation, rule?.confidence, rule?.sourceTier ?? '', rule?.source ?? '', rule?.note ?? '']).toEqual([
    row['citation'],
    row['confidence'],
    row['sourceTier'],
    row['source'],
    row['note'],
  ]);
});

const dispensed = rows.filter(({ category }) => category !== 'in use' && category !== 'immediate use');
const kindOf = (id = '') => id.replace(/-(CRT|REF|FRZ)$/, '');

describe('a beyond-use date is held against its row', () => {
  /** What the limit of USP says of a lot made at nine in the morning in Chicago. */
  function asked(row: Record<string, string>, beyondUseDate: string): string {
    const storage = storages[row['storage'] ?? ''] ?? 'FROZEN';
    const given = { ...dispensing(), preparationKind: kindOf(row['id']), storage, formulaStorage: storage, formulaDays: 400 };
    const results = evaluate({ ...given, beyondUseDate }, momentOf('order-dispensing'));
    const limit = results.find(({ id }) => id === 'bud.uspMaximum');
    expect(limit?.citation).toBe(row['citation']);
    return limit?.outcome ?? 'not asked';
  }
  const made = '2026-12-02T15:00:00Z';
  const later = (hours: number) => new Date(Date.parse(made) + hours * 3_600_000).toISOString();
  const named = (wanted: (row: Record<string, string>) => boolean) =>
    dispensed.filter(wanted).map((row) => [row['id'] ?? '', row] as const);

  test.each(named(({ maxBudUnit }) => maxBudUnit === 'd'))('%s: a day less, its last day, a day more', (_id, row) => {
    const days = Number(row['maxBudValue']);
    expect([days - 1, days, days + 1].map((n) => asked(row, addDays('2026-12-02', n)))).toEqual(['PASS', 'PASS', 'FAIL']);
    expect(days * 24).toBe(Number(row['maxBudHours']));
    const hours = Number(row['maxBudHours']);
    expect([hours - 1, hours, hours + 1].map((n) => asked(row, later(n)))).toEqual(['PASS', 'PASS', 'FAIL']);
  });
  test.each(named(({ maxBudUnit }) => maxBudUnit === 'h'))('%s: an hour less, its last hour, an hour more', (_id, row) => {
    const hours = Number(row['maxBudValue']);
    expect(hours).toBe(Number(row['maxBudHours']));
    expect([hours - 1, hours, hours + 1].map((n) => asked(row, later(n)))).toEqual(['PASS', 'PASS', 'FAIL']);
    expect(asked(row, '2026-12-02')).toBe('UNKNOWN');
  });
  test.each(named(({ maxBudUnit }) => maxBudUnit === ''))('%s: may not be kept so, not even for a day', (_id, row) => {
    expect([asked(row, '2026-12-02'), asked(row, later(1))]).toEqual(['FAIL', 'FAIL']);
  });
  test('and nothing is dispensed on a limit that runs from opening or from the bedside', () => {
    const bedside = rows.filter((row) => !dispensed.includes(row)).map(({ id }) => id ?? '');
    expect(bedside).toEqual(['797-IMMEDIATE', '797-MDC-INUSE', '797-SDC-INUSE', '797-OPH-CRT', '797-OPH-REF']);
    for (const id of bedside) {
      const given = { ...dispensing(), preparationKind: kindOf(id) };
      expect(evaluate(given, momentOf('order-dispensing')).find((each) => each.id === 'bud.uspMaximum')?.outcome).toBe('UNKNOWN');
    }
    expect(new Set(dispensed.map(({ id }) => kindOf(id)))).toEqual(new Set(preparationKinds));
  });
});
