import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/*
 * A pooler in transaction mode hands a connection on after each transaction: what the roles that serve requests do may leave nothing on it.
 * The owner's work before a start, and the one connection that listens, have addresses of their own.
 */
const root = join(import.meta.dirname, '../..');
const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'subgraphs', 'gateway', 'prisma'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => /\.(ts|sql)$/.test(file) && !file.includes('/generated/'));

/** Who may do it, and why it never goes through a pooler. */
const forbidden: readonly [what: string, pattern: RegExp, allowed: readonly string[]][] = [
  [
    'a lock that outlives its transaction',
    /pg_(try_)?advisory_lock(_shared)?\s*\(/,
    ['prisma/database.ts', 'prisma/migrations.ts', 'prisma/postgres.ts'],
  ],
  ['a setting that outlives its transaction', /set_config\([^;]*?,\s*false\s*\)/, []],
  ['a setting of the session', /\bset\s+session\b|(?:query|Unsafe)\(\s*[`'"]\s*set\s+(?!local\b)/i, []],
  ['listening', /[`'"]\s*listen\s+["$]/i, ['subgraphs/kernel/events.ts']],
  ['a table of the session', /create\s+(temp|temporary)\s+table/i, []],
  ['a cursor that outlives its transaction', /with\s+hold\b/i, []],
];

describe('nothing is left on a connection by', () => {
  test.each(forbidden)('%s', (_what, pattern, allowed) => {
    expect(sources.length).toBeGreaterThan(500);
    expect(sources.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')))).toEqual([...allowed]);
  });
});
