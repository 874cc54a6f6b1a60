import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import packageFile from '../../package.json' with { type: 'json' };
import { keep } from './command/in-turns.ts';
import { memoryOf } from './command/soak.ts';

/** Long enough for the jobs of each minute to have run twice. */
const IDLE_MS = 130_000;

test('memory at rest', { timeout: 300_000 }, async () => {
  await using undo = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'goodfaith-idle-'));
  undo.defer(() => rm(folder, { recursive: true, force: true }));
  // PostgreSQL, which never runs as root, has to reach its own folder in it.
  await chmod(folder, 0o711);
  // As npm runs it; the shell becomes the process.
  const child = spawn('/bin/sh', ['-c', packageFile.scripts.start], {
    cwd: join(import.meta.dirname, '../..'),
    env: {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      GOODFAITH_DATA_DIR: folder,
      PORT: '0',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  undo.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let isReady = false;
  for await (const line of createInterface({ input: child.stdout })) {
    isReady = line.startsWith('ready ');
    if (isReady) break;
  }
  expect(isReady).toBe(true);
  const ready = memoryOf(child.pid ?? 0);
  await sleep(IDLE_MS);
  const idle = memoryOf(child.pid ?? 0);
  keep({
    name: 'idle',
    what: 'memory of `npm start` at rest: gateway and four subgraphs in one process, without PostgreSQL',
    measured: [],
    said: [`Resident: ${ready.toFixed(0)} MiB when it is ready, ${idle.toFixed(0)} MiB ${IDLE_MS / 1000} s later.`],
  });
});
