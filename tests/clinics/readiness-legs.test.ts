import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { freeTimes, held, holdInput, holdSlot, readyPatient } from '../prescriptions/exam-story.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { sentAs } from '../support/statements.ts';
import { twoHundredClinics } from './two-hundred-clinics.ts';

let graph: TestGraph;
let desk: Asker;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
beforeEach(() => graph.clock.set(new Date()));

const readiness = `query ($id: ID!, $on: Date) { clinic(id: $id) { readiness(on: $on) { status services {
  code status causes { ruleId outcome leg subject { kind id } owner { role entityId practitionerId } } next { on status causes { ruleId leg subject { kind id } } }
} } } }`;

interface Seen {
  readonly code: string;
  readonly status: string;
  readonly causes: readonly unknown[];
  readonly next: unknown;
}

const austin = placeTypeId('austin');
const servicesOf = async (asker = desk, id = austin): Promise<Seen[]> => (await asker.get(readiness, { id })).clinic.readiness.services;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const entityId = placeTypeId('entity-a1');
const director = personas['director']?.sub;
const all = ['botulinum-toxin', 'dermal-filler', 'hormone-therapy', 'iv-therapy', 'microneedling', 'weight-loss'];

const directorRow = uuidOf('practitioner:director');
const licence = uuidOf('license:director:TX');
const policy = uuidOf('policy:director');
const engagement = uuidOf('engagement:director:austin');
const waiver = uuidOf('facility:austin:CLIA_WAIVER');
const attestation = uuidOf('attestation:entity-a1:TX.gfe.validityMonths');
const weightLoss = uuidOf('protocol-version:weight-loss');

