import fc from 'fast-check';
import { type GraphQLField, getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { subgraphNames } from '#kernel/names.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { personas } from '#prisma/seed/personas.ts';
import { loadDefinition } from '../gateway/in-process.ts';
import { problemOf } from './support/bad-answers.ts';
import { spoil } from './support/bad-values.ts';
import { type TestGraph, testGraph } from './support/graph.ts';
import { type OpenDoor, openDoor } from './support/open-door.ts';
import { rowCounts, type StorySoFar, storySoFar } from './support/story-so-far.ts';

let graph: TestGraph;
let door: OpenDoor;
let story: StorySoFar;

const schemas = await Promise.all(subgraphNames.map(async (name) => (await loadDefinition(name)).schema));
const queries = new Map(schemas.flatMap((schema) => Object.entries(schema.getQueryType()?.getFields() ?? {})));

beforeAll(async () => {
  graph = await testGraph();
  door = await openDoor(graph);
  story = await storySoFar(graph);
});

afterAll(async () => {
  await door?.[Symbol.asyncDispose]();
  await graph?.[Symbol.asyncDispose]();
});

/** What the story's order was drafted from. */
function draftedFrom(): Record<string, string> {
  const input = story.told.find(({ operation }) => operation === 'DraftOrder')?.variables['input'] as Record<string, string>;
  return { ...input, prescriberId: story.answerOf('OrderTimeline').prescriber.id };
}

/** Good arguments of every query a person may ask, and as whom. */
function goodArguments(): Readonly<Record<string, readonly [persona: string, args: Record<string, unknown>]>> {
  const clinicId = story.answerOf('ClinicServices').id;
  const orderId = story.answerOf('DraftOrder').id;
  const page = { first: 2, last: undefined, after: undefined, before: undefined };
  const search = {
    actor: 'usr_x',
    from: '2026-01-01T00:00:00Z',
    to: '2027-01-01T00:00:00Z',
    patientId: story.answerOf('RegisterPatient').id,
  };
  const trail = { search, first: 5, after: undefined };
  const week = { from: '2026-12-01T00:00:00Z', to: '2026-12-02T00:00:00Z' };
  const { prescriberId, formularyItemId, protocolId } = draftedFrom();
  const planned = {
    ...{ patientState: 'TX', service: 'weight-loss', modality: 'SYNC_VIDEO', prescriberId, examinerId: prescriberId },
    ...{ protocolVersionId: protocolId, formularyItemId, examCompletedOn: '2026-11-20', clinicalDifference: 'A documented need.' },
  };
  return {
    attestations: ['compliance', { ...page, state: 'TX' }],
    controlledSigningLog: ['prescriber', { month: '2026-11' }],
    controlledAuditReport: ['compliance', { clinicId, from: '2026-11-01', to: '2026-11-22' }],
    memberships: ['mso-manager', { ...page, at: clinicId }],
    invitations: ['mso-manager', { ...page, at: clinicId }],
    businessAuditTrail: ['auditor', trail],
    authorityAuditTrail: ['auditor', trail],
    supplyAuditTrail: ['auditor', trail],
    auditTrail: ['auditor', trail],
    clinic: ['front-desk', { id: clinicId }],
    mso: ['mso-manager', { id: story.answerOf('MsoDashboard').id }],
    formulary: ['prescriber', { ...page, clinicId, shipTo: 'TX', search: 'sema' }],
    pharmacy: ['pharmacist', { id: story.answerOf('IncomingOrders').id }],
    recall: ['pharmacist', { id: story.answerOf('StartRecall').id }],
    interstateShare: ['pharmacist', { pharmacyId: story.answerOf('IncomingOrders').id, from: '2026-11', to: '2026-12' }],
    verifyOrder: ['pharmacist', { orderId }],
    dispenseLabel: ['pharmacist', { dispenseId: story.answerOf('RecordDispense').id }],
    facilityLabel: ['pharmacist', { lotId: story.answerOf('RecordDispense').lot.id, officeUse: true }],
    verifyOrders: ['pharmacist', { orderIds: [orderId] }],
    ordersById: ['pharmacist', { ids: [orderId] }],
    verifyDocument: ['pharmacist', { text: '{}' }],
    documentKeys: ['pharmacist', { of: ['goodfaith'] }],
    verifyShortForm: ['pharmacist', { text: 'a.b.c' }],
    activeProtocols: ['prescriber', { ...page, clinicId, service: 'weight-loss' }],
    possibleMatches: ['compliance', { ...page, cleared: false }],
    verificationRuns: ['compliance', { ...page, source: 'OIG_LEIE' }],
    engagements: ['director', { ...page, clinicId }],
    placementRequests: ['compliance', { ...page, clinicId, status: 'OPEN' }],
    placementOffers: ['director', page],
    expirables: ['director', { ...page, at: clinicId, withinDays: 60, kinds: ['LICENSE'] }],
    lapses: ['director', { ...page, clinicId, since: '2026-11-01T00:00:00Z' }],
    protocolVersions: ['prescriber', { ...page, clinicId, service: 'weight-loss', kind: 'PROTOCOL' }],
    standingOrders: ['prescriber', { ...page, clinicId, service: 'weight-loss' }],
    delegations: ['director', { ...page, clinicId, delegateId: prescriberId }],
    mayPerform: ['director', { clinicId, practitionerId: prescriberId, service: 'weight-loss', on: '2026-12-01', device: 'ipl' }],
    practitioner: ['front-desk', { id: story.answerOf('OrderTimeline').prescriber.id }],
    examVendors: ['compliance', { ...page, clinicId }],
    outsideExams: ['front-desk', { ...page, clinicId, status: ['PROPOSED'] }],
    exam: ['examiner', { id: story.answerOf('BookExam').id }],
    examQueue: ['examiner', page],
    waitingRoom: ['front-desk', { clinicId }],
    examCoverage: ['front-desk', { patientId: search.patientId, service: 'weight-loss', on: '2026-12-01', patientState: 'TX' }],
    examSlots: ['front-desk', { ...page, ...week, clinicId, service: 'weight-loss', patientState: 'TX' }],
    workingHours: ['front-desk', { examinerId: personas['examiner']?.sub }],
    examSettings: ['front-desk', { clinicId, service: 'weight-loss' }],
    examinerPanel: ['front-desk', { clinicId }],
    exams: ['front-desk', { ...page, clinicId, day: '2026-12-01' }],
    claimHeld: ['pharmacist', { orderId, secret: 'x' }],
    attention: ['prescriber', { ...page, clinicId, mine: false }],
    orderTemplates: ['prescriber', { ...page, clinicId, service: 'weight-loss', retired: false }],
    officeStockOrders: ['prescriber', { ...page, clinicId }],
    clinicAccounts: ['front-desk', { clinicId }],
    formularyCsv: ['pharmacist', { pharmacyId: story.answerOf('IncomingOrders').id }],
    facilityExpirables: ['pharmacist', { pharmacyId: story.answerOf('IncomingOrders').id, withinDays: 30 }],
    parcelContents: ['prescriber', { shipmentId: story.answerOf('RecordShipment').id }],
    officeStockReceipts: ['prescriber', { ...page, clinicId, lotNumber: 'A1' }],
    officeStockOrder: ['prescriber', { id: 'osk_01h455vb4pex5vsknk084sn02q' }],
    orderSets: ['prescriber', { ...page, clinicId }],
    differenceReviews: ['director', { ...page, clinicId, reviewed: false }],
    differenceReuse: ['director', { clinicId, from: '2026-11-01', to: '2026-12-01' }],
    order: ['prescriber', { id: orderId }],
    routeOptions: ['prescriber', { orderId, patientsPharmacyId: story.answerOf('IncomingOrders').id }],
    orders: ['prescriber', { ...page, clinicId, status: ['DRAFT'], olderThanHours: 1 }],
    patient: ['front-desk', { id: search.patientId }],
    patients: ['front-desk', { ...page, clinicId, search: { name: 'a', birthDate: '1990-01-01', phone: '5125550142' } }],
    questionnaire: ['front-desk', { service: 'weight-loss' }],
    consentTexts: ['front-desk', { kind: 'TREATMENT' }],
    questionnaires: ['front-desk', { service: 'weight-loss' }],
    rules: ['front-desk', { ...page, jurisdiction: 'TX', subject: 'EXAM', on: '2026-12-01', asKnownOn: '2026-12-01' }],
    ruleChanges: ['compliance', { ...page, since: '2026-11-01', jurisdiction: 'TX', subject: 'EXAM' }],
    ruleCoverage: ['compliance', { jurisdiction: 'TX' }],
    explain: ['compliance', { clinicId, input: { order: planned }, on: week.from, asKnownOn: '2026-12-01' }],
    atRisk: ['front-desk', { ...page, clinicId }],
    affectedBy: ['director', { ...page, licenseId: toId('license', uuidOf('license:examiner:TX')), asKnownAt: week.from }],
  };
}

function documentOf(name: string, field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  // A page of which nothing is asked is not even looked for.
  const selection = !isObjectType(type) ? '' : 'nodes' in type.getFields() ? '{ nodes { __typename } }' : '{ __typename }';
  const given = field.args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  return `query(${given}) { ${name}(${field.args.map((arg) => `${arg.name}: $${arg.name}`).join(', ')}) ${selection} }`;
}

/** What a read may take though a change may not: a list that then finds nothing, a secret that then does not fit, or a page as large as a page may be. */
const harmless =
  /^(olderThanHours less than nothing|status 10,000 items|(secret|text) 100 kB|(search|search\.actor|service) 100 kB|(first|last) (less than nothing|2\^31|1e300))$/;

test('there is good input for every query with arguments that is not for other subgraphs alone', () => {
  const asked = [...queries]
    .filter(
      ([name, { args }]) =>
        args.length > 0 &&
        !/^_|Facts$|^(authorityPapers|clinicPharmacies|clinicSchedules|clinicsProtocols|engagedPractitioners|oversight|licenseStandings|changeAwaited|recalledOfficeStock)$/.test(
          name,
        ),
    )
    .map(([name]) => name);
  expect(asked.filter((name) => !(name in goodArguments()))).toEqual([]);
});

test('spoilt arguments of every query are refused with a code and name the argument', { timeout: 240_000 }, async () => {
  const problems: string[] = [];
  const before = await rowCounts(graph);
  await Promise.all(
    Object.entries(goodArguments()).map(async ([name, [persona, good]]) => {
      const field = queries.get(name);
      if (!field) throw new Error(name);
      const { token } = await graph.as(persona);
      const query = documentOf(name, field);
      const fine = await door.post(token, { query, variables: good });
      if (fine.body.errors) problems.push(`${name}: ${fine.text}`);
      for (const arg of field.args) {
        for (const wrong of spoil(arg.type, good[arg.name], arg.name)) {
          const reply = await door.post(token, { query, variables: { ...good, [arg.name]: wrong.value } });
          const problem = problemOf(reply, name, wrong);
          const expected =
            harmless.test(`${wrong.path} ${wrong.what}`) ||
            /An id or a cursor in the input is malformed|Invalid (offset )?cursor/.test(problem ?? '');
          if (problem !== null && !expected) problems.push(`${name} ${wrong.path} ${wrong.what}: ${problem}`);
        }
      }
    }),
  );
  expect(problems).toEqual([]);
  // A verification is kept each time; nothing else may be written by a read.
  const kept = { 'pharmacies.verification': expect.any(Number), 'pharmacies.document_check': expect.any(Number) };
  expect(await rowCounts(graph)).toEqual({ ...before, ...kept });
});

test.each([
  ['birthDate: "2026-02-30"', /BAD_USER_INPUT/],
  ['birthDate: 20260230', /GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT/],
  ['birthDate: "1990-01-01", givenName: "Zebra\\u0000"', /BAD_USER_INPUT/],
  ['birthDate: "1990-01-01", givenName: "Zebra\\u{0}"', /BAD_USER_INPUT/],
  ['birthDate: "1990-01-01", givenName: "Zebra\\ud800"', /GRAPHQL_PARSE_FAILED/],
  ['birthDate: "1990-01-01", givenName: 1e999', /GRAPHQL_VALIDATION_FAILED/],
  ['birthDate: "1990-01-01", sexAtBirth: female', /GRAPHQL_VALIDATION_FAILED/],
  ['birthDate: "1990-01-01", version: 99999999999', /GRAPHQL_VALIDATION_FAILED/],
])('a wrong value written into the document is refused: %s', async (literal, code) => {
  const { token } = await graph.as('front-desk');
  const before = await rowCounts(graph);
  const input = `{ patientId: "${story.answerOf('RegisterPatient').id}", ${literal.includes('version') ? '' : 'version: 1,'} ${literal} }`;
  const { status, text, body } = await door.post(token, {
    query: `mutation { amendPatient(input: ${input}) { __typename ... on Refusal { code } } }`,
  });
  expect(status).toBeLessThan(500);
  expect(body.errors?.[0]?.extensions.code ?? body.data.amendPatient.code, text).toMatch(code);
  expect(await rowCounts(graph)).toEqual(before);
});

test.each([
  ['10 MB', () => JSON.stringify({ query: '{ viewer { id } }', variables: { a: 'x'.repeat(10_000_000) } }), 413],
  ['JSON cut short', () => '{"query": "{ viewer { id } }"', 400],
  ['no JSON', () => 'query { viewer { id } }', 400],
  ['a batch', () => '[{"query":"{ viewer { id } }"},{"query":"{ viewer { id } }"}]', 400],
  ['text', () => '"{ viewer { id } }"', 400],
  ['nothing', () => '', 400],
  ['a nest of 400,000', () => `{"query":"{ viewer { id } }","variables":{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`, 400],
  ['variables that are a list', () => '{"query":"{ viewer { id } }","variables":[1]}', 400],
  ['a query that is a number', () => '{"query":1}', 400],
  ['a prototype', () => '{"query":"{ viewer { id } }","__proto__":{"variables":1},"constructor":{}}', 200],
  ['bytes that are no UTF-8', () => '{"query":"{ viewer { id } } # \ufffd"}', 200],
])('a body that is %s has a plain answer', async (_what, body, status) => {
  const { token } = await graph.as('front-desk');
  const reply = await door.post(token, body());
  expect([reply.status, reply.body.errors?.[0]?.extensions.code ?? '']).toEqual([status, expect.stringMatching(/^(?!INTERNAL)[A-Z_]*$/)]);
  expect(reply.text).not.toMatch(/\bat .*:\d+:\d+|node_modules/);
});

test('any person one can type is registered as typed, or refused with a code', async () => {
  const { token } = await graph.as('front-desk');
  const clinicId = story.answerOf('ClinicServices').id;
  const day = fc.oneof(
    fc.date({ noInvalidDate: true }).map((at) => at.toISOString().slice(0, 10)),
    fc.string(),
  );
  const person = fc.record({
    givenName: fc.string({ unit: 'binary', maxLength: 120 }),
    familyName: fc.string({ unit: 'grapheme', maxLength: 120 }),
    birthDate: day,
    sexAtBirth: fc.constantFrom('FEMALE', 'MALE', 'UNKNOWN'),
    email: fc.option(fc.oneof(fc.emailAddress(), fc.string())),
    phone: fc.option(fc.oneof(fc.constant('+15125550142'), fc.string())),
    allergies: fc.option(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 })),
  });
  const query = `mutation($input: RegisterPatientInput!) { registerPatient(input: $input) { __typename ... on Refusal { code } ... on Patient { id givenName familyName birthDate } } }`;
  await fc.assert(
    fc.asyncProperty(person, async (typed) => {
      const input = { ...typed, clinicId, address: { line1: '1 Elm St', city: 'Austin', state: 'TX', postalCode: '78701' } };
      const { body, text } = await door.post(token, { query, variables: { input } });
      const answer = body.data?.registerPatient;
      if (answer?.__typename === 'Patient')
        expect([answer.givenName, answer.familyName, answer.birthDate]).toEqual([
          typed.givenName.trim(),
          typed.familyName.trim(),
          typed.birthDate,
        ]);
      else expect(answer?.code ?? body.errors?.[0]?.extensions.code, text).toMatch(/^(INVALID_INPUT|BAD_USER_INPUT)$/);
    }),
    { numRuns: 60 },
  );
});

