/** The processes of docker-compose.yml without Docker: the same commands with the same environment, at addresses of this machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Service {
  readonly image: string;
  readonly command?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The services of the file, as Docker would read them. */
export function composeServices(): Record<string, Service> {
  return parse(readFileSync(`${root}docker-compose.yml`, 'utf8')).services;
}

/** `${NAME}`, `${NAME:-otherwise}` and `${NAME:?why}` as Compose fills them in. */
export function interpolated(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_whole, name: string, sign: string | undefined, word: string | undefined) => {
    const value = values[name];
    if (value !== undefined && value !== '') return value;
    if (sign === '-') return word ?? '';
    throw new Error(`docker-compose.yml needs ${name}${word ? `: ${word}` : ''}`);
  });
}

/** One running process of the file. */
export interface ComposeProcess {
  readonly name: string;
  /** What it has said so far, both ways. */
  readonly output: () => string;
  readonly ready: Promise<void>;
  /** Sends a signal and resolves with how it exited. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts one service. Names of services in its environment become the ports they have here. */
export function startService(
  name: string,
  values: Readonly<Record<string, string>>,
  ports: Readonly<Record<string, number>>,
): ComposeProcess {
  const { command, environment } = composeServices()[name] ?? {};
  const [npm, start, dashes, part] = command?.split(' ') ?? [];
  if (npm !== 'npm' || start !== 'start' || dashes !== '--' || part === undefined)
    throw new Error(`${name} is not started by npm start -- <part>`);
  const here = (text: string) =>
    text.replace(/([/@])(\w+):(\d{4})\b/g, (whole, before, host) => (ports[host] ? `${before}127.0.0.1:${ports[host]}` : whole));
  const env = Object.fromEntries(Object.entries(environment ?? {}).map(([key, value]) => [key, here(interpolated(String(value), values))]));
  const child = spawn(process.execPath, ['gateway/start.ts', part], { cwd: root, env: { ...env, PORT: String(ports[name]) } });
  let text = '';
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (/^ready /m.test(text)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`${name} exited with ${code}:\n${text}`)));
  });
  ready.catch(() => undefined);
  return { name, ready, output: () => text, stop: (signal = 'SIGTERM') => ended(child, signal) };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  child.kill(signal);
  return exit;
}
