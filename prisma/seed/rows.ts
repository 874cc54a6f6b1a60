import type { ClientBase } from 'pg';

/** A row to insert, by column name. Every column without a default of null must be named. */
export type Row = Readonly<Record<string, unknown>>;

/** Inserts rows into one table, in one statement a thousand. Values are read as the table's own column types. */
export async function insertRows(client: ClientBase, table: string, rows: readonly Row[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 1_000) {
    const batch = rows.slice(start, start + 1_000);
    const columns = Object.keys(batch[0] ?? {})
      .map((name) => `"${name}"`)
      .join(', ');
    await client.query(`insert into ${table} (${columns}) select ${columns} from jsonb_populate_recordset(null::${table}, $1::jsonb)`, [
      JSON.stringify(batch),
    ]);
  }
}

/** The moment of seeding, from which every date of the world is counted, so that the world is never born stale. */
export interface SeedTime {
  readonly now: Date;
}

/** The calendar day so many days from seeding, YYYY-MM-DD. */
export function inDays(time: SeedTime, days: number): string {
  return new Date(time.now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
}

/** The moment so many days from seeding. */
export function atDays(time: SeedTime, days: number): string {
  return new Date(time.now.getTime() + days * 86_400_000).toISOString();
}
