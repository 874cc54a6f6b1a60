import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { env } from 'node:process';
import { promisify } from 'node:util';
import { databaseNames, here, prismaSchemaOf, type DatabaseName } from './models.ts';

/*
 * Writes generated/<name>/client.ts and generated/<name>/pothos-types.ts for every subgraph whose models, or whose
 * tools, changed since the last time. Runs after every install, so it works without a network and is instant when
 * there is nothing to do.
 */
const require = createRequire(import.meta.url);
const run = promisify(execFile);

const { dependencies } = require('../package.json') as { dependencies: Record<string, string> };
const versions = ['prisma', '@prisma/client', '@pothos/plugin-prisma'].map((tool) => `${tool}@${dependencies[tool]}`);

async function generate(name: DatabaseName): Promise<boolean> {
  const schema = await prismaSchemaOf(name);
  const stamp = createHash('sha256')
    .update([...versions, schema].join('\n'))
    .digest('hex');
  const stampFile = here(`generated/${name}/.stamp`);
  if (existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp) return false;

  await mkdir(here('generated'), { recursive: true });
  await rm(stampFile, { force: true });
  await writeFile(here(`generated/${name}.prisma`), schema);
  const cli = [require.resolve('prisma/build/index.js'), 'generate', '--schema', here(`generated/${name}.prisma`)];
  await run(process.execPath, cli, {
    cwd: here('generated'),
    env: {
      ...env,
      // Generating needs no schema engine, but the CLI downloads one unless told where it is: any existing file will do.
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  await writeFile(stampFile, stamp);
  return true;
}

const written: string[] = [];
for (const name of databaseNames) {
  try {
    if (await generate(name)) written.push(name);
  } catch (error) {
    console.error(`The client of ${name} could not be written.\n${(error as { stderr?: string }).stderr || error}`);
    process.exitCode = 1;
  }
}
if (written.length > 0) console.log(`Prisma clients written: ${written.join(', ')}`);
