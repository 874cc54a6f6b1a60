import { Logger, runMigrations } from 'graphile-worker';
import type pg from 'pg';
import type { DatabaseName } from './models.ts';
import { asOwner } from './owner-client.ts';
import { rolesOf } from './roles.ts';

/** The PostgreSQL schema in which a subgraph's job queue keeps its own tables. */
export const jobsSchemaOf = (name: DatabaseName) => `${name}_jobs`;

const silent = new Logger(() => () => undefined);

/**
 * Installs a subgraph's job queue as its owner. The worker role may run jobs; the app role can only ask for one, through
 * `enqueue(task, id)`: one waiting job per task and id, with nothing but the id in it.
 */
export async function installJobs(url: string, name: DatabaseName): Promise<void> {
  const jobs = jobsSchemaOf(name);
  const { app, worker } = rolesOf(name);
  await runMigrations({ connectionString: url, schema: jobs, logger: silent });

  await asOwner(url, async (owner) => {
    await owner.query(`
      revoke all on schema ${jobs} from public;
      grant usage on schema ${jobs} to ${worker};
      grant select, insert, update, delete on all tables in schema ${jobs} to ${worker};
      grant usage on all sequences in schema ${jobs} to ${worker};
      revoke execute on all functions in schema ${jobs} from public;
      grant execute on all functions in schema ${jobs} to ${worker};
      revoke insert, update, delete on ${jobs}.migrations from ${worker};

      create or replace function ${name}.enqueue(task text, id uuid, run_at timestamptz default now()) returns void
        language sql security definer set search_path = pg_catalog, pg_temp
        begin atomic
          select ${jobs}.add_job(task, json_build_object('id', id), run_at => run_at, job_key => task || ':' || id);
        end;
      revoke execute on function ${name}.enqueue(text, uuid, timestamptz) from public;
      grant execute on function ${name}.enqueue(text, uuid, timestamptz) to ${app}, ${worker};`);
    await letWorkerSeeRows(owner, jobs, worker);
  });
}

/** The queue's tables have row-level security and no policy, which shows them to their owner only. */
async function letWorkerSeeRows(owner: pg.Client, jobs: string, worker: string): Promise<void> {
  const tables = await owner.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
       and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'worked')`,
    [jobs],
  );
  for (const { name } of tables.rows) {
    await owner.query(`create policy worked on ${jobs}.${name} to ${worker} using (true) with check (true)`);
  }
}
