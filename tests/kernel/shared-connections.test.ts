import { afterAll, beforeAll, expect, test } from 'vitest';
import { rolesOf } from '#prisma/roles.ts';
import { registerPatient } from '../prescriptions/exam-story.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';

/*
 * Connections are the next caller's as soon as a transaction is over: eight a subgraph, and behind a pooler four for all of them
 * (`PGBOUNCER=… npm test`). Whoever had one before must not be seen through it, whatever became of their request.
 */

const desks = ['front-desk', 'other-desk', 'front-desk-ca'] as const;
const person = (clinicId: string, familyName: string) => ({
  ...{ clinicId, familyName, givenName: 'Ada', birthDate: '1990-01-01', sexAtBirth: 'FEMALE' },
  address: { line1: '1 Elm St', city: 'Austin', state: 'TX', postalCode: '78704' },
});

let graph: TestGraph;
const askers = new Map<string, { readonly desk: Asker; readonly clinicId: string; readonly patientId: string }>();

beforeAll(async () => {
  graph = await testGraph();
  for (const name of desks) {
    const desk = await graph.as(name);
    const { viewer } = await desk.get('{ viewer { clinics { nodes { id } } } }');
    const clinicId = viewer.clinics.nodes[0].id as string;
    const { registerPatient: made } = await desk.get(registerPatient, { input: person(clinicId, name) });
    askers.set(name, { desk, clinicId, patientId: made.id });
  }
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const of = (name: string) => askers.get(name) ?? expect.fail(`${name} is nobody here`);
const PATIENT = 'query ($id: ID!) { patient(id: $id) { id familyName } }';

/** What one desk is shown of a patient, and what was said instead. */
async function shown(name: string, whose: string): Promise<string> {
  const { data, errors } = await of(name).desk.ask(PATIENT, { id: of(whose).patientId });
  return data?.patient?.familyName ?? errors.map(({ code }) => code).join();
}

test('hundreds of questions of three places at once show each its own patient, and nobody another’s', { timeout: 120_000 }, async () => {
  const asked = Array.from({ length: 300 }, (_, n) => [desks[n % 3] ?? '', desks[(n + Math.floor(n / 3)) % 3] ?? ''] as const);
  const answers = await Promise.all(asked.map(([name, whose]) => shown(name, whose)));
  expect(answers).toEqual(asked.map(([name, whose]) => (name === whose ? name : 'NOT_FOUND')));
});

test('a request that was refused halfway leaves nothing of its caller behind', { timeout: 120_000 }, async () => {
  const refused = person(of('front-desk').clinicId, 'x'.repeat(300));
  const rounds = await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      if (n % 2 === 0) {
        const { data } = await of('front-desk').desk.ask(registerPatient, { input: refused });
        return data?.registerPatient?.id === undefined ? 'other-desk' : 'kept';
      }
      return shown('other-desk', 'other-desk');
    }),
  );
  expect(new Set(rounds)).toEqual(new Set(['other-desk']));
  expect(await shown('other-desk', 'front-desk')).toBe('NOT_FOUND');
});

const cut = () =>
  graph.sql('select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and datname = current_database()', [
    rolesOf('prescriptions').app,
  ]);

test('connections that are cut while they are used are said to be so, and never show another’s', { timeout: 120_000 }, async () => {
  const answers: (readonly [string, string])[] = [];
  for (let round = 0; round < 6; round += 1) {
    const asked = desks.flatMap((name) => [name, name, name, name]);
    const [found] = await Promise.all([Promise.all(asked.map(async (name) => [name, await shown(name, name)] as const)), cut()]);
    answers.push(...found);
  }
  for (const [name, answer] of answers) expect([name, 'UNAVAILABLE']).toContain(answer);
  for (const name of desks) await expect.poll(() => shown(name, name), { timeout: 10_000 }).toBe(name);
  expect(await shown('other-desk', 'front-desk')).toBe('NOT_FOUND');
});

test('a database that has no connection to spare is said to be so, and is asked again', async () => {
  const limit = (most: number) =>
    graph.sql(`do $$ begin execute format('alter database %I with connection limit ${most}', current_database()); end $$`);
  await limit(0);
  try {
    await cut();
    await expect.poll(() => shown('front-desk', 'front-desk'), { timeout: 10_000 }).toBe('UNAVAILABLE');
    expect(await Promise.all(desks.map((name) => shown(name, name)))).toEqual(desks.map(() => 'UNAVAILABLE'));
  } finally {
    await limit(-1);
  }
  // A pooler tries to connect again after 15 s.
  for (const name of desks) await expect.poll(() => shown(name, name), { timeout: 40_000 }).toBe(name);
});
