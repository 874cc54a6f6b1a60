import { PrismaPg } from '@prisma/adapter-pg';
import type { ExecutionResult } from 'graphql';
import { Pool } from 'pg';
import { refusePowerfulRole } from '#prisma/check-role.ts';
import { type Actor, actorFrom, actorFromAsk, rememberingActors } from './actor.ts';
import { createAskVerifier } from './ask.ts';
import { createSettlingPool } from './begin.ts';
import type { ServiceContext } from './context.ts';
import type { RawTx } from './db.ts';
import { listen, notify } from './events.ts';
import { createPreparer, proofRequired, refusedWith, runOperation } from './execute.ts';
import { createGraph } from './graph.ts';
import { createProofCheck } from './hop.ts';
import { deriveKey, signingPairOf } from './keys.ts';
import { runJobs } from './outbox.ts';
import { createReplica, type Replica } from './replica.ts';
import { createRequest, type Ground, type Request } from './request.ts';
import { sealForever } from './seal.ts';
import { createDeliverer, createServiceContext } from './service-context.ts';
import { statementNames } from './statement-names.ts';
import type { RunningSubgraph, SubgraphCall, SubgraphDefinition, SubgraphOptions } from './subgraph.ts';
import { keepTenancy, refreshWhenTold, tenancyChanged } from './tenancy.ts';
import { fetchTenancy } from './tenancy-source.ts';

const APP_CONNECTIONS = 8;
const WORKER_CONNECTIONS = 4;
const RESERVED_CONNECTIONS = 2;
/** A row of the trail or a position takes milliseconds; a connection that is silent for so long is dropped, and another is opened. */
const RESERVED_MS = 5_000;

/** How unqualified names come to mean this subgraph's own schema. Behind a pooler the role's own path says so: connections there are others'. */
const pathTo = (schema: string, isPooled = false): { options?: string } => (isPooled ? {} : { options: `-c search_path=${schema},public` });

interface PoolSettings {
  readonly isPooled?: boolean;
  readonly query_timeout?: number;
}

