import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { addressesOf, throughPooler, withReplica } from '#prisma/database.ts';
import { EnvRefused, readEnv, tokenIssuerIn } from '#kernel/env.ts';
import { publicKeyText } from '#kernel/keys.ts';
import { deploymentSecrets } from '../../gateway/secrets.ts';

const real = { ISSUER: 'https://login.example', JWKS_URI: 'https://login.example/keys' };

/** What an environment is refused for; nothing when it is taken. */
const problemsOf = (source: Record<string, string>): readonly string[] => {
  try {
    readEnv(source);
    return [];
  } catch (error) {
    if (error instanceof EnvRefused) return error.problems;
    throw error;
  }
};

test('with nothing set, a sandbox on loopback', () => {
  expect(readEnv({})).toEqual({
    port: 4000,
    host: '127.0.0.1',
    dataDir: resolve('.data'),
    databaseUrl: undefined,
    issuer: undefined,
    audience: 'goodfaith',
    jwksUri: undefined,
    production: false,
    sandbox: true,
    personas: true,
    sandboxClock: false,
    logLevel: 'info',
    subgraphSecret: undefined,
    rootSecret: undefined,
    hopKeys: undefined,
    askKeys: undefined,
    gatewayUrl: undefined,
    subgraphUrls: { clinics: undefined, physicians: undefined, prescriptions: undefined, pharmacies: undefined },
    corsOrigins: [],
    credentialFiles: [],
    video: { required: false, liveKit: null },
    interactions: null,
    epcsCertified: null,
    timeSource: null,
    mail: null,
  });
});

test('what is set to nothing is not set', () => {
  expect(readEnv({ PORT: '', ISSUER: '', HOST: '  ', DATABASE_URL: '' })).toEqual(readEnv({}));
});

test('reads every setting of a deployment, with the secrets that npm run secrets makes', () => {
  const { POSTGRES_PASSWORD: _password, CLINICS_SECRET, ...made } = deploymentSecrets();
  const env = readEnv({
    ...real,
    ...made,
    SUBGRAPH_SECRET: CLINICS_SECRET,
    GOODFAITH_SECRET: CLINICS_SECRET,
    PORT: '8080',
    HOST: '0.0.0.0',
    DATABASE_URL: 'postgres://me:pw@db:5432/goodfaith',
    AUDIENCE: 'api',
    NODE_ENV: 'production',
    LOG_LEVEL: 'error',
    GATEWAY_URL: 'http://gateway:4000',
    CLINICS_URL: 'http://clinics:4001/graphql',
    CORS_ORIGINS: 'https://a.example, http://localhost:3000',
  });
  const { hopKeys, askKeys, ...plain } = env;
  expect(plain).toMatchObject({
    port: 8080,
    host: '0.0.0.0',
    databaseUrl: 'postgres://me:pw@db:5432/goodfaith',
    issuer: 'https://login.example',
    jwksUri: new URL('https://login.example/keys'),
    audience: 'api',
    production: true,
    sandbox: false,
    personas: false,
    subgraphSecret: CLINICS_SECRET,
    rootSecret: CLINICS_SECRET,
    gatewayUrl: new URL('http://gateway:4000'),
    subgraphUrls: { clinics: new URL('http://clinics:4001/graphql') },
    corsOrigins: ['https://a.example', 'http://localhost:3000'],
  });
  expect(
    Object.entries(hopKeys ?? {})
      .map(([name, key]) => `${name}=${key.toString('base64url')}`)
      .join(','),
  ).toBe(made.HOP_KEYS);
  expect(
    Object.entries(askKeys ?? {})
      .map(([name, key]) => `${name}=${publicKeyText(key)}`)
      .join(','),
  ).toBe(made.ASK_KEYS);
});

