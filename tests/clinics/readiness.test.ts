import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { uuidOf } from '#prisma/seed/invent.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { practitionerId } from '#prisma/seed/people.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
  // One service, so that a whole answer can be read at a glance.
  await graph.sql(`delete from clinics.service_offering where clinic_id in ($1, $2) and code <> 'weight-loss'`, [
    placeId('austin'),
    placeId('scottsdale'),
  ]);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
beforeEach(() => graph.clock.set(new Date()));

const readiness = `query ($id: ID!, $on: Date) { clinic(id: $id) {
  readiness(on: $on) { status services { code status blockers { ruleId message citation remedy } } }
} }`;

async function readinessOf(clinic: string, on?: string) {
  const desk = await graph.asSomeone({ sub: 'usr_tester', name: 'A. Tester', grants: [{ role: 'FRONT_DESK', at: placeTypeId(clinic) }] });
  const known = await graph.sql('select 1 from clinics.membership where sub = $1 and at = $2', ['usr_tester', placeTypeId(clinic)]);
  if (known.length === 0) {
    await graph.sql(
      `insert into clinics.membership (id, sub, role, at, starts_at) values (gen_random_uuid(), 'usr_tester', 'FRONT_DESK', $1, now())`,
      [placeTypeId(clinic)],
    );
    await graph.running.clinics.refreshTenancy();
  }
  return (await desk.get(readiness, { id: placeTypeId(clinic), on })).clinic.readiness;
}

/** Does something to the world, looks, and puts the rows back as they were. */
async function seenAfter(clinic: string, change: string, undo: string, on?: string) {
  await graph.sql(change);
  try {
    return await readinessOf(clinic, on);
  } finally {
    await graph.sql(undo);
  }
}

/** Makes active again what the database itself lets nobody bring back. */
const asBefore = (table: string, id: string) =>
  `alter table ${table} disable trigger all; update ${table} set status = 'ACTIVE' where id = '${id}'; alter table ${table} enable trigger all`;

const ids = (seen: { services: { blockers: { ruleId: string }[] }[] }) =>
  seen.services.flatMap(({ blockers }) => blockers.map(({ ruleId }) => ruleId));
const open = { status: 'OPEN', services: [{ code: 'weight-loss', status: 'OPEN', blockers: [] }] };

test('a clinic whose papers are all there is open', async () => {
  expect(await readinessOf('austin')).toEqual(open);
});

test('where nobody attested the state’s open questions the clinic is closed, with whom to ask', async () => {
  const seen = await readinessOf('scottsdale');
  expect(seen).toMatchObject({ status: 'CLOSED', services: [{ code: 'weight-loss', status: 'CLOSED' }] });
  expect(seen.services[0].blockers).toContainEqual({
    ruleId: 'AZ.gfe.validityMonths',
    message: 'Arizona: no value is recorded for gfe.validityMonths',
    citation: expect.toSatisfy((citation: unknown) => citation === null || typeof citation === 'string'),
    remedy: 'Ask the compliance officer of Saguaro Skin and Wellness PC to set and attest AZ.gfe.validityMonths.',
  });
});

const director = practitionerId('director');
const austin = placeId('austin');
const policy = uuidOf('policy:director');
const licence = uuidOf('license:director:TX');

test.each([
  [
    'the director’s insurance ran out',
    `update physicians.insurance_policy set expires_on = current_date - 1 where id = '${policy}'`,
    `update physicians.insurance_policy set expires_on = current_date + 300 where id = '${policy}'`,
    ['insurance.director'],
  ],
  [
    'nobody verified the director’s insurance',
    `update physicians.insurance_policy set status = 'UNVERIFIED' where id = '${policy}'`,
    `update physicians.insurance_policy set status = 'ACTIVE' where id = '${policy}'`,
    ['insurance.director'],
  ],
  [
    'a board restricted the director’s licence',
    `update physicians.license set status = 'RESTRICTED' where id = '${licence}'`,
    `update physicians.license set status = 'ACTIVE' where id = '${licence}'`,
    // A protocol holds only while those who signed it may practise.
    ['licence.director', 'protocol.inForce'],
  ],
  [
    'the director’s engagement is suspended',
    `update physicians.engagement set status = 'SUSPENDED' where clinic_id = '${austin}' and practitioner_id = '${director}'`,
    `update physicians.engagement set status = 'ACTIVE' where clinic_id = '${austin}' and practitioner_id = '${director}'`,
    ['director.engaged', 'protocol.inForce'],
  ],
  [
    'the protocol is suspended',
    `update physicians.protocol_version set status = 'SUSPENDED' where id = '${uuidOf('protocol-version:weight-loss')}'`,
    asBefore('physicians.protocol_version', uuidOf('protocol-version:weight-loss')),
    ['protocol.inForce'],
  ],
  [
    'a facility licence ran out and was not renewed',
    `update clinics.facility_license set expires_on = current_date - 1 where clinic_id = '${austin}' and kind = 'CLIA_WAIVER'`,
    `update clinics.facility_license set expires_on = current_date + 40 where clinic_id = '${austin}' and kind = 'CLIA_WAIVER'`,
    ['facility.licence.CLIA_WAIVER'],
  ],
  [
    'an attestation was revoked',
    `update clinics.attestation set revoked_at = now() where id = '${uuidOf('attestation:entity-a1:TX.gfe.validityMonths')}'`,
    `update clinics.attestation set revoked_at = null where id = '${uuidOf('attestation:entity-a1:TX.gfe.validityMonths')}'`,
    ['TX.gfe.validityMonths'],
  ],
])('it closes when %s', async (_what, change, undo, blocking) => {
  const seen = await seenAfter('austin', change, undo);
  expect(seen.status).toBe('CLOSED');
  expect(ids(seen)).toEqual(blocking);
  expect(await readinessOf('austin')).toEqual(open);
});

