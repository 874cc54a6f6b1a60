import { randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signAsk } from '#kernel/ask.ts';
import { makeProof } from '#kernel/hop.ts';
import { deriveKey, signingPairOf } from '#kernel/keys.ts';
import { practitionerId } from '#prisma/seed/people.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
  const [examiner, director, austin] = [practitionerId('examiner'), practitionerId('director'), placeId('austin')];
  await graph.sql(
    `insert into physicians.controlled_substance_registration (id, practitioner_id, state, number, schedules, status, expires_on)
     values (gen_random_uuid(), $1, 'TX', 'C1', '{IV}', 'SUSPENDED', current_date + 30)`,
    [director],
  );
  await graph.sql(
    `insert into physicians.competency (id, clinic_id, practitioner_id, service, course, hands_on_count, assessor_id, assessed_on, expires_on, recorded_at)
     values (gen_random_uuid(), $1, $2, 'iv-therapy', 'A course', 5, $3, current_date - 100, current_date - 1, now())`,
    [austin, examiner, director],
  );
  await graph.sql(
    `insert into physicians.delegation (id, clinic_id, service, delegate_id, delegator_id, level, protocol_version_id, states, starts_on, ends_on, delegated_at)
     values (gen_random_uuid(), $1, 'iv-therapy', $2, $3, 3, $4, '{TX}', current_date - 100, current_date + 9, now())`,
    [austin, examiner, director, uuidOf('protocol-version:iv-therapy')],
  );
  await graph.sql(
    `insert into physicians.training_record (id, practitioner_id, kind, issuer, completed_on, expires_on, sha256, recorded_by, recorded_at)
     values (gen_random_uuid(), $1, 'BLS', 'Issuer', current_date - 100, current_date + 5, repeat('ab', 32), 'usr_x', now())`,
    [examiner],
  );
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const document = `query ($clinicIds: [ID!]!, $lapsedSince: Date) { authorityPapers(clinicIds: $clinicIds, lapsedSince: $lapsedSince) {
  kind practitionerName clinicIds service detail status startsOn endsOn } }`;

/** Asks as the clinics do, by their own right. */
async function papers(
  lapsedSince?: string,
): Promise<{ kind: string; startsOn: string | null; status: string; practitionerName: string | null }[]> {
  const variables = { clinicIds: [placeTypeId('austin')], lapsedSince };
  const key = signingPairOf(graph.secrets.clinics, 'ask').privateKey;
  const token = await signAsk(key, { service: 'clinics', as: 'service', user: null, document, nowMs: Date.now() });
  const authorization = `Bearer ${token}`;
  const requestId = randomUUID();
  const body = JSON.stringify({ query: document, variables });
  const proof = makeProof(
    deriveKey(graph.secrets.physicians, 'hop'),
    { subgraph: 'physicians', requestId, authorization, body },
    Date.now(),
  );
  const headers = { authorization, requestId, proof, idempotencyKey: undefined };
  const asked = { body, query: document, variables, operationName: undefined, headers };
  const { data, errors } = JSON.parse(JSON.stringify(await graph.running.physicians.execute(asked))) as ExecutionResult;
  expect(errors).toBeUndefined();
  return (data as { authorityPapers: Awaited<ReturnType<typeof papers>> }).authorityPapers;
}

test('everything that ends is told, of those engaged and of those employed, in one list', async () => {
  const told = await papers();
  expect([...new Set(told.map(({ kind }) => kind))].toSorted()).toEqual(
    [
      ...[
        'BOARD_CERTIFICATION',
        'COLLABORATIVE_AGREEMENT',
        'COMPETENCY',
        'CONTROLLED_SUBSTANCE_REGISTRATION',
        'DEA_REGISTRATION',
        'DELEGATION',
      ],
      ...['ENGAGEMENT', 'INSURANCE_POLICY', 'LICENSE', 'PROTOCOL', 'TRAINING'],
    ].filter((kind) => kind !== 'BOARD_CERTIFICATION' || told.some((one) => one.kind === kind)),
  );
  // She is employed, not engaged.
  expect(told.filter(({ practitionerName, kind }) => practitionerName?.endsWith('NP') && kind === 'LICENSE').length).toBeGreaterThan(0);
});

test('asked for what lapsed, it tells what is over and what is out of force, and nothing else', async () => {
  const since = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
  expect((await papers(since)).map(({ kind, status }) => ({ kind, status }))).toEqual([
    { kind: 'COMPETENCY', status: 'ACTIVE' },
    { kind: 'CONTROLLED_SUBSTANCE_REGISTRATION', status: 'SUSPENDED' },
  ]);
});

test('a renewal that has yet to begin does not carry on what ended, from its first day on it does', async () => {
  const since = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
  const trainings = async () => (await papers(since)).filter(({ kind }) => kind === 'TRAINING').map(({ startsOn }) => startsOn);
  const add = (from: number, until: number) =>
    graph.sql<{ day: string }>(
      `insert into physicians.training_record (id, practitioner_id, kind, issuer, completed_on, expires_on, sha256, recorded_by, recorded_at)
       values (gen_random_uuid(), $1, 'ACLS', 'Issuer', current_date + $2::int, current_date + $3::int, md5($2::text) || md5($3::text), 'usr_x', now())
       returning completed_on::text as day`,
      [practitionerId('examiner'), from, until],
    );
  const [old] = await add(-100, -3);
  await add(2, 300);
  expect(await trainings()).toEqual([old?.day]);
  await add(0, 200);
  expect(await trainings()).toEqual([]);
});
