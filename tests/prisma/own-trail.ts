import pg from 'pg';
import { auditValues, insertAudit } from '#kernel/audit.ts';
import { newUuid } from '#kernel/ids.ts';
import { seal } from '#kernel/seal.ts';
import { testDatabase } from '../support/postgres.ts';

/** Tables whose rows lie by month. */
export const monthly = ['audit_event', 'audit_patient', 'outbox_event'] as const;

/** A database of one's own, with rows of any age in the trail and the outbox of `pharmacies`. */
export interface OwnTrail extends AsyncDisposable {
  readonly ownerUrl: string;
  readonly workerUrl: string;
  /** One connection, so that what it begins it also commits. */
  readonly owner: pg.Pool;
  readonly worker: pg.Pool;
  write(at: Date, tenantId?: string | null): Promise<string>;
  emit(at: Date, deliveredAt: Date | null): Promise<string>;
  /** Seals all there is. */
  sealAll(): Promise<void>;
  /** Cuts the rows before the months at a moment, as if there had been months then already, into `_before` and `_old`; those again at an earlier one, into `_old` and `_older`. */
  cutAt(...moments: readonly Date[]): Promise<void>;
}

/** A moment some years ago. */
export const years = (n: number): Date => new Date(Date.now() - n * 365.25 * 86_400_000);

/** A pool whose tables are those of `pharmacies`. */
export function pharmaciesPool(connectionString: string, max = 2): pg.Pool {
  const made = new pg.Pool({ connectionString, max, options: '-c search_path=pharmacies' });
  made.on('error', () => undefined);
  return made;
}

/** Writes one row of the trail and answers its id. */
export async function writeTrail(on: pg.Pool, at: Date, tenantId: string | null = null): Promise<string> {
  const id = newUuid(at);
  const ctx = { actor: { sub: 'usr_1', name: 'Someone', service: null }, requestId: 'r', now: () => at, newId: () => id };
  await on.query(insertAudit, auditValues(ctx, 'CHANGE', { action: 'thing.changed', tenantId }));
  return id;
}

export async function ownTrail(): Promise<OwnTrail> {
  const database = await testDatabase();
  const { ownerUrl } = database;
  const { workerUrl } = database.addresses.pharmacies;
  const owner = pharmaciesPool(ownerUrl, 1);
  const worker = pharmaciesPool(workerUrl);
  return {
    ...{ ownerUrl, workerUrl, owner, worker },
    write: (at, tenantId) => writeTrail(owner, at, tenantId),
    async emit(at, deliveredAt) {
      const id = newUuid(at);
      await owner.query(
        `insert into outbox_event (id, topic, key, seq, attempt, payload, created_at, available_at, delivered_at) values ($1, 'order', $1, 1, 1, '{}', $2, $2, $3)`,
        [id, at.toISOString(), deliveredAt?.toISOString() ?? null],
      );
      return id;
    },
    async sealAll() {
      while ((await seal(worker)) > 0);
    },
    async cutAt(...moments) {
      for (const table of monthly) {
        const names = ['before', 'old', 'older'].map((name) => `${table}_${name}`);
        for (const [n, at] of moments.entries()) await cut(owner, { table, whole: names[n] ?? '', elder: names[n + 1] ?? '' }, at);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([owner.end(), worker.end()]);
      await database[Symbol.asyncDispose]();
    },
  };
}

async function cut(owner: pg.Pool, { table, whole, elder }: Record<'table' | 'whole' | 'elder', string>, at: Date): Promise<void> {
  await owner.query(`
    do $$ declare first uuid; beyond uuid; begin
      select first_id_of('${at.toISOString()}'), end_id into first, beyond from months_of('${table}') where part = '${whole}';
      alter table ${table} detach partition ${whole};
      create table ${elder} (like ${table} including defaults including constraints);
      alter table ${whole} disable trigger user;
      execute format('with moved as (delete from ${whole} where ${table === 'audit_patient' ? 'row_id' : 'id'} < %L returning *) insert into ${elder} select * from moved', first);
      alter table ${whole} enable trigger user;
      perform lock_month('${table}', '${elder}');
      execute format('alter table ${table} attach partition ${elder} for values from (minvalue) to (%L)', first);
      execute format('alter table ${table} attach partition ${whole} for values from (%L) to (%L)', first, beyond);
    end $$`);
}
