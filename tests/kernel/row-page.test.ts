import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidInput } from '#kernel/errors.ts';
import { fromItsCursor } from '#kernel/row-page.ts';

interface Row {
  readonly id: string;
  readonly at: number;
  readonly starts: number | null;
  readonly fits: boolean;
}
type Value = string | number | boolean | null;
type Where = Readonly<Record<string, unknown>>;

const id = (nth: number): string => `00000000-0000-7000-8000-${String(nth).padStart(12, '0')}`;
const rows = fc
  .uniqueArray(fc.record({ nth: fc.nat(60), at: fc.nat(3), starts: fc.option(fc.nat(3)), fits: fc.constant(true) }), {
    selector: ({ nth }) => nth,
    maxLength: 30,
  })
  .map((list) => list.map(({ nth, ...row }): Row => ({ id: id(nth), ...row })));
const ways = fc.constantFrom<{ orderBy: object[] }>(
  { orderBy: [{ id: 'desc' }] },
  { orderBy: [{ at: 'asc' }, { id: 'asc' }] },
  { orderBy: [{ at: 'desc' }, { id: 'desc' }] },
  { orderBy: [{ starts: { sort: 'asc', nulls: 'last' } }, { at: 'desc' }, { id: 'asc' }] },
  { orderBy: [{ starts: { sort: 'desc', nulls: 'first' } }, { id: 'asc' }] },
);

/** What a database makes of such a condition. */
function holds(where: Where, row: Where): boolean {
  return Object.entries(where).every(([key, wanted]) => {
    if (key === 'AND') return (wanted as Where[]).every((one) => holds(one, row));
    if (key === 'OR') return (wanted as Where[]).some((one) => holds(one, row));
    const own = row[key] as Value;
    if (typeof wanted !== 'object' || wanted === null) return own === wanted;
    return Object.entries(wanted).every(([way, value]) => {
      if (way === 'not') return own !== value;
      if (own === null || value === null) return false;
      return { gt: own > value, gte: own >= value, lt: own < value, lte: own <= value }[way];
    });
  });
}

function compare(orderBy: readonly object[], one: Row, other: Row): number {
  for (const [column, way] of orderBy.flatMap((part) => Object.entries(part))) {
    const { sort, nulls } = typeof way === 'string' ? { sort: way, nulls: 'last' } : way;
    const [a, b] = [one[column as keyof Row], other[column as keyof Row]];
    if (a === b) continue;
    if (a === null || b === null) return (a === null) === (nulls === 'last') ? 1 : -1;
    return a < b === (sort === 'asc') ? -1 : 1;
  }
  return 0;
}

async function read(stored: readonly Row[], orderBy: readonly object[], take: number, cursor: string | null): Promise<Row[]> {
  const query = { where: { fits: true }, orderBy: orderBy as never, take, skip: 1 };
  const load = async ({ where }: { where: { id: string } }) => stored.find((row) => row.id === where.id) ?? null;
  const { where } =
    cursor === null ? query : ((await fromItsCursor({ ...query, cursor: { id: cursor } }, load as never)) as { where: Where });
  const found = stored.filter((row) => holds(where, { ...row })).toSorted((a, b) => compare(orderBy, a, b));
  return take < 0 ? found.slice(take) : found.slice(0, take);
}

test('pages are the list, forwards and backwards, whatever comes meanwhile or fits the filter no longer', async () => {
  await fc.assert(
    fc.asyncProperty(
      rows,
      ways,
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      fc.infiniteStream(fc.boolean()),
      async (all, { orderBy }, size, back, coins) => {
        const steady = all.filter(() => coins.next().value === true);
        const seen: Row[] = [];
        for (let cursor: string | null = null; ; ) {
          // The others come and go, but a row that once was stays readable.
          const now = all.map((row) => (steady.includes(row) || coins.next().value === true ? row : { ...row, fits: false }));
          const page = await read(now, orderBy, back ? -size : size, cursor);
          if (back) seen.unshift(...page);
          else seen.push(...page);
          if (page.length < size) break;
          cursor = (back ? page[0] : page.at(-1))?.id ?? null;
        }
        const ids = seen.map((row) => row.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(seen.toSorted((a, b) => compare(orderBy, a, b))).toEqual(seen);
        expect(ids).toEqual(expect.arrayContaining(steady.map((row) => row.id)));
      },
    ),
  );
});

test.each([
  ['of a row that is gone', 5, { id: id(1) }, 'after'],
  ['of a row that is gone', -5, { id: id(1) }, 'before'],
  ['of no id', 5, { id: 'none' }, 'after'],
  ['of a number', -5, { id: 3 }, 'before'],
] as const)('a cursor %s is refused by its argument: take %i', async (_what, take, cursor, path) => {
  const page = fromItsCursor({ cursor, take, orderBy: [{ at: 'asc' }, { id: 'asc' }] }, async () => null);
  await expect(page).rejects.toThrow(new InvalidInput([{ path, message: 'is not a cursor of this list' }]));
});

test('a cursor that has the values is asked nothing more, and the first column bounds the search by itself', async () => {
  const place = { at: 3, id: id(1) };
  const query = { cursor: { at_id: place }, take: 21, skip: 1, orderBy: [{ at: 'asc' }, { id: 'asc' }] as const };
  expect(await fromItsCursor(query, () => expect.fail('nothing is to be loaded'))).toEqual({
    take: 21,
    orderBy: query.orderBy,
    where: { AND: [{}, { at: { gte: 3 } }, { OR: [{ AND: [{ at: { gt: 3 } }] }, { AND: [{ at: 3 }, { id: { gt: id(1) } }] }] }] },
  });
});
