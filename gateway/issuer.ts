/**
 * The embedded OpenID issuer: signs in the invented people of a sandbox, with tokens of the same kind a real issuer gives.
 * Whoever starts it has checked that this is a sandbox (`personas` of the environment).
 */
import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { sha256Of } from '#kernel/keys.ts';
import { roles } from '#kernel/permissions.ts';
import { createdOnce } from './created-once.ts';

/** An invented person who can be signed in as, written by the seed. */
export interface Persona {
  sub: string;
  name: string;
  grants: { role: (typeof roles)[number]; at: string }[];
  description: string;
  /** Of a program, which has nobody behind it: its client id, which is its `sub` too. */
  clientId?: string | undefined;
}

/** Signs tokens for personas and publishes what verifies them. */
export interface EmbeddedIssuer {
  issuer: string;
  audience: string;
  publicKeys: JSONWebKeySet;
  /** An access token of 15 minutes; a program's says nothing of a sign-in. With step-up the person has just used a second factor, without it they signed in an hour ago by password. */
  mint(persona: Persona, options: { stepUp: boolean }): Promise<string>;
  /** What `/.well-known/openid-configuration` answers, at the address this instance was reached by. */
  metadata(origin: string): Record<string, unknown>;
}

/**
 * The embedded issuer's name. A constant, since host and port of an instance change and its tokens, stored grants and
 * neighbours must not; under `.localhost`, which can never be someone else's (RFC 6761 §6.3). What keeps two instances
 * apart is the key, which each makes for itself.
 */
export const embeddedIssuerName = 'https://issuer.goodfaith.localhost';

/** Where the token keys are published: apart from `/.well-known/jwks.json`, so that no token key ever verifies a document. */
export const issuerKeysPath = '/.well-known/issuer-keys.json';

const lifeSeconds = 15 * 60;
const lastSignInSeconds = 60 * 60;

const keyShape = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string(), d: z.string() });

/** The issuer of a data folder. Its key pair is made once, in `keys/issuer.json`. */
export function createEmbeddedIssuer(dataDir: string, audience = 'goodfaith'): EmbeddedIssuer {
  const jwk = keyShape.parse(JSON.parse(createdOnce(join(dataDir, 'keys', 'issuer.json'), newKey)));
  const { d: _secret, ...open } = jwk;
  const kid = sha256Of(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })); // RFC 7638
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  return {
    issuer: embeddedIssuerName,
    audience,
    publicKeys: { keys: [{ ...open, kid, alg: 'ES256', use: 'sig' }] },
    mint(persona, { stepUp }) {
      const now = Math.floor(Date.now() / 1000);
      const signedIn = stepUp
        ? { auth_time: now, amr: ['pwd', 'otp'], acr: 'aal2' }
        : { auth_time: now - lastSignInSeconds, amr: ['pwd'], acr: 'aal1' };
      const by = persona.clientId === undefined ? { client_id: 'goodfaith-sandbox', ...signedIn } : { client_id: persona.clientId };
      return new SignJWT({ name: persona.name, grants: persona.grants, ...by })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .setIssuer(embeddedIssuerName)
        .setSubject(persona.sub)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + lifeSeconds)
        .setJti(randomBytes(16).toString('base64url'))
        .sign(privateKey);
    },
    metadata: (origin) => ({
      issuer: embeddedIssuerName,
      jwks_uri: new URL(issuerKeysPath, origin).href,
      // There is no sign-in page: tokens come from `npm run token`.
      response_types_supported: [],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      claims_supported: ['sub', 'name', 'acr', 'amr', 'auth_time', 'grants'],
      acr_values_supported: ['aal1', 'aal2'],
    }),
  };
}

const personasShape = z.record(
  z.string(),
  z.object({
    sub: z.string(),
    name: z.string(),
    grants: z.array(z.object({ role: z.enum(roles), at: z.string() })),
    description: z.string(),
    clientId: z.string().optional(),
  }),
);

/** Where the seed writes the personas of a data folder. */
export function personasPath(dataDir: string): string {
  return join(dataDir, 'personas.json');
}

/** The personas of a data folder by name; null when nothing was seeded there yet. */
export function readPersonas(dataDir: string): Record<string, Persona> | null {
  let text: string;
  try {
    text = readFileSync(personasPath(dataDir), 'utf8');
  } catch {
    return null;
  }
  return personasShape.parse(JSON.parse(text));
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return JSON.stringify(privateKey.export({ format: 'jwk' }));
}
