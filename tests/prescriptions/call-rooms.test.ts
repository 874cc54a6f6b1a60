import { decodeJwt, SignJWT } from 'jose';
import { TokenVerifier } from 'livekit-server-sdk';
import { expect, test } from 'vitest';
import { embeddedRooms } from '../../subgraphs/prescriptions/call/embedded-rooms.ts';
import { liveKitRooms } from '../../subgraphs/prescriptions/call/livekit-rooms.ts';
import type { Seat } from '../../subgraphs/prescriptions/call/video-provider.ts';

const now = new Date('2027-03-14T12:00:00Z');
const seat: Seat = {
  ...{ passId: 'cps_1', room: 'gfe_1', part: 'PATIENT', person: 'pat_1' },
  ...{ issuedAt: now, expiresAt: new Date(now.getTime() + 300_000), now },
};
const key = Buffer.alloc(32, 1);
const server = { url: 'wss://video.example', apiKey: 'key', apiSecret: 's'.repeat(32) };
const both = { embedded: embeddedRooms(key), liveKit: liveKitRooms(server) };

test('an embedded room’s token says the room, the part and the pass, until when, and nobody’s name', async () => {
  expect(decodeJwt(await both.embedded.tokenFor(seat))).toEqual({
    ...{ aud: 'goodfaith-call', sub: 'pat_1', jti: 'cps_1', room: 'gfe_1', part: 'PATIENT' },
    ...{ iat: now.getTime() / 1000, exp: now.getTime() / 1000 + 300 },
  });
});

test('LiveKit’s own verifier takes the token, for one room, as long as the pass still lasts', async () => {
  const token = await both.liveKit.tokenFor({ ...seat, now: new Date(now.getTime() + 200_000) });
  const claims = await new TokenVerifier(server.apiKey, server.apiSecret).verify(token);
  const speaking = { canPublish: true, canPublishData: true };
  expect(claims).toMatchObject({
    ...{ iss: 'key', sub: 'pat_1', attributes: { pass: 'cps_1', part: 'PATIENT' } },
    video: { room: 'gfe_1', roomJoin: true, canSubscribe: true, ...speaking, canUpdateOwnMetadata: false },
  });
  const { exp = 0, nbf = 0 } = decodeJwt(token);
  expect(exp - nbf).toBeGreaterThan(95);
  expect(exp - nbf).toBeLessThanOrEqual(101);
});

test('an observer hears and sees, and is neither heard nor sends', async () => {
  const { video } = decodeJwt<{ video: unknown }>(await both.liveKit.tokenFor({ ...seat, part: 'OBSERVER' }));
  expect(video).toMatchObject({ canSubscribe: true, canPublish: false, canPublishData: false });
});

test.each(Object.entries(both))('%s rooms know their own tokens, old ones too, and no others', async (name, rooms) => {
  const token = await rooms.tokenFor(seat);
  expect(await rooms.passOf(token)).toBe('cps_1');
  const [other] = Object.entries(both).flatMap(([one, theirs]) => (one === name ? [] : [theirs]));
  expect(await rooms.passOf((await other?.tokenFor(seat)) ?? '')).toBeNull();
  for (const wrong of ['', 'x', `${token}x`, token.replace(/\.[^.]+$/, '.')]) expect(await rooms.passOf(wrong)).toBeNull();
});

test('a token under the same key that was made for something else is none', async () => {
  const claims = new SignJWT({}).setJti('cps_1').setAudience('goodfaith-call');
  expect(await both.embedded.passOf(await claims.setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key))).toBeNull();
  const elsewhere = new SignJWT({}).setJti('cps_1').setAudience('elsewhere');
  expect(await both.embedded.passOf(await elsewhere.setProtectedHeader({ alg: 'HS256', typ: 'gf-call+jwt' }).sign(key))).toBeNull();
});
