import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import { expect, test } from 'vitest';
import { sha256Of, signingPairOf } from '#kernel/keys.ts';
import { signAsk } from '#kernel/ask.ts';
import { createTokenVerifier } from '#kernel/token.ts';

const issuer = 'https://login.example';
const audience = 'goodfaith';
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed = generateKeyPairSync('ed25519');
const published = (key: KeyObject, kid: string, alg: string) => ({ ...key.export({ format: 'jwk' }), kid, alg, use: 'sig' });
const keys = {
  keys: [
    published(ec.publicKey, 'ec', 'ES256'),
    published(rsa.publicKey, 'rsa', 'RS256'),
    published(rsa.publicKey, 'pss', 'PS256'),
    published(ed.publicKey, 'ed', 'EdDSA'),
  ],
} as JSONWebKeySet;
const verifier = createTokenVerifier({ issuer, audience, keys });

const now = Math.floor(Date.now() / 1000);
const grants = [{ role: 'EXAMINER', at: 'cli_01h455vb4pex5vsknk084sn02q' }];
const good: JWTPayload = {
  iss: issuer,
  aud: audience,
  sub: 'usr_1',
  name: 'Nora Vale',
  iat: now,
  exp: now + 900,
  jti: 'j',
  client_id: 'app',
  auth_time: now - 60,
  amr: ['pwd', 'otp'],
  grants,
};

const token = (change: JWTPayload = {}, header: { alg?: string; typ?: string; kid?: string; key?: KeyObject } = {}) => {
  const { key = ec.privateKey, ...rest } = header;
  return new SignJWT({ ...good, ...change }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'ec', ...rest }).sign(key);
};

test('says all that a good token says, and names it by its hash', async () => {
  const text = await token();
  expect(await verifier.verify(text)).toEqual({
    sub: 'usr_1',
    name: 'Nora Vale',
    grants,
    authTime: now - 60,
    amr: ['pwd', 'otp'],
    expiresAt: now + 900,
    tokenHash: sha256Of(text),
  });
});

test('accepts each of the four algorithms with its own key', async () => {
  const texts = await Promise.all([
    token(),
    token({}, { alg: 'RS256', kid: 'rsa', key: rsa.privateKey }),
    token({}, { alg: 'PS256', kid: 'pss', key: rsa.privateKey }),
    token({}, { alg: 'EdDSA', kid: 'ed', key: ed.privateKey }),
  ]);
  expect((await Promise.all(texts.map(verifier.verify))).map((claims) => claims?.sub)).toEqual(['usr_1', 'usr_1', 'usr_1', 'usr_1']);
});

test('a token without step-up claims or a name is good, and steps up nothing', async () => {
  const claims = await verifier.verify(await token({ auth_time: undefined, amr: undefined, name: undefined }));
  expect(claims).toMatchObject({ name: 'usr_1', authTime: null, amr: [] });
});

test.for<[string, JWTPayload]>([
  ['of another issuer', { iss: 'https://login.example.evil' }],
  ['for another audience', { aud: 'someone-else' }],
  ['that has expired', { iat: now - 60, exp: now - 1 }],
  ['that lives longer than 15 minutes', { exp: now + 901 }],
  ['without an expiry', { exp: undefined }],
  ['without a time of issue', { iat: undefined }],
  ['issued in the future', { iat: now + 60, exp: now + 600 }],
  ['not valid yet', { nbf: now + 60 }],
  ['without a subject', { sub: undefined }],
  ['with a NUL in its subject', { sub: 'usr_\u0000' }],
  ['without grants', { grants: undefined }],
  ['whose grants are no list', { grants: 'EXAMINER' }],
])('refuses a token %s', async ([, change]) => {
  expect(await verifier.verify(await token(change))).toBeNull();
});

test('SERVICE, unknown roles and malformed grants give nothing, the others stay', async () => {
  const claims = await verifier.verify(
    await token({
      grants: [
        { role: 'SERVICE', at: 'cli_1' },
        { role: 'ROOT', at: 'cli_1' },
        { role: 'EXAMINER' },
        null,
        7,
        { role: 'AUDITOR', at: 'mso_1', more: true },
      ],
    }),
  );
  expect(claims?.grants).toEqual([{ role: 'AUDITOR', at: 'mso_1' }]);
});

