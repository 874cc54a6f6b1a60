import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { library } from '#rules/packs.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { practitionerId } from '#prisma/seed/people.ts';
import { protocolVersionId } from '#prisma/seed/protocols.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
let officer: Asker;
let semaglutide: string;
let testosterone: string;
beforeAll(async () => {
  graph = await testGraph();
  officer = await graph.as('compliance');
  const item = async (name: string) => {
    const [row] = await graph.sql<{ id: string }>(
      'select id from pharmacies.formulary_item where name ilike $1 and pharmacy_id = $2 order by id limit 1',
      [`%${name}%`, placeId('pharmacy-a')],
    );
    return toId('formularyItem', row?.id ?? '');
  };
  [semaglutide, testosterone] = [await item('semaglutide'), await item('testosterone')];
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
beforeEach(() => graph.clock.set(new Date()));

const EXPLAIN = `query ($clinic: ID!, $input: ExplainInput!, $on: DateTime, $asKnownOn: Date) {
  explain(clinicId: $clinic, input: $input, on: $on, asKnownOn: $asKnownOn) {
    gate on packVersion blocked results { id outcome message citation remedy version } facts
  } }`;

const person = (key: string) => toId('practitioner', practitionerId(key));
const today = () => graph.clock.now().toISOString().slice(0, 10);
const explain = async (input: object, more: object = {}, who = officer): Promise<Data> =>
  (await who.get(EXPLAIN, { clinic: placeTypeId('austin'), input, ...more })).explain;
const blocking = (seen: Data): string[] =>
  seen.results.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id, outcome }: Data) => `${outcome} ${id}`);

const exam = (more: object = {}) => ({
  exam: {
    ...{ patientState: 'TX', service: 'weight-loss', modality: 'SYNC_VIDEO', examinerId: person('examiner') },
    startsAt: new Date(graph.clock.now().getTime() + 86_400_000).toISOString(),
    ...more,
  },
});
const order = (more: object = {}) => ({
  order: {
    ...{
      patientState: 'TX',
      service: 'weight-loss',
      prescriberId: person('prescriber'),
      examinerId: person('examiner'),
      modality: 'SYNC_VIDEO',
    },
    ...{
      protocolVersionId: toId('protocolVersion', protocolVersionId('weight-loss')),
      formularyItemId: semaglutide,
      examCompletedOn: today(),
    },
    clinicalDifference: 'Hives after injections that are preserved with benzyl alcohol; compounded without it.',
    ...more,
  },
});

test('a planned exam passes before anybody books it, with every rule that was asked', async () => {
  const seen = await explain(exam());
  expect([seen.gate, seen.blocked, seen.packVersion, blocking(seen)]).toEqual(['exam-booking', false, library.latest.version, []]);
  expect(seen.results.map(({ id }: Data) => id)).toEqual(
    expect.arrayContaining(['service.offered', 'TX.gfe.syncAudioVideo', 'licence.examiner']),
  );
});

test.each<[string, object, string[]]>([
  ['by telephone', { modality: 'SYNC_AUDIO' }, ['FAIL service.modality', 'UNKNOWN TX.gfe.audioOnly']],
  ['where the examiner has no licence', { patientState: 'CA' }, expect.arrayContaining([expect.stringContaining('licence.examiner')])],
  ['in a state that nobody attested', { patientState: 'AZ' }, expect.arrayContaining(['UNKNOWN AZ.gfe.telehealthAllowed'])],
  ['for what the clinic does not offer', { service: 'peptide-therapy' }, ['FAIL service.offered']],
  ['with nobody to hold it', { examinerId: null }, expect.arrayContaining(['UNKNOWN licence.examiner'])],
])('an exam %s is blocked, and says by what', async (_what, more, expected) => {
  const seen = await explain(exam(more));
  expect(seen.blocked).toBe(true);
  expect(blocking(seen)).toEqual(expected);
  for (const { outcome, remedy } of seen.results) expect(remedy === null).toBe(outcome === 'PASS');
});

test('a planned order passes, and without its parts says what is not known', async () => {
  expect(blocking(await explain(order()))).toEqual([]);
  expect(blocking(await explain(order({ clinicalDifference: null })))).toEqual(['FAIL copy.clinicalDifference']);
  expect(blocking(await explain(order({ examCompletedOn: '2024-01-01' })))).toEqual(['FAIL exam.valid', 'UNKNOWN exam.examinerLicence']);
  const bare = await explain({ order: {} });
  expect(bare.blocked).toBe(true);
  expect(blocking(bare)).toContain('UNKNOWN jurisdiction.patient');
});

test('a controlled order by live video meets the end of the federal flexibility', async () => {
  const planned = order({
    service: 'hormone-therapy',
    formularyItemId: testosterone,
    protocolVersionId: toId('protocolVersion', protocolVersionId('hormone-therapy')),
  });
  const answer = async (on: string) => (await explain(planned, { on })).results.find(({ id }: Data) => id === 'US.controlled.telemedicine');
  expect(await answer('2026-12-31T12:00:00Z')).toMatchObject({ outcome: 'PASS' });
  expect(await answer('2027-01-01T12:00:00Z')).toMatchObject({ outcome: 'UNKNOWN', remedy: expect.any(String) });
});

