import { afterAll, beforeAll, expect, test } from 'vitest';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, orderContent, semaglutide, uuid } from './supply-world.ts';

/** What an order was signed for against what the formula is today. */

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
  await graph.sql(
    `update formula_ingredient set numerator_value = 2.5, numerator_unit = 'mg', denominator_value = 1, denominator_unit = 'mL'
    where formula_id = $1`,
    [ids.formula],
  );
  await graph.sql(`update formula set excipients_recorded_at = '2026-11-01T00:00:00Z' where id = $1`, [ids.formula]);
  await graph.sql(
    `insert into formula_excipient (id, formula_id, position, name, unii, role) values ($1, $2, 1, 'Water for injection', '059QF0KO0R', 'VEHICLE')`,
    [uuid(40, 1), ids.formula],
  );
});
afterAll(() => graph[Symbol.asyncDispose]());

const ratio = { numerator: { value: '2.5', unit: 'mg' }, denominator: { value: '1', unit: 'mL' } };
const water = { name: 'Water for injection', unii: '059QF0KO0R', role: 'VEHICLE', amount: null };
const phenol = { name: 'Phenol', unii: null, role: 'PRESERVATIVE', amount: ratio };

let orders = 300;

/** The formula's checks of an order that was signed with these. */
async function checksOf(signed: { strengthRatio?: object | null; excipients?: object[] | null }): Promise<string[]> {
  orders += 1;
  const { drug } = orderContent(orders, new Date()) as { drug: object };
  const { strengthRatio, ...rest } = signed;
  const ingredient = { ...semaglutide, csSchedule: null, ...('strengthRatio' in signed ? { strengthRatio } : {}) };
  const orderId = await graph.arrived(orders, { content: { drug: { ...drug, ingredients: [ingredient], ...rest } } });
  const { data, errors } = await graph.pharmacist.ask(
    'query ($orderId: ID!) { verifyOrder(orderId: $orderId) { checks { code outcome } } }',
    {
      orderId,
    },
  );
  expect(errors).toEqual([]);
  return (data.verifyOrder.checks as { code: string; outcome: string }[])
    .filter(({ code }) => code.startsWith('INGREDIENT') || code === 'EXCIPIENTS')
    .map(({ code, outcome }) => `${code} ${outcome}`);
}

test.each([
  ['nothing, as orders of the first format', {}, ['INGREDIENT_1 PASS']],
  ['neither ratio nor excipients, which were not recorded then', { strengthRatio: null, excipients: null }, ['INGREDIENT_1 PASS']],
  ['what the formula is', { strengthRatio: ratio, excipients: [water] }, ['INGREDIENT_1 PASS', 'EXCIPIENTS PASS']],
  [
    'another strength',
    { strengthRatio: { ...ratio, denominator: { value: '2', unit: 'mL' } }, excipients: [water] },
    ['INGREDIENT_1 FAIL', 'EXCIPIENTS PASS'],
  ],
  ['an excipient less', { strengthRatio: ratio, excipients: [] }, ['INGREDIENT_1 PASS', 'EXCIPIENTS FAIL']],
  ['an excipient more', { strengthRatio: ratio, excipients: [water, phenol] }, ['INGREDIENT_1 PASS', 'EXCIPIENTS FAIL']],
  ['an excipient in another role', { excipients: [{ ...water, role: 'SOLVENT' }] }, ['INGREDIENT_1 PASS', 'EXCIPIENTS FAIL']],
  ['an excipient of an amount', { excipients: [{ ...water, amount: ratio }] }, ['INGREDIENT_1 PASS', 'EXCIPIENTS FAIL']],
])('an order signed with %s', async (_what, signed, checks) => {
  expect(await checksOf(signed)).toEqual(checks);
});

test('a formula whose excipients are not recorded any more is not what was signed', async () => {
  await graph.sql('update formula set excipients_recorded_at = null where id = $1', [ids.formula]);
  expect(await checksOf({ excipients: [water] })).toEqual(['INGREDIENT_1 PASS', 'EXCIPIENTS FAIL']);
  expect(await checksOf({})).toEqual(['INGREDIENT_1 PASS']);
});

test.each([
  ['a percentage of nothing', `numerator_unit = '%'`],
  ['no amount at all', 'numerator_value = 0'],
  ['half a strength', 'denominator_value = null'],
  ['a unit nobody knows', `denominator_unit = 'spoon'`],
])('the database takes no strength of %s', async (_what, change) => {
  await expect(graph.sql(`update formula_ingredient set ${change} where formula_id = $1`, [ids.formula])).rejects.toThrow(
    /check constraint/,
  );
});
