import {
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { subgraphNames } from '#kernel/names.ts';
import type { Permission, Role } from '#kernel/permissions.ts';
import { roleRights } from '#kernel/role-rights.ts';
import { personas } from '#prisma/seed/personas.ts';
import { loadDefinition } from '../gateway/in-process.ts';
import { contractVariables } from '../gateway/journey/documents.ts';
import { type Data, type TestGraph, testGraph } from './support/graph.ts';
import { type StorySoFar, storySoFar } from './support/story-so-far.ts';

let graph: TestGraph;
let story: StorySoFar;
beforeAll(async () => {
  graph = await testGraph();
  story = await storySoFar(graph, { until: 'ClaimOrder' });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** One for each role, and somebody whose token grants nothing. */
const asked = ['front-desk', 'examiner', 'prescriber', 'director', 'compliance', 'mso-manager', 'pharmacist', 'technician', 'auditor'];

interface RootField {
  readonly name: string;
  readonly document: string;
  readonly variables: Record<string, unknown>;
  readonly permissions: readonly Permission[];
}

/** A value that a type takes and that names nothing there is. */
function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return `[${literalOf(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const needed = type.isOneOf ? fields.slice(0, 1) : fields.filter((field) => isNonNullType(field.type));
    return `{ ${needed.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
  }
  const scalars: Record<string, string> = {
    Int: '1',
    Boolean: 'true',
    Date: '"1990-01-01"',
    DateTime: '"2026-12-01T00:00:00Z"',
    Decimal: '"1"',
  };
  return scalars[type.name] ?? JSON.stringify('0'.repeat(64));
}

/** Input that is well formed, by mutation: what an input can be refused for alone is told before anybody's right is asked. */
const example = await contractVariables();
const wellFormed: typeof example = {
  ...example,
  HoldSlot: { input: { ...(example['HoldSlot']?.['input'] as object), startsAt: '2026-12-01T15:00:00Z' } },
  OpenClinic: {
    input: {
      ...{ entityId: 'ent_none', name: 'Nowhere', timeZone: 'America/Chicago', phone: '+15125550142' },
      address: { line1: '1 Elm St', city: 'Austin', state: 'TX', postalCode: '78701' },
    },
  },
  RegisterPharmacy: {
    input: {
      ...{ name: 'Nowhere', facilityClass: 'PHARMACY_503A', npi: '1234567893', phone: '+15125550142', timeZone: 'America/Chicago' },
      address: { line1: '1 Elm St', city: 'Austin', state: 'TX', postalCode: '78701' },
    },
  },
  PlaceOfficeStockOrder: {
    input: { clinicId: 'cli_none', lines: [{ formularyItemId: 'fmi_none', quantity: { value: '1', unit: 'mL' } }] },
  },
  RecordWastage: {
    input: {
      ...{ receiptId: 'osr_none', vial: 'A', amount: { value: '1', unit: 'mL' }, reason: 'REMAINDER' },
      wastedAt: '2026-12-01T15:00:00Z',
    },
  },
  ReceiveLotUseHandOff: {
    input: {
      ...{ useId: 'adn_none', kind: 'GIVEN', clinicId: 'cli_none', shipmentId: 'shp_none', lotNumber: 'A1' },
      ...{ quantity: { value: '1', unit: 'mL' }, at: '2026-12-01T15:00:00Z' },
    },
  },
  ReceiveOfficeStockHandOff: {
    input: {
      ...{ receiptId: 'osr_none', pharmacyId: 'pha_none', clinicId: 'cli_none', formularyItemId: 'fmi_none', lotNumber: 'A1' },
      ...{ beyondUseDate: '2029-01-01', quantity: { value: '1', unit: 'mL' }, receivedAt: '2026-12-01T15:00:00Z' },
    },
  },
  ReceiveOfficeStock: {
    input: {
      officeStockOrderId: 'osk_none',
      receipts: [{ position: 1, lotNumber: 'A1', beyondUseDate: '2029-01-01', quantity: { value: '1', unit: 'mL' } }],
    },
  },
  PrepareFill: { input: { orderId: 'ord_none', secret: 'x', lotNumber: 'A1', quantity: { value: '1', unit: 'mL' } } },
  RecordFormulation: {
    input: {
      ...{ formularyItemId: 'fmi_none', components: [{ name: 'x' }], container: 'x', instructions: 'x', equipment: 'x' },
      ...{ qualityControls: [{ name: 'x', requirement: 'x' }], batch: { value: '1', unit: 'mL' } },
      ...{ beyondUse: 1, beyondUseUnit: 'DAYS', beyondUseReference: 'x' },
    },
  },
  RecordCompounding: {
    input: {
      ...{ formulationId: 'mfr_none', lotNumber: 'A1', compoundedAt: '2026-12-01T15:00:00Z', beyondUseDate: '2026-12-02' },
      components: [{ name: 'x', supplier: 'x', lotNumber: 'A1', expiresOn: '2029-01-01', amount: { value: '1', unit: 'mL' } }],
      ...{ yield: { value: '1', unit: 'mL' }, quality: [{ name: 'x', result: 'x', passed: true }] },
    },
  },
  ReshipOrder: {
    input: {
      ...{ orderId: 'ord_none', secret: 'x', lotNumber: 'A1', quantity: { value: '1', unit: 'mL' } },
      ...{ carrier: 'UPS', trackingNumber: '1Z99', coldChain: true },
    },
  },
  RecordIngredientSource: {
    input: {
      ...{ pharmacyId: 'pha_none', name: 'None', supplier: 'None', establishment: '3009000101', lotNumber: 'A1', grade: 'USP' },
      ...{ sterileSuitable: true, goodUntil: '2029-01-01' },
    },
  },
  ReleaseLot: { input: { lotId: 'lot_none', decision: 'RELEASED' } },
  RecordNotDispensed: { input: { orderId: 'ord_none', secret: 'x', reason: 'PATIENT_DECLINED' } },
  RecordAdministration: {
    input: {
      ...{ patientId: 'pat_none', receiptId: 'osr_none', vial: 'A', vialKind: 'SINGLE_DOSE', amount: { value: '1', unit: 'mL' } },
      administeredAt: '2026-12-01T15:00:00Z',
    },
  },
  SetExamSettings: { input: { clinicId: 'cli_none', minutes: 20 } },
  CreateOrderTemplate: {
    input: {
      ...{
        clinicId: 'cli_none',
        name: 'None',
        formularyItemId: 'fmi_none',
        protocolId: 'pro_none',
        service: 'weight-loss',
        sig: 'Once a day',
      },
      ...{ quantity: { value: '1', unit: 'mL' }, daysSupply: 28, refills: 0 },
    },
  },
  DraftFromTemplate: {
    input: {
      ...{ templateId: 'otp_none', examId: 'gfe_none', diagnosis: ['E66.9'] },
      shipTo: { line1: '1 Elm St', city: 'Austin', state: 'TX', postalCode: '78701' },
    },
  },
  InviteToCall: { input: { examId: 'gfe_none', person: 'usr_01h455vb4pex5vsknk084sn02q', patientAgreed: true } },
  AddExamPhoto: {
    input: {
      ...{ examId: 'gfe_none', digest: '0'.repeat(64), mediaType: 'image/png', size: 1, takenAt: '2026-01-01T00:00:00Z' },
      bodySite: { code: '89545001', display: 'Face structure' },
    },
  },
  RecordPharmacyLicense: {
    input: { pharmacyId: 'pha_none', state: 'TX', kind: 'PHARMACY', number: '1', issuedOn: '2026-01-01', expiresOn: '2027-01-01' },
  },
  SetAccountRequirements: { input: { pharmacyId: 'pha_none', requirements: [] } },
  RecordFacilityLicense: { input: { clinicId: 'cli_none', kind: 'CLIA_WAIVER', number: '1', expiresOn: '2029-01-01' } },
};

const fields: RootField[] = (
  await Promise.all(
    subgraphNames.map(async (subgraph) => {
      const { schema } = await loadDefinition(subgraph);
      return [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
        Object.values(root?.getFields() ?? {})
          .filter(({ name }) => !name.startsWith('_'))
          .map((field): RootField => {
            const args = field.args.filter((arg) => isNonNullType(arg.type)).map((arg) => `${arg.name}: ${literalOf(arg.type)}`);
            const type = getNamedType(field.type);
            const page = isObjectType(type) && 'nodes' in type.getFields();
            const selection = isLeafType(type)
              ? ''
              : isUnionType(type)
                ? '{ __typename ... on Refusal { code } }'
                : page
                  ? '{ nodes { __typename } }'
                  : '{ __typename }';
            const { may } = (field.extensions['pothosOptions'] as { authScopes: { may: Permission | Permission[] } }).authScopes;
            const operation = root === schema.getMutationType() ? 'mutation' : 'query';
            const good = operation === 'mutation' ? wellFormed[`${field.name.charAt(0).toUpperCase()}${field.name.slice(1)}`] : undefined;
            const given = good ? '(input: $input)' : args.length > 0 ? `(${args.join(', ')})` : '';
            const document = `${operation}${good ? `($input: ${String(field.args[0]?.type)})` : ''} { ${field.name}${given} ${selection} }`;
            return { name: field.name, document, variables: good ?? {}, permissions: [may].flat() };
          }),
      );
    }),
  )
).flat();

/** The whole table as it is answered: a cross where a role may ask, whatever comes back then. */
test('each root field is forbidden to every role without its permission, and to no other', { timeout: 180_000 }, async () => {
  const table: string[] = [];
  const wrong: string[] = [];
  for (const { name, document, variables, permissions } of fields) {
    const row = await Promise.all(
      asked.map(async (persona) => {
        const { data, errors } = await (await graph.as(persona)).ask(document, variables);
        const codes = [...errors.map(({ code }) => code), ...Object.values((data ?? {}) as Data).map((answer: Data) => answer?.code)];
        const may = !codes.includes('FORBIDDEN');
        const rights = (personas[persona]?.grants ?? []).map(({ role }) => roleRights[role as Role]);
        const should = rights.some(({ placed, everywhere }) => permissions.some((one) => placed.includes(one) || everywhere.includes(one)));
        if (may !== should) wrong.push(`${persona} ${name}: ${JSON.stringify({ data, errors })}`);
        return may ? 'x' : '-';
      }),
    );
    table.push(`${name.padEnd(26)} ${row.map((cell, index) => cell.padEnd((asked[index] ?? '').length)).join(' ')}`.trimEnd());
  }
  expect(wrong).toEqual([]);
  const heading = `${''.padEnd(26)} ${asked.join(' ')}`;
  await expect(`${[heading, ...table.sort()].join('\n')}\n`).toMatchFileSnapshot('data/who-may-ask.txt');
});

test('a pharmacy’s own program verifies, reads what it verifies and the registers, and asks nothing else', async () => {
  const program = await graph.as('pharmacy-system');
  const may: string[] = [];
  for (const { name, document, variables } of fields) {
    const { data, errors } = await program.ask(document, variables);
    const codes = [...errors.map(({ code }) => code), ...Object.values((data ?? {}) as Data).map((answer: Data) => answer?.code)];
    if (!codes.includes('FORBIDDEN')) may.push(name);
  }
  expect(may.toSorted()).toEqual([
    ...['clinic', 'documentKeys', 'exam', 'formulary', 'offlineKit', 'order', 'orderStatusList', 'ordersById', 'pharmacy', 'practitioner'],
    ...['unitCodes', 'verifyDocument', 'verifyOrder', 'verifyOrders', 'verifyShortForm'],
  ]);
});

test('somebody whose token grants nothing may accept an invitation, and ask nothing', async () => {
  const nobody = await graph.asSomeone({ sub: 'usr_01h455vb4pex5vsknk084sn02q', name: 'Nobody', grants: [] });
  for (const { name, document, variables } of fields.filter((field) => !field.permissions.includes('invitation:accept'))) {
    const { data, errors } = await nobody.ask(document, variables);
    expect([...errors.map(({ code }) => code), ...Object.values((data ?? {}) as Data).map((answer: Data) => answer?.code)], name).toContain(
      'FORBIDDEN',
    );
  }
});

/** What an answer gives away: the names of the fields in it that are neither null nor empty. */
function given(value: Data): string[] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    inner === null || (Array.isArray(inner) && inner.length === 0) ? [] : [name, ...given(inner)],
  );
}

test('the front desk opens an exam and an order, and no page of the chart', async () => {
  const desk = await graph.as('front-desk');
  const [exam, order] = [story.answerOf('BookExam').id, story.answerOf('DraftOrder').id];
  const examSeen = await desk.ask(
    `{ exam(id: "${exam}") { status findings { text } rationale record answers conditions decisions { gate } intake { answers flags { message } } } }`,
  );
  expect(given(examSeen.data)).not.toEqual(expect.arrayContaining(['text']));
  for (const field of ['text', 'rationale', 'record', 'gate', 'message']) expect(given(examSeen.data)).not.toContain(field);
  expect(JSON.stringify(examSeen)).not.toMatch(/hives|benzyl|BMI/i);
  const orderSeen = await desk.ask(
    `{ order(id: "${order}") { status clinicalDifference { statement } diagnosis decisions { gate facts } signature { jws } } }`,
  );
  for (const field of ['statement', 'diagnosis', 'facts', 'jws']) expect(given(orderSeen.data)).not.toContain(field);
  expect(JSON.stringify(orderSeen)).not.toMatch(/E66\.9|benzyl/i);
});

test('a pharmacist opens the orders that were sent to their pharmacy, and no other', async () => {
  const [pharmacist, other] = [await graph.as('pharmacist'), await graph.as('pharmacist-b')];
  const sent = story.answerOf('DraftOrder').id;
  const document = 'query($id: ID!) { order(id: $id) { id patient { givenName } } }';
  expect((await pharmacist.get(document, { id: sent })).order.patient.givenName).toBe('Ana');
  const draft = (
    await (
      await graph.as('prescriber')
    ).get(story.told.find(({ operation }) => operation === 'DraftOrder')?.document ?? '', {
      ...story.told.find(({ operation }) => operation === 'DraftOrder')?.variables,
    })
  ).draftOrder.id;
  for (const [who, id] of [
    [other, sent],
    [pharmacist, draft],
  ] as const) {
    const { data, errors } = await who.ask(document, { id });
    expect([data?.order ?? null, errors.map(({ code }) => code)]).toEqual([null, ['NOT_FOUND']]);
  }
  const { data, errors } = await pharmacist.ask(`{ order(id: "${sent}") { patient { phone address { line1 } allergies } } }`);
  expect([given(data), errors.map(({ code }) => code)]).toEqual([
    expect.not.arrayContaining(['phone', 'line1', 'allergies']),
    expect.arrayContaining(['FORBIDDEN']),
  ]);
});
