/** What a page's query says of where it begins, as Pothos hands it to Prisma. */
interface PageQuery {
  readonly cursor?: { readonly id?: unknown } | undefined;
  readonly take?: number | undefined;
}

/**
 * A condition on the column a list is sorted by that says again where a page begins. Prisma writes a cursor of two columns as an alternative
 * of two comparisons, which PostgreSQL cannot look up in an index: the hundredth page would read the ninety-nine before it. Empty for the first page and for a
 * cursor whose row is gone, of which Prisma makes an empty page. The column has a value in each row.
 */
export async function cursorBound<Column extends string, Value>(
  { cursor, take }: PageQuery,
  [column, direction]: readonly [Column, 'asc' | 'desc'],
  load: (id: string) => Promise<Readonly<Record<Column, Value>> | null>,
): Promise<{ [K in Column]?: { gte: Value } | { lte: Value } }> {
  if (typeof cursor?.id !== 'string') return {};
  const row = await load(cursor.id);
  if (row === null) return {};
  const isAscending = (direction === 'asc') === (take ?? 1) >= 0;
  const bound = isAscending ? { gte: row[column] } : { lte: row[column] };
  return { [column]: bound } as { [K in Column]?: { gte: Value } | { lte: Value } };
}