test('says everything that is wrong at once, a sentence each, and repeats no secret', () => {
  const problems = problemsOf({
    PORT: '70000',
    DATABASE_URL: 'mysql://root:hunter2@db/x',
    LOG_LEVEL: 'loud',
    SUBGRAPH_SECRET: 'hunter2',
    HOP_KEYS: 'clinics=hunter2',
    ASK_KEYS: 'hunter2',
    SANDBOX_CLOCK: 'yes',
    CORS_ORIGINS: '*',
    CLINICS_URL: 'clinics:4001',
  });
  expect(problems.map((sentence) => sentence.split(' ')[0]).sort()).toEqual([
    'ASK_KEYS',
    'CLINICS_URL',
    'CORS_ORIGINS',
    'DATABASE_URL',
    'HOP_KEYS',
    'LOG_LEVEL',
    'PORT',
    'SANDBOX_CLOCK',
    'SUBGRAPH_SECRET',
  ]);
  expect(problems.filter((sentence) => !/^[A-Z_]+ must be .+\.$/.test(sentence) || sentence.includes('hunter2'))).toEqual([]);
});

test('a replica is one of a database that is named, and has its roles', () => {
  const [DATABASE_URL, DATABASE_REPLICA_URL] = ['postgres://me:pw@db:5432/goodfaith', 'postgres://standby:5433/goodfaith'];
  expect(readEnv({ DATABASE_URL }).databaseReplicaUrl).toBeUndefined();
  expect(readEnv({ DATABASE_URL, DATABASE_REPLICA_URL }).databaseReplicaUrl).toBe(DATABASE_REPLICA_URL);
  expect(problemsOf({ DATABASE_REPLICA_URL })).toEqual([
    'DATABASE_REPLICA_URL goes with DATABASE_URL: a replica is one of a database that is named.',
  ]);
  expect(problemsOf({ DATABASE_URL, DATABASE_REPLICA_URL: 'https://standby' })).toHaveLength(1);
  const direct = addressesOf(DATABASE_URL, 'clinics', { app: 'a b', worker: 'w' });
  expect(withReplica(direct, undefined)).toEqual(direct);
  expect(withReplica(direct, `${DATABASE_REPLICA_URL}?sslmode=require`)).toEqual({
    ...direct,
    replicaUrl: 'postgres://goodfaith_clinics:a%20b@standby:5433/goodfaith?sslmode=require',
  });
});

test('a pooler stands before a database that is named, and only before requests', () => {
  const [DATABASE_URL, DATABASE_POOLER_URL] = ['postgres://me:pw@db:5432/goodfaith', 'postgres://pooler:6432/goodfaith'];
  expect(readEnv({ DATABASE_URL }).databasePoolerUrl).toBeUndefined();
  expect(readEnv({ DATABASE_URL, DATABASE_POOLER_URL }).databasePoolerUrl).toBe(DATABASE_POOLER_URL);
  expect(problemsOf({ DATABASE_POOLER_URL })).toEqual([
    'DATABASE_POOLER_URL goes with DATABASE_URL: migrations, jobs and news need a way to the database that is not pooled.',
  ]);
  expect(problemsOf({ DATABASE_URL, DATABASE_POOLER_URL: 'pooler:6432' })).toHaveLength(1);
  const direct = addressesOf(DATABASE_URL, 'clinics', { app: 'a b', worker: 'w' });
  expect(throughPooler(direct, undefined)).toEqual(direct);
  expect(throughPooler(direct, `${DATABASE_POOLER_URL}?sslmode=require`)).toEqual({
    appUrl: 'postgres://goodfaith_clinics:a%20b@pooler:6432/goodfaith?sslmode=require',
    workerUrl: direct.workerUrl,
    isPooled: true,
  });
});

test('a port is a whole number from 0 to 65535', () => {
  expect(['0', '4000', '65535', '-1', '65536', '4000.5', 'abc', '0x1f', '1e3'].filter((PORT) => problemsOf({ PORT }).length === 0)).toEqual(
    ['0', '4000', '65535'],
  );
});

test('personas exist only with the embedded database and issuer, on loopback, outside production', () => {
  const environments = [
    {},
    { HOST: 'localhost' },
    { HOST: '::1' },
    real,
    { NODE_ENV: 'production' },
    { DATABASE_URL: 'postgres://db/x' },
    { HOST: '0.0.0.0' },
    { HOST: '10.0.0.1' },
    { HOST: '127.evil.example' },
  ];
  expect(environments.map((source) => readEnv(source).personas)).toEqual([true, true, true, false, false, false, false, false, false]);
});

