import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { COMPOUNDING, FORMULATION, formulated, formulation, lotMade, made, RELEASE } from './compounding-room.ts';
import { claim, DISPENSE, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, public_ } from './supply-world.ts';

let graph: SupplyGraph;
let formulationId: string;
beforeAll(async () => {
  graph = await supplyGraph('2026-12-02T18:00:00Z');
  formulationId = await formulated(graph);
});
afterAll(() => graph[Symbol.asyncDispose]());

interface Rule {
  readonly id: string;
  readonly outcome: string;
  readonly message: string;
}
const blocking = (rules: Rule[]) => rules.filter(({ outcome }) => outcome !== 'PASS').map(({ id, message }) => `${id}: ${message}`);

test('a formulation that leaves out an ingredient of its formula is refused by path', async () => {
  const { data } = await graph.pharmacist.ask(FORMULATION, {
    input: formulation({ components: [{ name: 'Water for injection', amount: null }] }),
  });
  expect(data.recordFormulation).toEqual({
    __typename: 'InvalidInput',
    code: 'INVALID_INPUT',
    message: 'input.components: The formula has Semaglutide, which is not among the components.',
    issues: [{ path: 'input.components', message: 'The formula has Semaglutide, which is not among the components.' }],
  });
});

test('a formulation is a pharmacist’s, and of their own items', async () => {
  expect((await graph.technician.ask(FORMULATION, { input: formulation() })).data.recordFormulation.code).toBe('FORBIDDEN');
  expect((await graph.otherPharmacist.ask(FORMULATION, { input: formulation() })).data.recordFormulation.code).toBe('NOT_FOUND');
});

test('a technician records how a lot was made; its components are found under the supplier’s number however it is written', async () => {
  const { data, errors } = await graph.technician.ask(COMPOUNDING, { input: lotMade(formulationId, 'A-1') });
  expect({ data, errors }).toEqual({
    errors: [],
    data: {
      recordCompounding: {
        __typename: 'CompoundingRecord',
        id: expect.stringMatching(/^cpr_/),
        yield: { value: '49.5', unit: 'mL' },
        quality: [
          { name: 'Sterility', result: 'No growth after 14 days', passed: true },
          { name: 'Visual inspection', result: 'Clear', passed: true },
        ],
        formulation: { version: 1 },
        lot: {
          ...{ id: expect.stringMatching(/^lot_/), number: 'A-1', status: 'QUARANTINED', beyondUseDate: '2027-01-05' },
          components: [
            {
              ...{ name: 'Semaglutide', supplier: 'Prairie Chemicals', number: 'PC-77 a', expiresOn: '2027-06-30' },
              amount: { value: '125', unit: 'mg' },
            },
            {
              ...{ name: 'Water for injection', supplier: 'Mesa Fluids', number: 'W1', expiresOn: '2027-03-31' },
              amount: { value: '50', unit: 'mL' },
            },
          ],
        },
      },
    },
  });
  const search = 'query ($id: ID!, $lot: String) { pharmacy(id: $id) { lots(componentLot: $lot) { edges { node { number } } } } }';
  const found = await graph.pharmacist.ask(search, { id: public_.pharmacy, lot: ' pc-77A' });
  expect(found).toEqual({ errors: [], data: { pharmacy: { lots: { edges: [{ node: { number: 'A-1' } }] } } } });
});

const [active, water] = lotMade('', '').components;

test.each<[string, Record<string, unknown>, string[]]>([
  [
    'a beyond-use date past every limit, with the row of the table',
    { beyondUseDate: '2027-01-20' },
    [
      'bud.uspMaximum: Category 2 (aseptically processed, any, sterility test performed and passed) allows 45 days, until 2027-01-16; the beyond-use date is 2027-01-20 (row 797-C2-ASEP-TEST-REF)',
      'bud.formula: The formula allows 40 days, until 2027-01-11; the beyond-use date is 2027-01-20',
      'bud.formulation: The formulation (Stability study S-12) allows 35 days, until 2027-01-06; the beyond-use date is 2027-01-20',
    ],
  ],
  [
    'a beyond-use date past the shortest expiry of a component',
    { components: [active, { ...water, expiresOn: '2026-12-31' }] },
    ['bud.components: Water for injection (lot W1) expires first, on 2026-12-31; the beyond-use date is 2027-01-05'],
  ],
  [
    'a component that had expired',
    { beyondUseDate: '2026-12-03', components: [active, { ...water, expiresOn: '2026-12-01' }] },
    [
      'compounding.componentsUnexpired: Water for injection (lot W1) expired on 2026-12-01, before the lot was made',
      'bud.components: Water for injection (lot W1) expires first, on 2026-12-01; the beyond-use date is 2026-12-03',
    ],
  ],
  ['a beyond-use date before compounding', { beyondUseDate: '2026-12-01' }, ['bud.notPassed: The beyond-use date 2026-12-01 has passed']],
  [
    'a component the formulation does not have',
    { components: [active, water, { ...water, name: 'Benzyl alcohol' }] },
    ['compounding.asFormulated: The record has Benzyl alcohol, which the formulation does not'],
  ],
  [
    'a component that is missing',
    { components: [active] },
    ['compounding.asFormulated: The formulation has Water for injection, which the record does not'],
  ],
])('refuses %s', async (_what, over, expected) => {
  const { data } = await graph.technician.ask(COMPOUNDING, { input: lotMade(formulationId, 'REFUSED-1', over) });
  expect(data.recordCompounding.code).toBe('RULE_BLOCKED');
  expect(blocking(data.recordCompounding.rules)).toEqual(expected);
});

