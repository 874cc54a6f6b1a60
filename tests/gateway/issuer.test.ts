import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { actorFrom } from '#kernel/actor.ts';
import { readEnv } from '#kernel/env.ts';
import { deriveKey, sha256Of, subgraphSecret } from '#kernel/keys.ts';
import { createTokenVerifier } from '#kernel/token.ts';
import { createEmbeddedIssuer, personasPath, readPersonas } from '../../gateway/issuer.ts';
import type { Persona } from '../../gateway/issuer.ts';
import { rootSecretIn } from '../../gateway/root-secret.ts';
import { deploymentSecrets } from '../../gateway/secrets.ts';
import { tokenFor } from '../../gateway/token.ts';

const persona: Persona = {
  sub: 'usr_01h455vb4pex5vsknk084sn02q',
  name: 'Nora Vale',
  grants: [{ role: 'EXAMINER', at: 'cli_01h455vb4pex5vsknk084sn02q' }],
  description: 'nurse practitioner licensed in TX and FL',
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'goodfaith-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const verifierOf = ({ issuer, audience, publicKeys }: ReturnType<typeof createEmbeddedIssuer>) =>
  createTokenVerifier({ issuer, audience, keys: publicKeys });

test('a persona’s token passes the verifier that every token passes', async () => {
  const embedded = createEmbeddedIssuer(folder);
  const token = await embedded.mint(persona, { stepUp: false });
  const { sub, name, grants } = persona;
  const iat = decodeJwt(token).iat ?? 0;
  expect(await verifierOf(embedded).verify(token)).toEqual({
    sub,
    name,
    grants,
    authTime: iat - 3600,
    amr: ['pwd'],
    expiresAt: iat + 900,
    tokenHash: sha256Of(token),
  });
});

test('a token has what RFC 9068 asks for, and no two have one id', async () => {
  const embedded = createEmbeddedIssuer(folder);
  const tokens = await Promise.all([1, 2].map(() => embedded.mint(persona, { stepUp: true })));
  const [one, two] = tokens.map((token) => decodeJwt(token));
  expect(decodeProtectedHeader(tokens[0] ?? '')).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: embedded.publicKeys.keys[0]?.kid });
  expect(one).toMatchObject({
    iss: 'https://issuer.goodfaith.localhost',
    aud: 'goodfaith',
    client_id: 'goodfaith-sandbox',
    acr: 'aal2',
    amr: ['pwd', 'otp'],
    auth_time: one?.iat,
  });
  expect(one?.jti).not.toBe(two?.jti);
});

test('only a token with step-up lets its bearer sign', async () => {
  const embedded = createEmbeddedIssuer(folder);
  const stepped = await Promise.all(
    [true, false].map(async (stepUp) => {
      const claims = await verifierOf(embedded).verify(await embedded.mint(persona, { stepUp }));
      return claims && actorFrom(claims, null).steppedUp(Date.now() / 1000);
    }),
  );
  expect(stepped).toEqual([true, false]);
});