test('a controlled order says what signing it takes: limits, a query of the program, access by two people', async () => {
  const seen = await explain(
    order({
      ...{ service: 'hormone-therapy', formularyItemId: testosterone },
      protocolVersionId: toId('protocolVersion', protocolVersionId('hormone-therapy')),
    }),
    { on: '2026-12-31T12:00:00Z' },
  );
  expect(blocking(seen)).toEqual(
    expect.arrayContaining(['UNKNOWN US.controlled.refills-III', 'UNKNOWN pdmp.query', 'UNKNOWN US.controlled.signing']),
  );
  expect(seen.results.find(({ id }: Data) => id === 'controlled.schedule')).toMatchObject({
    outcome: 'PASS',
    message: 'Testosterone cypionate (schedule III): the order is in schedule III',
  });
  expect(seen.results.find(({ id }: Data) => id === 'US.controlled.signing')).toMatchObject({
    message: 'Whether the prescriber may sign controlled prescriptions at this clinic is not known',
    remedy: expect.stringContaining('grantControlledSigning'),
  });
});

test('a pharmacy that may ship there passes, one that may not is named by the licence it lacks', async () => {
  expect(blocking(await explain({ routing: { shipToState: 'TX', formularyItemId: semaglutide } }))).toEqual([]);
  expect(blocking(await explain({ routing: { shipToState: 'CA', formularyItemId: semaglutide } })).join()).toContain('licence.pharmacy');
  expect(blocking(await explain({ routing: { shipToState: 'TX' } }))).toContain('UNKNOWN facility.class');
});

test('a delegation says at which level, and which state rules must be attested first', async () => {
  const seen = await explain({
    delegation: { service: 'microneedling', delegateId: person('rn-austin'), delegatorId: person('director') },
  });
  expect(seen.gate).toBe('delegation');
  expect(seen.results.map(({ id }: Data) => id)).toEqual(
    expect.arrayContaining(['US.delegation.microneedling.RN', 'TX.md.supervision', 'licence.delegate', 'credential.delegator']),
  );
  const reversed = await explain({
    delegation: { service: 'microneedling', delegateId: person('director'), delegatorId: person('rn-austin') },
  });
  expect(blocking(reversed)).toContain('FAIL credential.delegator');
});

test('as known before the first release everything is unknown, and that is an answer', async () => {
  const seen = await explain(exam(), { asKnownOn: '2026-11-21' });
  expect([seen.packVersion, seen.blocked]).toEqual([null, true]);
  expect(seen.results.find(({ id }: Data) => id === 'TX.gfe.telehealthAllowed')).toMatchObject({
    outcome: 'UNKNOWN',
    message: 'No rules had been released by that date',
  });
});

test('as of another day the attestations of that day count, and as known on a day those that were known', async () => {
  const months = `${uuidOf('attestation:entity-a1:TX.gfe.validityMonths')}`;
  const [row] = await graph.sql<{ expires_on: string }>(`select expires_on::text from clinics.attestation where id = $1`, [months]);
  const after = new Date(Date.parse(`${row?.expires_on}T12:00:00Z`) + 86_400_000).toISOString();
  expect(blocking(await explain(order(), { on: after }))).toContain('UNKNOWN TX.gfe.validityMonths');
  // Given after the release, and taken back since: that was known today, not on the day it was given.
  const given = new Date('2026-11-22T08:00:00Z');
  graph.clock.set(new Date('2026-11-25T12:00:00Z'));
  await graph.sql(`update clinics.attestation set attested_at = $2, revoked_at = '2026-11-24T08:00:00Z' where id = $1`, [months, given]);
  const planned = order({ examCompletedOn: '2026-11-22' });
  const on = '2026-11-25T09:00:00Z';
  expect(blocking(await explain(planned, { on, asKnownOn: '2026-11-23' }))).not.toContain('UNKNOWN TX.gfe.validityMonths');
  expect(blocking(await explain(planned, { on }))).toContain('UNKNOWN TX.gfe.validityMonths');
  await graph.sql(`update clinics.attestation set attested_at = now() - interval '21 days', revoked_at = null where id = $1`, [months]);
});

test('the facts are for those who read the entity’s attestations; they name no patient', async () => {
  const { facts } = await explain(order());
  expect(facts).toMatchObject({ gate: 'order-signing', patientId: 'planned', exam: { id: 'planned' } });
  for (const persona of ['front-desk', 'mso-manager', 'director'])
    expect((await explain(order(), {}, await graph.as(persona))).facts, persona).toBeNull();
});

test('what is named must be there: a practitioner, an item, a protocol of this clinic', async () => {
  const nobody = toId('practitioner', uuidOf('nobody at all'));
  for (const input of [
    exam({ examinerId: nobody }),
    exam({ examinerId: 'nonsense' }),
    order({ formularyItemId: toId('formularyItem', uuidOf('no item')) }),
    order({ protocolVersionId: toId('protocolVersion', uuidOf('no protocol')) }),
  ]) {
    const { errors } = await officer.ask(EXPLAIN, { clinic: placeTypeId('austin'), input });
    expect(errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
  }
});

test('it is exactly one plan', async () => {
  for (const input of [{}, { ...exam(), routing: {} }]) {
    const { data, errors } = await officer.ask(EXPLAIN, { clinic: placeTypeId('austin'), input });
    expect(data).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]?.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED|INVALID_INPUT)$/);
  }
});

test('it is asked at a clinic that one’s grants reach', async () => {
  const codes = async (persona: string) =>
    (await (await graph.as(persona)).ask(EXPLAIN, { clinic: placeTypeId('austin'), input: exam() })).errors.map(({ code }) => code);
  for (const persona of ['front-desk', 'examiner', 'prescriber', 'director', 'mso-manager'])
    expect(await codes(persona), persona).toEqual([]);
  for (const persona of ['other-desk', 'compliance-b', 'mso-manager-b']) expect(await codes(persona), persona).toEqual(['NOT_FOUND']);
  for (const persona of ['pharmacist', 'technician', 'auditor']) expect(await codes(persona), persona).toEqual(['FORBIDDEN']);
});
