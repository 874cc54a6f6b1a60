import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEnv } from '#kernel/env.ts';
import { prepareDatabase } from '#prisma/database.ts';
import { databaseNames } from '#prisma/models.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { startAll } from '../../gateway/start-all.ts';
import { clinicOf } from '../prescriptions/exam-story.ts';
import { walkIn } from '../prescriptions/queue-story.ts';
import { freePorts } from '../support/free-ports.ts';
import { testGraph } from '../support/graph.ts';
import { type Pair, startPair } from '../support/standby.ts';
import { sentAs } from '../support/statements.ts';
import { startTestIssuer } from '../support/test-issuer.ts';
import { testPasswordsOf } from '../support/test-roles.ts';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(async () => pair?.[Symbol.asyncDispose]());

const METRICS = `query ($id: ID!) { clinic(id: $id) { metrics(from: "2025-01-01", to: "2034-12-31") { examsRequested ordersDispensed } } }`;

test('a process that is told of a replica reads there, with the passwords it has just set', async () => {
  const { ownerUrl, addresses } = pair.withStandby;
  const standby = Object.assign(new URL(addresses.clinics.replicaUrl ?? ''), { username: '', password: '' });
  const [port] = await freePorts(1);
  const folder = await mkdtemp(join(tmpdir(), 'goodfaith-'));
  await using issuer = await startTestIssuer();
  const env = readEnv({
    ...{ DATABASE_URL: ownerUrl, DATABASE_REPLICA_URL: standby.href, ISSUER: issuer.issuer, JWKS_URI: issuer.jwksUri },
    ...{ PORT: String(port), GOODFAITH_DATA_DIR: folder, GOODFAITH_SECRET: randomBytes(32).toString('base64url'), LOG_LEVEL: 'error' },
  });
  const started = await startAll(env, () => undefined);
  try {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await issuer.tokenOf('front-desk')}` },
      body: JSON.stringify({ query: METRICS, variables: { id: placeTypeId('austin') } }),
    });
    expect(await response.json()).toEqual({ data: { clinic: { metrics: { examsRequested: expect.any(Number), ordersDispensed: 0 } } } });
    const readers = await pair.onStandby<{ usename: string }>(
      `select distinct usename from pg_stat_activity where usename like 'goodfaith%' order by usename`,
    );
    expect(readers.map(({ usename }) => usename)).toEqual(['goodfaith_pharmacies', 'goodfaith_prescriptions']);
  } finally {
    await started.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test('a replica that says nothing any more, with connections open, is given up by everybody and costs no answer', async () => {
  await prepareDatabase(pair.primary.ownerUrl, databaseNames, testPasswordsOf);
  await using graph = await testGraph(pair.withStandby);
  const desk = await graph.as('front-desk');
  const clinicId = await clinicOf(desk);
  const requested = async () => (await desk.get(METRICS, { id: clinicId })).clinic.metrics.examsRequested;

  const before = await requested();
  const thaw = await pair.freezeStandby();
  try {
    await walkIn(desk, clinicId);
    expect(await Promise.all(Array.from({ length: 12 }, requested))).toEqual(Array.from({ length: 12 }, () => before + 1));
    // While it rests, nothing is sent to it at all.
    expect((await sentAs(requested)).filter(({ port }) => port === pair.ports.standby)).toEqual([]);
  } finally {
    thaw();
  }
});
