import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { library } from '#rules/packs.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { type InventedPersona, personas, placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
let officer: Asker;
beforeAll(async () => {
  graph = await testGraph();
  await graph.sql(`delete from clinics.service_offering where code <> 'weight-loss'`);
  officer = await graph.as('compliance', { stepUp: true });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
beforeEach(() => graph.clock.set(new Date()));

const ATTEST = `mutation ($input: AttestRuleInput!) { attestRule(input: $input) { __typename
  ... on Attestation { id ruleId jurisdiction value note attestedBy attestedAt expiresOn revokedAt packVersion standing suspended }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message remedy citation version } }
} }`;
const REVOKE = `mutation ($input: RevokeAttestationInput!) { revokeAttestation(input: $input) { __typename
  ... on Attestation { id revokedAt revokedBy revocationNote standing } ... on Refusal { code message }
} }`;
const note = 'Read in the statute; our clinics work so, as the protocol says.';

const inDays = (days: number) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
const input = (more: object) => ({ entityId: placeTypeId('entity-a1'), note, expiresOn: inDays(300), ...more });
const attest = async (who: Asker, more: object): Promise<Data> => (await who.ask(ATTEST, { input: input(more) })).data.attestRule;
const revoke = async (who: Asker, attestationId: string): Promise<Data> =>
  (await who.ask(REVOKE, { input: { attestationId, note } })).data.revokeAttestation;

async function readiness(clinic = 'austin'): Promise<{ status: string; blockers: { ruleId: string; message: string }[] }> {
  const director = await graph.as('director');
  const { clinic: seen } = await director.get(
    `query ($id: ID!) { clinic(id: $id) { readiness { services { status blockers { ruleId message } } } } }`,
    { id: placeTypeId(clinic) },
  );
  return seen.readiness.services[0];
}

/** Takes away what a test attested, so that the next one finds the world as it was. */
async function forget(...ids: string[]): Promise<void> {
  for (const id of ids) await graph.sql(`delete from clinics.attestation where id::text = $1`, [id]);
}
const uuidsOf = async (ruleId: string) =>
  (
    await graph.sql<{ id: string }>(`select id from clinics.attestation where rule_id = $1 and attested_at > now() - interval '1 day'`, [
      ruleId,
    ])
  ).map(({ id }) => id);

/** An officer at a place of the test's choosing. */
async function officerAt(place: string): Promise<Asker> {
  const who: InventedPersona = {
    sub: `usr_officer_${place}`,
    name: 'Pat Officer',
    grants: [{ role: 'COMPLIANCE_OFFICER', at: placeTypeId(place) }],
    description: '',
  };
  await graph.sql(
    `insert into clinics.membership (id, sub, role, at, starts_at) values ($1, $2, 'COMPLIANCE_OFFICER', $3, now() - interval '1 day')`,
    [randomUUID(), who.sub, placeTypeId(place)],
  );
  await graph.running.clinics.refreshTenancy();
  return graph.asSomeone(who, { stepUp: true });
}

test('an officer is stricter than the state: kept with note, term and release, in the trail, and the service closes', async () => {
  const given = await attest(officer, { ruleId: 'TX.gfe.syncAudioVideo', value: 'prohibited' });
  expect(given).toEqual({
    __typename: 'Attestation',
    id: expect.stringMatching(/^att_/),
    ruleId: 'TX.gfe.syncAudioVideo',
    jurisdiction: 'TX',
    value: 'prohibited',
    note,
    attestedBy: 'Odette Sinclair',
    attestedAt: expect.any(String),
    expiresOn: inDays(300),
    revokedAt: null,
    packVersion: library.latest.version,
    standing: true,
    suspended: false,
  });
  // In person is still open; nobody is seen by video any more.
  expect(await readiness()).toEqual({
    status: 'RESTRICTED',
    blockers: [
      {
        ruleId: 'TX.gfe.syncAudioVideo',
        message: expect.stringContaining('(Bluebonnet Aesthetic Medicine PLLC is stricter here than Texas, which has "allowed")'),
      },
    ],
  });
  const [row] = await graph.sql(`select * from clinics.audit_event where action = 'attestation.given' order by id desc limit 1`);
  expect(row).toMatchObject({
    ...{ tenant_id: placeId('entity-a1'), actor: personas['compliance']?.sub, subject_kind: 'attestation' },
    detail: { ruleId: 'TX.gfe.syncAudioVideo', sets: true, packVersion: library.latest.version, expiresOn: inDays(300) },
  });
  await forget(...(await uuidsOf('TX.gfe.syncAudioVideo')));
  expect((await readiness()).status).toBe('OPEN');
});

test('taking it back opens the service again from that moment on, once, with who and why', async () => {
  const given = await attest(officer, { ruleId: 'TX.gfe.telehealthAllowed', value: 'no' });
  expect((await readiness()).status).toBe('RESTRICTED');
  const taken = await revoke(officer, given.id);
  expect(taken).toEqual({
    __typename: 'Attestation',
    id: given.id,
    revokedAt: expect.any(String),
    revokedBy: 'Odette Sinclair',
    revocationNote: note,
    standing: false,
  });
  expect((await readiness()).status).toBe('OPEN');
  expect(await revoke(officer, given.id)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const rows = await graph.sql(`select action, detail from clinics.audit_event where action = 'attestation.revoked'`);
  expect(rows).toEqual([{ action: 'attestation.revoked', detail: { ruleId: 'TX.gfe.telehealthAllowed' } }]);
});

test('what was attested before does not come back when the later word is taken back', async () => {
  const later = await attest(officer, { ruleId: 'TX.gfe.validityMonths', value: 6 });
  expect((await readiness()).status).toBe('OPEN');
  await revoke(officer, later.id);
  expect(await readiness()).toEqual({
    status: 'CLOSED',
    blockers: [{ ruleId: 'TX.gfe.validityMonths', message: 'Texas: no value is recorded for gfe.validityMonths' }],
  });
  await forget(...(await uuidsOf('TX.gfe.validityMonths')));
});

test('it stands until its last day, and closes the service on the next', async () => {
  await attest(officer, { ruleId: 'TX.gfe.validityMonths', value: 6, expiresOn: inDays(3) });
  const at = (days: number) => graph.clock.set(new Date(`${inDays(days)}T12:00:00Z`));
  const lastDay = inDays(3);
  at(3);
  expect((await readiness()).blockers).toEqual([]);
  graph.clock.set(new Date(Date.parse(`${lastDay}T12:00:00Z`) + 86_400_000));
  expect((await readiness()).blockers.map(({ ruleId }) => ruleId)).toEqual(['TX.gfe.validityMonths']);
  graph.clock.set(new Date());
  await forget(...(await uuidsOf('TX.gfe.validityMonths')));
});

test('a rule that changed since it was attested closes the service and says that the attestation is suspended', async () => {
  const id = uuidOf('attestation:entity-a1:TX.gfe.validityMonths');
  const [before] = await graph.sql<{ pack_version: string }>('select pack_version from clinics.attestation where id = $1', [id]);
  // The state keeps no value for it, so nothing changed: an older release suspends nothing.
  await graph.sql(`update clinics.attestation set pack_version = '2020-01-01.1' where id = $1`, [id]);
  expect((await readiness()).status).toBe('OPEN');
  await graph.sql('update clinics.attestation set pack_version = $2 where id = $1', [id, before?.pack_version]);

  const onSite = uuidOf('attestation:entity-a1:TX.md.onSite');
  await graph.sql(`update clinics.attestation set pack_version = '2020-01-01.1' where id = $1`, [onSite]);
  const seen = await readiness();
  expect(seen.status).toBe('CLOSED');
  expect(seen.blockers).toEqual([
    {
      ruleId: 'TX.md.onSite',
      message: expect.stringMatching(/^TX\.md\.onSite was attested under 2020-01-01\.1 and has changed .*: the attestation is suspended$/),
    },
  ]);
  const { rules } = await officer.get(
    `query ($entity: ID!) { rules(jurisdiction: "TX", subject: SUPERVISION) { nodes { id attestation(entityId: $entity) { id standing suspended } } } }`,
    { entity: placeTypeId('entity-a1') },
  );
  expect(rules.nodes.find(({ id: ruleId }: { id: string }) => ruleId === 'TX.md.onSite').attestation).toEqual({
    id: toId('attestation', onSite),
    standing: true,
    suspended: true,
  });
  await attest(officer, { ruleId: 'TX.md.onSite' });
  expect((await readiness()).status).toBe('OPEN');
  await forget(...(await uuidsOf('TX.md.onSite')));
  await graph.sql('update clinics.attestation set pack_version = $2 where id = $1', [onSite, before?.pack_version]);
});

const path = (field: string) => expect.objectContaining({ issues: [{ path: `input.${field}`, message: expect.any(String) }] });

test.each<[string, object, Data]>([
  ['a rule of no jurisdiction', { ruleId: 'PR.gfe.validityMonths', value: 6 }, path('ruleId')],
  ['a rule nobody defined', { ruleId: 'TX.gfe.anything' }, path('ruleId')],
  ['a question for states, of the United States', { ruleId: 'US.gfe.validityMonths', value: 6 }, path('ruleId')],
  ['a substance that is not in the table', { ruleId: 'US.substance.NOSUCH.503A' }, path('ruleId')],
  [
    'a beyond-use date, which nobody’s word changes',
    { ruleId: library.latest.rules.find(({ subject }) => subject === 'beyond-use-dates')?.id },
    path('ruleId'),
  ],
  [
    'what a prescription must carry',
    { ruleId: library.latest.rules.find(({ subject }) => subject === 'prescription-content')?.id },
    path('ruleId'),
  ],
  ['the schedule of a substance', { ruleId: library.latest.rules.find(({ key }) => key.endsWith('.schedule'))?.id }, path('ruleId')],
  ['what a review of charts looks at, which no gate asks', { ruleId: 'US.chartReview.form' }, path('ruleId')],
  ['a mandate that stands beside a missing query', { ruleId: 'TX.pdmp.mandate' }, path('ruleId')],
  ['a condition over a permission, which would change nothing', { ruleId: 'TX.gfe.syncAudioVideo', value: 'conditional' }, path('value')],
  ['a value of the wrong kind', { ruleId: 'TX.gfe.validityMonths', value: '6' }, path('value')],
  ['a term that no source supports', { ruleId: 'TX.gfe.validityMonths', value: 13 }, path('value')],
  ['a credential that examines nobody', { ruleId: 'TX.gfe.performers', value: ['MD', 'RN'] }, path('value')],
  ['an open rule without a value', { ruleId: 'TX.gfe.validityMonths' }, path('value')],
  ['another text over a recorded one', { ruleId: 'TX.md.supervision', value: 'By telephone.' }, path('value')],
  ['a note that says nothing', { ruleId: 'TX.gfe.validityMonths', value: 6, note: ' ok                      ' }, path('note')],
  [
    'a last day that is today',
    { ruleId: 'TX.gfe.validityMonths', value: 6, expiresOn: new Date().toISOString().slice(0, 10) },
    path('expiresOn'),
  ],
  ['a term of more than a year', { ruleId: 'TX.gfe.validityMonths', value: 6, expiresOn: '2099-01-01' }, path('expiresOn')],
])('it is refused with the path: %s', async (_what, more, refused) => {
  expect(await attest(officer, more)).toEqual(refused);
  expect(await graph.sql(`select 1 from clinics.attestation where note = $1`, [note])).toHaveLength(1);
});

/** On a list of outsourcing facilities, and without a basis for compounding all the same. */
const barredAtOutsourcing =
  library.latest.rules.find(
    ({ id, key, value }) =>
      key.endsWith('.503B') &&
      value !== 'not-listed' &&
      library.latest.entries(id.replace('.503B', '.503A')).some((rule) => rule.value === 'not-eligible'),
  )?.id ?? '';

test.each([
  ['looser than recorded', 'TX.gfe.questionnaireOnly', 'conditional', 'never looser'],
  ['more people than recorded', 'TX.md.ratio', { 'APRN+PA (FTE, prescriptive delegation)': 8 }, 'never looser'],
  ['a condition where there is a prohibition', 'TX.gfe.questionnaireOnly', null, 'fails whatever is attested'],
  ['the same prohibition as a value', 'TX.gfe.questionnaireOnly', 'prohibited', 'fails whatever is attested'],
  [
    'a substance that has no basis',
    library.latest.rules.find(({ key, value }) => key.endsWith('.503A') && value === 'not-eligible')?.id ?? '',
    null,
    'fails whatever is attested',
  ],
  ['the outsourcing rule of a substance that has no basis', barredAtOutsourcing, null, 'fails whatever is attested'],
])('a rule says no to what is %s, and the refusal names it', async (_what, ruleId, value, why) => {
  expect(await attest(officer, { ruleId, value })).toEqual({
    __typename: 'RuleBlocked',
    code: 'RULE_BLOCKED',
    message: expect.stringContaining(why),
    rules: [
      expect.objectContaining({
        id: ruleId,
        outcome: 'FAIL',
        message: expect.stringContaining(why),
        citation: expect.any(String),
        remedy: expect.any(String),
      }),
    ],
  });
});

test('a second factor is needed for both', async () => {
  const without = await graph.as('compliance');
  expect(await attest(without, { ruleId: 'TX.gfe.validityMonths', value: 6 })).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  const some = toId('attestation', uuidOf('attestation:entity-a1:TX.gfe.validityMonths'));
  expect(await revoke(without, some)).toMatchObject({ code: 'STEP_UP_REQUIRED' });
});

test('an officer binds the entities their grants name: not another’s, and not by a grant at one clinic', async () => {
  const other = await graph.as('compliance-b', { stepUp: true });
  const ours = toId('attestation', uuidOf('attestation:entity-a1:TX.gfe.validityMonths'));
  expect(await attest(other, { ruleId: 'TX.gfe.validityMonths', value: 6 })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await revoke(other, ours)).toMatchObject({ code: 'NOT_FOUND' });
  expect(await revoke(other, toId('attestation', randomUUID()))).toMatchObject({ code: 'NOT_FOUND' });

  const ofClinic = await officerAt('austin');
  expect(await attest(ofClinic, { ruleId: 'TX.gfe.validityMonths', value: 6 })).toMatchObject({ code: 'FORBIDDEN' });
  expect(await attest(ofClinic, { entityId: placeTypeId('entity-b1'), ruleId: 'TX.gfe.validityMonths', value: 6 })).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await revoke(ofClinic, ours)).toMatchObject({ code: 'NOT_FOUND' });
});

test.each(['mso-manager', 'director', 'prescriber', 'front-desk', 'auditor', 'pharmacist'])('attesting is not for %s', async (persona) => {
  const who = await graph.as(persona, { stepUp: true });
  expect(await attest(who, { ruleId: 'TX.gfe.validityMonths', value: 6 })).toMatchObject({ code: 'FORBIDDEN' });
  expect(await revoke(who, toId('attestation', uuidOf('attestation:entity-a1:TX.gfe.validityMonths')))).toMatchObject({
    code: 'FORBIDDEN',
  });
});

test('a retry with its key gives the same attestation and writes nothing twice', async () => {
  const variables = { input: input({ ruleId: 'TX.gfe.validityMonths', value: 9 }) };
  const [first, again] = [
    await officer.get(ATTEST, variables, { idempotencyKey: 'attest-once' }),
    await officer.get(ATTEST, variables, { idempotencyKey: 'attest-once' }),
  ];
  expect(again).toEqual(first);
  const taking = { input: { attestationId: first.attestRule.id, note } };
  const taken = await officer.get(REVOKE, taking, { idempotencyKey: 'revoke-once' });
  expect(await officer.get(REVOKE, taking, { idempotencyKey: 'revoke-once' })).toEqual(taken);
  expect(await uuidsOf('TX.gfe.validityMonths')).toHaveLength(1);
  await forget(...(await uuidsOf('TX.gfe.validityMonths')));
});

test('nobody attested Arizona: once its officer has, its clinic opens', async () => {
  const saguaro = await officerAt('entity-a2');
  const open = await readiness('scottsdale');
  expect(open.status).toBe('CLOSED');
  const values: Record<string, unknown> = {
    'AZ.gfe.validityMonths': 12,
    'AZ.md.onSite': 'not-required',
    'AZ.md.supervision': 'By protocol, reviewed yearly.',
  };
  for (const { ruleId } of open.blockers.filter(({ ruleId }) => ruleId.startsWith('AZ.'))) {
    const given = await attest(saguaro, { entityId: placeTypeId('entity-a2'), ruleId, value: values[ruleId] });
    expect(given).toMatchObject({ __typename: 'Attestation' });
  }
  expect((await readiness('scottsdale')).blockers).toEqual([]);
});
