import { randomUUID } from 'node:crypto';
import { type ExecutionResult, OperationTypeNode } from 'graphql';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { createAskVerifier } from '#kernel/ask.ts';
import { createSandboxClock, type SandboxClock } from '#kernel/clock.ts';
import { deriveKey, signingPairOf } from '#kernel/keys.ts';
import { createLog, type Log } from '#kernel/log.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import type { AskTransport, RunningSubgraph } from '#kernel/subgraph.ts';
import { createTokenVerifier } from '#kernel/token.ts';
import { type InventedGrant, personas } from '#prisma/seed/personas.ts';
import { startInProcess } from '../../gateway/in-process.ts';
import { createInternalAsk } from '../../gateway/internal-ask.ts';
import { isStream } from '../../gateway/streams.ts';
import { createSubgraphCalls } from '../../gateway/subgraph-call.ts';
import { createSupergraph } from '../../gateway/supergraph.ts';
import { composeSupergraph } from '../../schema/compose.ts';
import { type TestDatabase, testDatabase } from './postgres.ts';
import { seeded } from './test-roles.ts';

type Variables = Record<string, unknown>;

/** Answers are read by tests that know their shape. */
// biome-ignore lint/suspicious/noExplicitAny: a test names the fields it asked for
export type Data = any;

/** What came back: `data` as asked for, and the codes of errors with their paths. */
export interface Reply {
  readonly data: Data;
  readonly errors: readonly { code: string; path: string; message: string }[];
}

/** Someone who asks the graph. */
export interface Asker {
  ask(document: string, variables?: Variables, options?: { idempotencyKey?: string }): Promise<Reply>;
  /** As `ask`, for what must work: an error or a refusal fails the test with the whole story. */
  get(document: string, variables?: Variables, options?: { idempotencyKey?: string }): Promise<Data>;
  subscribe(document: string, variables: Variables, signal: AbortSignal): Promise<AsyncIterable<ExecutionResult>>;
  readonly token: string;
}

/** Who asks: a person, or with a client id of its own a program. */
export interface Caller {
  readonly sub: string;
  readonly name: string;
  readonly grants: readonly InventedGrant[];
  readonly clientId?: string;
}

/** How somebody signed in. */
export interface SignIn {
  readonly stepUp?: boolean;
  /** How long ago the second factor was proved: one that signs each thing with a proof of its own has several. */
  readonly provedSecondsAgo?: number;
  /** RFC 8176 methods; a password and a one-time code when left out. */
  readonly amr?: readonly string[];
}