/** A pool whose unqualified names mean this subgraph's own schema. */
function poolOf(connectionString: string, schema: string, max: number, { isPooled, ...more }: PoolSettings = {}): Pool {
  const pool = new Pool({ connectionString, max, ...pathTo(schema, isPooled), ...more });
  // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

type Who = { readonly actor: () => Actor; readonly isAsk: boolean; readonly expiresAt: number };

/** Starts a subgraph: pools, tenancy, jobs, sealing and events. Both ways to run start the same one. */
export async function startSubgraph<Tx extends RawTx>(
  definition: SubgraphDefinition<Tx>,
  options: SubgraphOptions,
): Promise<RunningSubgraph> {
  const { name } = definition;
  const { database, log } = options;
  const worker = poolOf(database.workerUrl, name, WORKER_CONNECTIONS);
  const reserve = poolOf(database.appUrl, name, RESERVED_CONNECTIONS, { isPooled: database.isPooled, query_timeout: RESERVED_MS });
  try {
    // Isolation rests on these roles having nothing but their grants, so that is seen to before anything is served.
    await Promise.all([refusePowerfulRole(reserve), refusePowerfulRole(worker)]);
  } catch (error) {
    await Promise.all([worker.end(), reserve.end()]);
    throw error;
  }
  const adapter = new PrismaPg(
    createSettlingPool({ connectionString: database.appUrl, max: APP_CONNECTIONS, ...pathTo(name, database.isPooled) }),
    { schema: name, statementNameGenerator: statementNames(), disposeExternalPool: true },
  );
  const client = definition.createClient(adapter);
  const replica: Replica<Tx> | null =
    database.replicaUrl === undefined
      ? null
      : createReplica({ url: database.replicaUrl, schema: name, createClient: definition.createClient, primary: reserve, log });
  const events = await listen(database.workerUrl, name, log);
  const askKey = signingPairOf(options.secret, 'ask').privateKey;
  const askVerifier = createAskVerifier(options.askKeys);
  const checkProof = createProofCheck(deriveKey(options.secret, 'hop'));
  const prepare = createPreparer(definition as unknown as SubgraphDefinition);

  const ownRight: (why: string) => ServiceContext<Tx> = createServiceContext({
    definition,
    options,
    client,
    askKey,
    deliver: (id) => deliver(id),
  });
  const deliver = createDeliverer(definition, worker, ownRight);
  const tenancy = keepTenancy(worker, () => fetchTenancy(definition, ownRight('tenancy')), log);
  const refreshTenancy = async (): Promise<void> => {
    await tenancy.refresh();
    await worker.query(notify, [name, tenancyChanged]);
  };
  const ground: Ground<Tx> = { definition, options, client, replica, reserve, events, deliver, refreshTenancy };
  const stopping = new AbortController();
  void refreshWhenTold(events, tenancy, stopping.signal, log);
  const jobs = await runJobs(
    worker,
    name,
    {
      deliver: async (payload) => deliver((payload as { id: string }).id),
      ...Object.fromEntries(
        Object.entries(definition.tasks ?? {}).map(([task, run]) => [
          task,
          async (payload: unknown) => run(ownRight(task), (payload as { id: string }).id),
        ]),
      ),
    },
    log,
    options.keepsSchedules === false ? {} : definition.schedules,
  );
  const stopSealing = sealForever(worker, log);

  const actorOf = rememberingActors();

  async function identify(authorization: string | undefined): Promise<Who | null> {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return null;
    const ask = await askVerifier.verify(token);
    if (ask !== null) {
      const actor = actorOf(ask, tenancy.current(), actorFromAsk);
      return { actor: () => actor, isAsk: true, expiresAt: ask.expiresAt };
    }
    const claims = await options.tokens.verify(token);
    if (claims === null) return null;
    let seen = tenancy.current();
    let actor = actorOf(claims, seen, actorFrom);
    return {
      // A subscription outlives what was true when it began: rights follow the tenancy.
      actor: () => {
        const current = tenancy.current();
        if (current !== seen) [seen, actor] = [current, actorOf(claims, current, actorFrom)];
        return actor;
      },
      isAsk: false,
      expiresAt: claims.expiresAt,
    };
  }

  function isProven({ body, headers: { requestId, authorization, proof } }: SubgraphCall, once: boolean): boolean {
    return checkProof(proof, { subgraph: name, requestId, authorization, body }, { once, nowMs: Date.now() });
  }

  function requestOf(call: SubgraphCall, who: Who, onlyReads: boolean, ended: AbortSignal): Request<Tx> {
    return createRequest(ground, {
      actor: who.actor,
      requestId: call.headers.requestId,
      idempotencyKey: call.headers.idempotencyKey,
      onlyReads,
      ended,
      ask: (context) =>
        createGraph({
          service: name,
          key: askKey,
          transport: options.ask,
          requestId: call.headers.requestId,
          log,
          actor: who.actor,
          isAsk: who.isAsk,
          ...context,
        }),
    });
  }

  return {
    name,
    sdl: definition.sdl,
    ready: tenancy.ready,
    refreshTenancy: tenancy.refresh,
    isProven: (call) => isProven(call, false),
    async execute(call: SubgraphCall): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
      const prepared = prepare(call);
      const isMutation = 'operation' in prepared && prepared.operation.operation === 'mutation';
      if (!isProven(call, isMutation)) {
        return refusedWith(...proofRequired);
      }
      if (!('operation' in prepared)) return prepared;
      const who = await identify(call.headers.authorization);
      if (who === null) return refusedWith('UNAUTHENTICATED', 'The token is missing, wrong or expired.');
      const ended = new AbortController();
      const onlyReads = prepared.operation.operation === 'query';
      const result = await runOperation(definition, prepared, call, requestOf(call, who, onlyReads, ended.signal), log);
      return Symbol.asyncIterator in result ? untilOver(result, who.expiresAt, call.signal, ended) : result;
    },
    async stop() {
      stopping.abort();
      tenancy.stop();
      await stopSealing();
      await jobs.stop();
      await events.stop();
      await Promise.all([client.$disconnect(), replica?.stop()]);
      await Promise.all([worker.end(), reserve.end()]);
    },
  };
}

/** Ends a subscription when its token does or its reader goes away, without waiting for a last event. */
async function* untilOver(
  stream: AsyncIterable<ExecutionResult>,
  expiresAt: number,
  gone: AbortSignal | undefined,
  ended: AbortController,
): AsyncGenerator<ExecutionResult> {
  const iterator = stream[Symbol.asyncIterator]();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'over'>((resolve) => {
    timer = setTimeout(() => resolve('over'), Math.max(0, expiresAt * 1000 - Date.now()));
    gone?.addEventListener('abort', () => resolve('over'), { once: true });
    if (gone?.aborted) resolve('over');
  });
  try {
    while (true) {
      const next = await Promise.race([iterator.next(), over]);
      if (next === 'over' || next.done) return;
      yield next.value;
    }
  } finally {
    clearTimeout(timer);
    ended.abort();
    void iterator.return?.();
  }
}
