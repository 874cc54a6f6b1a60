import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import type pg from 'pg';
import { asOwner } from './owner-client.ts';

/** Nothing of a subgraph's schema is managed from elsewhere. */
export const noFilter = { externalTables: [], externalEnums: [] };

type PrismaPgAdapter = Awaited<ReturnType<PrismaPg['connect']>>;
const CHAR = 18;
const TEXT = 25;

/** PostgreSQL refused a script, at a line of it. Nothing of the script was kept. */
export class ScriptFailed extends Error {
  override readonly name = 'ScriptFailed';
  readonly script: string;
  constructor(script: string, cause: pg.DatabaseError) {
    const line = script.slice(0, Number(cause.position ?? 0)).split('\n').length;
    super(cause.position ? `line ${line}: ${cause.message}` : cause.message, { cause });
    this.script = script;
  }
}

let loaded: Promise<void> | undefined;

/** Node has no stable import of WebAssembly modules yet, so the package's own entry is done by hand. */
async function load(): Promise<void> {
  // The engine reports its own crash through this global, and without it says nothing at all.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) } });
  const file = join(dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm')), 'schema_engine_bg.wasm');
  const imports = { './schema_engine_bg.js': bindings } as unknown as WebAssembly.Imports;
  const { instance } = await WebAssembly.instantiate(await readFile(file), imports);
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
}

/**
 * Prisma's own migration engine, in this process, working on one PostgreSQL schema of a database: tables outside it are
 * invisible to it. No binary is downloaded, and what it writes is what `prisma migrate deploy` would write.
 */
export async function withSchemaEngine<T>(
  url: string,
  schema: string,
  models: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  loaded ??= load();
  await loaded;
  const open: SqlDriverAdapter[] = [];
  let failed: ScriptFailed | undefined;
  const connect = async (address: string) => {
    const config = { connectionString: address, max: 3, options: `-c search_path="${schema}"` };
    const adapter = fitForMigrations(await new PrismaPg(config, { schema }).connect(), (error) => {
      failed = error;
    });
    open.push(adapter);
    return adapter;
  };
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(url),
    connectToShadowDb: () => connectToEmpty(url, connect),
  };
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [['schema.prisma', models]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  );
  try {
    return await work(engine);
  } catch (error) {
    throw failed ?? error; // the engine only says "external connector error"
  } finally {
    engine.free();
    // The engine forgets its connections, and with them the advisory lock it takes on one.
    for (const adapter of open) await adapter.dispose();
  }
}

/**
 * Two things the adapter of 7.10 does that its engine can't work with. It cuts a script at every semicolon, also inside a
 * function's body: sent whole, PostgreSQL cuts it properly and runs it as one transaction, so a migration that fails leaves
 * nothing behind. And it refuses the catalogue's one-byte "char".
 */
function fitForMigrations(adapter: PrismaPgAdapter, onFailure: (error: ScriptFailed) => void): PrismaPgAdapter {
  const pool = adapter.underlyingDriver();
  const query = pool.query.bind(pool) as (config: unknown) => Promise<pg.QueryResult>;
  const charColumns = new WeakMap<object, number[]>();
  const readable = async (config: unknown) => {
    const result = await query(config);
    const chars = result.fields.flatMap((field, index) => (field.dataTypeID === CHAR ? [index] : []));
    for (const index of chars) Object.assign(result.fields[index] ?? {}, { dataTypeID: TEXT });
    charColumns.set(result.rows, chars);
    return result;
  };
  pool.query = readable as typeof pool.query;
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (sql) => {
    const result = await queryRaw(sql);
    for (const index of charColumns.get(result.rows) ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
  const dispose = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    if (!pool.ended) await dispose();
  };
  adapter.executeScript = async (script) => {
    try {
      await query(script);
    } catch (error) {
      onFailure(new ScriptFailed(script, error as pg.DatabaseError));
      throw error;
    }
  };
  return adapter;
}

/** A throw-away database on the same server; the adapter's own way would connect to the real one again when given an address. */
async function connectToEmpty<A extends SqlDriverAdapter>(url: string, connect: (address: string) => Promise<A>): Promise<A> {
  const name = `goodfaith_shadow_${randomBytes(6).toString('hex')}`;
  const owner = (statement: string) => asOwner(url, (client) => client.query(statement));
  await owner(`create database ${name} template template0`);
  const adapter = await connect(Object.assign(new URL(url), { pathname: `/${name}` }).href);
  const dispose = adapter.dispose;
  adapter.dispose = async () => {
    await dispose();
    await owner(`drop database if exists ${name} with (force)`);
  };
  return adapter;
}

/** A folder of migrations as the engine wants it. */
export function asMigrationList(baseDir: string, migrations: readonly { name: string; sql: string }[]): MigrationList {
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}