test('its key is made once, kept for its owner only, and published without its secret', async () => {
  const first = createEmbeddedIssuer(folder);
  const token = await first.mint(persona, { stepUp: false });
  const again = createEmbeddedIssuer(folder);
  expect(again.publicKeys).toEqual(first.publicKeys);
  expect((await verifierOf(again).verify(token))?.sub).toBe(persona.sub);
  expect(statSync(join(folder, 'keys', 'issuer.json')).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
  expect(Object.keys(first.publicKeys.keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});

test('another instance’s token is refused, though both issuers have one name', async () => {
  const other = mkdtempSync(join(tmpdir(), 'goodfaith-'));
  try {
    const token = await createEmbeddedIssuer(other).mint(persona, { stepUp: true });
    expect(await verifierOf(createEmbeddedIssuer(folder)).verify(token)).toBeNull();
  } finally {
    rmSync(other, { recursive: true });
  }
});

test('its metadata leads to the token keys at the address it was reached by', () => {
  const metadata = createEmbeddedIssuer(folder).metadata('http://127.0.0.1:4007');
  expect(metadata).toMatchObject({
    issuer: 'https://issuer.goodfaith.localhost',
    jwks_uri: 'http://127.0.0.1:4007/.well-known/issuer-keys.json',
  });
});

test('the root secret is made once, and no subgraph’s secret tells it or another’s', () => {
  const root = rootSecretIn(folder);
  expect([rootSecretIn(folder), readFileSync(join(folder, 'keys', 'root'), 'utf8')]).toEqual([root, root]);
  expect(statSync(join(folder, 'keys', 'root')).mode & 0o777).toBe(0o600);
  expect(subgraphSecret(root, 'clinics')).toBe(deriveKey(root, 'subgraph:clinics').toString('base64url'));
  expect(subgraphSecret(root, 'clinics')).not.toBe(subgraphSecret(root, 'physicians'));
});

test('the token command answers with a token, and with step-up when asked', async () => {
  writeFileSync(personasPath(folder), JSON.stringify({ examiner: persona }));
  const env = readEnv({ GOODFAITH_DATA_DIR: folder });
  const [plain, stepped] = await Promise.all([tokenFor(['examiner'], env), tokenFor(['examiner', '--step-up'], env)]);
  const verifier = verifierOf(createEmbeddedIssuer(folder));
  expect([(await verifier.verify(plain))?.amr, (await verifier.verify(stepped))?.amr]).toEqual([['pwd'], ['pwd', 'otp']]);
});

test('the token command lists the personas when it is asked for none of them', async () => {
  writeFileSync(personasPath(folder), JSON.stringify({ examiner: persona }));
  const env = readEnv({ GOODFAITH_DATA_DIR: folder });
  for (const args of [[], ['nobody'], ['toString'], ['examiner', 'examiner'], ['examiner', '--stepup']]) {
    await expect(tokenFor(args, env)).rejects.toThrow('examiner  nurse practitioner licensed in TX and FL');
  }
});

test('the token command answers for a program that a pharmacy registered, and for no person under that name', async () => {
  writeFileSync(personasPath(folder), JSON.stringify({ examiner: persona }));
  const env = readEnv({ GOODFAITH_DATA_DIR: folder });
  const at = 'pha_01h455vb4pex5vsknk084sn02q';
  const verifier = verifierOf(createEmbeddedIssuer(folder));
  const claims = await verifier.verify(await tokenFor(['--client', 'client:counter', '--at', at], env));
  expect(claims).toMatchObject({ sub: 'client:counter', grants: [{ role: 'PHARMACY_SYSTEM', at }], amr: [], authTime: null });
  const asked = 'A program is asked for as';
  for (const args of [
    ['--client'],
    ['--client', 'client:counter'],
    ['--client', 'two words', '--at', at],
    ['--client', '', '--at', at],
    ['--client', 'client:counter', '--at', 'cli_01h455vb4pex5vsknk084sn02q'],
    ['--client', 'client:counter', '--at', at, '--step-up'],
    ['examiner', '--client', 'client:counter', '--at', at],
  ])
    await expect(tokenFor(args, env), args.join(' ')).rejects.toThrow(asked);
  await expect(tokenFor(['--client', persona.sub, '--at', at], env)).rejects.toThrow('subject of a person');
});

test('the token command makes no token beside a real issuer or in production', async () => {
  writeFileSync(personasPath(folder), JSON.stringify({ examiner: persona }));
  const sources = [{ ISSUER: 'https://login.example', JWKS_URI: 'https://login.example/keys' }, { NODE_ENV: 'production' }];
  for (const source of sources)
    await expect(tokenFor(['examiner'], readEnv({ ...source, GOODFAITH_DATA_DIR: folder }))).rejects.toThrow(
      'Personas exist only with the embedded issuer',
    );
});

test('as a command: the token alone on stdout; one sentence on stderr and exit 1 where there is no instance', async () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['gateway/token.ts', ...args], {
      env: { GOODFAITH_DATA_DIR: folder },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  expect(run('examiner')).toEqual({
    status: 1,
    stdout: '',
    stderr: `There is no instance in ${folder} yet: run npm start first, or set GOODFAITH_DATA_DIR.\n`,
  });
  expect(readPersonas(folder)).toBeNull();
  writeFileSync(personasPath(folder), JSON.stringify({ examiner: persona }));
  const { status, stdout, stderr } = run('examiner');
  expect([status, stderr, (await verifierOf(createEmbeddedIssuer(folder)).verify(stdout.trimEnd()))?.sub]).toEqual([0, '', persona.sub]);
});

test('a deployment’s secrets are complete, and different each time', () => {
  const [one, two] = [deploymentSecrets(), deploymentSecrets()];
  expect(Object.keys(one)).toEqual([
    'CLINICS_SECRET',
    'PHYSICIANS_SECRET',
    'PRESCRIPTIONS_SECRET',
    'PHARMACIES_SECRET',
    'HOP_KEYS',
    'ASK_KEYS',
    'POSTGRES_PASSWORD',
  ]);
  expect(Object.entries(one).filter(([name, value]) => two[name] === value)).toEqual([]);
  expect(one.HOP_KEYS?.split(',')[0]).toBe(`clinics=${deriveKey(one.CLINICS_SECRET ?? '', 'hop').toString('base64url')}`);
});
