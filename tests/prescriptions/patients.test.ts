import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { fromId } from '#kernel/ids.ts';
import { clinicOf, newPatient, registered, registerPatient } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

describe('registerPatient', () => {
  test('answers the patient as registered, and writes the trail', async () => {
    const input = newPatient(clinicId, {
      familyName: 'Okonkwo',
      email: 'ana@example.com',
      phone: '+15125550142',
      allergies: ['benzyl alcohol'],
    });
    const { registerPatient: patient } = await desk.get(registerPatient, { input });
    expect(patient).toEqual({
      ...{ __typename: 'Patient', givenName: 'Ana', familyName: 'Okonkwo', birthDate: '1988-04-17', sexAtBirth: 'FEMALE' },
      ...{ id: expect.stringMatching(/^pat_/), email: 'ana@example.com', phone: '+15125550142', version: 1, possibleDuplicates: [] },
      address: { line1: '1200 Barton Springs Rd', line2: null, city: 'Austin', state: 'TX', postalCode: '78704' },
      allergies: ['benzyl alcohol'],
      clinic: { id: clinicId },
    });
    const trail = await graph.sql(
      `select kind, action, tenant_id::text, detail from prescriptions.audit_event where patient_id = $1 and kind = 'CHANGE'`,
      [fromId('patient', patient.id)],
    );
    expect(trail).toEqual([{ kind: 'CHANGE', action: 'patient.registered', tenant_id: fromId('clinic', clinicId), detail: {} }]);
  });

  test('shows who may be the same person', async () => {
    const first = await registered(desk, clinicId, { familyName: 'Vandenberghe', birthDate: '1971-02-03', phone: '+15125550177' });
    const typed = await desk.get(registerPatient, { input: newPatient(clinicId, { familyName: 'Vandenberge', birthDate: '1971-02-03' }) });
    expect(typed.registerPatient.possibleDuplicates).toEqual([{ id: first }]);
    const phone = await desk.get(registerPatient, {
      input: newPatient(clinicId, { familyName: 'Quist', birthDate: '1990-01-01', phone: '+15125550177' }),
    });
    expect(phone.registerPatient.possibleDuplicates).toEqual([{ id: first }]);
    const stranger = await desk.get(registerPatient, { input: newPatient(clinicId, { familyName: 'Zhou', birthDate: '1971-02-03' }) });
    expect(stranger.registerPatient.possibleDuplicates).toEqual([]);
  });

  test.each([
    ['a birth date in the future', { birthDate: '2199-01-01' }, 'input.birthDate'],
    ['a birth date nobody has', { birthDate: '1899-12-31' }, 'input.birthDate'],
    ['a phone that is none', { phone: '512-555' }, 'input.phone'],
    ['an e-mail that is none', { email: 'ana@' }, 'input.email'],
    ['an empty name', { givenName: '   ' }, 'input.givenName'],
    ['a ZIP code that is none', { address: { line1: 'a', city: 'b', state: 'TX', postalCode: '7' } }, 'input.address.postalCode'],
    ['an empty allergy', { allergies: ['latex', ''] }, 'input.allergies.1'],
  ])('%s is refused with its path', async (_what, more, path) => {
    const { data } = await desk.ask(registerPatient, { input: newPatient(clinicId, more) });
    expect(data.registerPatient).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT', issues: [{ path }] });
  });

  test.each([
    ['a day that does not exist', { birthDate: '2026-02-30' }],
    ['a state that is none', { address: { line1: 'a', city: 'b', state: 'ZZ', postalCode: '78704' } }],
  ])('%s is refused by its type', async (_what, more) => {
    const { data, errors } = await desk.ask(registerPatient, { input: newPatient(clinicId, more) });
    expect([data, errors[0]?.code]).toEqual([null, 'BAD_USER_INPUT']);
  });

  test('a clinic of somebody else answers as one that does not exist', async () => {
    const other = await clinicOf(await graph.as('other-desk'));
    for (const clinic of [other, 'cli_01h455vb4pex5vsknk084sn02q', 'nonsense', other.replace('cli_', 'pat_')]) {
      const { data } = await desk.ask(registerPatient, { input: newPatient(clinic) });
      expect(data.registerPatient).toMatchObject({ __typename: 'NotFound', code: 'NOT_FOUND' });
    }
  });

  test('an examiner may not', async () => {
    const { data } = await (await graph.as('examiner')).ask(registerPatient, { input: newPatient(clinicId) });
    expect(data.registerPatient).toMatchObject({ __typename: 'Forbidden', code: 'FORBIDDEN' });
  });

  test('the same key answers the same patient again, another input is a conflict', async () => {
    const key = { idempotencyKey: 'register-once' };
    const [one, two] = await Promise.all([1, 2].map(() => desk.get(registerPatient, { input: newPatient(clinicId) }, key)));
    expect(one.registerPatient.id).toBe(two.registerPatient.id);
    const { data } = await desk.ask(registerPatient, { input: newPatient(clinicId, { givenName: 'Eva' }) }, key);
    expect(data.registerPatient).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });
});

