import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT, decodeJwt, decodeProtectedHeader } from 'jose';
import type { JWTPayload } from 'jose';
import { expect, test } from 'vitest';
import { createAskVerifier, signAsk } from '#kernel/ask.ts';
import { sha256Of, signingPairOf } from '#kernel/keys.ts';
import { subgraphNames } from '#kernel/names.ts';
import type { SubgraphName } from '#kernel/names.ts';
import type { TokenClaims } from '#kernel/token.ts';
import { createEmbeddedIssuer } from '../../gateway/issuer.ts';

const pairOf = (name: SubgraphName) => signingPairOf(Buffer.alloc(32, subgraphNames.indexOf(name) + 1).toString('base64url'), 'ask');
const verifier = createAskVerifier({
  clinics: pairOf('clinics').publicKey,
  physicians: pairOf('physicians').publicKey,
  prescriptions: pairOf('prescriptions').publicKey,
  pharmacies: pairOf('pharmacies').publicKey,
});
const key = pairOf('prescriptions').privateKey;
const document = 'query LicenseFacts($id: ID!) { practitioner(id: $id) { id } }';
const nowMs = Date.now();
const now = Math.floor(nowMs / 1000);
const user: TokenClaims = {
  sub: 'usr_1',
  name: 'Nora Vale',
  grants: [{ role: 'EXAMINER', at: 'cli_01h455vb4pex5vsknk084sn02q' }],
  authTime: now - 30,
  amr: ['pwd', 'otp'],
  expiresAt: now + 600,
  tokenHash: 'hash-of-the-token',
};
const byUser = { service: 'prescriptions', as: 'user', user, document, nowMs } as const;
const byService = { service: 'prescriptions', as: 'service', user: null, document, nowMs } as const;

test('an ask by the user’s right carries the user whole, and ends within 10 s', async () => {
  expect(await verifier.verify(await signAsk(key, byUser))).toEqual({
    service: 'prescriptions',
    as: 'user',
    user,
    documentHash: sha256Of(document),
    expiresAt: now + 10,
  });
});

test('an ask by the service’s right carries no user', async () => {
  expect(await verifier.verify(await signAsk(key, byService))).toEqual({
    service: 'prescriptions',
    as: 'service',
    user: null,
    documentHash: sha256Of(document),
    expiresAt: now + 10,
  });
});

test('an ask by the service’s right on a person’s behalf names them and leaves their grants and sign-in behind', async () => {
  const claims = await verifier.verify(await signAsk(key, { ...byService, user }));
  expect(claims?.user).toEqual({ ...user, grants: [], authTime: null, amr: [] });
});

test('says who acts for whom, as RFC 8693 does', async () => {
  const ask = await signAsk(key, byUser);
  expect(decodeProtectedHeader(ask)).toEqual({ alg: 'EdDSA', typ: 'gf-ask+jwt' });
  expect(decodeJwt(ask)).toMatchObject({
    iss: 'prescriptions',
    sub: 'usr_1',
    act: { sub: 'prescriptions' },
    as: 'user',
    doc: sha256Of(document),
  });
  expect(decodeJwt(await signAsk(key, byService))).toMatchObject({
    iss: 'prescriptions',
    sub: 'prescriptions',
    act: { sub: 'prescriptions' },
    as: 'service',
  });
});

test('an ask does not outlive the user’s token', async () => {
  const claims = await verifier.verify(await signAsk(key, { ...byUser, user: { ...user, expiresAt: now + 4 } }));
  expect(claims?.expiresAt).toBe(now + 4);
  expect(await verifier.verify(await signAsk(key, { ...byUser, user: { ...user, expiresAt: now - 1 } }))).toBeNull();
});

test('another document has another hash', async () => {
  const claims = await verifier.verify(await signAsk(key, byUser));
  expect(claims?.documentHash).not.toBe(sha256Of(`${document} `));
});

test('refuses an ask that has expired', async () => {
  expect(await verifier.verify(await signAsk(key, { ...byUser, nowMs: nowMs - 11_000 }))).toBeNull();
});

test('refuses an ask signed by another subgraph’s key', async () => {
  expect(await verifier.verify(await signAsk(pairOf('clinics').privateKey, byUser))).toBeNull();
});

test('an ask by the user’s right cannot be signed without a user', async () => {
  await expect(signAsk(key, { ...byUser, user: null })).rejects.toThrow('needs the user');
});

const envelope: JWTPayload = {
  iss: 'prescriptions',
  aud: 'goodfaith-internal',
  sub: 'prescriptions',
  act: { sub: 'prescriptions' },
  as: 'service',
  doc: 'h',
  iat: now,
  exp: now + 10,
};
const forged = (change: JWTPayload, typ = 'gf-ask+jwt') =>
  new SignJWT({ ...envelope, ...change }).setProtectedHeader({ alg: 'EdDSA', typ }).sign(key);

test('the envelope that the refusals below vary is good', async () => {
  expect(await verifier.verify(await forged({}))).toMatchObject({ service: 'prescriptions', as: 'service', user: null });
});

test.for<[string, JWTPayload]>([
  ['that lives longer than 10 s', { exp: now + 11 }],
  ['issued in the future', { iat: now + 30, exp: now + 35 }],
  ['without an end', { exp: undefined }],
  ['without a beginning', { iat: undefined }],
  ['in another subgraph’s name', { iss: 'clinics' }],
  ['of an unknown issuer', { iss: 'gateway' }],
  ['acting as another', { act: { sub: 'clinics' } }],
  ['without an actor', { act: undefined }],
  ['without a document', { doc: undefined }],
  ['for another door', { aud: 'goodfaith' }],
  ['as neither user nor service', { as: 'root' }],
  ['as a user whom it does not name', { as: 'user' }],
  ['as a user without grants', { as: 'user', name: 'N', ath: 'h', user_exp: now + 60 }],
])('refuses an ask %s', async ([, change]) => {
  expect(await verifier.verify(await forged(change))).toBeNull();
});

test('a SERVICE grant smuggled into a user’s ask gives nothing', async () => {
  const grants = [{ role: 'SERVICE', at: 'cli_1' }, ...user.grants];
  const claims = await verifier.verify(await forged({ as: 'user', sub: 'usr_1', name: 'N', ath: 'h', user_exp: now + 60, grants }));
  expect(claims?.user?.grants).toEqual(user.grants);
});

test('refuses access tokens, other types, alg none and text that is no token', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'goodfaith-'));
  try {
    const accessToken = await createEmbeddedIssuer(folder).mint({ ...user, grants: [...user.grants], description: '' }, { stepUp: true });
    const none = [{ alg: 'none', typ: 'gf-ask+jwt' }, envelope].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const texts = [
      accessToken,
      await forged({}, 'at+jwt'),
      await forged({}, 'JWT'),
      `${none.join('.')}.`,
      '',
      'a.b.c',
      '\u0000',
      'e30.e30.e30',
    ];
    expect(await Promise.all(texts.map(verifier.verify))).toEqual(texts.map(() => null));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
