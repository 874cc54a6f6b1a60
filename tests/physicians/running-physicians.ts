import { randomBytes } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import type { ExecutionResult } from 'graphql';
import type { Tenancy } from '#kernel/actor.ts';
import { signAsk } from '#kernel/ask.ts';
import { makeProof } from '#kernel/hop.ts';
import { toId } from '#kernel/ids.ts';
import { deriveKey, sha256Of, signingPairOf } from '#kernel/keys.ts';
import { createLog } from '#kernel/log.ts';
import { subgraphNames, type SubgraphName } from '#kernel/names.ts';
import { startSubgraph } from '#kernel/serve.ts';
import type { Grant, TokenClaims } from '#kernel/token.ts';
import { PrismaClient } from '#prisma/generated/physicians/client.ts';
import { physicians } from '../../subgraphs/physicians/schema.ts';
import { testDatabase } from '../support/postgres.ts';

/** What one call gave back, as plain JSON. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string };
  }[];
}

/** A clinic as its owner tells of it: at least which. */
interface ClinicFacts extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

type Ask = (document: string, variables?: Record<string, unknown>, options?: { readonly idempotencyKey?: string }) => Promise<Answer>;

/** The physicians subgraph alone, on a database of its own, with the gateway and the tenancy's owner played by the test. */
export interface RunningPhysicians {
  /** The owner's client: writes what a test starts from. */
  readonly owner: PrismaClient;
  /** Connects as the role that serves requests, to try row-level security by itself. */
  readonly appUrl: string;
  /** Connects as the owner, for what no model covers: the jobs. */
  readonly ownerUrl: string;
  setNow(text: string): void;
  as(...grants: Grant[]): { ask: Ask };
  /** The same, just signed in with a second factor. */
  steppedUp(...grants: Grant[]): { ask: Ask };
  /** The same, as somebody by their own id: a practitioner signs in as one. */
  person(sub: string, ...grants: Grant[]): { ask: Ask };
  /** Makes somebody a member of a place. */
  join(sub: string, grant: Grant): Promise<void>;
  /** What `clinics` tells of its clinics, by public id; a clinic that is not among them is left out. */
  tellOfClinics(facts: readonly ClinicFacts[]): void;
  readonly service: { ask: Ask };
  stop(): Promise<void>;
}

/** Starts it over these clinics. Whoever calls is made a member of the places they name. */
export async function startPhysicians(clinics: Tenancy['clinics'], now: string): Promise<RunningPhysicians> {
  const database = await testDatabase();
  const addresses = database.addresses.physicians;
  const owner = new PrismaClient({ adapter: new PrismaPg({ connectionString: database.ownerUrl }, { schema: 'physicians' }) });
  const secret = randomBytes(32).toString('base64url');
  const neighbour = signingPairOf(randomBytes(32).toString('base64url'), 'ask');
  const askKeys = Object.fromEntries(subgraphNames.map((name) => [name, neighbour.publicKey])) as Record<
    SubgraphName,
    typeof neighbour.publicKey
  >;
  const memberships = new Map<string, { sub: string } & Grant>();
  const callers = new Map<string, TokenClaims>();
  let at = new Date(now);
  let told: readonly ClinicFacts[] = [];

  const running = await startSubgraph(physicians, {
    database: addresses,
    secret,
    askKeys,
    clock: { now: () => at },
    log: createLog('silent', 'physicians'),
    keepsSchedules: false,
    tokens: { verify: async (token) => callers.get(token) ?? null },
    // What this subgraph asks of itself goes through the same door as what a neighbour asks.
    ask: async (_token, { query, variables }) =>
      /placementCandidateFacts|oversight\(/.test(query)
        ? ((await askAsService('physicians', query, variables)) as ExecutionResult)
        : { data: tellOf(variables) },
  });
  await running.ready;

  function tellOf(variables: Record<string, unknown> | undefined) {
    return {
      clinicFacts: told.filter(({ id }) =>
        Object.values(variables ?? {})
          .flat()
          .includes(id),
      ),
      tenancy: {
        clinics: clinics.map((clinic) => ({
          clinicId: toId('clinic', clinic.clinicId),
          entityId: toId('entity', clinic.entityId),
          msoId: clinic.msoId === null ? null : toId('mso', clinic.msoId),
        })),
        memberships: [...memberships.values()],
      },
    };
  }

  async function askAsService(service: SubgraphName, document: string, variables?: Record<string, unknown>): Promise<Answer> {
    const token = await signAsk(neighbour.privateKey, { service, as: 'service', user: null, document, nowMs: Date.now() });
    return call(token, document, variables);
  }

  let calls = 0;
  async function call(token: string, document: string, variables?: Record<string, unknown>, idempotencyKey?: string): Promise<Answer> {
    const body = JSON.stringify({ query: document, variables });
    const authorization = `Bearer ${token}`;
    calls += 1;
    const requestId = `req-${calls}`;
    const proof = makeProof(deriveKey(secret, 'hop'), { subgraph: 'physicians', requestId, authorization, body }, Date.now());
    const result = await running.execute({
      body,
      query: document,
      variables,
      operationName: undefined,
      headers: { authorization, requestId, proof, idempotencyKey },
    });
    return JSON.parse(JSON.stringify(result)) as Answer;
  }

  const withSecondFactor = () => ({ authTime: Math.floor(Date.now() / 1000), amr: ['pwd', 'otp'] });

  function askerOf(grants: readonly Grant[], signIn: Pick<TokenClaims, 'authTime' | 'amr'>, sub = JSON.stringify(grants)): Ask {
    return async (document, variables, { idempotencyKey } = {}) => {
      const known = memberships.size;
      for (const grant of grants) memberships.set(`${sub} ${JSON.stringify(grant)}`, { sub, ...grant });
      if (memberships.size > known) await running.refreshTenancy();
      const token = sha256Of(sub + signIn.amr.join());
      callers.set(token, { sub, name: 'Tester', grants, ...signIn, expiresAt: Date.now() / 1000 + 600, tokenHash: token });
      return call(token, document, variables, idempotencyKey);
    };
  }

  return {
    owner,
    appUrl: addresses.appUrl,
    ownerUrl: database.ownerUrl,
    setNow: (text) => {
      at = new Date(text);
    },
    tellOfClinics: (facts) => {
      told = facts;
    },
    as: (...grants) => ({ ask: askerOf(grants, { authTime: null, amr: [] }) }),
    steppedUp: (...grants) => ({ ask: askerOf(grants, withSecondFactor()) }),
    person: (sub, ...grants) => ({ ask: askerOf(grants, withSecondFactor(), sub) }),
    async join(sub, grant) {
      memberships.set(`${sub} ${JSON.stringify(grant)}`, { sub, ...grant });
      await running.refreshTenancy();
    },
    service: {
      ask: (document, variables) => askAsService('clinics', document, variables),
    },
    async stop() {
      await running.stop();
      await owner.$disconnect();
      await database[Symbol.asyncDispose]();
    },
  };
}