describe('patients', () => {
  const search = `query ($clinicId: ID!, $search: PatientSearch, $first: Int, $after: String) { patients(clinicId: $clinicId, search: $search, first: $first, after: $after) { nodes { familyName givenName } pageInfo { hasNextPage endCursor } } }`;

  test('by parts of a name, birth date and the end of a phone', async () => {
    await registered(desk, clinicId, { givenName: 'José', familyName: 'O’Neill-Vega', birthDate: '1969-07-20', phone: '+17375550188' });
    const found = {
      patients: {
        nodes: [{ familyName: 'O’Neill-Vega', givenName: 'José' }],
        pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
      },
    };
    for (const by of [{ name: 'jose vega' }, { name: 'ONEILL' }, { name: 'vega', birthDate: '1969-07-20' }, { phone: '737 555-0188' }]) {
      expect(await desk.get(search, { clinicId, search: by })).toEqual(found);
    }
    expect((await desk.get(search, { clinicId, search: { name: 'vega', birthDate: '1969-07-21' } })).patients.nodes).toEqual([]);
  });

  test('page by page, every patient once, in the order of their names', async () => {
    const all: string[] = [];
    let after: string | null = null;
    do {
      const { patients } = await desk.get(search, { clinicId, first: 7, after });
      all.push(...patients.nodes.map((one: { familyName: string; givenName: string }) => `${one.familyName} ${one.givenName}`));
      after = patients.pageInfo.hasNextPage ? patients.pageInfo.endCursor : null;
    } while (after !== null);
    const [row] = await graph.sql<{ count: string }>('select count(*) from prescriptions.patient where clinic_id = $1', [
      fromId('clinic', clinicId),
    ]);
    expect(all).toHaveLength(Number(row?.count));
  });

  test('three digits are too few, and another clinic is none', async () => {
    const short = await desk.ask(search, { clinicId, search: { phone: '123' } });
    expect(short.errors[0]?.code).toBe('INVALID_INPUT');
    const other = await desk.ask(search, { clinicId: await clinicOf(await graph.as('other-desk')) });
    expect(other.errors[0]?.code).toBe('NOT_FOUND');
  });
});

describe('amendPatient and recordAllergies', () => {
  const amend = `mutation ($input: AmendPatientInput!) { amendPatient(input: $input) { __typename ... on Patient { id givenName familyName birthDate email phone version address { line1 state } } ... on Refusal { code } ... on InvalidInput { issues { path } } } }`;
  const record = `mutation ($input: RecordAllergiesInput!) { recordAllergies(input: $input) { __typename ... on Patient { id allergies version } ... on Refusal { code } } }`;

  test('what is left out stays, what is null goes, and the next version is due', async () => {
    const patientId = await registered(desk, clinicId, { email: 'a@example.com', phone: '+15125550142' });
    const { amendPatient: patient } = await desk.get(amend, {
      input: { patientId, version: 1, familyName: 'Whitfield-Cole', email: null },
    });
    expect(patient).toEqual({
      __typename: 'Patient',
      id: patientId,
      givenName: 'Ana',
      familyName: 'Whitfield-Cole',
      birthDate: '1988-04-17',
      email: null,
      phone: '+15125550142',
      version: 2,
      address: { line1: '1200 Barton Springs Rd', state: 'TX' },
    });
    const stale = await desk.ask(amend, { input: { patientId, version: 1, givenName: 'Anna' } });
    expect(stale.data.amendPatient).toEqual({ __typename: 'Conflict', code: 'CONFLICT' });
    const found = await desk.get(
      `query ($clinicId: ID!) { patients(clinicId: $clinicId, search: { name: "whitfield cole" }) { nodes { id } } }`,
      { clinicId },
    );
    expect(found.patients.nodes).toContainEqual({ id: patientId });
    const [trail] = await graph.sql(`select detail from prescriptions.audit_event where action = 'patient.amended' and patient_id = $1`, [
      fromId('patient', patientId),
    ]);
    expect(trail).toEqual({ detail: { version: 2, fields: ['email', 'givenName', 'familyName'] } });
  });

  test('allergies are replaced as a list; of two at once one is a conflict', async () => {
    const patientId = await registered(desk, clinicId, { allergies: ['latex'] });
    const answers = await Promise.all(
      [['latex', 'penicillin'], []].map((allergies) => desk.ask(record, { input: { patientId, version: 1, allergies } })),
    );
    const kinds = answers.map(({ data }) => data.recordAllergies.__typename).sort();
    expect(kinds).toEqual(['Conflict', 'Patient']);
  });

  test('another clinic’s patient does not exist', async () => {
    const patientId = await registered(desk, clinicId);
    const { data } = await (await graph.as('other-desk')).ask(amend, { input: { patientId, version: 1, givenName: 'Eve' } });
    expect(data.amendPatient).toEqual({ __typename: 'NotFound', code: 'NOT_FOUND' });
  });
});

describe('patient', () => {
  const patient = 'query ($id: ID!) { patient(id: $id) { id givenName } }';

  test('a read is recorded with the patient', async () => {
    const id = await registered(desk, clinicId);
    expect(await desk.get(patient, { id })).toEqual({ patient: { id, givenName: 'Ana' } });
    const rows = await graph.sql(
      `select action, detail->'fields' as fields from prescriptions.audit_event where kind = 'ACCESS' and patient_id = $1`,
      [fromId('patient', id)],
    );
    expect(rows).toContainEqual({ action: 'record.read', fields: ['patient'] });
  });

  test('other desks, other kinds of id and an MSO see nothing', async () => {
    const id = await registered(desk, clinicId);
    const other = await (await graph.as('other-desk')).ask(patient, { id });
    expect([other.data, other.errors[0]?.code]).toEqual([{ patient: null }, 'NOT_FOUND']);
    expect((await desk.ask(patient, { id: clinicId })).errors[0]?.code).toBe('NOT_FOUND');
    expect((await (await graph.as('mso-manager')).ask(patient, { id })).errors[0]?.code).toBe('FORBIDDEN');
  });
});
