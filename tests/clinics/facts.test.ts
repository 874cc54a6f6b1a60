import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { memberships, placeTypeId } from '#prisma/seed/personas.ts';
import { clinics, entities, placeId } from '#prisma/seed/places.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { asService } from './as-service.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const facts = `query ($ids: [ID!]!) { clinicFacts(ids: $ids) {
  id name timeZone address { line1 line2 city state postalCode } entityId entityName msoId
  services { code name requiresExam modalities }
  attestations { ruleId jurisdiction value note attestedBy attestedAt expiresOn revokedAt }
} }`;
const tenancy = '{ tenancy { clinics { clinicId entityId msoId } memberships { sub role at } } }';

test('a neighbour is told the facts of the clinics it names, and of no others', async () => {
  await graph.sql(`delete from clinics.attestation where entity_id = $1 and rule_id <> 'FL.gfe.validityMonths'`, [placeId('entity-b2')]);
  const given = await graph.sql<{ attested_at: Date; expires_on: string }>(
    `select attested_at, expires_on::text from clinics.attestation where entity_id = $1`,
    [placeId('entity-b2')],
  );
  expect(await asService(graph, facts, { ids: [placeTypeId('tampa'), 'cli_01k000000000000000000000zz', 'nonsense'] })).toEqual({
    data: {
      clinicFacts: [
        {
          id: placeTypeId('tampa'),
          name: 'Gulfside Tampa',
          timeZone: 'America/New_York',
          address: { line1: '6 Pelican Quay', line2: null, city: 'Tampa', state: 'FL', postalCode: '33602' },
          entityId: placeTypeId('entity-b2'),
          entityName: 'Gulfside Wellness Physicians PLLC',
          msoId: placeTypeId('mso-b'),
          services: ['hormone-therapy', 'iv-therapy', 'weight-loss'].map((code) => ({
            code,
            name: expect.any(String),
            requiresExam: true,
            modalities: ['IN_PERSON', 'SYNC_VIDEO'],
          })),
          attestations: [
            {
              ruleId: 'FL.gfe.validityMonths',
              jurisdiction: 'FL',
              value: 12,
              note: expect.stringContaining('Twelve months'),
              attestedBy: 'Malik Osei',
              attestedAt: given[0]?.attested_at.toISOString(),
              expiresOn: given[0]?.expires_on,
              revokedAt: null,
            },
          ],
        },
      ],
    },
  });
});

test('the tenancy is every clinic with its entity and MSO, and every membership that runs', async () => {
  const { data } = await asService(graph, tenancy);
  const { tenancy: seen } = data as {
    tenancy: { clinics: { clinicId: string }[]; memberships: { sub: string; role: string; at: string }[] };
  };
  const byKey = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
  expect(seen.clinics.toSorted(byKey)).toEqual(
    clinics
      .map((clinic) => ({
        clinicId: placeTypeId(clinic.key),
        entityId: placeTypeId(clinic.entity),
        msoId: placeTypeId(entities.find((entity) => entity.key === clinic.entity)?.mso ?? ''),
      }))
      .toSorted(byKey),
  );
  const expected = memberships.map(({ sub, role, at }) => ({ sub, role, at }));
  expect(seen.memberships.toSorted(byKey)).toEqual(expected.toSorted(byKey));
});

test('what has ended or not begun by the real clock is left out, whatever the sandbox’s clock says', async () => {
  await graph.sql(
    `insert into clinics.membership (id, sub, role, at, starts_at, ends_at) values
      ($1, 'usr_gone', 'FRONT_DESK', $3, now() - interval '2 days', now() - interval '1 second'),
      ($2, 'usr_new', 'FRONT_DESK', $3, now() + interval '1 day', null)`,
    [uuidOf('gone'), uuidOf('new'), placeTypeId('austin')],
  );
  await graph.sql(`update clinics.management_agreement set ends_on = current_date + 1 where entity_id = $1`, [placeId('entity-b1')]);
  await graph.sql(`update clinics.management_agreement set ends_on = current_date - 1 where entity_id = $1`, [placeId('entity-b2')]);
  graph.clock.set(new Date(Date.now() + 30 * 86_400_000));
  const { data } = await asService(graph, tenancy);
  const { tenancy: seen } = data as { tenancy: { clinics: { clinicId: string; msoId: string | null }[]; memberships: { sub: string }[] } };
  expect(seen.memberships.map(({ sub }) => sub)).not.toContain('usr_gone');
  expect(seen.memberships.map(({ sub }) => sub)).not.toContain('usr_new');
  const msoOf = (key: string) => seen.clinics.find(({ clinicId }) => clinicId === toId('clinic', placeId(key)))?.msoId;
  expect({ houston: msoOf('houston'), tampa: msoOf('tampa') }).toEqual({ houston: placeTypeId('mso-b'), tampa: null });
});

test.each(['front-desk', 'mso-manager', 'compliance', 'pharmacist'])('%s gets neither', async (persona) => {
  const who = await graph.as(persona);
  const codes = async (document: string, variables = {}) => (await who.ask(document, variables)).errors.map(({ code }) => code);
  expect(await codes(facts, { ids: [placeTypeId('austin')] })).toEqual(['FORBIDDEN']);
  expect(await codes(tenancy)).toEqual(['FORBIDDEN']);
});
