import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const dataDir = mkdtempSync(join(tmpdir(), 'goodfaith-start-'));
afterAll(() => rmSync(dataDir, { recursive: true }));

/** Runs one start to its end: what it said as an error, and how it exited. */
function start(part: string[], env: Record<string, string>): Promise<{ code: number | null; errors: string[] }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['gateway/start.ts', ...part], {
      cwd: join(import.meta.dirname, '../..'),
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', GOODFAITH_DATA_DIR: dataDir, PORT: '0', ...env },
    });
    let text = '';
    child.stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    child.on('close', (code) => resolve({ code, errors: text.trimEnd().split('\n') }));
  });
}

describe('a start that cannot be', () => {
  test.each([
    ['an unknown part', ['clinic'], {}, /no part called clinic/],
    ['a port that is none', [], { PORT: 'abc' }, /^PORT must be/],
    [
      'an address this machine has not',
      [],
      { HOST: '192.0.2.1', ISSUER: 'https://issuer.test', JWKS_URI: 'https://issuer.test/jwks' },
      /^This machine has no address 192\.0\.2\.1: set HOST/,
    ],
    [
      'a data folder that cannot be',
      [],
      { GOODFAITH_DATA_DIR: join(import.meta.filename, 'data') },
      /cannot be written .*GOODFAITH_DATA_DIR/,
    ],
    [
      'a database that does not answer',
      [],
      { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c', ISSUER: 'https://issuer.test', JWKS_URI: 'https://issuer.test/jwks' },
      /^The database does not answer .*DATABASE_URL/,
    ],
    ['production without an issuer', [], { NODE_ENV: 'production' }, /^ISSUER and JWKS_URI are needed/],
  ])('says %s in one sentence', async (_what, part, env, sentence) => {
    const { code, errors } = await start(part, env);
    expect(code).toBe(1);
    expect(errors).toEqual([expect.stringMatching(sentence)]);
  });

  test('says that the port is in use, before a database is started for nothing', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    const { code, errors } = await start([], { PORT: String(port) });
    expect([code, errors]).toEqual([1, [`Port ${port} on 127.0.0.1 is in use: stop what uses it, or set PORT to another.`]]);
    other.close();
  });

  test('says everything that a part of its own is missing at once', async () => {
    const { code, errors } = await start(['clinics'], {});
    expect(code).toBe(1);
    expect(errors.map((line) => line.split(' ', 1)[0])).toEqual(['ISSUER', 'DATABASE_URL', 'SUBGRAPH_SECRET', 'ASK_KEYS', 'GATEWAY_URL']);
  });
});
