import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { personas } from '#prisma/seed/personas.ts';

/** An issuer of access tokens on loopback, as a deployment has one elsewhere. */
export interface TestIssuer extends AsyncDisposable {
  readonly issuer: string;
  readonly jwksUri: string;
  /** A token for a persona; good for ten minutes unless said otherwise. */
  tokenOf(persona: string, options?: { stepUp?: boolean; seconds?: number }): Promise<string>;
}

/** Starts an issuer with one key of its own. */
export async function startTestIssuer(): Promise<TestIssuer> {
  const pair = await generateKeyPair('ES256');
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'test', alg: 'ES256', use: 'sig' }] });
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(keys));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    jwksUri: `${issuer}/jwks.json`,
    tokenOf(persona, { stepUp = false, seconds = 600 } = {}) {
      const who = personas[persona];
      if (!who) throw new Error(`There is no persona ${persona}.`);
      const now = Math.floor(Date.now() / 1000);
      const signedIn = stepUp ? { auth_time: now, amr: ['pwd', 'otp'] } : { auth_time: now - 3600, amr: ['pwd'] };
      const by = who.clientId === undefined ? { client_id: 'test', ...signedIn } : { client_id: who.clientId };
      return new SignJWT({ name: who.name, grants: who.grants, ...by })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'test' })
        .setIssuer(issuer)
        .setSubject(who.sub)
        .setAudience('goodfaith')
        .setIssuedAt(now)
        .setExpirationTime(now + seconds)
        .setJti(randomUUID())
        .sign(pair.privateKey);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
