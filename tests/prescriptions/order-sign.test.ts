import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { flattenedVerify, importJWK, type JWK } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { violations } from './document-violations.ts';
import { type Desk, orderDesk, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const order = `query Signed($id: ID!) { order(id: $id) { status signedAt drug { name sig } clinicalDifference { statement finding { text } }
  timeline { status reason actor { displayName } } decisions { gate packVersion results { id outcome } } draftDigest } }`;

test('two first signatures at once make one key for the prescriber and one for the platform', async () => {
  const second = await graph.as('prescriber', { stepUp: true });
  const drafts = [await desk.draft()];
  await desk.nextPatient();
  drafts.push(await desk.draft());
  const signed = await Promise.all(
    drafts.map((orderId, index) => (index === 0 ? desk.prescriber : second).get(signOrder, { input: { orderId } })),
  );
  expect(signed.map(({ signOrder: { status } }) => status)).toEqual(['SIGNED', 'SIGNED']);
  expect(signed[0].signOrder.signature.keyIds).toEqual(signed[1].signOrder.signature.keyIds);
  expect((await desk.prescriber.get('{ documentKeys { purpose } }')).documentKeys).toHaveLength(2);
});

test('freezes the order into a document that two plain JOSE verifications hold, and records why', async () => {
  const orderId = await desk.draft();
  const answered = (await desk.prescriber.get(signOrder, { input: { orderId } })).signOrder;
  expect(answered).toEqual({
    __typename: 'Order',
    id: orderId,
    status: 'SIGNED',
    signedAt: expect.any(String),
    signature: {
      jws: expect.any(String),
      keyIds: [expect.any(String), expect.any(String)],
      documentDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  });

  const { payload, signatures } = JSON.parse(answered.signature.jws) as {
    payload: string;
    signatures: { protected: string; signature: string }[];
  };
  const text = Buffer.from(payload, 'base64url').toString('utf8');
  const document = JSON.parse(text);
  expect(canonicalize(document)).toBe(text);
  expect(createHash('sha256').update(text).digest('hex')).toBe(answered.signature.documentDigest);
  const { documentKeys } = await (await graph.as('pharmacist')).get(
    '{ documentKeys { kid purpose sub publicJwk validFrom validUntil invalidSince } }',
  );
  for (const [index, purpose] of ['PRESCRIBER', 'PLATFORM'].entries()) {
    const key = documentKeys.find((one: { kid: string }) => one.kid === answered.signature.keyIds[index]);
    expect(key).toMatchObject({
      purpose,
      sub: purpose === 'PLATFORM' ? 'goodfaith' : document.prescriber.id,
      validUntil: null,
      invalidSince: null,
    });
    expect(Date.parse(key.validFrom)).toBeLessThanOrEqual(Date.parse(document.order.signedAt));
    const signature = signatures[index] as { protected: string; signature: string };
    await flattenedVerify({ payload, ...signature }, await importJWK(key.publicJwk as JWK, 'ES256'));
  }

  expect(violations(document)).toEqual([]);
  expect(document).toEqual({
    schema: 'gf-order/2',
    order: { id: orderId, service: 'weight-loss', draftedAt: expect.any(String), signedAt: answered.signedAt },
    patient: {
      id: desk.patientId,
      givenName: expect.any(String),
      familyName: expect.any(String),
      birthDate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      sexAtBirth: expect.any(String),
      address: { line1: expect.any(String), line2: null, city: 'Austin', state: 'TX', postalCode: expect.any(String) },
      allergies: expect.any(Array),
    },
    shipTo: { line1: '1200 Barton Springs Rd', line2: null, city: 'Austin', state: 'TX', postalCode: '78704' },
    drug: {
      formularyItemId: desk.formularyItemId,
      name: 'Semaglutide 2.5 mg/mL, preservative-free',
      dosageForm: 'injection, solution',
      dosageFormCode: null,
      route: 'subcutaneous',
      routeCode: null,
      sterile: true,
      preparationType: '797-C2-ASEP-ST-NONE',
      storage: 'REFRIGERATED',
      beyondUseDays: 10,
      ingredients: [
        {
          ...{ name: 'Semaglutide', unii: '53AXN4NNHX', rxcui: null, role: 'ACTIVE', strength: '2.5 mg/mL' },
          strengthRatio: { numerator: { value: '2.5', unit: 'mg' }, denominator: { value: '1', unit: 'mL' } },
          csSchedule: null,
        },
      ],
      excipients: [
        { name: 'Water for injection', unii: '059QF0KO0R', role: 'VEHICLE', amount: null },
        {
          ...{ name: 'Sodium chloride', unii: '451W47IQ8X', role: 'OTHER' },
          amount: { numerator: { value: '9', unit: 'mg' }, denominator: { value: '1', unit: 'mL' } },
        },
        { name: 'Sodium hydroxide', unii: '55X04QC32I', role: 'BUFFER', amount: null },
      ],
      presentation: { pack: { value: '2.5', unit: 'mL' }, container: 'vial', device: null, doseVariant: null },
      comparators: null,
      sig: 'Inject 0.25 mg subcutaneously once a week',
      quantity: { value: '2.5', unit: 'mL' },
      daysSupply: 28,
      refills: 1,
      dosage: [
        {
          ...{ sequence: 1, text: 'Inject 0.25 mg (0.1 mL) subcutaneously once a week', amount: { value: '0.25', unit: 'mg' } },
          ...{ ingredient: 'Semaglutide', prepared: { value: '0.1', unit: 'mL', exact: true } },
          active: [{ ingredient: 'Semaglutide', value: '0.25', unit: 'mg', exact: true }],
          timing: { frequency: 1, period: 1, periodUnit: 'wk', dayOfWeek: [], timeOfDay: [], when: [] },
          ...{
            duration: null,
            route: 'subcutaneous',
            site: null,
            method: 'INJECT',
            asNeeded: null,
            maxDosePerPeriod: null,
            repeatFrom: null,
          },
        },
      ],
      sigGenerated: 'Inject 0.25 mg (0.1 mL) subcutaneously once a week.',
      sigOverrideReason: null,
      excludedExcipients: [],
    },
    clinicalDifference: {
      statement: desk.input.clinicalDifference.statement,
      ...{ kind: 'UNSPECIFIED', comparator: null, change: null },
      finding: { id: desk.findingId, text: 'Reports hives after an injection preserved with benzyl alcohol', code: null },
    },
    diagnosis: [{ system: 'ICD-10-CM', code: 'E66.9' }],
    prescriber: {
      id: expect.stringMatching(/^prc_/),
      displayName: 'Marisol Quintero, MD',
      npi: expect.stringMatching(/^\d{10}$/),
      credential: 'MD',
      license: {
        id: expect.stringMatching(/^lic_/),
        state: 'TX',
        number: expect.any(String),
        type: 'PHYSICIAN',
        status: 'ACTIVE',
        verifiedAt: expect.any(String),
        expiresOn: expect.any(String),
      },
    },
    supervisor: null,
    clinic: {
      id: expect.any(String),
      name: 'Bluebonnet Austin',
      entityId: expect.stringMatching(/^ent_/),
      entityName: 'Bluebonnet Aesthetic Medicine PLLC',
      address: expect.any(Object),
      phone: '+15125550101',
    },
    pharmacy: {
      id: expect.stringMatching(/^pha_/),
      name: 'Pecan Grove Compounding',
      npi: expect.any(String),
      facilityClass: 'PHARMACY_503A',
    },
    exam: {
      id: desk.examId,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      examinerId: expect.stringMatching(/^prc_/),
      examinerName: expect.any(String),
      examinerCredential: 'NP',
      modality: 'SYNC_VIDEO',
      patientState: 'TX',
      outcome: 'APPROVED',
      services: ['weight-loss'],
      completedAt: expect.any(String),
      validUntil: expect.any(String),
    },
    protocol: {
      id: desk.protocolId,
      service: 'weight-loss',
      version: '2026.1',
      title: 'Medical weight loss protocol 2026.1',
      digest: expect.any(String),
    },
    consents: [
      expect.objectContaining({ kind: 'TELEHEALTH', version: '2026-01' }),
      expect.objectContaining({ kind: 'TREATMENT', version: '2026-01' }),
    ],
    rules: expect.any(Array),
    screening: {
      screenedWith: { name: 'goodfaith', version: expect.any(String) },
      intakeId: expect.stringMatching(/^int_/),
      excipients: 'RECORDED',
      interactions: { screener: 'embedded', version: expect.any(String), asOf: null, outcome: 'NOTHING_TO_SCREEN' },
      kinds: ['ALLERGY', 'DUPLICATE_THERAPY', 'CONTRAINDICATION', 'PREGNANCY', 'INTERACTION'].map((kind) => ({
        ...{ kind, outcome: 'PASS', passes: true, waiver: null },
        findings: expect.any(Array),
      })),
      handling: [],
    },
    controlled: null,
    supersedes: null,
  });
  expect(document.rules.every((rule: { outcome: string }) => rule.outcome === 'PASS')).toBe(true);

  const shown = (await desk.prescriber.get(order, { id: orderId })).order;
  expect(shown).toMatchObject({
    status: 'SIGNED',
    draftDigest: null,
    timeline: [{ status: 'DRAFT' }, { status: 'SIGNED', actor: { displayName: 'Marisol Quintero, MD' } }],
  });
  expect(shown.decisions).toHaveLength(1);
  expect(shown.decisions[0].results.map((rule: { id: string }) => rule.id)).toEqual(document.rules.map((rule: { id: string }) => rule.id));
  const trail = await graph.sql(
    `select action, detail from prescriptions.audit_event where subject_id = $1 and kind = 'CHANGE' order by at, id`,
    [fromId('order', orderId)],
  );
  expect(trail.map((row) => row['action'])).toEqual(['order.drafted', 'order.signed']);
});

test('shows before signing exactly the rules that signing asks', async () => {
  const orderId = await desk.draft({ clinicalDifference: null });
  const { order: shown } = await desk.prescriber.get(
    'query OrderEligibility($id: ID!) { order(id: $id) { id status eligibility { decision evaluatedAt rules { id outcome message citation remedy } } } }',
    { id: orderId },
  );
  const refused = (await desk.prescriber.ask(signOrder, { input: { orderId } })).data.signOrder;
  expect(shown.eligibility.decision).toBe('BLOCKED');
  expect(refused.__typename).toBe('RuleBlocked');
  expect(refused.rules).toEqual(shown.eligibility.rules);
  expect(refused.rules.filter((rule: { outcome: string }) => rule.outcome !== 'PASS').map((rule: { id: string }) => rule.id)).toEqual([
    'copy.clinicalDifference',
  ]);
});

test('needs a second factor used within five minutes', async () => {
  const orderId = await desk.draft();
  const tired = await graph.as('prescriber');
  expect((await tired.ask(signOrder, { input: { orderId } })).data.signOrder.code).toBe('STEP_UP_REQUIRED');
});

test('is the prescriber’s alone: nobody else may, and to strangers the order does not exist', async () => {
  const orderId = await desk.draft();
  const asked = async (persona: string) => {
    const asker = await graph.as(persona, { stepUp: true });
    return (await asker.ask(signOrder, { input: { orderId } })).data.signOrder.code;
  };
  expect([
    await asked('examiner'),
    await asked('director'),
    await asked('pharmacist'),
    await asked('mso-manager'),
    await asked('prescriber-b'),
  ]).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'NOT_FOUND']);
});

