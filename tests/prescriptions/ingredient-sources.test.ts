import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { placeId } from '#prisma/seed/places.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { asksMaterial } from '#rules/substance-conditions.ts';
import { library } from '#rules/packs.ts';
import { routingGate } from '../../subgraphs/prescriptions/order/routing-gate.ts';
import { noNeighbours } from '../../subgraphs/prescriptions/order/signing-facts.ts';
import type { FormularyItemAnswer } from '../../subgraphs/prescriptions/order/neighbour-facts.ts';
import type { RoutedOrder } from '../../subgraphs/prescriptions/order/routing-gate.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';
import { now } from '../rules/given.ts';
import { type Desk, orderDesk } from './order-desk.ts';

/** An ingredient with conditions on its material, from the pharmacist who attests it to the prescriber who is stopped. */

let graph: TestGraph;
let desk: Desk;
let pharmacist: Asker;
let orderId: string;
const rule = 'US.substance.0U46U6E8UK.503A';
const item = toId('formularyItem', uuidOf('item:a-nad'));
const seeded = toId('ingredientSource', uuidOf('ingredient-source:pharmacy-a:NAD+ (nadide)'));

beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  pharmacist = await graph.as('pharmacist', { stepUp: true });
  // The substance's own status is doubtful: the entity confirms it.
  await graph.sql(
    `insert into clinics.attestation select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'rule_id', $1::text, 'jurisdiction', 'US', 'value', null))).*
     from clinics.attestation a where entity_id = $2 and revoked_at is null limit 1`,
    [rule, placeId('entity-a1')],
  );
  orderId = await desk.draft();
  await graph.sql(
    `update prescriptions."order" set formulary_item_id = $2, drug = jsonb_set(drug, '{ingredients}', '[{"name": "NAD+ (nadide)", "unii": "0U46U6E8UK", "strength": "100 mg/mL", "csSchedule": null}]') where id = $1`,
    [fromId('order', orderId), fromId('formularyItem', item)],
  );
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const standing = (results: readonly Data[]) => {
  const found = results.find(({ id }) => id === rule);
  return [found?.outcome, found?.message];
};
async function eligibility(): Promise<unknown[]> {
  const asked = 'query ($id: ID!) { order(id: $id) { eligibility { rules { id outcome message } } } }';
  return standing((await desk.prescriber.get(asked, { id: orderId })).order.eligibility.rules);
}
async function explained(): Promise<unknown[]> {
  const asked = `query ($clinic: ID!, $input: ExplainInput!) { explain(clinicId: $clinic, input: $input) { results { id outcome message } } }`;
  const input = { order: { patientState: 'TX', service: 'weight-loss', modality: 'SYNC_VIDEO', formularyItemId: item } };
  const who = await graph.as('compliance');
  return standing((await who.get(asked, { clinic: placeTypeId('austin'), input })).explain.results);
}
/** What stands in the way of the pharmacy that the order names. */
async function ownRoute(): Promise<string[]> {
  const asked = 'query ($id: ID!) { routeOptions(orderId: $id) { formularyItemId reasons { id } } }';
  const routes: Data[] = (await desk.prescriber.get(asked, { id: orderId })).routeOptions;
  return routes.find(({ formularyItemId }) => formularyItemId === item)?.reasons.map(({ id }: Data) => id);
}
const said =
  'mutation ($input: INPUT!) { VERB(input: $input) { __typename ... on IngredientSource { id } ... on Refusal { code message } } }';
const say = async (verb: string, input: object): Promise<Data> =>
  (await pharmacist.get(said.replace('VERB', verb).replace('INPUT', `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`), { input }))[
    verb
  ];

test('what its pharmacy attests opens the order, what it withdraws blocks it from then on, and `explain` says the same', async () => {
  const open = [['PASS', expect.stringMatching(/material of the grade USP, NF, PHARMACEUTICAL \(.+\); .+; a certificate of analysis \(/)]];
  expect([await eligibility()]).toEqual(open);
  expect([await explained()]).toEqual(open);
  expect(await ownRoute()).not.toContain('preparation.material');
  const { id } = await say('withdrawIngredientSource', { sourceId: seeded, reason: 'The supplier took it back.' });
  expect(id).toBeDefined();
  const blocked = [['UNKNOWN', expect.stringContaining('the pharmacy has no material of it on record')]];
  expect([await eligibility()]).toEqual(blocked);
  expect([await explained()]).toEqual(blocked);
  expect(await ownRoute()).toContain('preparation.material');
  const day = (shift: number) => new Date(graph.clock.now().getTime() + shift * 86_400_000).toISOString().slice(0, 10);
  const material = {
    ...{ pharmacyId: placeTypeId('pharmacy-a'), name: 'NAD+ (nadide)', unii: '0U46U6E8UK', supplier: 'Vitamin shop' },
    ...{ establishment: '3009000199', lotNumber: 'V-1', grade: 'DIETARY', sterileSuitable: true, goodUntil: day(40) },
    ...{ certificate: 'COA-1', certificateDigest: 'e'.repeat(64), certifiedOn: day(-3) },
  };
  const bad = await say('recordIngredientSource', material);
  expect(await eligibility()).toEqual(['FAIL', expect.stringContaining('not so of the material of Vitamin shop')]);
  await say('withdrawIngredientSource', { sourceId: bad.id, reason: 'Not of a grade to compound with.' });
  await say('recordIngredientSource', { ...material, supplier: 'Letco', grade: 'USP' });
  expect(await eligibility()).toEqual(['PASS', expect.stringContaining('(Letco)')]);
});

test('sending asks again, where a rule asks at all', () => {
  const at = new Date(now);
  const told = (sources: FormularyItemAnswer['sources'], unii = '0U46U6E8UK') =>
    ({
      ...{ name: 'NAD+', ingredients: [{ name: 'NAD+ (nadide)', unii }], sources, active: true, sterile: true },
      pharmacy: { id: toId('pharmacy', placeId('pharmacy-a')), facilityClass: 'PHARMACY_503A', licenses: [] },
    }) as unknown as FormularyItemAnswer;
  const chart = { order: { clinicId: placeId('austin'), pharmacyId: placeId('pharmacy-a'), shipToState: 'TX' }, exam: null } as RoutedOrder;
  const outcome = (answer: FormularyItemAnswer) =>
    routingGate({ ...chart, consents: [], holds: [] } as unknown as RoutedOrder, { ...noNeighbours, item: answer }, at).results.find(
      ({ id }) => id === 'preparation.material',
    )?.outcome;
  expect(asksMaterial(library.latest, { ingredients: told(null).ingredients, facilityClass: 'PHARMACY_503A' }, at.toISOString())).toBe(
    true,
  );
  const good = {
    ...{ name: 'NAD+ (nadide)', unii: '0U46U6E8UK', supplier: 'Letco', grade: 'USP', sterileSuitable: true },
    ...{ certificate: 'COA-1', goodUntil: '2099-01-01' },
  };
  expect([outcome(told([good])), outcome(told([{ ...good, grade: 'FOOD' }]))]).toEqual(['PASS', 'FAIL']);
  expect([outcome(told(null)), outcome(told([])), outcome(told([], '4G7DS2Q64Y'))]).toEqual(['UNKNOWN', 'UNKNOWN', undefined]);
});
