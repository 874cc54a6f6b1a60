import { afterAll, beforeAll, expect, test } from 'vitest';
import { clinics, NOW, stored, writeAuthority } from './authority.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterAll(() => graph?.stop());

/** What the database itself refuses, whoever writes. */
test.each([
  ['an NPI that is none', `update practitioner set npi = '3234567893'`],
  ['two practitioners with one NPI', `update practitioner set npi = '1234567893'`],
  ['a credential nobody has', `update practitioner set credential = 'MBA'`],
  ['a state that is none', `update license set state = 'ZZ'`],
  ['a licence status nobody gives', `update license set status = 'STALE'`],
  ['a licence that ends before it begins', `update license set expires_on = issued_on - 1`],
  ['one licence number given to two', `update license set state = 'TX', type = 'PHYSICIAN', number = 'Q1234'`],
  ['a DEA number of the wrong shape', `update dea_registration set number = 'B1234563'`],
  ['a schedule that is none', `update dea_registration set schedules = '{III,VI}'`],
  ['a policy that pays less in a term than for one claim', `update insurance_policy set aggregate_limit = 1`],
  ['an engagement that ends before it starts', `update engagement set ends_on = starts_on - 1`],
  ['a person who supervises themselves', `update collaborative_agreement set supervisor_id = supervisee_id`],
  ['a protocol that ends before it begins', `update protocol_version set expires_on = effective_from - 1`],
  ['a digest that is none', `update protocol_version set digest = 'signed'`],
])('refuses %s', async (_what, statement) => {
  await expect(graph.owner.$executeRawUnsafe(statement.replace('update ', 'update physicians.'))).rejects.toThrow(/23514|23505/);
});

const standing = (values: string) => `insert into physicians.license_standing
  (id, license_id, practitioner_id, status, source, effective_from, effective_to, recorded_at)
  values (gen_random_uuid(), '${stored.license}', '${stored.director}', ${values}, now())`;

test.each([
  ['of a status nobody gives', standing(`'STALE', 'STATE_BOARD', '2026-01-01', null`)],
  ['that is good without a source', standing(`'ACTIVE', null, '2026-01-01', null`)],
  ['that is good by somebody else’s word than the board’s', standing(`'ACTIVE', 'NPPES', '2026-01-01', null`)],
  ['that ends before it begins', standing(`'REVOKED', 'STATE_BOARD', '2026-01-02', '2026-01-01'`)],
  [
    'of a licence that the practitioner does not hold',
    standing(`'REVOKED', null, '2026-01-02', null`).replace(stored.director, stored.nurse),
  ],
])('refuses a standing %s', async (_what, statement) => {
  await expect(graph.owner.$executeRawUnsafe(statement)).rejects.toThrow(/23514|23503/);
});

test('refuses a second engagement of one director at one clinic while the first lives, and takes it once that has ended', async () => {
  const first = await graph.owner.engagement.findUniqueOrThrow({ where: { id: stored.engagement } });
  const second = { ...first, id: '01980000-0000-7000-8000-000000000599' };
  await expect(graph.owner.engagement.create({ data: second })).rejects.toThrow(/23P01|engagement_one_at_a_time/);
  const after = { ...second, startsOn: new Date('2027-01-01') };
  await expect(graph.owner.engagement.create({ data: after })).rejects.toThrow(/23P01|engagement_one_at_a_time/);
  await graph.owner.engagement.update({ where: { id: first.id }, data: { status: 'ENDED' } });
  await expect(graph.owner.engagement.create({ data: second })).resolves.toEqual(second);
});
