import type { GraphQLResolveInfo } from 'graphql';
import type { Actor } from './actor.ts';
import type { AuditEntry } from './audit.ts';
import type { RawTx } from './db.ts';
import type { Refusal } from './errors.ts';
import type { Events } from './events.ts';
import type { Log } from './log.ts';
import type { HandOff } from './outbox.ts';

/** A question to the graph: a document kept in the repository, so that a test can hold it against the composed schema. */
export interface Question<Answer, Variables extends Record<string, unknown>> {
  readonly document: string;
  /** Whose right it is read by. Facts without a patient in them: the service's; everything else: the user's. */
  readonly by: 'service' | 'user';
  /** Never set: carries the types. */
  readonly types?: (variables: Variables) => Answer;
}

/** Declares a question. The answer's type is what the document selects; an error or a null in it is *unknown*. */
export function question<Answer, Variables extends Record<string, unknown>>(
  by: 'service' | 'user',
  document: string,
): Question<Answer, Variables> {
  const asked = { by, document };
  declared.push(asked);
  return asked;
}

const declared: Question<unknown, never>[] = [];

/** Every question declared by the modules loaded so far: a test holds them against the composed schema. */
export function declaredQuestions(): readonly { readonly by: 'service' | 'user'; readonly document: string }[] {
  return declared;
}

/** How a subgraph asks another: through the gateway, as a client would, with a deadline. */
export interface Graph {
  /** Null when the graph did not answer, or answered with an error: unknown, and unknown blocks. Throws inside a write transaction or an ask. */
  ask<Answer, Variables extends Record<string, unknown>>(
    question: Question<Answer, Variables>,
    variables: Variables,
  ): Promise<Answer | null>;
  /** Gives the read connection back before a wait that is not an ask of one's own: the next read opens another. */
  beforeWaiting(): Promise<void>;
}

/** What a write needs besides its own code. */
export interface WriteOptions {
  readonly info: GraphQLResolveInfo;
  /** The mutation's coerced arguments: what the idempotency key is bound to. */
  readonly args: unknown;
  /** The Prisma model of the record that the mutation answers, by which a retry reads it again. */
  readonly answer: string;
}

/** Everything a resolver may touch. `Tx` is the subgraph's own Prisma transaction client. */
export interface Context<Tx extends RawTx> {
  readonly actor: Actor;
  readonly requestId: string;
  /** Whether the request came with an idempotency key: what a first attempt did is then found in the write alone, so nothing may be refused before it. */
  readonly hasKey: boolean;
  readonly log: Log;
  readonly graph: Graph;
  readonly events: Events;
  /** Fires when a subscription is over: its reader went away or its token ended. Give it to `events.subscribe`. */
  readonly ended: AbortSignal;
  /** Reads, under the caller's row-level rights, in one lazily opened transaction a request. */
  readonly db: Tx;
  /** One row by its stored id, batched with every other asked for in the same tick; null when there is none to see. */
  load<Row extends { id: string }>(model: string, id: string, where?: Readonly<Record<string, unknown>>): Promise<Row | null>;
  /**
   * Figures over many rows, which a read replica may answer when there is one: under the same rights, with everything in them that was
   * acknowledged before, anywhere. In a mutation it is `db`. `read` only reads, through what it is given, and may run twice.
   */
  aggregate<R>(read: (db: Tx) => Promise<R>): Promise<R>;
  /** Business time. */
  now(): Date;
  /** A new stored id (UUID version 7), in step with business time. */
  newId(): string;
  /**
   * One transaction that changes something: idempotency first, then `run`, all under the caller's rights. Whatever is
   * thrown inside rolls everything back, the idempotency key included.
   */
  write<Row extends { id: string }>(options: WriteOptions, run: (tx: Tx) => Promise<Row>): Promise<Row>;
  /** Writes a hand-off with the change, and delivers it once when the transaction has committed. */
  handOff(tx: Tx, handOff: HandOff): Promise<void>;
  /** Tells subscribers, when the transaction commits, that a record changed. */
  notify(tx: Tx, topic: string, id: string): Promise<void>;
  /** Throws StepUpRequired unless a second factor was used within five minutes; one signing mutation per operation. */
  requireStepUp(): void;
  /** Tells the access record of rows that came with another in one read: it sees by itself only the rows that were asked for. */
  seen(model: string, rows: unknown): void;
  /** Adds an access row of a resolver's own making, for reads that the row loader cannot see. */
  noteRead(entry: AuditEntry): void;
  /** Keeps a refusal for the trail, with the ids that were asked about; and tells of it, where others must know what was found. */
  refused(refusal: Refusal, field: string, args: unknown, told?: HandOff): void;
  /** Fetches who belongs where now: for whoever has changed it, or was told that it changed. Throws inside a write transaction. */
  refreshTenancy(): Promise<void>;
  /** A secret of this subgraph's own for one purpose, 32 bytes. */
  secretFor(purpose: string): Buffer;
}

/** What a delivery or a job runs with: the subgraph's own right, no user. */
export interface ServiceContext<Tx extends RawTx> {
  readonly actor: Actor;
  readonly requestId: string;
  readonly log: Log;
  readonly graph: Graph;
  now(): Date;
  newId(): string;
  /** One transaction under the subgraph's own right. */
  write<R>(run: (tx: Tx) => Promise<R>): Promise<R>;
  handOff(tx: Tx, handOff: HandOff): Promise<void>;
  notify(tx: Tx, topic: string, id: string): Promise<void>;
}