test('a number that is on record, and controls that are not those of the formulation, are refused by path', async () => {
  await made(graph, lotMade(formulationId, 'TWICE-1'));
  const again = await graph.technician.ask(COMPOUNDING, { input: lotMade(formulationId, ' twice-1') });
  expect(again.data.recordCompounding.issues).toEqual([
    {
      path: 'input.lotNumber',
      message:
        'Lot TWICE-1 is on record already: Semaglutide preservative-free 40d, made at 2026-12-02T15:00:00.000Z, beyond-use date 2027-01-05.',
    },
  ]);
  const quality = [
    { name: 'Sterility', result: 'No growth', passed: true },
    { name: 'Taste', result: 'Good', passed: true },
  ];
  const other = await graph.technician.ask(COMPOUNDING, { input: lotMade(formulationId, 'CONTROLS-1', { quality }) });
  expect(other.data.recordCompounding.issues).toEqual([
    { path: 'input.quality', message: 'Visual inspection is not answered.' },
    { path: 'input.quality.1.name', message: 'The formulation does not ask for Taste.' },
  ]);
});

test('a component whose lot the pharmacy no longer stands by is refused by its path', async () => {
  const keep = (name: string, type: string) =>
    `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on IngredientSource { id } ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;
  const water = (number: string, supplier = 'Mesa Fluids') => ({
    ...{ name: 'Water for injection', supplier, lotNumber: number, expiresOn: '2027-03-31', amount: { value: '50', unit: 'mL' } },
  });
  const attest = async (lotNumber: string, goodUntil: string): Promise<string> => {
    const input = {
      ...{ pharmacyId: public_.pharmacy, name: 'Water for injection', supplier: 'Mesa Fluids', establishment: '3009000101', lotNumber },
      ...{
        grade: 'USP',
        sterileSuitable: true,
        certificate: 'COA-9',
        certificateDigest: 'c'.repeat(64),
        certifiedOn: '2026-11-01',
        goodUntil,
      },
    };
    const { data, errors } = await graph.pharmacist.ask(keep('recordIngredientSource', 'RecordIngredientSourceInput'), { input });
    if (data?.recordIngredientSource.id === undefined) throw new Error(JSON.stringify({ data, errors }));
    return data.recordIngredientSource.id;
  };
  const [first] = lotMade(formulationId, 'S-1').components;
  const make = async (lot: string, component: object, over: object = {}) =>
    (await graph.technician.ask(COMPOUNDING, { input: lotMade(formulationId, lot, { components: [first, component], ...over }) })).data
      .recordCompounding;
  const path = 'input.components.1.lotNumber';

  const sourceId = await attest('S-77', '2027-06-30');
  await attest('S-78', '2026-12-02');
  expect((await make('S-1', water('s-77'))).__typename).toBe('CompoundingRecord');
  const input = { sourceId, reason: 'Endotoxin found in a vial.' };
  const { data } = await graph.pharmacist.ask(keep('withdrawIngredientSource', 'WithdrawIngredientSourceInput'), { input });
  expect(data.withdrawIngredientSource.__typename).toBe('IngredientSource');
  expect((await make('S-2', water('S-77', ' mesa fluids'))).issues).toEqual([
    { path, message: 'The pharmacy took this lot back as a material (Endotoxin found in a vial.): use another.' },
  ]);
  const today = graph.clock.now();
  graph.clock.set(new Date('2026-12-03T18:00:00Z'));
  expect((await make('S-2', water('S-78'), { compoundedAt: '2026-12-03T15:00:00Z' })).issues).toEqual([
    { path, message: 'The pharmacy stood by this lot as a material until 2026-12-02: use another.' },
  ]);
  expect(await graph.sql(`select 1 from lot where normalized_number = 'S-2'`)).toEqual([]);
  // Good on its last day; another supplier's lot of the same number is another lot; and what it was taken back for may be put right.
  for (const [lot, component] of [
    ['S-3', water('S-78')],
    ['S-4', water('S-77', 'Other Fluids')],
  ] as const)
    expect((await make(lot, component)).__typename).toBe('CompoundingRecord');
  graph.clock.set(today);
  await attest('S-77', '2027-06-30');
  expect((await make('S-5', water('S-77'))).__typename).toBe('CompoundingRecord');
});

test('another pharmacy has neither the formulation nor the lot', async () => {
  const lotId = await made(graph, lotMade(formulationId, 'MINE-1'));
  const foreign = await graph.otherPharmacist.ask(COMPOUNDING, { input: lotMade(formulationId, 'MINE-2') });
  expect(foreign.data.recordCompounding.code).toBe('NOT_FOUND');
  const check = await graph.otherPharmacist.ask(RELEASE, { input: { lotId, decision: 'RELEASED' } });
  expect(check.data.releaseLot.code).toBe('NOT_FOUND');
});

test('whoever made a lot does not check it; another pharmacist does, once', async () => {
  const lotId = await made(graph, lotMade(formulationId, 'OWN-1'), graph.pharmacist);
  const own = await graph.pharmacist.ask(RELEASE, { input: { lotId, decision: 'RELEASED' } });
  expect(blocking(own.data.releaseLot.rules)).toEqual(['compounding.finalCheck: Whoever made the lot cannot check it too']);
  const others = await made(graph, lotMade(formulationId, 'OTHER-1'));
  const released = await graph.pharmacist.ask(RELEASE, { input: { lotId: others, decision: 'RELEASED' } });
  expect(released).toEqual({
    errors: [],
    data: {
      releaseLot: {
        ...{ __typename: 'Lot', id: others, status: 'RELEASED' },
        release: { decision: 'RELEASED', reason: null, checkedAt: expect.any(String) },
      },
    },
  });
  const again = await graph.pharmacist.ask(RELEASE, { input: { lotId: others, decision: 'REFUSED', reason: 'Second thoughts' } });
  expect(again.data.releaseLot.code).toBe('ILLEGAL_TRANSITION');
});

test('a failed control keeps a lot from release; it can be refused', async () => {
  const quality = [
    { name: 'Sterility', result: 'Growth', passed: false },
    { name: 'Visual inspection', result: 'Clear', passed: true },
  ];
  const lotId = await made(graph, lotMade(formulationId, 'GROWTH-1', { quality }));
  const released = await graph.pharmacist.ask(RELEASE, { input: { lotId, decision: 'RELEASED' } });
  expect(blocking(released.data.releaseLot.rules)).toEqual(['compounding.quality: Did not pass: Sterility']);
  const refused = await graph.pharmacist.ask(RELEASE, { input: { lotId, decision: 'REFUSED', reason: 'Growth' } });
  expect(refused.data.releaseLot).toMatchObject({ status: 'REFUSED', release: { reason: 'Growth' } });
});

test('a lot that waits for its check is not dispensed', async () => {
  await made(graph, lotMade(formulationId, 'WAITS-1'));
  const orderId = await graph.arrived(1);
  const secret = await claim(graph, orderId);
  const input = {
    ...{ orderId, secret, lotNumber: 'WAITS-1', compoundedAt: '2026-12-02T15:00:00Z', beyondUseDate: '2027-01-05' },
    ...{ storage: 'REFRIGERATED', quantity: { value: '2.5', unit: 'mL' } },
  };
  const { data } = await graph.pharmacist.ask(DISPENSE, { input });
  expect(blocking(data.recordDispense.rules)).toEqual(['lot.notRecalled: Lot WAITS-1 has not passed its check yet']);
});

test('a newer version of the formulation ends the older one', async () => {
  const older = await formulated(graph, { formularyItemId: public_.item });
  const newer = await formulated(graph);
  const { data } = await graph.technician.ask(COMPOUNDING, { input: lotMade(older, 'OLD-1') });
  expect(data.recordCompounding.issues).toEqual([
    { path: 'input.formulationId', message: 'Version 2 is not in force: there is a newer one.' },
  ]);
  await made(graph, lotMade(newer, 'NEW-1'));
});

test('the database itself keeps a lot in quarantine until another person has checked it', async () => {
  const lotId = fromId('lot', await made(graph, lotMade(await formulated(graph), 'GUARD-1')));
  await expect(graph.sql(`update lot set status = 'RELEASED' where id = $1`, [lotId])).rejects.toThrow(
    'a lot leaves quarantine with its check',
  );
  const maker = (await graph.sql<{ made_by: string }>('select made_by from compounding_record where lot_id = $1', [lotId]))[0]?.made_by;
  const own = graph.sql(
    `insert into lot_release (id, pharmacy_id, lot_id, decision, checked_by, checked_at) values (uuidv7(), $1, $2, 'RELEASED', $3, now())`,
    [ids.pharmacy, lotId, maker],
  );
  await expect(own).rejects.toThrow('another person than the one who made it');
});
