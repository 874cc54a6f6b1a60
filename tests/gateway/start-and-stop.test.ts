import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from '#prisma/postgres.ts';
import { createEmbeddedIssuer, readPersonas } from '../../gateway/issuer.ts';

/** One instance's life, as its user sees it: `npm start` less npm, in a data folder of its own. */
let dataDir: string;
const children = new Set<ChildProcess>();

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'goodfaith-life-'));
  chmodSync(dataDir, 0o711);
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  // A server that a killed process left behind is taken over to be stopped.
  await (await startPostgres(dataDir)).stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Instance {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly url: string;
}

async function started(): Promise<Instance> {
  const child = spawn(process.execPath, ['gateway/start.ts'], {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env['PATH'] ?? '', GOODFAITH_DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error' },
  });
  children.add(child);
  child.on('exit', () => children.delete(child));
  const lines: string[] = [];
  let text = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString('utf8')));
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const whole = text.split('\n');
      text = whole.pop() ?? '';
      lines.push(...whole);
      const ready = lines.find((line) => line.startsWith('ready '));
      if (ready) resolve(ready.slice(6));
    });
    child.once('exit', () => reject(new Error(`It ended before it was ready:\n${lines.join('\n')}`)));
  });
  return { child, lines, url };
}

async function register(url: string, givenName: string): Promise<string> {
  const persona = readPersonas(dataDir)?.['front-desk'];
  if (!persona) throw new Error('There are no personas.');
  const token = await createEmbeddedIssuer(dataDir).mint(persona, { stepUp: false });
  const address = { line1: '1 Larkspur Lane', city: 'Austin', state: 'TX', postalCode: '78704' };
  const input = {
    clinicId: persona.grants[0]?.at,
    givenName,
    familyName: 'Whitfield',
    birthDate: '1988-04-17',
    sexAtBirth: 'FEMALE',
    address,
  };
  const ask = async (query: string, variables: object) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return JSON.stringify(await answer.json());
  };
  await ask('mutation($input: RegisterPatientInput!) { registerPatient(input: $input) { __typename } }', { input });
  return ask('query($c: ID!) { patients(clinicId: $c, search: { name: "whitfield" }) { nodes { givenName } } }', { c: input.clinicId });
}

test('it starts, stops in order on a Ctrl-C that comes twice, and loses nothing to one nor to a kill', async () => {
  const first = await started();
  expect(
    first.lines
      .map((line) => line.split(':')[0])
      .filter((step) => ['database', 'seed', 'subgraphs', 'graph', 'gateway'].includes(step ?? '')),
  ).toEqual(expect.arrayContaining(['database', 'seed', 'subgraphs', 'graph', 'gateway']));
  expect(first.lines.at(-1)).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+\/graphql$/);
  expect(await register(first.url, 'Ana')).toContain('Ana');
  const ended = once(first.child, 'exit');
  first.child.kill('SIGINT');
  first.child.kill('SIGINT');
  expect((await ended)[0]).toBe(0);
  expect(first.lines.slice(-2)).toEqual(['stopping', 'stopped']);

  const second = await started();
  expect(second.lines).toContain('seed: the world is there already');
  expect(await register(second.url, 'Bea')).toMatch(/Ana.*Bea|Bea.*Ana/);
  const killed = once(second.child, 'exit');
  second.child.kill('SIGKILL');
  await killed;

  const third = await started();
  expect(third.lines).toContain('Found the database still running and took it over');
  expect(await register(third.url, 'Cia')).toMatch(/^(?=.*Ana)(?=.*Bea)(?=.*Cia)/);
  const over = once(third.child, 'exit');
  third.child.kill('SIGINT');
  expect((await over)[0]).toBe(0);
});