test('any order one can type is drafted as typed, or refused with a code', async () => {
  const { token } = await graph.as('prescriber');
  const good = story.told.find(({ operation }) => operation === 'DraftOrder')?.variables['input'] as Record<string, unknown>;
  const number = fc.oneof(fc.integer(), fc.integer({ min: 1, max: 100 }));
  const order = fc.record({
    sig: fc.string({ unit: 'binary', maxLength: 600 }),
    quantity: fc.record({
      value: fc.oneof(fc.double().map(String), fc.constantFrom('2.5', '0', '-0', '1e3', '00.1', '+1')),
      unit: fc.constantFrom('mL', 'mg', '', 'mL ', 'Ml'),
    }),
    daysSupply: number,
    refills: number,
    diagnosis: fc.array(fc.oneof(fc.constant('E66.9'), fc.string()), { maxLength: 4 }),
  });
  const query =
    'mutation($input: DraftOrderInput!) { draftOrder(input: $input) { __typename ... on Refusal { code } ... on Order { drug { sig daysSupply refills quantity { value unit } } diagnosis } } }';
  await fc.assert(
    fc.asyncProperty(order, async (typed) => {
      const { body, text } = await door.post(token, { query, variables: { input: { ...good, ...typed } } });
      const answer = body.data?.draftOrder;
      if (answer?.__typename === 'Order')
        expect(answer.drug).toMatchObject({ daysSupply: typed.daysSupply, refills: typed.refills, quantity: typed.quantity });
      else expect(answer?.code ?? body.errors?.[0]?.extensions.code, text).toMatch(/^(INVALID_INPUT|BAD_USER_INPUT)$/);
    }),
    { numRuns: 60 },
  );
});
