import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packFiles } from '#rules/packs.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'goodfaith-packs-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

const [broken] = packFiles.find(({ subject }) => subject === 'exam')?.rules ?? [];

/** Runs a program to its end on packs of which one has lost a citation. */
function onBrokenPacks(...program: string[]) {
  const { status, stderr } = spawnSync(process.execPath, ['--import', './tests/support/break-a-pack.ts', ...program], {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', GOODFAITH_DATA_DIR: dataDir, PORT: '0' },
    encoding: 'utf8',
  });
  return { status, lines: stderr.trimEnd().split('\n') };
}

test.each([
  ['the process', ['gateway/start.ts']],
  ['the explaining command', ['subgraphs/rules/command.ts', 'explain', 'TX']],
])('%s does not start on a broken pack, and says which rule is broken instead of a stack', { timeout: 60_000 }, (_what, program) => {
  expect(onBrokenPacks(...program)).toEqual({
    status: 1,
    lines: ['The rule packs are broken:', `exam.json: ${broken?.id}: the citation is missing`],
  });
});
