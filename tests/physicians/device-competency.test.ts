import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { settingOf } from '#kernel/permissions.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { acts, competent, director, directing, elsewhere, given, may, nurse, officer, tell, writeActs } from './delegation-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  await writeActs(graph);
});
afterEach(() => graph?.stop());

const day = new Date('2026-11-01T00:00:00Z');
const [device, other] = ['injector-2', 'injector-3'];
const allowed = { allowed: true, stops: [] };

test('a delegation for a device asks for a competency of that device, and reaches no other', async () => {
  await tell(director(graph), 'recordCompetency', competent);
  await tell(director(graph), 'recordCompetency', { ...competent, device: other });
  expect(await tell(director(graph), 'delegate', { ...given, device })).toMatchObject({
    ...{ code: 'RULE_BLOCKED', rules: expect.arrayContaining([{ id: 'competency.performer', outcome: 'FAIL' }]) },
  });
  expect(await tell(director(graph), 'recordCompetency', { ...competent, device })).toMatchObject({ device, current: true });
  expect(await tell(director(graph), 'delegate', { ...given, device })).toMatchObject({ device, status: 'ACTIVE' });
  expect(await may(nurse(graph), { device })).toEqual(allowed);
  for (const asked of [{}, { device: other }]) {
    expect(await may(nurse(graph), asked)).toEqual({ allowed: false, stops: ['delegation.record FAIL'] });
  }
});

test('a delegation of the service asks for a competency in the service: one on a device alone is not enough', async () => {
  await tell(director(graph), 'recordCompetency', { ...competent, device });
  expect(await tell(director(graph), 'delegate', given)).toMatchObject({ code: 'RULE_BLOCKED' });
  await tell(director(graph), 'recordCompetency', competent);
  expect(await tell(director(graph), 'delegate', given)).toMatchObject({ device: null, status: 'ACTIVE' });
  for (const asked of [{}, { device }]) expect(await may(nurse(graph), asked)).toEqual(allowed);
});

test.each(['', 'Injector 2', 'injector_2', '-injector', 'x'.repeat(65)])('%o is no code of a device', async (code) => {
  const refusal = { code: 'INVALID_INPUT', issues: [{ path: 'input.device' }] };
  expect(await tell(director(graph), 'recordCompetency', { ...competent, device: code })).toMatchObject(refusal);
  expect(await tell(director(graph), 'delegate', { ...given, device: code })).toMatchObject(refusal);
});

test('a competency is withdrawn at once and for good, and what was delegated on it stops', async () => {
  const { id: competencyId } = await tell(director(graph), 'recordCompetency', competent);
  await tell(director(graph), 'delegate', given);
  expect(await may(nurse(graph))).toEqual(allowed);
  const reason = 'Seen again, and not able yet.';
  const withdraw = (who: ReturnType<typeof nurse>, why = reason) => tell(who, 'withdrawCompetency', { competencyId, reason: why });

  expect(await withdraw(graph.as({ role: 'MEDICAL_DIRECTOR', at: id.denver }))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await withdraw(graph.as({ role: 'PRESCRIBER', at: id.austin }))).toMatchObject({ code: 'NOT_FOUND' });
  for (const role of [officer, elsewhere, { role: 'MSO_MANAGER', at: id.mso } as const]) {
    expect(await withdraw(graph.as(role))).toMatchObject({ code: 'FORBIDDEN' });
  }
  expect(await withdraw(director(graph), ' ')).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.reason' }] });

  expect(await withdraw(graph.as(directing))).toEqual({
    ...{ __typename: 'Competency', id: competencyId, current: false, withdrawnAt: '2026-12-01T15:00:00.000Z', withdrawalReason: reason },
  });
  expect(await may(nurse(graph))).toEqual({ allowed: false, stops: ['competency.performer FAIL'] });
  expect(await may(nurse(graph), { on: '2026-12-02' })).toMatchObject({ allowed: false });
  const { data } = await graph.as(officer).ask(`{ delegations(clinicId: "${id.austin}") { nodes { status } } }`);
  expect(data).toEqual({ delegations: { nodes: [{ status: 'SUSPENDED' }] } });
  expect(await withdraw(director(graph))).toMatchObject({ code: 'CONFLICT' });
  expect(await graph.owner.auditEvent.findFirst({ where: { action: 'competency.withdrawn' } })).toMatchObject({
    ...{ tenantId: stored.austin, detail: { practitionerId: stored.nurse, service: 'botulinum-toxin', device: null, own: false } },
  });
  await tell(director(graph), 'recordCompetency', competent);
  expect(await may(nurse(graph))).toEqual(allowed);
});