/** The four subgraphs and the gateway over a database of the test's own, in this process. */
export interface TestGraph extends AsyncDisposable {
  as(persona: string, options?: SignIn): Promise<Asker>;
  /** Someone who is no persona. */
  asSomeone(who: Caller, options?: SignIn): Promise<Asker>;
  readonly clock: SandboxClock;
  readonly database: TestDatabase;
  readonly running: Readonly<Record<SubgraphName, RunningSubgraph>>;
  readonly secrets: Readonly<Record<SubgraphName, string>>;
  /** Runs SQL as the owner, who sees everything. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
}

const ISSUER = 'https://issuer.test';

function perSubgraph<Value>(value: (name: SubgraphName) => Value): Record<SubgraphName, Value> {
  return Object.fromEntries(subgraphNames.map((name) => [name, value(name)])) as Record<SubgraphName, Value>;
}

/** Starts a graph on a copy of the invented world, or on a database that is already there; dispose of it in `afterAll`, or with `await using`. */
export async function testGraph(from: string | TestDatabase = seeded, log: Log = createLog('silent', 'test')): Promise<TestGraph> {
  const database = typeof from === 'string' ? await testDatabase(from) : from;
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
  const pair = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }] };
  const tokens = createTokenVerifier({ issuer: ISSUER, audience: 'goodfaith', keys });
  const secrets = perSubgraph((name) => deriveKey(Buffer.alloc(32, 7).toString('base64url'), `subgraph:${name}`).toString('base64url'));
  const askKeys = perSubgraph((name) => signingPairOf(secrets[name], 'ask').publicKey);
  const clock = createSandboxClock();
  let transport: AskTransport | undefined;
  const ask: AskTransport = async (...asked) => {
    if (!transport) throw new Error('Asked before the graph was there.');
    return transport(...asked);
  };
  const running = await startInProcess((name) => ({
    database: database.addresses[name],
    secret: secrets[name],
    tokens,
    askKeys,
    ask,
    clock,
    log,
    // Whoever tests a job has it run; the minute in which a test happens to run has no say.
    keepsSchedules: false,
  }));
  const call = createSubgraphCalls(
    perSubgraph((name) => (asked) => running[name].execute(asked)),
    perSubgraph((name) => deriveKey(secrets[name], 'hop')),
  );
  const supergraph = await createSupergraph({
    sdl: composeSupergraph(perSubgraph((name) => running[name].sdl)),
    call,
    introspection: true,
  });
  transport = createInternalAsk({ supergraph, asks: createAskVerifier(askKeys), log });
  await Promise.all(subgraphNames.map((name) => running[name].ready));

  async function mint(who: Caller, { stepUp = false, provedSecondsAgo = 0, amr = ['pwd', 'otp'] }: SignIn): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const signedIn = stepUp ? { auth_time: now - provedSecondsAgo, amr } : { auth_time: now - 3600, amr: ['pwd'] };
    const by = who.clientId === undefined ? { client_id: 'test', ...signedIn } : { client_id: who.clientId };
    return new SignJWT({ name: who.name, grants: who.grants, ...by })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'test' })
      .setIssuer(ISSUER)
      .setSubject(who.sub)
      .setAudience('goodfaith')
      .setIssuedAt(now)
      .setExpirationTime(now + 600)
      .setJti(randomUUID())
      .sign(pair.privateKey);
  }

  async function asSomeone(who: Caller, signIn: SignIn = {}): Promise<Asker> {
    const token = await mint(who, signIn);
    const signedInAt = Date.now();
    let current = { token, mintedAt: signedInAt };
    /** Whoever is at it for longer than a token lasts gets another, as from an issuer: signed in once, and proved when they were. */
    async function caller(idempotencyKey?: string, signal?: AbortSignal) {
      const now = Date.now();
      if (now - current.mintedAt > 300_000) {
        const provedSecondsAgo = (signIn.provedSecondsAgo ?? 0) + Math.floor((now - signedInAt) / 1000);
        current = { token: await mint(who, { ...signIn, provedSecondsAgo }), mintedAt: now };
      }
      return { authorization: `Bearer ${current.token}`, requestId: randomUUID(), idempotencyKey, signal };
    }
    const asker: Asker = {
      token,
      async ask(document, variables = {}, options = {}) {
        const request = { query: document, variables, operationName: undefined };
        const answer = await supergraph.run(
          request,
          await caller(options.idempotencyKey),
          new Set([OperationTypeNode.QUERY, OperationTypeNode.MUTATION]),
        );
        if (answer.kind === 'stream') throw new Error('A stream came back.');
        const { data, errors } = answer.kind === 'refused' ? { data: null, errors: answer.errors } : answer.result;
        return {
          data: data === undefined || data === null ? null : JSON.parse(JSON.stringify(data)),
          errors: (errors ?? []).map((error) => ({
            code: String(error.extensions?.['code'] ?? ''),
            path: (error.path ?? []).join('.'),
            message: error.message,
          })),
        };
      },
      async get(document, variables, options) {
        const { data, errors } = await asker.ask(document, variables, options);
        const refused = Object.values((data ?? {}) as Record<string, { code?: string }>).find(
          (field) => typeof field?.code === 'string' && /^[A-Z_]+$/.test(field.code),
        );
        if (errors.length > 0 || refused) {
          throw new Error(
            `As ${who.name}:\n${document}\n${JSON.stringify(variables, null, 1)}\nanswered\n${JSON.stringify({ data, errors }, null, 1)}`,
          );
        }
        return data;
      },
      async subscribe(document, variables, signal) {
        const answer = await supergraph.run(
          { query: document, variables, operationName: undefined },
          await caller(undefined, signal),
          new Set([OperationTypeNode.SUBSCRIPTION]),
        );
        if (answer.kind === 'stream') return answer.results;
        const result = answer.kind === 'refused' ? { errors: answer.errors } : answer.result;
        if (isStream(result)) return result;
        throw new Error(`No stream came back: ${JSON.stringify(result)}`);
      },
    };
    return asker;
  }

  return {
    as(persona, options) {
      const who = personas[persona];
      if (!who) throw new Error(`There is no persona ${persona}.`);
      return asSomeone(who, options);
    },
    asSomeone,
    clock,
    database,
    running,
    secrets,
    async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      return (await owner.query<Row>(text, values)).rows;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(subgraphNames.map((name) => running[name].stop()));
      await supergraph.stop();
      await owner.end();
      await database[Symbol.asyncDispose]();
    },
  };
}
