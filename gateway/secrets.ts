/** `npm run secrets`: prints a whole `.env` for `docker-compose.yml`, with fresh secrets each time. */
import { deriveKey, publicKeyText, signingPairOf } from '#kernel/keys.ts';
import { subgraphNames } from '#kernel/names.ts';
import type { SubgraphName } from '#kernel/names.ts';
import { randomSecret } from './root-secret.ts';

/**
 * Every variable the deployment needs, by name. Each subgraph gets its own secret; the gateway gets only what follows
 * from them: the keys of its proofs, and the public halves that verify asks.
 */
export function deploymentSecrets(newSecret: () => string = randomSecret): Record<string, string> {
  const own = subgraphNames.map((name): [SubgraphName, string] => [name, newSecret()]);
  const list = (key: (secret: string) => string) => own.map(([name, secret]) => `${name}=${key(secret)}`).join(',');
  return {
    ...Object.fromEntries(own.map(([name, secret]) => [`${name.toUpperCase()}_SECRET`, secret])),
    HOP_KEYS: list((secret) => deriveKey(secret, 'hop').toString('base64url')),
    ASK_KEYS: list((secret) => publicKeyText(signingPairOf(secret, 'ask').publicKey)),
    POSTGRES_PASSWORD: newSecret(),
  };
}

if (import.meta.main) {
  console.log(
    '# Secrets of one deployment. Losing a subgraph’s secret loses the documents it signed keys for: keep a copy in a safe place.',
  );
  for (const [name, value] of Object.entries(deploymentSecrets())) console.log(`${name}=${value}`);
}
