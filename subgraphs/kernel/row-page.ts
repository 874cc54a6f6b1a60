import { InvalidInput } from './errors.ts';

type Row = Readonly<Record<string, unknown>>;
type Direction = 'asc' | 'desc';
type Sorting = Readonly<Record<string, Direction | { readonly sort: Direction; readonly nulls?: 'first' | 'last' }>>;

/** What a `findMany` says of its page, as Pothos hands it over. */
interface PageQuery {
  readonly cursor?: Row;
  readonly orderBy?: Sorting | readonly Sorting[];
  readonly skip?: number;
  readonly take?: number;
  readonly where?: object;
}

interface Key {
  readonly column: string;
  readonly isAscending: boolean;
  /** Null for a column that has a value in each row. */
  readonly nullsLast: boolean | null;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The query of a page that begins at a cursor, saying where that is by the values of the columns it is sorted by. Prisma's own cursor would
 * read every page before this one, leave out a row when the cursor's no longer fits the filter, and answer an empty page when it is gone. The values stand in the
 * cursor where it has them all (one of several columns), else `load` reads them by its id. A sorted column that may be null says where nulls
 * stand. Throws InvalidInput naming the argument for a cursor of no row that the caller may see.
 */
export async function fromItsCursor(query: PageQuery, load: (find: object) => Promise<Row | null>): Promise<object> {
  const { cursor, orderBy, skip: _skip, where, ...rest } = query;
  const isBackwards = (query.take ?? 1) < 0;
  const keys = [orderBy ?? []].flat().flatMap((one) => Object.entries(one).map(([column, way]) => keyOf(column, way, isBackwards)));
  const values = cursor === undefined ? null : await valuesAt(cursor, keys, load);
  if (values === null) throw new InvalidInput([{ path: isBackwards ? 'before' : 'after', message: 'is not a cursor of this list' }]);
  return { ...rest, orderBy, where: { AND: [where ?? {}, ...beyond(keys, values)] } };
}

function keyOf(column: string, way: Sorting[string], isBackwards: boolean): Key {
  const { sort, nulls } = typeof way === 'string' ? { sort: way, nulls: undefined } : way;
  return {
    column,
    isAscending: (sort === 'asc') !== isBackwards,
    nullsLast: nulls === undefined ? null : (nulls === 'last') !== isBackwards,
  };
}

async function valuesAt(cursor: Row, keys: readonly Key[], load: (find: object) => Promise<Row | null>): Promise<Row | null> {
  const [first] = Object.values(cursor);
  const own = typeof first === 'object' && first !== null ? (first as Row) : cursor;
  if (keys.every(({ column }) => own[column] !== undefined)) return keys.every(({ column }) => fits(column, own[column])) ? own : null;
  if (!fits('id', cursor['id'])) return null;
  return load({ where: { id: cursor['id'] }, select: Object.fromEntries(keys.map(({ column }) => [column, true])) });
}

const fits = (column: string, value: unknown): boolean => column !== 'id' || (typeof value === 'string' && uuid.test(value));

/** What comes after these values; the first column's bound once more by itself, which PostgreSQL can look up in an index. */
function beyond(keys: readonly Key[], values: Row): object[] {
  const ways = keys.map((key, nth) => ({
    AND: [...keys.slice(0, nth).map(({ column }) => ({ [column]: values[column] })), after(key, values[key.column])],
  }));
  const [first] = keys;
  const isBound = first !== undefined && first.nullsLast === null && keys.length > 1;
  return [...(isBound ? [{ [first.column]: { [first.isAscending ? 'gte' : 'lte']: values[first.column] } }] : []), { OR: ways }];
}

function after({ column, isAscending, nullsLast }: Key, value: unknown): object {
  if (value === null) return nullsLast ? { OR: [] } : { [column]: { not: null } };
  const bound = { [column]: { [isAscending ? 'gt' : 'lt']: value } };
  return nullsLast ? { OR: [bound, { [column]: null }] } : bound;
}