/** A leg taken away, how it is put back, which services stood on it, and what is said of it. */
const legs = [
  {
    what: 'the director’s licence is suspended',
    change: `update physicians.license set status = 'SUSPENDED' where id = '${licence}'`,
    undo: `update physicians.license set status = 'ACTIVE' where id = '${licence}'`,
    closes: all,
    follows: true,
    elsewhere: false,
    cause: {
      ...{ ruleId: 'licence.director', outcome: 'FAIL', leg: 'DIRECTOR' },
      subject: { kind: 'LICENSE', id: toId('license', licence) },
      owner: { role: 'MEDICAL_DIRECTOR', entityId, practitionerId: director },
    },
  },
  {
    what: 'the director’s insurance ran out',
    change: `update physicians.insurance_policy set expires_on = current_date - 2 where id = '${policy}'`,
    undo: `update physicians.insurance_policy set expires_on = current_date + 300 where id = '${policy}'`,
    closes: all,
    follows: false,
    elsewhere: true,
    cause: {
      ...{ ruleId: 'insurance.director', outcome: 'FAIL', leg: 'DIRECTOR' },
      subject: { kind: 'INSURANCE_POLICY', id: toId('insurancePolicy', policy) },
      owner: { role: 'MEDICAL_DIRECTOR', entityId, practitionerId: director },
    },
  },
  {
    what: 'the director’s engagement ended',
    change: `update physicians.engagement set ends_on = current_date - 2 where id = '${engagement}'`,
    undo: `update physicians.engagement set ends_on = null where id = '${engagement}'`,
    closes: all,
    follows: true,
    elsewhere: false,
    cause: {
      ...{ ruleId: 'director.engaged', outcome: 'FAIL', leg: 'DIRECTOR' },
      subject: { kind: 'ENGAGEMENT', id: toId('engagement', engagement) },
      owner: { role: 'COMPLIANCE_OFFICER', entityId, practitionerId: null },
    },
  },
  {
    what: 'the protocol is suspended',
    change: `update physicians.protocol_version set status = 'SUSPENDED' where id = '${weightLoss}'`,
    // The database itself lets nobody bring a suspended version back.
    undo: `alter table physicians.protocol_version disable trigger all;
      update physicians.protocol_version set status = 'ACTIVE' where id = '${weightLoss}';
      alter table physicians.protocol_version enable trigger all`,
    closes: ['weight-loss'],
    follows: false,
    elsewhere: true,
    cause: {
      ...{ ruleId: 'protocol.inForce', outcome: 'FAIL', leg: 'PROTOCOL' },
      subject: { kind: 'PROTOCOL_VERSION', id: toId('protocolVersion', weightLoss) },
      owner: { role: 'MEDICAL_DIRECTOR', entityId, practitionerId: director },
    },
  },
  {
    what: 'the director is on a list of excluded persons',
    change: `update physicians.exclusion_screening set status = 'EXCLUDED', since = current_date - 1 where practitioner_id = '${directorRow}' and source = 'OIG_LEIE'`,
    undo: `update physicians.exclusion_screening set status = 'NONE', since = null where practitioner_id = '${directorRow}' and source = 'OIG_LEIE'`,
    closes: all,
    follows: true,
    elsewhere: true,
    cause: {
      ...{ ruleId: 'exclusion.director', outcome: 'FAIL', leg: 'DIRECTOR' },
      subject: { kind: 'ENGAGEMENT', id: toId('engagement', engagement) },
      owner: { role: 'COMPLIANCE_OFFICER', entityId, practitionerId: null },
    },
  },
  {
    what: 'the director’s insurance has yet to begin',
    change: `update physicians.insurance_policy set effective_from = current_date + 20 where id = '${policy}'`,
    undo: `update physicians.insurance_policy set effective_from = current_date - 200 where id = '${policy}'`,
    closes: all,
    follows: false,
    elsewhere: true,
    cause: {
      ...{ ruleId: 'insurance.director', outcome: 'FAIL', leg: 'DIRECTOR' },
      subject: { kind: 'INSURANCE_POLICY', id: toId('insurancePolicy', policy) },
      owner: { role: 'MEDICAL_DIRECTOR', entityId, practitionerId: director },
    },
  },
  {
    what: 'the director is engaged for other services only',
    change: `update physicians.engagement set services = '{${all.filter((code) => code !== 'weight-loss').join()}}' where id = '${engagement}'`,
    undo: `update physicians.engagement set services = '{}' where id = '${engagement}'`,
    closes: ['weight-loss'],
    follows: true,
    elsewhere: false,
    cause: {
      ...{ ruleId: 'director.engaged', outcome: 'FAIL', leg: 'DIRECTOR' },
      subject: { kind: 'ENGAGEMENT', id: toId('engagement', engagement) },
      owner: { role: 'COMPLIANCE_OFFICER', entityId, practitionerId: null },
    },
  },
  {
    what: 'a licence of the site ran out',
    change: `update clinics.facility_license set expires_on = current_date - 2 where id = '${waiver}'`,
    undo: `update clinics.facility_license set expires_on = current_date + 40 where id = '${waiver}'`,
    closes: all,
    follows: false,
    elsewhere: false,
    cause: {
      ...{ ruleId: 'facility.licence.CLIA_WAIVER', outcome: 'FAIL', leg: 'FACILITY' },
      subject: { kind: 'FACILITY_LICENSE', id: toId('facilityLicense', waiver) },
      owner: { role: 'COMPLIANCE_OFFICER', entityId, practitionerId: null },
    },
  },
  {
    what: 'an attestation was taken back',
    change: `update clinics.attestation set revoked_at = now() where id = '${attestation}'`,
    undo: `update clinics.attestation set revoked_at = null where id = '${attestation}'`,
    closes: all,
    follows: false,
    elsewhere: false,
    cause: {
      ...{ ruleId: 'TX.gfe.validityMonths', outcome: 'UNKNOWN', leg: 'RULE', subject: null },
      owner: { role: 'COMPLIANCE_OFFICER', entityId, practitionerId: null },
    },
  },
];