test('without personas a real issuer is needed before anyone can sign in', () => {
  expect(tokenIssuerIn(readEnv({}))).toBeNull();
  expect(tokenIssuerIn(readEnv(real))).toEqual({
    issuer: 'https://login.example',
    audience: 'goodfaith',
    jwksUri: new URL('https://login.example/keys'),
  });
  expect(() => tokenIssuerIn(readEnv({ NODE_ENV: 'production' }))).toThrow('ISSUER and JWKS_URI are needed');
  expect([problemsOf({ ISSUER: real.ISSUER }), problemsOf({ JWKS_URI: real.JWKS_URI })]).toEqual([
    ['JWKS_URI is needed with ISSUER: the address of the issuer’s public keys.'],
    ['ISSUER is needed with JWKS_URI: the issuer as its tokens name it.'],
  ]);
});

test('keys come over https in production', () => {
  const production = { NODE_ENV: 'production', ISSUER: 'https://login.example' };
  expect(
    ['https://login.example/k', 'http://127.0.0.1:9/k', 'http://login.example/k'].map(
      (JWKS_URI) => problemsOf({ ...production, JWKS_URI }).length,
    ),
  ).toEqual([0, 0, 1]);
});

test('calls are a record alone, or on a LiveKit server of which all is said', () => {
  const server = { LIVEKIT_URL: 'wss://video.example', LIVEKIT_API_KEY: 'key', LIVEKIT_API_SECRET: 's'.repeat(32) };
  expect(readEnv({ ...server, VIDEO: 'required' }).video).toEqual({
    required: true,
    liveKit: { url: 'wss://video.example/', apiKey: 'key', apiSecret: 's'.repeat(32) },
  });
  const { LIVEKIT_URL: _url, ...nowhere } = server;
  expect(problemsOf(nowhere)).toEqual([
    'LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET go together: set all three, or none for rooms that are a record alone.',
  ]);
  expect(problemsOf({ ...server, LIVEKIT_API_SECRET: 'short' })).toEqual(['LIVEKIT_API_SECRET must have 32 characters or more.']);
  expect(problemsOf({ VIDEO: 'sometimes' })).toEqual(['VIDEO must be required, optional or unset.']);
  const production = { ...real, NODE_ENV: 'production' };
  expect(problemsOf({ ...production, ...server, LIVEKIT_URL: 'ws://video.example' })).toEqual([
    'LIVEKIT_URL must begin with wss:// in production, or anyone on the way could take part in a call.',
  ]);
});

test('the clock moves only in a sandbox', () => {
  expect(readEnv({ SANDBOX_CLOCK: '1' }).sandboxClock).toBe(true);
  const others: Record<string, string>[] = [{ NODE_ENV: 'production' }, { DATABASE_URL: 'postgres://db/x' }, { HOST: '0.0.0.0' }];
  expect(others.map((source) => problemsOf({ ...source, SANDBOX_CLOCK: '1' }).length)).toEqual([1, 1, 1]);
});

test('mail goes over TLS anywhere but on loopback, and needs a server and a sender', () => {
  const mailOf = (SMTP_URL: string, SMTP_FROM: string) => readEnv({ SMTP_URL, SMTP_FROM }).mail;
  expect(mailOf('smtps://me%40x:p%3Aw@smtp.example', 'Lakeside <no-reply@lakeside.example>')).toEqual({
    ...{ host: 'smtp.example', port: 465, secure: true, requireTls: false },
    ...{ auth: { user: 'me@x', pass: 'p:w' }, from: { name: 'Lakeside', address: 'no-reply@lakeside.example' } },
  });
  expect(mailOf('smtp://smtp.example', 'no-reply@lakeside.example')).toEqual({
    ...{ host: 'smtp.example', port: 587, secure: false, requireTls: true },
    ...{ auth: null, from: { name: '', address: 'no-reply@lakeside.example' } },
  });
  expect(mailOf('smtp://127.0.0.1:2525', 'no-reply@lakeside.example')?.requireTls).toBe(false);
  expect(problemsOf({ SMTP_URL: 'smtp://smtp.example' })).toEqual([
    'SMTP_URL and SMTP_FROM go together: set both to send mail, or neither.',
  ]);
  expect(problemsOf({ SMTP_URL: 'https://smtp.example', SMTP_FROM: 'nobody' })).toEqual([
    'SMTP_URL must be an address that begins with smtp:// or smtps://.',
    'SMTP_FROM must be an e-mail address, or a name with one like Lakeside <no-reply@lakeside.example>.',
  ]);
});
