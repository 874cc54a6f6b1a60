import type { KeyObject } from 'node:crypto';
import type { PrismaPg } from '@prisma/adapter-pg';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Tenancy } from './actor.ts';
import type { Clock } from './clock.ts';
import type { ServiceContext } from './context.ts';
import type { Client, RawTx } from './db.ts';
import type { Log } from './log.ts';
import type { SubgraphName } from './names.ts';
import type { PendingHandOff } from './outbox.ts';
import type { TokenVerifier } from './token.ts';

/**
 * Delivers one hand-off: asks the receiver, outside any transaction, and answers what to do with its reply inside the
 * transaction that marks it delivered. Throwing means "not delivered": it is tried again.
 */
export type Delivery<Tx extends RawTx> = (service: ServiceContext<Tx>, handOff: PendingHandOff) => Promise<(tx: Tx) => Promise<unknown>>;

/** What makes a subgraph itself; the kernel makes it run. */
export interface SubgraphDefinition<Tx extends RawTx = RawTx> {
  readonly name: SubgraphName;
  readonly schema: GraphQLSchema;
  readonly sdl: string;
  createClient(adapter: PrismaPg): Client<Tx>;
  /** Prisma models whose rows are part of a patient's record: reading one is itself recorded. */
  readonly recordModels: readonly string[];
  /** By topic of the outbox. */
  readonly deliveries?: Readonly<Record<string, Delivery<Tx>>>;
  /** Jobs by task name; each gets the id it was enqueued with. */
  readonly tasks?: Readonly<Record<string, (service: ServiceContext<Tx>, id: string) => Promise<void>>>;
  /** Tasks that run by the clock, with their crontab pattern (UTC). They get no id, run once however many processes there are, and a missed one is not made up for. */
  readonly schedules?: Readonly<Record<string, string>>;
  /** Only the owner of the tenancy reads it from its own tables; the others ask the graph. */
  readonly readTenancy?: (tx: Tx) => Promise<Tenancy>;
}

/** How a question reaches the gateway's internal door. */
export type AskTransport = (
  token: string,
  body: { query: string; variables: Record<string, unknown> },
  requestId: string,
  signal: AbortSignal,
) => Promise<ExecutionResult>;

/** Where a subgraph runs: its database, its keys, whom it believes, and what time it is. */
export interface SubgraphOptions {
  readonly database: {
    readonly appUrl: string;
    readonly workerUrl: string;
    /** Whether requests go through a pooler, which takes no setting with a connection. */
    readonly isPooled?: boolean;
    /** A read replica for figures, as the role that serves requests. */
    readonly replicaUrl?: string | undefined;
  };
  /** The subgraph's own secret, base64url; every key it has is derived from it. */
  readonly secret: string;
  readonly tokens: TokenVerifier;
  readonly askKeys: Readonly<Record<SubgraphName, KeyObject>>;
  readonly ask: AskTransport;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether tasks also run by the clock, which they do unless this says no: with a clock that is moved about, the machine's minute is chance. */
  readonly keepsSchedules?: boolean;
}

/** One operation as the gateway sends it. `body` is the exact text that the proof was made over. */
export interface SubgraphCall {
  readonly body: string;
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
  readonly operationName: string | undefined;
  readonly headers: {
    readonly authorization: string | undefined;
    readonly requestId: string;
    readonly proof: string | undefined;
    readonly idempotencyKey: string | undefined;
  };
  readonly signal?: AbortSignal;
}

/** A subgraph that answers, in this process or behind a port. */
export interface RunningSubgraph {
  readonly name: SubgraphName;
  readonly sdl: string;
  /** Resolves once it knows the tenancy: until then it shows nothing. */
  readonly ready: Promise<void>;
  /** Whether a call has the gateway's proof, without using it up. `execute` asks again, for itself. */
  isProven(call: SubgraphCall): boolean;
  execute(call: SubgraphCall): Promise<ExecutionResult | AsyncIterable<ExecutionResult>>;
  /** Fetches the tenancy now instead of at the next refresh. */
  refreshTenancy(): Promise<void>;
  stop(): Promise<void>;
}