test.each(legs)(
  'when $what, what stood on it closes, nothing else, and cannot be booked',
  async ({ change, undo, closes, elsewhere, follows, cause }) => {
    const { patientId, intakeId } = await readyPatient(desk, austin);
    const [first = '', second = ''] = await freeTimes(desk, graph, austin);
    const holdId = await held(desk, austin, patientId, first);
    await graph.sql(change);
    try {
      const seen = await servicesOf();
      expect(seen.map(({ code, status }) => ({ code, status }))).toEqual(
        all.map((code) => ({ code, status: closes.includes(code) ? 'CLOSED' : 'OPEN' })),
      );
      for (const { code, causes } of seen) expect(causes).toEqual(closes.includes(code) ? [cause, ...protocolToo(follows)] : []);
      const miami = await servicesOf(await graph.as('mso-manager'), placeTypeId('miami'));
      expect(miami.some(({ status }) => status !== 'OPEN')).toBe(elsewhere);

      const refused = ['RULE_BLOCKED', cause.ruleId, ...(follows ? ['protocol.inForce'] : [])];
      expect(await freeTimes(desk, graph, austin)).toEqual([]);
      const hold = await desk.ask(holdSlot, { input: holdInput(austin, patientId, second) });
      expect(stopping(hold.data.holdSlot)).toEqual(expect.arrayContaining(refused));
      const book = `mutation ($input: BookExamInput!) { bookExam(input: $input) { __typename
      ... on Refusal { code } ... on RuleBlocked { rules { id outcome } } } }`;
      const booked = await desk.ask(book, { input: { holdId, intakeId } });
      expect(stopping(booked.data.bookExam)).toEqual(expect.arrayContaining(refused));
    } finally {
      await graph.sql(undo);
    }
    expect((await servicesOf()).map(({ status }) => status)).toEqual(all.map(() => 'OPEN'));
  },
);

/** A protocol holds only while those who signed it may practise. */
function protocolToo(follows: boolean): unknown[] {
  return follows ? [expect.objectContaining({ ruleId: 'protocol.inForce', leg: 'PROTOCOL' })] : [];
}

function stopping({ code, rules }: { code: string; rules: { id: string; outcome: string }[] }): string[] {
  return [code, ...rules.filter(({ outcome }) => outcome !== 'PASS').map(({ id }) => id)];
}

test('a laser’s registration closes what is done by laser and nothing else', async () => {
  await graph.sql(
    `insert into clinics.facility_license (id, clinic_id, kind, number, status, expires_on)
     values ($1, $2, 'LASER_REGISTRATION', 'L', 'ACTIVE', current_date - 5)`,
    [uuidOf('a laser'), placeId('austin')],
  );
  await graph.sql(
    `insert into clinics.service_offering (id, clinic_id, code, name, requires_exam, modalities) values ($1, $2, 'laser-ipl', 'Laser', true, '{IN_PERSON}')`,
    [uuidOf('by laser'), placeId('austin')],
  );
  const seen = await servicesOf();
  await graph.sql('delete from clinics.facility_license where id = $1', [uuidOf('a laser')]);
  await graph.sql('delete from clinics.service_offering where id = $1', [uuidOf('by laser')]);
  expect(seen.filter(({ status }) => status === 'OPEN').map(({ code }) => code)).toEqual(all);
  expect(seen.find(({ code }) => code === 'laser-ipl')?.causes).toContainEqual(
    expect.objectContaining({
      ruleId: 'facility.licence.LASER_REGISTRATION',
      subject: { kind: 'FACILITY_LICENSE', id: toId('facilityLicense', uuidOf('a laser')) },
    }),
  );
});

test('a licence of the site that was taken away does not hide the one in force', async () => {
  await graph.sql(
    `insert into clinics.facility_license (id, clinic_id, kind, number, status, expires_on)
     values ($1, $2, 'CLIA_WAIVER', 'GONE', 'REVOKED', current_date + 400)`,
    [uuidOf('a revoked waiver'), placeId('austin')],
  );
  const seen = await servicesOf();
  await graph.sql('delete from clinics.facility_license where id = $1', [uuidOf('a revoked waiver')]);
  expect(seen.map(({ status }) => status)).toEqual(all.map(() => 'OPEN'));
});