test('a physician withdraws what they assessed themselves where they still assess, and nothing after its last day', async () => {
  const { id: competencyId } = await tell(director(graph), 'recordCompetency', competent);
  const prescribing = { role: 'PRESCRIBER', at: id.austin } as const;
  const input = { competencyId, reason: 'Seen again.' };
  expect(await tell(graph.person(id.director, { role: 'PRESCRIBER', at: id.denver }), 'withdrawCompetency', input)).toMatchObject({
    code: 'NOT_FOUND',
  });
  graph.setNow('2027-11-20T09:00:00Z');
  expect(await tell(graph.person(id.director, prescribing), 'withdrawCompetency', input)).toMatchObject({
    ...{ code: 'ILLEGAL_TRANSITION', from: 'EXPIRED' },
  });
  graph.setNow('2027-11-19T09:00:00Z');
  expect(await tell(graph.person(id.director, prescribing), 'withdrawCompetency', input)).toMatchObject({ current: false });
});

test('the database takes a withdrawal from the assessor and the director alone, once, and lets nobody change it', async () => {
  const { id: competencyId } = await tell(director(graph), 'recordCompetency', competent);
  const app = new pg.Client({ connectionString: graph.appUrl });
  await app.connect();
  const withdrawal = (by: string) =>
    `insert into competency_withdrawal (competency_id, reason, withdrawn_by, withdrawn_at)
     values ('${fromId('competency', String(competencyId))}', 'x', '${by}', now())`;
  const tried = async (sub: string, right: 'competency:withdraw' | 'competency:record', place: string, statement: string) => {
    await app.query('begin');
    try {
      await app.query(`select set_config('app.actor', $1, true)`, [sub]);
      for (const each of [right, 'delegation:read'] as const)
        await app.query('select set_config($1, $2, true)', [settingOf(each), `{${place}}`]);
      return (await app.query(statement)).rowCount;
    } catch (error) {
      return (error as { code?: string }).code;
    } finally {
      await app.query('rollback');
    }
  };
  try {
    expect(await tried('usr_x', 'competency:withdraw', stored.austin, withdrawal('usr_x'))).toBe(1);
    expect(await tried(id.director, 'competency:record', stored.austin, withdrawal(id.director))).toBe(1);
    expect(await tried('usr_x', 'competency:withdraw', stored.austin, withdrawal('usr_y'))).toBe('42501');
    expect(await tried('usr_x', 'competency:record', stored.austin, withdrawal('usr_x'))).toBe('42501');
    expect(await tried('usr_x', 'competency:withdraw', stored.denver, withdrawal('usr_x'))).toBe('42501');
    expect(await tried('usr_x', 'competency:withdraw', stored.austin, 'delete from competency_withdrawal')).toBe('42501');
  } finally {
    await app.end();
  }
});

test('a delegation follows its protocol to the next version once the physician who gave it has signed that', async () => {
  await tell(director(graph), 'recordCompetency', competent);
  await tell(director(graph), 'delegate', given);
  const version = await graph.owner.protocolVersion.findUniqueOrThrow({ where: { id: acts.version } });
  const effectiveFrom = new Date('2026-12-05T00:00:00Z');
  await graph.owner.protocolVersion.create({ data: { ...version, id: acts.otherVersion, version: '2', effectiveFrom } });
  expect(await may(nurse(graph))).toEqual(allowed);
  graph.setNow('2026-12-05T00:00:00Z');
  expect(await may(nurse(graph))).toEqual({ allowed: false, stops: ['protocol.inForce FAIL'] });
  await graph.owner.protocolSignature.create({
    data: { versionId: acts.otherVersion, practitionerId: stored.director, digest: version.digest, signedAt: new Date() },
  });
  expect(await may(nurse(graph))).toEqual(allowed);
  expect(await may(nurse(graph), { on: '2026-12-02' })).toEqual(allowed);
});

test.each<[string, string, () => Promise<unknown>]>([
  [
    'a physician whose licence is gone',
    'licence.assessor',
    () => graph.owner.license.update({ where: { id: stored.license }, data: { status: 'REVOKED' } }),
  ],
  [
    'a physician on a list of excluded persons',
    'exclusion.assessor',
    () =>
      graph.owner.exclusionScreening.updateMany({ where: { practitionerId: stored.director }, data: { status: 'EXCLUDED', since: day } }),
  ],
  [
    'somebody who is no physician',
    'competency.assessor',
    () => graph.owner.practitioner.update({ where: { id: stored.director }, data: { credential: 'NP' } }),
  ],
])('nobody is found able by %s', async (_who, rule, change) => {
  await change();
  expect(await tell(director(graph), 'recordCompetency', competent)).toMatchObject({
    ...{ code: 'RULE_BLOCKED', rules: [{ id: rule, outcome: 'FAIL' }] },
  });
});
