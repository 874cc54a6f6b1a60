import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
// A copy of what starts, whose packs are edited as somebody in a hurry would.
const copy = mkdtempSync(join(tmpdir(), 'goodfaith-packs-'));
afterAll(() => rmSync(copy, { recursive: true }));
for (const part of ['package.json', 'gateway', 'subgraphs', 'prisma']) cpSync(join(root, part), join(copy, part), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

const packs = join(copy, 'subgraphs/rules/packs');
const written = (file: string) => readFileSync(join(root, 'subgraphs/rules/packs', file), 'utf8');

/** Runs a program to its end with a file of the packs replaced, or taken away by null. */
function withFile(file: string, content: string | null, ...program: string[]) {
  if (content === null) rmSync(join(packs, file));
  else writeFileSync(join(packs, file), content);
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, program, {
      cwd: copy,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', GOODFAITH_DATA_DIR: join(copy, 'data'), PORT: '0' },
      encoding: 'utf8',
    });
    return { status, stdout, lines: stderr.trimEnd().split('\n') };
  } finally {
    writeFileSync(join(packs, file), written(file));
  }
}

const start = ['gateway/start.ts'];
const explain = ['subgraphs/rules/command.ts', 'explain', 'TX'];
const check = ['subgraphs/rules/command.ts', 'check'];
const [first] = (JSON.parse(written('exam.json')) as { rules: { id: string; value: string }[] }).rules;
const reads = 'no longer reads as it was released: leave its entries as they are, close them with "until" and add new ones';

const edits: readonly [what: string, file: string, content: string | null, lines: readonly string[]][] = [
  [
    'a rule without a citation',
    'exam.json',
    written('exam.json').replace(/"citation": "[^"]*"/, '"citation": ""'),
    [`exam.json: ${first?.id}: the citation is missing`],
  ],
  [
    'a value of a sealed release that was edited',
    'exam.json',
    written('exam.json').replace('"value": "prohibited"', '"value": "allowed"'),
    [1, 2, 3, 4, 5].map((number) => `releases.json: release 2026-11-22.${number} ${reads}`),
  ],
  ['a pack that is missing', 'exam.json', null, ['exam.json: is missing']],
  ['an empty pack', 'exam.json', '', ['exam.json: is not JSON: Unexpected end of JSON input']],
  ['releases that are no list', 'releases.json', '{}', ['releases.json: is not a list of releases']],
  ['no names of substances', 'substance-names.json', 'null', ['substance-names.json: is not a list of substances']],
];

// The process says nothing on its way there: it has started no database.
test.each(edits)('the process does not start on %s, and says so instead of a stack', (_what, file, content, lines) => {
  expect(withFile(file, content, ...start)).toEqual({ status: 1, stdout: '', lines: ['The rule packs are broken:', ...lines] });
});

describe.each(edits)('the command on %s', (_what, file, content, lines) => {
  test('does not explain', () => {
    expect(withFile(file, content, ...explain)).toEqual({ status: 1, stdout: '', lines: ['The rule packs are broken:', ...lines] });
  });
  test('finds it when it checks', () => {
    const said = withFile(file, content, ...check);
    // The schema of a pack has its own line for some of them.
    expect([said.status, said.lines.filter((line) => !line.includes(': schema: '))]).toEqual([1, lines]);
  });
});
