import type pg from 'pg';
import type { DatabaseName } from './models.ts';
import { asOwner } from './owner-client.ts';
import { StartRefused } from './start-refused.ts';

/** The two login roles of a subgraph: one that serves requests under row-level security, one that does its own chores. */
export const rolesOf = (name: DatabaseName) => ({ app: `goodfaith_${name}`, worker: `goodfaith_${name}_worker` });

/** Passwords of a subgraph's two roles, derived from the deployment's secret so that every replica agrees. */
export interface RolePasswords {
  readonly app: string;
  readonly worker: string;
}

/**
 * Makes a subgraph's PostgreSQL schema, its two roles (no login yet) and what they may do with tables that migrations
 * will create. Runs before every migration, so that a migration may grant, revoke and name the roles in policies.
 */
export async function prepareSchema(client: pg.ClientBase, name: DatabaseName): Promise<void> {
  const { app, worker } = rolesOf(name);
  for (const role of [app, worker]) {
    const exists = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    if (exists.rowCount === 0) await create(client, role);
  }
  await client.query(`
    create schema if not exists ${name};
    revoke all on schema ${name} from public;
    grant usage on schema ${name} to ${app}, ${worker};
    alter default privileges revoke execute on functions from public;
    alter default privileges in schema ${name} grant select, insert, update, delete on tables to ${app};
    alter default privileges in schema ${name} grant usage on sequences to ${app};
    alter default privileges in schema ${name} grant execute on functions to ${app};`);
}

async function create(client: pg.ClientBase, role: string): Promise<void> {
  try {
    await client.query(`create role ${role} nologin nosuperuser nobypassrls noinherit nocreatedb nocreaterole noreplication`);
  } catch (error) {
    throw new StartRefused(
      `The role ${role} does not exist and cannot be created (${(error as Error).message}): use an owner with CREATEROLE, or create the role first.`,
    );
  }
}

/** Lets the two roles log in, with nothing but their own schema before them. Runs after every migration. */
export async function ensureRoles(url: string, name: DatabaseName, passwords: RolePasswords): Promise<void> {
  await asOwner(url, async (client) => {
    for (const kind of ['app', 'worker'] as const) {
      const role = rolesOf(name)[kind];
      await client.query(`alter role ${role} login noinherit password ${client.escapeLiteral(passwords[kind])}`);
      await client.query(`alter role ${role} set search_path = ${name}`);
      await client.query(`revoke all on ${name}._prisma_migrations from ${role}`);
    }
    const { rows } = await client.query<{ database: string }>('select quote_ident(current_database()) as database');
    const database = rows[0]?.database;
    await client.query(`
      revoke create, temporary on database ${database} from public;
      grant connect on database ${database} to ${rolesOf(name).app}, ${rolesOf(name).worker};
      revoke execute on all functions in schema ${name} from public;`);
  });
}
