import { compactVerify, SignJWT } from 'jose';
import type { VideoProvider } from './video-provider.ts';

const TYPE = 'gf-call+jwt';
const AUDIENCE = 'goodfaith-call';

/**
 * Rooms without a page: nothing is transmitted here, who is in is told by the clients that carry picture and sound themselves. A token is a
 * JWT under a key of its own (HS256).
 */
export function embeddedRooms(key: Uint8Array): VideoProvider {
  return {
    name: 'EMBEDDED',
    url: null,
    tokenFor: ({ passId, room, part, person, issuedAt, expiresAt }) =>
      new SignJWT({ room, part })
        .setProtectedHeader({ alg: 'HS256', typ: TYPE })
        .setAudience(AUDIENCE)
        .setSubject(person)
        .setJti(passId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(key),
    async passOf(token) {
      try {
        const { payload, protectedHeader } = await compactVerify(token, key, { algorithms: ['HS256'] });
        const { aud, jti } = JSON.parse(new TextDecoder().decode(payload)) as { aud?: unknown; jti?: unknown };
        return protectedHeader.typ === TYPE && aud === AUDIENCE && typeof jti === 'string' ? jti : null;
      } catch {
        return null;
      }
    },
  };
}
