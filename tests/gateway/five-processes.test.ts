import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { subgraphNames } from '#kernel/names.ts';
import { prepareDatabase } from '#prisma/database.ts';
import { freePort } from '#prisma/postgres-folder.ts';
import { personas } from '#prisma/seed/personas.ts';
import { seedDatabase } from '#prisma/seed.ts';
import { startThrowawayPostgres } from '#prisma/throwaway-postgres.ts';
import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import { httpFrontEnd } from '../../gateway/journey/front-end.ts';
import { tellStory } from '../../gateway/journey/story.ts';
import { deploymentSecrets } from '../../gateway/secrets.ts';
import { databasePasswordsOf } from '../../gateway/start-parts.ts';
import { type ComposeProcess, composeServices, startService } from './compose-processes.ts';

const parts = ['gateway', ...subgraphNames];
const ports: Record<string, number> = {};
const undo: (() => Promise<unknown>)[] = [];
let processes: Map<string, ComposeProcess>;
let sign: (persona: string, stepUp: boolean) => Promise<string>;

/** The issuer that compose leaves to the deployment: a key set at an address, and tokens for the seeded people. */
async function startIssuer(): Promise<{ ISSUER: string; JWKS_URI: string }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] };
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(keys)));
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  undo.push(async () => server.close());
  sign = (persona, stepUp) => {
    const who = personas[persona];
    if (!who) throw new Error(`There is no persona ${persona}`);
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({
      name: who.name,
      grants: who.grants,
      auth_time: stepUp ? now : now - 3_600,
      amr: stepUp ? ['pwd', 'otp'] : ['pwd'],
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k' })
      .setIssuer('https://issuer.test')
      .setAudience('goodfaith')
      .setSubject(who.sub)
      .setIssuedAt(now)
      .setExpirationTime(now + 600)
      .sign(privateKey);
  };
  return { ISSUER: 'https://issuer.test', JWKS_URI: `http://127.0.0.1:${port}/jwks` };
}

beforeAll(async () => {
  const issuer = await startIssuer();
  const secrets = deploymentSecrets();
  const postgres = await startThrowawayPostgres();
  undo.push(() => postgres.stop());
  const owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  await owner.query(`create role goodfaith_owner superuser login password '${secrets['POSTGRES_PASSWORD']}'`);
  await owner.end();
  const passwordsOf = (name: string) => databasePasswordsOf(secrets[`${name.toUpperCase()}_SECRET`] ?? '');
  await prepareDatabase(postgres.url, subgraphNames, passwordsOf);
  await seedDatabase(postgres.url, new Date());

  ports['postgres'] = Number(new URL(postgres.url).port);
  for (const part of parts) ports[part] = await freePort();
  processes = new Map(parts.map((part) => [part, startService(part, { ...secrets, ...issuer }, ports)]));
  undo.push(() => Promise.all([...processes.values()].map((each) => each.stop())));
  await Promise.all([...processes.values()].map(({ ready }) => ready));
  await untilSeen();
}, 120_000);

afterAll(async () => {
  for (const step of undo.reverse()) await step();
}, 30_000);

async function ask(part: string, query: string, headers: Record<string, string> = {}) {
  const bearer = await sign('prescriber', false);
  const response = await fetch(`http://127.0.0.1:${ports[part]}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}`, ...headers },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, body: await response.json() };
}

const everywhere = `{
  viewer { id }
  activeProtocols(clinicId: "cli_x", service: "x") { nodes { id } }
  questionnaire(service: "weight-loss") { id }
  formulary(clinicId: "cli_x", shipTo: TX) { nodes { id } }
}`;

/** Until every subgraph has asked who belongs where, which it can once the gateway is up, it shows nothing. */
async function untilSeen(): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { body } = await ask('gateway', everywhere);
    const codes = (body.errors ?? []).map((error: { extensions: { code: string } }) => error.extensions.code);
    if (!codes.some((code: string) => ['FORBIDDEN', 'UNAVAILABLE'].includes(code))) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error([...processes.values()].map(({ name, output }) => `${name}:\n${output()}`).join('\n'));
}

test('docker-compose.yml runs these five, and the database they need', () => {
  const services = composeServices();
  const started = Object.entries(services).flatMap(([name, { command }]) => (command?.startsWith('npm start') ? [name] : []));
  expect(started.sort()).toEqual([...parts].sort());
  expect(services['postgres']?.image).toBe('postgres:18');
});

test('the whole story plays through the gateway', async () => {
  const frontEnd = httpFrontEnd(`http://127.0.0.1:${ports['gateway']}/graphql`, await contractDocuments(), sign);
  const steps: string[] = [];
  await tellStory(
    frontEnd,
    await contractVariables(),
    () => new Date(),
    ({ operation }) => steps.push(operation),
  );
  expect(steps).toContain('RecallStatus');
}, 60_000);

test.each(subgraphNames)('%s answers nobody who comes without the gateway’s proof', async (name) => {
  for (const query of [
    '{ _service { sdl } }',
    '{ __typename }',
    '{ _entities(representations: [{ __typename: "Clinic", id: "x" }]) { __typename } }',
  ]) {
    for (const headers of [undefined, { 'x-goodfaith-proof': 'v1.1700000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }]) {
      const { body } = await ask(name, query, headers);
      expect(body.data ?? null).toBe(null);
      expect(body.errors.map((error: { extensions: { code: string } }) => error.extensions.code)).toEqual(['PROOF_REQUIRED']);
    }
  }
});

test('the gateway publishes the keys that prescriptions signs with', async () => {
  const response = await fetch(`http://127.0.0.1:${ports['gateway']}/.well-known/jwks.json`);
  expect(response.status).toBe(200);
  const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
  expect(keys.map(({ purpose }) => purpose).sort()).toEqual(expect.arrayContaining(['platform', 'prescriber']));
  expect(keys.every((key) => key['d'] === undefined && key['kty'] === 'EC')).toBe(true);
});

test('one that is stopped in order takes only its own part with it', async () => {
  expect((await fetch(`http://127.0.0.1:${ports['gateway']}/readyz`)).status).toBe(200);
  expect(await processes.get('physicians')?.stop('SIGTERM')).toBe(0);
  expect((await fetch(`http://127.0.0.1:${ports['gateway']}/readyz`)).status).toBe(503);
  expect((await ask('gateway', '{ viewer { id } }')).status).toBe(200);
  const gone = await ask('gateway', '{ activeProtocols(clinicId: "cli_x", service: "x") { nodes { id } } }');
  expect([gone.status, gone.body.errors[0].extensions.code]).toEqual([503, 'UNAVAILABLE']);
});
