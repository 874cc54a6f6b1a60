/**
 * Ask tokens: how a subgraph asks the graph for a neighbour's fact. The subgraph's own key signs who asks, for whom and
 * exactly which document, for at most 10 s; the internal door takes nothing else, and the public door never takes this.
 */
import type { KeyObject } from 'node:crypto';
import { SignJWT, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { z } from 'zod';
import { sha256Of } from './keys.ts';
import { subgraphNames } from './names.ts';
import type { SubgraphName } from './names.ts';
import { remembering } from './remembered-tokens.ts';
import { claimText, clockSkewSeconds, personClaims } from './token.ts';
import type { TokenClaims } from './token.ts';

/** What a verified ask says. Compare `documentHash` with `sha256Of(document)` before anything is executed. */
export interface AskClaims {
  /** The subgraph whose key signed. */
  service: SubgraphName;
  /** By whose right the facts are read: the user's, or the subgraph's own. */
  as: 'user' | 'service';
  /** The person behind the ask; null when there is none. In an ask by the service's right it names them and carries no grant. */
  user: TokenClaims | null;
  documentHash: string;
  expiresAt: number;
}

const typ = 'gf-ask+jwt';
const audience = 'goodfaith-internal';
const longestLifeSeconds = 10;

/** Signs one ask. It ends with the user's own token, if that comes first. */
export async function signAsk(
  key: KeyObject,
  input: { service: SubgraphName; as: 'user' | 'service'; user: TokenClaims | null; document: string; nowMs: number },
): Promise<string> {
  const { service, as, user } = input;
  if (as === 'user' && user === null) throw new Error('An ask by a user’s right needs the user');
  const iat = Math.floor(input.nowMs / 1000);
  const person = user && { name: user.name, ath: user.tokenHash, user_exp: user.expiresAt };
  const rights = as === 'user' && user && { grants: user.grants, amr: user.amr, auth_time: user.authTime ?? undefined };
  return new SignJWT({ as, act: { sub: service }, doc: sha256Of(input.document), ...person, ...rights })
    .setProtectedHeader({ alg: 'EdDSA', typ })
    .setIssuer(service)
    .setSubject(user?.sub ?? service)
    .setAudience(audience)
    .setIssuedAt(iat)
    .setExpirationTime(Math.min(iat + longestLifeSeconds, Math.floor(user?.expiresAt ?? Number.POSITIVE_INFINITY)))
    .sign(key);
}

const envelope = z.object({
  iss: z.enum(subgraphNames),
  sub: claimText,
  act: z.object({ sub: z.enum(subgraphNames) }),
  doc: z.string(),
  iat: z.number(),
  exp: z.number(),
});
const behind = { name: claimText, ath: z.string(), user_exp: z.number() };
const askShape = z.union([
  envelope.extend({ as: z.literal('user'), ...behind, ...personClaims.shape }),
  // Grants in an ask by the service's right are not read: it has the service's rights and no others.
  envelope.extend({ as: z.literal('service'), ...behind }),
  envelope.extend({ as: z.literal('service') }),
]);

/** Answers null for everything that is not a good ask, an outside access token included. */
export function createAskVerifier(publicKeys: Record<SubgraphName, KeyObject>): {
  verify(token: string): Promise<AskClaims | null>;
} {
  return {
    verify: remembering(async (token) => {
      try {
        // Most of what comes is an access token: to see that takes no key.
        if (decodeProtectedHeader(token).typ !== typ) return null;
        // The issuer only chooses the key here; it is believed when that key has verified the token.
        const service = envelope.shape.iss.parse(decodeJwt(token).iss);
        const { payload } = await jwtVerify(token, publicKeys[service], {
          issuer: service,
          audience,
          typ,
          algorithms: ['EdDSA'],
          clockTolerance: clockSkewSeconds,
        });
        const claims = askShape.parse(payload);
        const now = Date.now() / 1000;
        if (claims.exp <= now || claims.iat > now + clockSkewSeconds) return null;
        if (claims.exp - claims.iat > longestLifeSeconds || claims.act.sub !== service) return null;
        return { service, as: claims.as, user: userIn(claims), documentHash: claims.doc, expiresAt: claims.exp };
      } catch {
        return null;
      }
    }, publicKeys),
  };
}

function userIn(claims: z.infer<typeof askShape>): TokenClaims | null {
  if (!('ath' in claims)) return null;
  const { sub, name = claims.sub, ath: tokenHash, user_exp: expiresAt } = claims;
  if (claims.as === 'service') return { sub, name, grants: [], authTime: null, amr: [], expiresAt, tokenHash };
  return { sub, name, grants: claims.grants, authTime: claims.auth_time ?? null, amr: claims.amr, expiresAt, tokenHash };
}
