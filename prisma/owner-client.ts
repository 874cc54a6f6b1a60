import pg from 'pg';
import { StartRefused } from './start-refused.ts';

/** Runs work on one connection of the database's owner. A connection that breaks while idle is noticed by the next statement. */
export async function asOwner<T>(url: string, work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: url, application_name: 'goodfaith owner' });
  owner.on('error', () => undefined);
  await owner.connect().catch((error: Error) => {
    throw new StartRefused(`The database does not answer (${error.message}): check DATABASE_URL and that it runs.`);
  });
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}
