import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A process of the bench that has said its line. */
export interface Child<Said> {
  readonly said: Said;
  readonly pid: number;
  /** Tells it something and waits for what it answers. */
  ask(message: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a script with this Node and waits for its first line of JSON. */
export async function startChild<Said>(script: string, environment: Readonly<Record<string, string>>): Promise<Child<Said>> {
  const child = spawn(process.execPath, ['--disable-warning=DeprecationWarning', script], {
    env: { PATH: '/usr/bin:/bin', NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  process.once('exit', () => child.kill('SIGKILL'));
  const line = await new Promise<string>((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`${script} ended with ${code} before it listened.`)));
    createInterface({ input: child.stdout as Readable }).on('line', (text) => text.startsWith('{') && resolve(text));
  });
  return {
    said: JSON.parse(line) as Said,
    pid: child.pid ?? 0,
    ask(message) {
      return new Promise((resolve, reject) => {
        child.once('message', resolve);
        child.send(message, (error) => error && reject(error));
      });
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Processor milliseconds that these processes have used so far, from Linux's `/proc`; null elsewhere. */
export function cpuOf(pids: readonly number[]): number | null {
  try {
    return pids.reduce((sum, pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return sum + (Number(fields[11]) + Number(fields[12])) * 10;
    }, 0);
  } catch {
    return null;
  }
}