test('signs only what the signer saw', async () => {
  const orderId = await desk.draft();
  const { order: draft } = await desk.prescriber.get(order, { id: orderId });
  await graph.sql(`update prescriptions."order" set refills = 9 where id = $1`, [fromId('order', orderId)]);
  expect((await desk.prescriber.ask(signOrder, { input: { orderId, digest: draft.draftDigest } })).data.signOrder.code).toBe('CONFLICT');
  const { order: seen } = await desk.prescriber.get(order, { id: orderId });
  expect((await desk.prescriber.ask(signOrder, { input: { orderId, digest: seen.draftDigest } })).data.signOrder.status).toBe('SIGNED');
});

test('lets one of two signings at once win, and signs once for a retry', async () => {
  const orderId = await desk.draft();
  const second = await graph.as('prescriber', { stepUp: true });
  const both = await Promise.all([desk.prescriber, second].map((asker) => asker.ask(signOrder, { input: { orderId } })));
  const codes = both.map(({ data }) => data.signOrder.code ?? data.signOrder.status).sort();
  expect(['ILLEGAL_TRANSITION', 'CONFLICT']).toContain(codes[0]);
  expect(codes[1]).toBe('SIGNED');

  const retried = await desk.draft();
  const options = { idempotencyKey: 'sign-1' };
  const first = await desk.prescriber.get(signOrder, { input: { orderId: retried } }, options);
  expect(await desk.prescriber.get(signOrder, { input: { orderId: retried } }, options)).toEqual(first);
  const kept = await graph.sql('select digest from prescriptions.order_signing where order_id = any ($1)', [
    [fromId('order', orderId), fromId('order', retried)],
  ]);
  expect(kept).toHaveLength(2);
  expect((await desk.prescriber.ask(signOrder, { input: { orderId: retried } })).data.signOrder).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    from: 'SIGNED',
    to: 'SIGNED',
  });
});

