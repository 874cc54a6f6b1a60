import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { type Desk, draftOrder, orderDesk, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const drafted = async (changes: object): Promise<Data> =>
  (await desk.prescriber.ask(draftOrder, { input: { ...desk.input, ...changes } })).data?.draftOrder;
const dose = (value: string, unit: string) => ({
  ...{ sig: undefined },
  dosage: [{ amount: { value, unit }, timing: { frequency: 1, period: 1, periodUnit: 'WEEK' } }],
});

/** What a draft is refused with, where nothing but the path may differ from one bad input to the next. */
const refused: [what: string, changes: () => object | Promise<object>, issues: object[]][] = [
  [
    'a dose without a unit',
    () => dose('0.25', ''),
    [{ path: 'input.dosage.0.amount.unit', message: 'A unit is a UCUM code such as mL or mg.' }],
  ],
  [
    'a dose in a unit that does not exist',
    () => dose('0.25', 'milligrams'),
    [{ path: 'input.dosage.0.amount.unit', message: 'A dose is counted in a UCUM unit such as mg, ug, mL, [iU] or {capsule}.' }],
  ],
  [
    'no dose',
    () => dose('0', 'mg'),
    [{ path: 'input.dosage.0.amount.value', message: 'An amount is more than zero and at most a million.' }],
  ],
  [
    'a dose below nothing',
    () => dose('-0.25', 'mg'),
    [{ path: 'input.dosage.0.amount.value', message: 'An amount is more than zero and at most a million.' }],
  ],
  [
    'no quantity',
    () => ({ quantity: { value: '0', unit: 'mL' } }),
    [{ path: 'input.quantity.value', message: 'An amount is more than zero and at most a million.' }],
  ],
  [
    'a quantity below nothing',
    () => ({ quantity: { value: '-2.5', unit: 'mL' } }),
    [{ path: 'input.quantity.value', message: 'An amount is more than zero and at most a million.' }],
  ],
  [
    'a quantity without a unit',
    () => ({ quantity: { value: '2.5', unit: '' } }),
    [{ path: 'input.quantity.unit', message: 'A unit is a UCUM code such as mL or mg.' }],
  ],
  ['a supply of no days', () => ({ daysSupply: 0 }), [{ path: 'input.daysSupply', message: 'A supply lasts at least one day.' }]],
  ['refills below none', () => ({ refills: -1 }), [{ path: 'input.refills', message: 'Refills are none or more.' }]],
  [
    'a sig that contradicts the dose',
    () => ({ ...dose('0.25', 'mg'), sig: 'Inject 2.5 mg once a week', sigOverrideReason: 'As agreed' }),
    [{ path: 'input.sig', message: 'The sig says 2.5 mg, which is not the dose.' }],
  ],
  [
    'a diagnosis of no known shape',
    () => ({ diagnosis: ['E66.9', 'obesity'] }),
    [{ path: 'input.diagnosis.1', message: 'A diagnosis must be an ICD-10-CM code like E66.9.' }],
  ],
  [
    'a finding of another patient’s exam',
    async () => {
      const patient = randomUUID();
      await graph.sql(
        `insert into prescriptions.patient select (jsonb_populate_record(p, jsonb_build_object('id', $2::uuid))).* from prescriptions.patient p where p.id = $1`,
        [fromId('patient', desk.patientId), patient],
      );
      return { clinicalDifference: (await orderDesk(graph, { patient_id: patient })).input['clinicalDifference'] };
    },
    [{ path: 'input.clinicalDifference.findingId', message: 'The exam has no such finding.' }],
  ],
  [
    'a protocol of another service',
    () => ({ service: 'hormone-therapy' }),
    [{ path: 'input.protocolId', message: 'The protocol is for weight-loss.' }],
  ],
];

test.each(refused)('%s is refused by its path', async (_what, changes, issues) => {
  expect(await drafted(await changes())).toEqual({
    __typename: 'InvalidInput',
    code: 'INVALID_INPUT',
    message: expect.any(String),
    issues,
  });
});

const standing = async (orderId: string): Promise<Data[]> => {
  const { data } = await desk.prescriber.ask(signOrder, { input: { orderId } });
  expect(data.signOrder).toMatchObject({ __typename: 'RuleBlocked', code: 'RULE_BLOCKED' });
  return data.signOrder.rules.filter(({ outcome }: { outcome: string }) => outcome !== 'PASS');
};

test('an exam that expired is refused when signing, with the rule and what to do', async () => {
  const expired = await orderDesk(graph, { completed_at: '2025-03-01T12:00:00Z', valid_until: '2026-03-01' });
  expect(await standing(await expired.draft())).toEqual([
    {
      ...{ id: 'exam.valid', outcome: 'FAIL', citation: null },
      message: 'The exam lapsed on 2026-03-01',
      remedy: 'Hold a good-faith exam that covers this order.',
    },
  ]);
});

test('a formula with an ingredient that nobody knows is refused when signing, with the rule and what to do', async () => {
  const item = fromId('formularyItem', desk.formularyItemId);
  const [was] = await graph.sql<{ id: string; name: string; unii: string | null }>(
    `select i.id, i.name, i.unii from pharmacies.formula_ingredient i join pharmacies.formulary_item f on f.formula_id = i.formula_id where f.id = $1`,
    [item],
  );
  const become = (name?: string, unii?: string | null) =>
    graph.sql('update pharmacies.formula_ingredient set name = $2, unii = $3 where id = $1', [was?.id, name, unii]);
  await become('Nobodyknowsatide', null);
  const orderId = (await drafted({ sig: 'Inject 0.1 mL subcutaneously once a week' }))['id'];
  const found = await standing(orderId);
  await become(was?.name, was?.unii);
  expect(found).toEqual([
    {
      ...{ id: 'exam.ingredientClass', outcome: 'UNKNOWN', citation: null },
      message: 'The class of Nobodyknowsatide is not known',
      remedy: 'Load a class for it.',
    },
    {
      ...{ id: 'US.substance.nobodyknowsatide.503A', outcome: 'UNKNOWN', citation: null },
      message: 'Nobodyknowsatide is not in the substance table',
      remedy: 'Give its UNII, or load a row for it.',
    },
  ]);
});
