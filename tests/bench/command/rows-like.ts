import type { Client } from 'pg';

/** Rows at once: what a statement that grows with them may hold of memory. */
const AT_ONCE = 50_000;

/**
 * Writes rows like one that is there. What differs from row to row is an expression by column, over `n` from 1 to `count` and over `t`, the row.
 * They are made in the database, so nothing goes over the wire, which is why this is no COPY. Constraints hold; triggers are the caller's affair.
 */
export async function writeRowsLike(
  client: Client,
  like: { readonly schema: string; readonly table: string; readonly id: string },
  differing: Readonly<Record<string, string>>,
  count: number,
  say: (done: number) => void,
): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = $1 and table_name = $2 and is_generated = 'NEVER'`,
    [like.schema, like.table],
  );
  const names = rows.map(({ name }) => name);
  const unknown = Object.keys(differing).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`${like.schema}.${like.table} has no column ${unknown.join(', ')}.`);
  const table = `${client.escapeIdentifier(like.schema)}.${client.escapeIdentifier(like.table)}`;
  const values = names.map((name) => differing[name] ?? `t.${client.escapeIdentifier(name)}`);
  const text = `insert into ${table} (${names.map((name) => client.escapeIdentifier(name)).join(', ')})
    select ${values.join(', ')} from (select * from ${table} where id = $1) t, generate_series($2::int + 1, $2::int + $3::int) n`;
  for (let done = 0; done < count; done += AT_ONCE) {
    await client.query(text, [like.id, done, Math.min(AT_ONCE, count - done)]);
    say(Math.min(count, done + AT_ONCE));
  }
}

/** How far it is, as a bar. */
export const bar = (share: number): string => `[${'#'.repeat(Math.round(share * 20)).padEnd(20, '.')}]`;

const ROWS = 'BENCH_ROWS';

/** How many rows a measurement writes: a million, or as whoever started this process asked for. */
export const rowsAsked = (): number => Number(process.env[ROWS] ?? 1_000_000);

/** The environment of a process that writes so many. */
export const askingRows = (rows: number): Record<string, string> => ({ [ROWS]: String(rows) });