test('shows a front desk what is ordered, and neither the reason nor the document', async () => {
  const orderId = await desk.signed();
  const asked = async (fields: string) => {
    const { data, errors } = await (await graph.as('front-desk')).ask(`query Desk($id: ID!) { order(id: $id) { ${fields} } }`, {
      id: orderId,
    });
    return errors[0]?.code ?? data.order;
  };
  expect(await asked('status drug { name }')).toEqual({ status: 'SIGNED', drug: { name: 'Semaglutide 2.5 mg/mL, preservative-free' } });
  for (const field of [
    'signature { jws }',
    'diagnosis',
    'clinicalDifference { statement }',
    'shipTo { city }',
    'eligibility { decision }',
    'decisions { gate }',
  ]) {
    expect([field, await asked(field)]).toEqual([field, 'FORBIDDEN']);
  }
});

test('carries one signature an operation', async () => {
  const [one, two] = [await desk.draft(), await desk.draft()];
  const { data } = await desk.prescriber.ask(
    `mutation Two($one: ID!, $two: ID!) {
      first: signOrder(input: { orderId: $one }) { __typename ... on Refusal { code } }
      second: signOrder(input: { orderId: $two }) { __typename ... on Refusal { code } } }`,
    { one, two },
  );
  expect(data).toEqual({ first: { __typename: 'Order' }, second: { __typename: 'Conflict', code: 'CONFLICT' } });
});