test('a licence that was renewed does not close it', async () => {
  const seen = await seenAfter(
    'austin',
    `insert into clinics.facility_license (id, clinic_id, kind, number, status, expires_on)
     values ('${uuidOf('old waiver')}', '${austin}', 'CLIA_WAIVER', 'OLD', 'ACTIVE', current_date - 100)`,
    `delete from clinics.facility_license where id = '${uuidOf('old waiver')}'`,
  );
  expect(seen).toEqual(open);
});

test('it is restricted where only some ways of examining are open', async () => {
  const seen = await seenAfter(
    'austin',
    `update clinics.service_offering set modalities = '{SYNC_VIDEO,QUESTIONNAIRE_ONLY}' where clinic_id = '${austin}'`,
    `update clinics.service_offering set modalities = '{SYNC_VIDEO,IN_PERSON}' where clinic_id = '${austin}'`,
  );
  expect(seen).toMatchObject({ status: 'RESTRICTED', services: [{ code: 'weight-loss', status: 'RESTRICTED' }] });
  expect(ids(seen)).toEqual(['TX.gfe.questionnaireOnly']);
});

test('a clinic that offers nothing is closed', async () => {
  await graph.sql(`delete from clinics.service_offering where clinic_id = $1`, [placeId('tampa')]);
  expect(await readinessOf('tampa')).toEqual({ status: 'CLOSED', services: [] });
});

test('it is told for another day, and follows the clock', async () => {
  const inAYear = new Date(Date.now() + 500 * 86_400_000);
  const seen = await readinessOf('austin', inAYear.toISOString().slice(0, 10));
  expect(ids(seen)).toContain('protocol.inForce');
  graph.clock.set(inAYear);
  expect(ids(await readinessOf('austin'))).toContain('protocol.inForce');
});

test('all clinics of a request are asked about at once', async () => {
  const asked = vi.spyOn(graph.running.physicians, 'execute');
  const manager = await graph.as('mso-manager');
  const { mso } = await manager.get('query ($id: ID!) { mso(id: $id) { clinics(first: 200) { nodes { name readiness { status } } } } }', {
    id: placeTypeId('mso-a'),
  });
  expect(mso.clinics.nodes).toEqual([
    { name: 'Bluebonnet Austin', readiness: { status: 'OPEN' } },
    { name: 'Bluebonnet Miami', readiness: { status: 'OPEN' } },
    { name: 'Bluebonnet San Diego', readiness: { status: 'OPEN' } },
    { name: 'Saguaro Phoenix', readiness: { status: 'CLOSED' } },
    { name: 'Saguaro Scottsdale', readiness: { status: 'CLOSED' } },
  ]);
  expect(asked).toHaveBeenCalledTimes(1);
  asked.mockRestore();
});

test('when physicians does not answer, that is why the clinic is closed', async () => {
  const dead = vi.spyOn(graph.running.physicians, 'execute').mockRejectedValue(new Error('down'));
  expect(await readinessOf('austin')).toEqual({
    status: 'CLOSED',
    services: [
      {
        code: 'weight-loss',
        status: 'CLOSED',
        blockers: [
          {
            ruleId: 'director.engaged',
            message: "The clinic's medical directors could not be read",
            citation: null,
            remedy: 'Try again; if it lasts, check the engagements.',
          },
          {
            ruleId: 'protocol.inForce',
            message: "The clinic's protocols could not be read",
            citation: null,
            remedy: 'Try again; if it lasts, check the protocols.',
          },
        ],
      },
    ],
  });
  dead.mockRestore();
});