test('a suspension recorded ahead closes from its day on, and is what comes next', async () => {
  await graph.sql(
    `insert into physicians.license_standing (id, license_id, practitioner_id, status, effective_from, recorded_at, source, recorded_by)
     select $1, id, practitioner_id, 'SUSPENDED', current_date + 3, now(), 'STATE_BOARD', 'usr_x' from physicians.license where id = $2`,
    [uuidOf('a suspension ahead'), licence],
  );
  const seen = await servicesOf();
  const then = (await desk.get(readiness, { id: austin, on: inDays(4) })).clinic.readiness.services as Seen[];
  await graph.sql('alter table physicians.license_standing disable trigger user');
  await graph.sql('delete from physicians.license_standing where id = $1', [uuidOf('a suspension ahead')]);
  await graph.sql('alter table physicians.license_standing enable trigger user');
  expect(seen.map(({ status, next }) => ({ status, next }))).toEqual(
    all.map(() => ({
      status: 'OPEN',
      next: {
        ...{ on: inDays(3), status: 'CLOSED' },
        causes: [{ ruleId: 'licence.director', leg: 'DIRECTOR', subject: { kind: 'LICENSE', id: toId('license', licence) } }],
      },
    })),
  );
  expect(then.map(({ status }) => status)).toEqual(all.map(() => 'CLOSED'));
});

test('it says on which day a service closes if nobody does anything, and by what', async () => {
  // Nobody looks the licences up again, which is the first thing that would close it.
  const [botulinum] = await servicesOf();
  // They were looked up an hour before all this, which shortly after midnight was yesterday.
  const [lookedUp] = await graph.sql<{ ago: number }>(
    `select current_date - (verified_at at time zone 'UTC')::date as ago from physicians.license where id = $1`,
    [licence],
  );
  expect(botulinum?.next).toEqual({
    on: inDays(31 - (lookedUp?.ago ?? 0)),
    status: 'CLOSED',
    causes: [{ ruleId: 'licence.director', leg: 'DIRECTOR', subject: { kind: 'LICENSE', id: toId('license', licence) } }],
  });
  await graph.sql(`update physicians.insurance_policy set expires_on = current_date + 9 where id = $1`, [policy]);
  expect((await servicesOf()).map(({ next }) => next)).toEqual(
    all.map(() => ({
      on: inDays(10),
      status: 'CLOSED',
      causes: [
        { ruleId: 'insurance.director', leg: 'DIRECTOR', subject: { kind: 'INSURANCE_POLICY', id: toId('insurancePolicy', policy) } },
      ],
    })),
  );
  graph.clock.set(new Date(`${inDays(10)}T00:00:00Z`));
  expect((await servicesOf()).map(({ status }) => status)).toEqual(all.map(() => 'CLOSED'));
  await graph.sql(`update physicians.insurance_policy set expires_on = current_date + 300 where id = $1`, [policy]);
});

test('where only an answer did not come, nobody is asked to put anything right', async () => {
  const dead = vi.spyOn(graph.running.physicians, 'execute').mockRejectedValue(new Error('down'));
  const [first] = await servicesOf();
  dead.mockRestore();
  expect(first).toEqual({
    ...{ code: 'botulinum-toxin', status: 'CLOSED', next: null },
    causes: [
      { ruleId: 'director.engaged', outcome: 'UNKNOWN', leg: 'DIRECTOR', subject: null, owner: null },
      { ruleId: 'protocol.inForce', outcome: 'UNKNOWN', leg: 'PROTOCOL', subject: null, owner: null },
    ],
  });
});

test('two hundred clinics take at most ten statements a subgraph', async () => {
  await twoHundredClinics(graph);
  const manager = await graph.as('mso-manager');
  let mso: Data = {};
  const asked = await sentAs(async () => {
    ({ mso } = await manager.get(
      `query ($id: ID!) { mso(id: $id) { clinics(first: 200) { nodes { readiness { status services { status causes { ruleId } } } } } } }`,
      { id: placeTypeId('mso-a') },
    ));
  });
  expect(mso.clinics.nodes).toHaveLength(200);
  expect(mso.clinics.nodes.filter((clinic: { readiness: { status: string } }) => clinic.readiness.status === 'OPEN')).toHaveLength(198);
  const statements = asked
    .filter(({ text }) => /^\s*(select|with) /i.test(text) && !text.includes('set_config'))
    .map(({ role, text }) => `${role} ${text.trim().slice(0, 60)}`);
  for (const role of ['goodfaith_clinics', 'goodfaith_physicians']) {
    const own = statements.filter((line) => line.startsWith(`${role} `));
    expect(own.length, own.join('\n')).toBeGreaterThan(0);
    expect(own.length, own.join('\n')).toBeLessThanOrEqual(10);
  }
});
