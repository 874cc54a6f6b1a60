import { afterEach, beforeEach, expect, test } from 'vitest';
import { clinics, NOW, stored, writeAuthority } from './authority.ts';
import { ada, recorded, type Verb } from './register-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  await graph.owner.engagement.create({
    data: {
      ...{ id: '01980000-0000-7000-8000-000000000599', clinicId: stored.denver, practitionerId: stored.director },
      ...{ role: 'COLLABORATING_PHYSICIAN', model: 'FRACTIONAL', status: 'ACTIVE', startsOn: new Date('2026-01-01T00:00:00Z') },
    },
  });
});
afterEach(() => graph?.stop());

const verbs: readonly (readonly [Verb, object, action: string, detail: object])[] = [
  ['recordCredentialCheck', { result: 'MISMATCH' }, 'credential.checked', { was: 'ACTIVE', is: 'UNVERIFIED' }],
  ['cancelInsurancePolicy', {}, 'insurance-policy.cancelled', { was: 'ACTIVE', cancelledOn: '2026-11-30' }],
  ['renewLicense', {}, 'license.renewed', { formerLastDay: '2027-05-31', expiresOn: '2029-05-31' }],
];

test.each(verbs)('%s is in the trail of every tenant that engages them, with where it was done', async (verb, change, action, detail) => {
  await recorded(ada(graph), verb, change);
  const rows = await graph.owner.auditEvent.findMany({ where: { action } });
  // Miami engaged them until yesterday.
  expect(new Set(rows.map(({ tenantId }) => tenantId))).toEqual(new Set([stored.austin, stored.miami, stored.denver]));
  expect(rows).toHaveLength(3);
  for (const row of rows) expect(row).toMatchObject({ actor: 'usr_ada', detail: { ...detail, at: stored.austin } });
});
