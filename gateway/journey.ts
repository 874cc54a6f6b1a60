/** `npm run journey`: plays the whole story through the gateway of a running instance, or of one it starts for the purpose. */
import { EnvRefused, readEnv } from '#kernel/env.ts';
import { createEmbeddedIssuer, readPersonas } from './issuer.ts';
import { tellAloud } from './journey/aloud.ts';
import { contractDocuments } from './journey/documents.ts';
import { httpFrontEnd } from './journey/front-end.ts';
import { startAll } from './start-all.ts';

async function isRunning(origin: string): Promise<boolean> {
  try {
    return (await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

async function main(): Promise<void> {
  const env = readEnv();
  const say = (line: string) => console.log(line);
  const origin = `http://${env.host}:${env.port}`;
  const started = (await isRunning(origin)) ? null : await startAll(env, say);
  try {
    const personas = readPersonas(env.dataDir);
    if (personas === null) throw new Error(`No personas in ${env.dataDir}: point GOODFAITH_DATA_DIR at the running instance’s folder.`);
    const issuer = createEmbeddedIssuer(env.dataDir, env.audience);
    const tokenOf = (name: string, stepUp: boolean) => {
      const persona = personas[name];
      if (!persona) throw new Error(`There is no persona ${name}.`);
      return issuer.mint(persona, { stepUp });
    };
    const frontEnd = httpFrontEnd(`${origin}/graphql`, await contractDocuments(), tokenOf);
    const count = await tellAloud(frontEnd, say);
    say(`done: ${count} steps, all through ${origin}/graphql`);
  } finally {
    await started?.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof EnvRefused || error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
