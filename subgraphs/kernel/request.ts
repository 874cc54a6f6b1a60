import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import type { Pool, PoolClient } from 'pg';
import { createAccessLog } from './access.ts';
import type { Actor } from './actor.ts';
import { type AuditEntry, type AuditKind, insertAudits } from './audit.ts';
import type { Context, Graph } from './context.ts';
import { type Client, createReadSession, type RawTx, settingsOf, withActor } from './db.ts';
import { Conflict, InvalidInput, NotFound, StepUpRequired } from './errors.ts';
import type { Events } from './events.ts';
import { notify } from './events.ts';
import { type Attempt, inputDigest, keepAnswer, takeKey } from './idempotency.ts';
import { newUuid, tryId } from './ids.ts';
import { deriveKey } from './keys.ts';
import { emit, type HandOff } from './outbox.ts';
import { permissions } from './permissions.ts';
import { idsIn, refusalEntry } from './refusal-entry.ts';
import type { Replica } from './replica.ts';
import type { SubgraphDefinition, SubgraphOptions } from './subgraph.ts';

/** What one request stands on: the parts of a running subgraph that a context is made from. */
export interface Ground<Tx extends RawTx> {
  readonly definition: SubgraphDefinition<Tx>;
  readonly options: SubgraphOptions;
  readonly client: Client<Tx>;
  readonly replica: Replica<Tx> | null;
  /** Two connections kept apart, so that a refusal is written down even when every other connection is busy. */
  readonly reserve: Pool;
  readonly events: Events;
  deliver(id: string): Promise<void>;
  refreshTenancy(): Promise<void>;
}

/** A context with what only the server may do to it. */
export interface Request<Tx extends RawTx> {
  readonly context: Context<Tx>;
  /** Writes the access and refusal rows and ends the read transaction: before the response leaves. Throws when it cannot. */
  finish(fields: readonly string[]): Promise<void>;
  /** Ends the read transaction without a trace; only for requests that failed before they read. */
  abandon(): Promise<void>;
}

interface Facts {
  readonly actor: () => Actor;
  readonly requestId: string;
  readonly idempotencyKey: string | undefined;
  /** Whether the operation is a query. */
  readonly onlyReads: boolean;
  readonly ended: AbortSignal;
  ask(context: { isWriting(): boolean; beforeAsking(): Promise<void> }): Graph;
}

const DELIVERY_MS = 6_000;
/** What fits into an index together with an actor. */
const LONGEST_KEY = 255;

function settled(work: Promise<unknown>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    work
      .catch(() => undefined)
      .then(() => {
        clearTimeout(timer);
        resolve();
      });
  });
}

