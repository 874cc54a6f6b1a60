import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What has no opponent and is measured in the test runner, by name: `slots` for `slots.bench.ts`. */
export function measuredAlone(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.bench.ts'))
    .map((file) => file.slice(0, -'.bench.ts'.length));
}

/** Runs them one after the other; what they say goes to standard error, beside the table. Whether all of them held. */
export function runAlone(names: readonly string[]): boolean {
  const files = names.map((name) => `tests/bench/${name}.bench.ts`);
  const command = [`${root}node_modules/vitest/vitest.mjs`, 'run', '--config', 'tests/bench/vitest.config.ts', ...files];
  return spawnSync(process.execPath, command, { cwd: root, stdio: ['ignore', 2, 2] }).status === 0;
}
