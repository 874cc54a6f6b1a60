/** Access tokens (RFC 9068). The gateway and every subgraph verify with this same function and believe no header instead. */
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { sha256Of } from './keys.ts';
import { roles, systemRoles } from './permissions.ts';
import type { Role } from './permissions.ts';
import { remembering } from './remembered-tokens.ts';

/** A role at a place, kept as a pair: having one role here and another there never adds up to both everywhere. */
export interface Grant {
  role: Role;
  /** The TypeID of a clinic, entity, MSO or pharmacy. */
  at: string;
}

/** What a verified token says. Times are seconds since 1970; the token itself is not kept, only its hash. */
export interface TokenClaims {
  sub: string;
  name: string;
  grants: readonly Grant[];
  authTime: number | null;
  amr: readonly string[];
  expiresAt: number;
  tokenHash: string;
}

/** Answers null for every token that is not good, whatever is wrong with it: a bad token is a 401, never a failure of ours. */
export interface TokenVerifier {
  verify(token: string): Promise<TokenClaims | null>;
}

/** No symmetric algorithm, so a public key can never be used as an HMAC secret. */
const algorithms = ['ES256', 'RS256', 'PS256', 'EdDSA'];
const longestLifeSeconds = 15 * 60;
/** An issuer's clock may run this far ahead of ours. Expiry has no tolerance. */
export const clockSkewSeconds = 5;

/** Text that a log line and a database column can hold: no control characters, NUL among them. */
export const claimText = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}+$/u);

/** The claims that say what a person may do, in access tokens and in asks alike. A grant we do not know gives nothing; `SERVICE` is never a person's. */
export const personClaims = z.object({
  sub: claimText,
  name: claimText.optional(),
  grants: z.array(z.unknown()).transform((all) => all.flatMap(grantIn)),
  auth_time: z.number().optional(),
  amr: z.array(z.string()).default([]),
});

const accessClaims = personClaims.extend({ client_id: z.string().optional(), iat: z.number(), exp: z.number() });

const grantShape = z.object({ role: z.enum(roles), at: claimText });

function grantIn(candidate: unknown): Grant[] {
  const grant = grantShape.safeParse(candidate);
  return grant.success && grant.data.role !== 'SERVICE' ? [grant.data] : [];
}

/** Verifies against the key set of one issuer: fetched and cached from `jwksUri`, or given as `keys` when the issuer is in this process. */
export function createTokenVerifier(options: { issuer: string; audience: string; jwksUri?: URL; keys?: JSONWebKeySet }): TokenVerifier {
  const keys = keySetOf(options);
  return {
    verify: remembering(async (token) => {
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer: options.issuer,
          audience: options.audience,
          typ: 'at+jwt',
          algorithms,
          clockTolerance: clockSkewSeconds,
        });
        const claims = accessClaims.parse(payload);
        const now = Date.now() / 1000;
        if (claims.exp <= now || claims.iat > now + clockSkewSeconds) return null;
        if (claims.exp - claims.iat > longestLifeSeconds) return null;
        // RFC 9068 §2.2: with nobody behind it, the subject is the client itself.
        const isSystem = claims.client_id === claims.sub;
        const grants = claims.grants.filter(({ role }) => systemRoles.includes(role) === isSystem);
        if (isSystem && grants.length === 0) return null;
        return {
          sub: claims.sub,
          name: claims.name ?? claims.sub,
          grants,
          // A program proves no second factor, whatever its token says.
          authTime: isSystem ? null : (claims.auth_time ?? null),
          amr: isSystem ? [] : claims.amr,
          expiresAt: claims.exp,
          tokenHash: sha256Of(token),
        };
      } catch {
        // An unknown kid and an issuer that does not answer end here too: without a key there is no good token.
        return null;
      }
    }),
  };
}

function keySetOf(options: { jwksUri?: URL; keys?: JSONWebKeySet }): JWTVerifyGetKey {
  if (options.keys) return createLocalJWKSet(options.keys);
  // The cooldown keeps tokens with invented kids from making us fetch the key set for each of them.
  if (options.jwksUri)
    return createRemoteJWKSet(options.jwksUri, { timeoutDuration: 3_000, cooldownDuration: 30_000, cacheMaxAge: 600_000 });
  throw new Error('A token verifier needs the address of a key set, or the keys');
}
