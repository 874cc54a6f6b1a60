/** `npm run --silent token -- <persona> [--step-up]`, or `--client <id> --at <pharmacy>` for a pharmacy's registered program: prints a bearer token for the embedded instance, and nothing else on stdout. */
import { EnvRefused, readEnv } from '#kernel/env.ts';
import type { Env } from '#kernel/env.ts';
import { tryId } from '#kernel/ids.ts';
import { createEmbeddedIssuer, readPersonas } from './issuer.ts';
import type { Persona } from './issuer.ts';

/** A command that cannot be answered; the message is all its caller gets to see. */
export class NoToken extends Error {}

/** The token that these arguments ask for. */
export async function tokenFor(args: readonly string[], env: Env): Promise<string> {
  if (!env.personas)
    throw new NoToken('Personas exist only with the embedded issuer on loopback: unset ISSUER, DATABASE_URL and NODE_ENV=production.');
  const personas = readPersonas(env.dataDir);
  if (personas === null) throw new NoToken(`There is no instance in ${env.dataDir} yet: run npm start first, or set GOODFAITH_DATA_DIR.`);
  const client = clientIn(args, personas);
  if (client !== null) return createEmbeddedIssuer(env.dataDir, env.audience).mint(client, { stepUp: false });
  const names = args.filter((argument) => !argument.startsWith('--'));
  const options = args.filter((argument) => argument.startsWith('--'));
  const persona = names.length === 1 && Object.hasOwn(personas, names[0] ?? '') ? personas[names[0] ?? ''] : undefined;
  if (persona === undefined || options.some((option) => option !== '--step-up')) throw new NoToken(usage(personas));
  if (persona.clientId !== undefined && options.length > 0) throw new NoToken('A program proves no second factor: leave --step-up out.');
  return createEmbeddedIssuer(env.dataDir, env.audience).mint(persona, { stepUp: options.length > 0 });
}

/** A program that is no persona, by its client id: what its token may do says the pharmacy where it was registered. Null where none is named. */
function clientIn(args: readonly string[], personas: Record<string, Persona>): Persona | null {
  if (!args.includes('--client')) return null;
  const [first, clientId = '', second, at = '', ...more] = args;
  if (
    first !== '--client' ||
    second !== '--at' ||
    more.length > 0 ||
    !/^[\x21-\x7e]{1,255}$/.test(clientId) ||
    tryId('pharmacy', at) === null
  )
    throw new NoToken('A program is asked for as: --client <client id> --at <pharmacy id>.');
  if (Object.values(personas).some((persona) => persona.sub === clientId && persona.clientId === undefined))
    throw new NoToken('This is the subject of a person, and no client.');
  return { sub: clientId, clientId, name: clientId, grants: [{ role: 'PHARMACY_SYSTEM', at }], description: 'a program' };
}

function usage(personas: Record<string, Persona>): string {
  const width = Math.max(...Object.keys(personas).map((name) => name.length));
  const lines = Object.entries(personas).map(([name, { description }]) => `  ${name.padEnd(width)}  ${description}`);
  return [
    'npm run --silent token -- <persona> [--step-up], or -- --client <client id> --at <pharmacy id>, where persona is one of',
    ...lines,
  ].join('\n');
}

if (import.meta.main) {
  try {
    console.log(await tokenFor(process.argv.slice(2), readEnv()));
  } catch (error) {
    if (!(error instanceof NoToken || error instanceof EnvRefused)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