/** Builds the context of one request. In both ways to run, this is the only place where one is made. */
export function createRequest<Tx extends RawTx>(ground: Ground<Tx>, facts: Facts): Request<Tx> {
  const { options, client } = ground;
  const access = createAccessLog(new Set(ground.definition.recordModels));
  const session = createReadSession(client, () => settingsOf(facts.actor(), options.clock.now()), access.seen);
  const loaders = new Map<string, DataLoader<string, { id: string } | null>>();
  let refusals: AuditEntry[] = [];
  let noted: AuditEntry[] = [];
  let tell: HandOff[] = [];
  let writing = false;
  let signed = false;

  const now = () => options.clock.now();
  const newId = () => newUuid(now());

  const context: Context<Tx> = {
    get actor() {
      return facts.actor();
    },
    requestId: facts.requestId,
    hasKey: facts.idempotencyKey !== undefined,
    log: options.log,
    events: ground.events,
    ended: facts.ended,
    db: session.db,
    now,
    newId,
    graph: facts.ask({ isWriting: () => writing, beforeAsking: () => session.close() }),
    async refreshTenancy() {
      if (writing) throw new Error('The tenancy is fetched after the transaction that changes it, not inside.');
      await session.close();
      await ground.refreshTenancy();
    },
    secretFor: (purpose) => deriveKey(options.secret, purpose),
    seen: (model, rows) => access.seen(model, rows),
    noteRead: (entry) => {
      noted.push(entry);
    },
    refused: (refusal, field, args, told) => {
      if (told !== undefined) tell.push(told);
      refusals.push(refusalEntry(refusal, field, args, homeOf(facts.actor(), args, access.tenants())));
    },
    requireStepUp() {
      if (!facts.actor().steppedUp(Math.floor(Date.now() / 1000))) throw new StepUpRequired();
      if (signed) throw new Conflict('One operation carries one signature: send the next in an operation of its own.');
      signed = true;
    },
    handOff: async (tx, handOff) => {
      pending.push(await emit(tx, context, handOff));
    },
    notify: async (tx, topic, id) => {
      await tx.$queryRawUnsafe(notify, ground.definition.name, `${topic}:${id}`);
    },
    load: <Row extends { id: string }>(model: string, id: string, where: Readonly<Record<string, unknown>> = {}) => {
      const key = `${model}:${JSON.stringify(where)}`;
      const loader = loaders.get(key) ?? loaderOf(session.db, model, where);
      loaders.set(key, loader);
      return loader.load(id) as Promise<Row | null>;
    },
    async aggregate(read) {
      if (ground.replica === null || !facts.onlyReads || writing) return read(session.db);
      // What was read on the way is let go, and what it wrote is acknowledged before the replica is asked for it.
      await session.close();
      const found = await ground.replica.read(settingsOf(facts.actor(), options.clock.now()), access.seen, read);
      return found === null ? read(session.db) : found.answer;
    },
    async write(write, run) {
      await session.close();
      loaders.clear();
      const attempt = attemptOf(write.info, write.args);
      writing = true;
      try {
        const row = await withActor(client, settingsOf(facts.actor(), options.clock.now()), async (tx) => {
          const before = attempt === null ? null : await takeKey(tx, attempt, now());
          if (before !== null) {
            // A retry changes nothing and is recorded as what it is: one more look at the record.
            const row = await again<Awaited<ReturnType<typeof run>>>(tx, write.answer, before);
            access.seen(write.answer, row);
            return row;
          }
          pending.length = 0;
          const done = await run(tx);
          if (attempt !== null) await keepAnswer(tx, attempt, { kind: write.answer, id: done.id });
          return done;
        });
        writing = false;
        const ids = pending.splice(0);
        await settled(Promise.all(ids.map((id) => ground.deliver(id))), DELIVERY_MS);
        return row;
      } finally {
        writing = false;
        pending.length = 0;
      }
    },
  };
  const pending: string[] = [];

  function attemptOf(info: GraphQLResolveInfo, args: unknown): Attempt | null {
    // A query that writes, because asking is recorded, is asked anew each time.
    if (facts.idempotencyKey === undefined || info.operation.operation !== 'mutation') return null;
    const path = String(info.path.key);
    const tooLong = (what: string) => new InvalidInput([{ path: what, message: `has at most ${LONGEST_KEY} characters` }]);
    if (facts.idempotencyKey.length > LONGEST_KEY) throw tooLong('Idempotency-Key');
    if (path.length > LONGEST_KEY) throw tooLong('alias');
    const secret = deriveKey(options.secret, 'idempotency');
    return { actor: facts.actor().sub, key: facts.idempotencyKey, path, inputHmac: inputDigest(secret, info.fieldName, args) };
  }

  async function writeTrail(rows: readonly [AuditKind, AuditEntry][], told: readonly HandOff[]): Promise<void> {
    const { text, values } = insertAudits(context, rows);
    // One statement is a transaction of its own; whoever may write the trail may write it whatever else their rights are.
    if (told.length === 0) return void (await ground.reserve.query(text, values));
    const reserved = await ground.reserve.connect();
    let broken: Error | undefined;
    try {
      await reserved.query('begin');
      await reserved.query(`select set_config('app.actor', $1, true), set_config('app.service', $2, true)`, [
        facts.actor().sub,
        facts.actor().service ?? '',
      ]);
      await reserved.query(text, values);
      // Its job delivers it: a request that was refused waits for nobody.
      for (const handOff of told) await emit(rawOn(reserved), context, handOff);
      await reserved.query('commit');
    } catch (error) {
      await reserved.query('rollback').catch((lost: Error) => {
        broken = lost;
      });
      throw error;
    } finally {
      reserved.release(broken);
    }
  }

  return {
    context,
    async abandon() {
      await session.close().catch(() => undefined);
    },
    async finish(fields) {
      const reads = [...access.take(fields), ...noted];
      noted = [];
      const refused = refusals;
      refusals = [];
      const told = tell;
      tell = [];
      loaders.clear();
      let open = session.isOpen;
      if (open) {
        await session
          .close(async (tx) => {
            if (reads.length === 0) return;
            const { text, values } = insertAudits(
              context,
              reads.map((entry) => ['ACCESS', entry]),
            );
            await tx.$executeRawUnsafe(text, ...values);
          })
          .catch(() => {
            open = false;
          });
      }
      const rest: [AuditKind, AuditEntry][] = [
        ...(open ? [] : reads.map((entry): [AuditKind, AuditEntry] => ['ACCESS', entry])),
        ...refused.map((entry): [AuditKind, AuditEntry] => ['REFUSAL', entry]),
      ];
      if (rest.length > 0) await writeTrail(rest, told);
    },
  };
}

function rawOn(connection: PoolClient): RawTx {
  return {
    $executeRawUnsafe: async (text, ...values) => (await connection.query(text, values)).rowCount ?? 0,
    $queryRawUnsafe: async <T>(text: string, ...values: unknown[]) => (await connection.query(text, values)).rows as T,
  };
}

/**
 * Whose trail a refusal belongs to: the clinic that was named or whose record was at hand, when the caller has a right there;
 * else the first place where they have one.
 */
function homeOf(actor: Actor, args: unknown, seen: readonly string[]): string | null {
  const reached = new Set(permissions.flatMap((permission) => actor.places(permission)));
  const named = idsIn(args).flatMap((id) => tryId('clinic', id) ?? []);
  return [...named, ...seen, ...reached].find((place) => reached.has(place)) ?? null;
}

async function again<Row>(tx: RawTx, model: string, id: string): Promise<Row> {
  const delegate = Reflect.get(tx, model) as { findUnique(args: unknown): Promise<Row | null> };
  const row = await delegate.findUnique({ where: { id } });
  if (row === null) throw new NotFound();
  return row;
}

function loaderOf(db: RawTx, model: string, where: Readonly<Record<string, unknown>>): DataLoader<string, { id: string } | null> {
  const delegate = Reflect.get(db, model) as { findMany(args: unknown): Promise<{ id: string }[]> };
  return new DataLoader(async (ids) => {
    const rows = await delegate.findMany({ where: { AND: [{ id: { in: [...ids] } }, where] } });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}
