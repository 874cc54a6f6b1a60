import { randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { signAsk } from '#kernel/ask.ts';
import { createSandboxClock, type SandboxClock } from '#kernel/clock.ts';
import { makeProof } from '#kernel/hop.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { deriveKey, signingPairOf } from '#kernel/keys.ts';
import { createLog } from '#kernel/log.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import type { Role } from '#kernel/permissions.ts';
import { startSubgraph } from '#kernel/serve.ts';
import { createTokenVerifier } from '#kernel/token.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { pharmacies } from '../../subgraphs/pharmacies/schema.ts';
import { testDatabase } from '../support/postgres.ts';
import { neighbours } from './neighbours.ts';
import { signOrder, testKey } from './signed-order.ts';
import { giveFacilityPapers, giveSupply, ids, orderContent, public_ } from './supply-world.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test names the fields it asked for
type Data = any;

/** What a caller of the subgraph gets back. */
export interface Reply {
  readonly data: Data;
  readonly errors: readonly string[];
}

/** Someone who asks the subgraph as the gateway would on their behalf. */
export interface Asker {
  ask(document: string, variables?: Record<string, unknown>, options?: { idempotencyKey?: string }): Promise<Reply>;
}

const PLATFORM = placeTypeId('platform');
const ISSUER = 'https://issuer.test';
const subOf = (role: Role, at: string) => `usr_${role.toLowerCase()}_${at.slice(-6)}`;
const people: [Role, string][] = [
  ['PHARMACIST', public_.pharmacy],
  ['PHARMACY_TECHNICIAN', public_.pharmacy],
  ['PHARMACY_COMPLIANCE', public_.pharmacy],
  ['MEDICAL_DIRECTOR', public_.clinic],
  ['PHARMACIST', public_.otherPharmacy],
  ['PHARMACIST', toId('pharmacy', ids.outsourcing)],
  ['FRONT_DESK', public_.clinic],
  ['FRONT_DESK', public_.otherClinic],
  ['COMPLIANCE_OFFICER', toId('entity', ids.entity)],
  ['MSO_MANAGER', toId('mso', ids.mso)],
  ['AUDITOR', public_.pharmacy],
  ['PLATFORM_OPERATOR', PLATFORM],
];

/** The pharmacies subgraph alone, on a database of its own, with neighbours that say what a test wants. */
export async function supplyGraph(startsAt = '2026-11-22T12:00:00Z') {
  const database = await testDatabase();
  const owner = new pg.Pool({ connectionString: database.ownerUrl, max: 2 });
  // A day of the test's own: rows carry dates, and no test may fail for the date it is run on.
  const clock: SandboxClock = createSandboxClock();
  clock.set(new Date(startsAt));
  await giveSupply(owner, clock.now());
  await giveFacilityPapers(owner, clock.now());
  const pair = await generateKeyPair('ES256');
  const tokens = createTokenVerifier({
    issuer: ISSUER,
    audience: 'goodfaith',
    keys: { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }] },
  });
  const secrets = Object.fromEntries(
    subgraphNames.map((name, index) => [name, Buffer.alloc(32, index + 1).toString('base64url')]),
  ) as Record<SubgraphName, string>;
  const askKeys = Object.fromEntries(subgraphNames.map((name) => [name, signingPairOf(secrets[name], 'ask').publicKey])) as Record<
    SubgraphName,
    ReturnType<typeof signingPairOf>['publicKey']
  >;

  const prescriberKey = await testKey('PRESCRIBER', public_.prescriber);
  const platformKey = await testKey('PLATFORM', 'goodfaith');
  const memberships = people.map(([role, at]) => ({ sub: subOf(role, at), role, at }));
  const { answers, documents, handedBack, ask } = neighbours({ prescriberKey, platformKey, clock, memberships });

  const log = createLog(process.env['TEST_LOG'] ?? 'silent', 'test');
  const running = await startSubgraph(pharmacies, {
    database: database.addresses.pharmacies,
    secret: secrets.pharmacies,
    tokens,
    askKeys,
    ask,
    clock,
    log,
    keepsSchedules: false,
  });
  await running.ready;
  const hop = deriveKey(secrets.pharmacies, 'hop');

  async function call(authorization: string, query: string, variables: Record<string, unknown>, idempotencyKey?: string): Promise<Reply> {
    const body = JSON.stringify({ query, variables });
    const requestId = randomUUID();
    const proof = makeProof(hop, { subgraph: 'pharmacies', requestId, authorization, body }, Date.now());
    const result = (await running.execute({
      body,
      query,
      variables,
      operationName: undefined,
      headers: { authorization, requestId, proof, idempotencyKey },
    })) as ExecutionResult;
    return {
      data: JSON.parse(JSON.stringify(result.data ?? null)),
      errors: (result.errors ?? []).map((error) =>
        `${(error.path ?? []).join('.')} ${String(error.extensions?.['code'])}${error.extensions?.['code'] ? '' : error.message}`.trim(),
      ),
    };
  }

  const asker = (authorization: () => Promise<string>): Asker => ({
    ask: async (document, variables = {}, options = {}) => call(await authorization(), document, variables, options.idempotencyKey),
  });

  function as(role: Role, at: string): Asker {
    return asker(async () => {
      const now = Math.floor(Date.now() / 1000);
      const token = await new SignJWT({ name: role, grants: [{ role, at }], client_id: 'test', auth_time: now, amr: ['pwd', 'otp'] })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'test' })
        .setIssuer(ISSUER)
        .setSubject(subOf(role, at))
        .setAudience('goodfaith')
        .setIssuedAt(now)
        .setExpirationTime(now + 600)
        .setJti(randomUUID())
        .sign(pair.privateKey);
      return `Bearer ${token}`;
    });
  }

  const service: Asker = {
    ask: async (document, variables = {}) => {
      const key = signingPairOf(secrets.prescriptions, 'ask').privateKey;
      const token = await signAsk(key, { service: 'prescriptions', as: 'service', user: null, document, nowMs: Date.now() });
      return call(`Bearer ${token}`, document, variables);
    },
  };

  /** Hands an order over as `prescriptions` would; what is given replaces what would be sent. */
  async function handOver(n: number, over: Record<string, unknown> = {}): Promise<{ outcome: string; status: string | null }> {
    const input = {
      ...{
        orderId: public_.order(n),
        seq: 1,
        attempt: 1,
        kind: 'SEND',
        pharmacyId: public_.pharmacy,
        clinicId: public_.clinic,
        patientId: public_.patient(n),
      },
      ...{ prescriberId: public_.prescriber, formularyItemId: public_.item, shipToState: 'TX' },
      ...{ signedAt: clock.now().toISOString(), documentDigest: documents.get(public_.order(n))?.digest ?? 'a'.repeat(64), ...over },
    };
    const { data, errors } = await service.ask(
      'mutation Receive($input: ReceiveOrderHandOffInput!) { receiveOrderHandOff(input: $input) { outcome status } }',
      { input },
    );
    if (errors.length > 0) throw new Error(errors.join('; '));
    return data.receiveOrderHandOff;
  }

  return {
    as,
    service,
    handOver,
    answers,
    handedBack,
    documents,
    clock,
    running,
    databaseUrl: database.ownerUrl,
    keys: { prescriber: prescriberKey, platform: platformKey },
    pharmacist: as('PHARMACIST', public_.pharmacy),
    technician: as('PHARMACY_TECHNICIAN', public_.pharmacy),
    facilityCompliance: as('PHARMACY_COMPLIANCE', public_.pharmacy),
    director: as('MEDICAL_DIRECTOR', public_.clinic),
    otherPharmacist: as('PHARMACIST', public_.otherPharmacy),
    frontDesk: as('FRONT_DESK', public_.clinic),
    otherDesk: as('FRONT_DESK', public_.otherClinic),
    compliance: as('COMPLIANCE_OFFICER', toId('entity', ids.entity)),
    mso: as('MSO_MANAGER', toId('mso', ids.mso)),
    operator: as('PLATFORM_OPERATOR', PLATFORM),
    /** An order that was signed and sent a minute ago, and has arrived. */
    async arrived(n: number, over: { content?: Record<string, unknown>; handOff?: Record<string, unknown> } = {}): Promise<string> {
      const signedAt = new Date(clock.now().getTime() - 60_000);
      documents.set(public_.order(n), await signOrder(orderContent(n, signedAt, over.content), prescriberKey, platformKey));
      await handOver(n, { signedAt: signedAt.toISOString(), ...over.handOff });
      return public_.order(n);
    },
    async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
      const client = await owner.connect();
      try {
        await client.query('set search_path = pharmacies');
        return (await client.query<Row>(text, values)).rows;
      } finally {
        client.release();
      }
    },
    statusOf: async (orderId: string) =>
      (await owner.query('select status from pharmacies.fulfillment where order_id = $1 order by attempt desc', [fromId('order', orderId)]))
        .rows[0]?.status ?? null,
    async [Symbol.asyncDispose]() {
      await running.stop();
      await owner.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** The pharmacies subgraph as a test has it. */
export type SupplyGraph = Awaited<ReturnType<typeof supplyGraph>>;

/** The contract's claim, as a front end sends it. */
export const CLAIM = `mutation ClaimOrder($input: ClaimOrderInput!) {
  claimOrder(input: $input) {
    __typename
    ... on Claim { id secret claimedAt fulfillment { id status } }
    ... on Refusal { code message }
    ... on RuleBlocked { rules { id outcome message citation remedy } }
  }
}`;

/** The contract's dispense. */
export const DISPENSE = `mutation RecordDispense($input: RecordDispenseInput!) {
  recordDispense(input: $input) {
    __typename
    ... on Dispense { id lot { id number } beyondUseDate quantity { value unit } fulfillment { id status } }
    ... on Refusal { code message }
    ... on InvalidInput { issues { path message } }
    ... on RuleBlocked { rules { id outcome message citation remedy } }
  }
}`;

/** Claims and answers the secret; fails loudly when it can't. */
export async function claim(graph: SupplyGraph, orderId: string): Promise<string> {
  const { data, errors } = await graph.pharmacist.ask(CLAIM, { input: { orderId } });
  if (data?.claimOrder.__typename !== 'Claim') throw new Error(JSON.stringify({ data, errors }, null, 1));
  return data.claimOrder.secret;
}