test('refuses another typ: an ID token, a plain JWT, an ask', async () => {
  const texts = await Promise.all([token({}, { typ: 'JWT' }), token({}, { typ: 'gf-ask+jwt' }), token({}, { typ: undefined })]);
  expect(await Promise.all(texts.map(verifier.verify))).toEqual([null, null, null]);
});

test('refuses a real ask token', async () => {
  const { privateKey } = signingPairOf(Buffer.alloc(32, 1).toString('base64url'), 'ask');
  const ask = await signAsk(privateKey, { service: 'clinics', as: 'service', user: null, document: '{ __typename }', nowMs: Date.now() });
  expect(await verifier.verify(ask)).toBeNull();
});

test('refuses alg none, a kid nobody knows, a kid of another key and a forged signature', async () => {
  const forger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const none = new UnsecuredJWT(good).encode();
  const noneAsAccessToken = `${Buffer.from('{"alg":"none","typ":"at+jwt","kid":"ec"}').toString('base64url')}.${none.split('.')[1]}.`;
  const honest = await token();
  const [head = '', , signature = ''] = honest.split('.');
  const promoted = Buffer.from(JSON.stringify({ ...good, sub: 'usr_2' })).toString('base64url');
  const texts = [
    none,
    noneAsAccessToken,
    await token({}, { kid: 'unknown' }),
    await token({}, { kid: undefined, key: forger.privateKey }),
    await token({}, { kid: 'rsa' }),
    await token({}, { key: forger.privateKey }),
    `${head}.${promoted}.${signature}`,
    `${honest}x`,
    honest.slice(0, -8),
  ];
  expect(await Promise.all(texts.map(verifier.verify))).toEqual(texts.map(() => null));
});

test('refuses an HMAC made with the public key as its secret', async () => {
  const head = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid: 'rsa' })).toString('base64url');
  const body = Buffer.from(JSON.stringify(good)).toString('base64url');
  const secrets = [createPublicKey(rsa.privateKey).export({ format: 'pem', type: 'spki' }), JSON.stringify(keys.keys[1])];
  const texts = secrets.map((secret) => `${head}.${body}.${createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')}`);
  expect(await Promise.all(texts.map(verifier.verify))).toEqual([null, null]);
});

test('text that is no token at all is refused, never thrown', async () => {
  const texts = ['', '.', '..', 'a.b.c', 'Bearer x', '\u0000', '{}', 'e30.e30.e30', 'x'.repeat(100_000)];
  expect(await Promise.all(texts.map(verifier.verify))).toEqual(texts.map(() => null));
});

test('fetches a remote key set once, and does not fetch again for invented kids', async () => {
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(keys));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const { port } = server.address() as AddressInfo;
    const remote = createTokenVerifier({ issuer, audience, jwksUri: new URL(`http://127.0.0.1:${port}/jwks`) });
    expect((await remote.verify(await token()))?.sub).toBe('usr_1');
    const invented = await Promise.all(['a', 'b', 'c'].map(async (kid) => remote.verify(await token({}, { kid }))));
    expect([invented, (await remote.verify(await token()))?.sub, fetches]).toEqual([[null, null, null], 'usr_1', 1]);
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('an issuer that cannot be reached is a refused token, not a failure', async () => {
  const remote = createTokenVerifier({ issuer, audience, jwksUri: new URL('http://127.0.0.1:1/jwks') });
  expect(await remote.verify(await token())).toBeNull();
});

const pharmacy = 'pha_01h455vb4pex5vsknk084sn02q';
const ofSystem = { sub: 'client:1', name: 'System', client_id: 'client:1', grants: [{ role: 'PHARMACY_SYSTEM', at: pharmacy }] };

test('a token whose subject is its client is a program’s: it keeps a program’s roles, and proves no second factor', async () => {
  const both = { ...ofSystem, grants: [...ofSystem.grants, { role: 'PHARMACIST', at: pharmacy }] };
  for (const change of [ofSystem, both]) {
    expect(await verifier.verify(await token(change))).toMatchObject({
      ...{ sub: 'client:1', name: 'System', grants: ofSystem.grants, authTime: null, amr: [] },
    });
  }
});

test('a program’s token without a program’s role is none, and a person’s keeps no such role', async () => {
  expect(await verifier.verify(await token({ ...ofSystem, grants }))).toBeNull();
  expect(await verifier.verify(await token({ ...ofSystem, grants: [] }))).toBeNull();
  const person = await verifier.verify(await token({ grants: [...grants, ...ofSystem.grants] }));
  expect(person?.grants).toEqual(grants);
});
