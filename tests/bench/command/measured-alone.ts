import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepingIn, keptIn } from './in-turns.ts';
import type { Section } from './results.ts';

const files = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What has no opponent and is measured in the test runner, by name: `slots` for `slots.bench.ts`. */
export function measuredAlone(): string[] {
  return readdirSync(files)
    .filter((file) => file.endsWith('.bench.ts'))
    .map((file) => file.slice(0, -'.bench.ts'.length));
}

/** Runs them one after the other; what they say meanwhile goes to standard error. What they found, and whether all of them held. */
export function runAlone(
  names: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { readonly sections: readonly Section[]; readonly held: boolean } {
  const chosen = names.map((name) => `tests/bench/${name}.bench.ts`);
  const command = [`${root}node_modules/vitest/vitest.mjs`, 'run', '--config', 'tests/bench/vitest.config.ts', ...chosen];
  const folder = mkdtempSync(join(tmpdir(), 'goodfaith-bench-'));
  const file = join(folder, 'figures');
  try {
    writeFileSync(file, '');
    const env = { ...process.env, ...environment, ...keepingIn(file) };
    const { status } = spawnSync(process.execPath, command, { cwd: root, env, stdio: ['ignore', 2, 2] });
    return { sections: keptIn(file), held: status === 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
