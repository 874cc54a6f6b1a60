import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { EnvRefused, readEnv } from '#kernel/env.ts';
import { seedClinics } from './seed/clinics.ts';
import { personas } from './seed/personas.ts';
import { seedPharmacies } from './seed/pharmacies.ts';
import { seedPhysicians } from './seed/physicians.ts';
import { seedPrescriptions } from './seed/prescriptions.ts';
import type { SeedTime } from './seed/rows.ts';

/**
 * Fills an empty database with the invented world, in one transaction: all of it or nothing. Answers false when there is
 * a world already. Everything is derived from one seed; dates are counted from `now`.
 */
export async function seedDatabase(ownerUrl: string, now: Date): Promise<boolean> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtext('goodfaith-seed'))`);
    const found = await client.query('select 1 from clinics.mso limit 1');
    if (found.rowCount !== 0) {
      await client.query('rollback');
      return false;
    }
    const time: SeedTime = { now };
    await seedClinics(client, time);
    await seedPhysicians(client, time);
    await seedPharmacies(client, time);
    await seedPrescriptions(client, time);
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    await client.end();
  }
}

/** Writes down who the sandbox can be tried as, where the token command and the console look. */
export async function writePersonas(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, 'personas.json');
  await writeFile(`${path}.new`, `${JSON.stringify(personas, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** What a start does: seeds when there is nothing yet, and says which it was. */
export async function seed(ownerUrl: string, dataDir: string, say: (line: string) => void): Promise<void> {
  const fresh = await seedDatabase(ownerUrl, new Date());
  await writePersonas(dataDir);
  say(fresh ? `seed: ${Object.keys(personas).length} personas and their world written` : 'seed: the world is there already');
}

/** `npm run seed`: the invented world into an empty, migrated database of one's own. An embedded instance seeds itself. */
async function main(): Promise<void> {
  const { databaseUrl, dataDir, production } = readEnv();
  if (databaseUrl === undefined)
    throw new EnvRefused(['DATABASE_URL is needed: an empty database that is migrated. npm start seeds its own.']);
  if (production) throw new EnvRefused(['An invented world has no place in production: unset NODE_ENV, or leave the database empty.']);
  await seed(databaseUrl, dataDir, (line) => console.log(line));
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
