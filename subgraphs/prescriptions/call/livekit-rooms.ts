import type { LiveKit } from '#kernel/env.ts';
import type { VideoProvider } from './video-provider.ts';

/** Long enough for whoever goes out of the longest exam to say so with the token they came in with. */
const TOLD_WITHIN = 12 * 60 * 60;

/** Loaded by whoever has such a server: it is six megabytes. */
const sdk = () => import('livekit-server-sdk');

/**
 * Rooms on a LiveKit server. It is told an exam's id and its participants' ids and no name; an observer is seen by all, and can neither be
 * heard nor send. LiveKit goes by the real clock, so a token lasts as long as its pass still does.
 */
export function liveKitRooms({ url, apiKey, apiSecret }: LiveKit): VideoProvider {
  return {
    name: 'LIVEKIT',
    url,
    async tokenFor({ passId, room, part, person, expiresAt, now }) {
      const ttl = Math.max(1, Math.floor((expiresAt.getTime() - now.getTime()) / 1000));
      const { AccessToken } = await sdk();
      const token = new AccessToken(apiKey, apiSecret, { identity: person, ttl, attributes: { pass: passId, part } });
      const speaks = part !== 'OBSERVER';
      token.addGrant({ room, roomJoin: true, canSubscribe: true, canPublish: speaks, canPublishData: speaks, canUpdateOwnMetadata: false });
      return token.toJwt();
    },
    async passOf(token) {
      const { TokenVerifier } = await sdk();
      try {
        const { attributes } = await new TokenVerifier(apiKey, apiSecret).verify(token, TOLD_WITHIN);
        return attributes?.['pass'] ?? null;
      } catch {
        return null;
      }
    },
  };
}
