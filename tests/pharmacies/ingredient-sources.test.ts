import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { library } from '#rules/packs.ts';
import type { Asker } from './supply-graph.ts';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, orderContent, public_ } from './supply-world.ts';

/** What a pharmacist attests of a material, who is told of it, and what ends it. */

let graph: SupplyGraph;
const nad = { name: 'NAD+ (nadide)', unii: '0U46U6E8UK' };
const rule = 'US.substance.0U46U6E8UK.503A';

beforeAll(async () => {
  graph = await supplyGraph();
  await graph.sql(`update formula_ingredient set name = $2, unii = $3, strength = '100 mg/mL' where formula_id in ($1, $4)`, [
    ...[
      ids.formula,
      nad.name,
      nad.unii,
      (await graph.sql<{ id: string }>('select formula_id as id from formulary_item where id = $1', [ids.otherItem]))[0]?.id,
    ],
  ]);
  await graph.sql('update formula set requires_clinical_difference = false where id = $1', [ids.formula]);
  const told = graph.answers['ClinicAttestations'];
  graph.answers['ClinicAttestations'] = (variables) => {
    const answer = told?.(variables) as { clinicFacts: { attestations: { ruleId: string }[] }[] };
    const [first] = answer.clinicFacts[0]?.attestations ?? [];
    return { clinicFacts: answer.clinicFacts.map((one) => ({ ...one, attestations: [...one.attestations, { ...first, ruleId: rule }] })) };
  };
});
afterAll(() => graph[Symbol.asyncDispose]());

const day = (shift: number) => new Date(graph.clock.now().getTime() + shift * 86_400_000).toISOString().slice(0, 10);
const refusal = '__typename ... on Refusal { code message } ... on InvalidInput { issues { path message } }';
const digest = 'c'.repeat(64);

// biome-ignore lint/suspicious/noExplicitAny: a test names the fields it asked for
async function say(who: Asker, verb: string, input: Record<string, unknown>, selection = ''): Promise<any> {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const { data, errors } = await who.ask(`mutation ($input: ${type}!) { ${verb}(input: $input) { ${refusal} ${selection} } }`, { input });
  if (errors.length > 0) throw new Error(errors.join());
  return data[verb];
}

const material = (over: Record<string, unknown> = {}) => ({
  ...{ pharmacyId: public_.pharmacy, ...nad, supplier: 'Letco', establishment: '3009000101', lotNumber: 'r 100', grade: 'PHARMACEUTICAL' },
  ...{ sterileSuitable: true, certificate: 'COA-771', certificateDigest: digest, certifiedOn: day(-30), goodUntil: day(300), ...over },
});
const shown = '... on IngredientSource { id lotNumber withdrawn reason replaces { id } }';
const recorded = (over: Record<string, unknown> = {}) => say(graph.pharmacist, 'recordIngredientSource', material(over), shown);
const withdrawn = async (sourceId: string) =>
  expect(await say(graph.pharmacist, 'withdrawIngredientSource', { sourceId, reason: 'Used up.' })).toEqual({
    __typename: 'IngredientSource',
  });

/** What the gates elsewhere are told. */
async function told(item: string = public_.item): Promise<object[] | null> {
  const { data } = await graph.service.ask(
    'query ($id: ID!) { formularyItemFacts(id: $id) { sources { name unii supplier grade sterileSuitable certificate goodUntil } } }',
    { id: item },
  );
  return data.formularyItemFacts.sources;
}

let orders = 700;
/** How a pharmacy's own verification sees the ingredient now. */
async function ingredient(): Promise<string> {
  orders += 1;
  const { drug } = orderContent(orders, graph.clock.now()) as { drug: object };
  const orderId = await graph.arrived(orders, {
    content: { drug: { ...drug, ingredients: [{ ...nad, strength: '100 mg/mL', csSchedule: null }] } },
  });
  const { data } = await graph.pharmacist.ask('query ($id: ID!) { verifyOrder(orderId: $id) { checks { code outcome detail } } }', {
    id: orderId,
  });
  return data.verifyOrder.checks.find(({ code }: { code: string }) => code === 'INGREDIENT_1').outcome;
}

test('a material counts from its record through its last day, and a withdrawn one blocks from then on', async () => {
  expect([await told(), await ingredient()]).toEqual([[], 'UNKNOWN']);
  const made = await recorded({ goodUntil: day(1) });
  expect(made).toEqual({ __typename: 'IngredientSource', id: made.id, lotNumber: 'r 100', withdrawn: false, reason: null, replaces: null });
  const fact = { ...nad, supplier: 'Letco', grade: 'PHARMACEUTICAL', sterileSuitable: true, certificate: 'COA-771', goodUntil: day(1) };
  expect([await told(), await ingredient()]).toEqual([[fact], 'PASS']);
  const start = graph.clock.now();
  graph.clock.set(new Date(start.getTime() + 86_400_000));
  expect(await ingredient()).toBe('PASS');
  graph.clock.set(new Date(start.getTime() + 2 * 86_400_000));
  expect([await told(), await ingredient()]).toEqual([[], 'UNKNOWN']);
  graph.clock.set(start);
  await withdrawn(made.id);
  expect([await told(), await ingredient()]).toEqual([[], 'UNKNOWN']);
  expect(await say(graph.pharmacist, 'withdrawIngredientSource', { sourceId: made.id, reason: 'Again.' })).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
});

test.each<[string, Record<string, unknown>, string]>([
  ['of pharmaceutical grade with everything', {}, 'PASS'],
  ['of a monograph', { grade: 'NF' }, 'PASS'],
  ['of food grade', { grade: 'FOOD' }, 'FAIL'],
  ['for supplements', { grade: 'DIETARY' }, 'FAIL'],
  ['that is not for sterile compounding', { sterileSuitable: false }, 'FAIL'],
  ['without a certificate', { certificate: null, certificateDigest: null, certifiedOn: null }, 'FAIL'],
  ['of a salt of it', { unii: '53AXN4NNHX' }, 'UNKNOWN'],
])('a material %s', async (_what, over, outcome) => {
  const { id } = await recorded(over);
  expect(await ingredient()).toBe(outcome);
  await withdrawn(id);
});

test('of two lots both must do; a record that takes the place of one says why, and the one before is still read', async () => {
  const good = await recorded({ lotNumber: 'A1' });
  const bad = await recorded({ lotNumber: 'A2', grade: 'FOOD' });
  expect(await ingredient()).toBe('FAIL');
  const again = { lotNumber: 'A2', replacesId: bad.id, reason: 'The grade was mistyped.' };
  const mended = await recorded(again);
  expect(mended).toMatchObject({ replaces: { id: bad.id }, reason: 'The grade was mistyped.' });
  expect(await ingredient()).toBe('PASS');
  expect(await recorded(again)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  const LIST = `query ($id: ID!, $lot: String) { pharmacy(id: $id) {
    ingredientSources(first: 10, unii: "0U46U6E8UK", lotNumber: $lot) { nodes { grade replacedBy { id } withdrawn } } } }`;
  const list = async (who: Asker) => (await who.ask(LIST, { id: public_.pharmacy, lot: 'a2' })).data.pharmacy?.ingredientSources?.nodes;
  expect(await list(graph.technician)).toEqual([
    { grade: 'PHARMACEUTICAL', replacedBy: null, withdrawn: false },
    { grade: 'FOOD', replacedBy: { id: mended.id }, withdrawn: false },
  ]);
  expect(await list(graph.otherPharmacist)).toEqual([]);
  expect((await graph.frontDesk.ask(LIST, { id: public_.pharmacy })).errors).toEqual(['pharmacy.ingredientSources FORBIDDEN']);
  await withdrawn(good.id);
  await withdrawn(mended.id);
});

test('is refused by its path', async () => {
  const { id } = await recorded({ lotNumber: 'B1' });
  const other = await recorded({ lotNumber: 'B2', name: 'Glutathione', unii: 'GAN16C9B8O' });
  const tries: [Record<string, unknown>, string][] = [
    [{ establishment: '12345' }, 'input.establishment'],
    [{ unii: 'short' }, 'input.unii'],
    [{ lotNumber: '***' }, 'input.lotNumber'],
    [{ lotNumber: ' b1 ', supplier: 'LETCO' }, 'input.lotNumber'],
    [{ certificate: null }, 'input.certificate'],
    [{ certificateDigest: null }, 'input.certificateDigest'],
    [{ certificateDigest: 'x' }, 'input.certificateDigest'],
    [{ certifiedOn: null }, 'input.certifiedOn'],
    [{ certifiedOn: day(1) }, 'input.certifiedOn'],
    [{ goodUntil: day(-1) }, 'input.goodUntil'],
    [{ goodUntil: day(2_000) }, 'input.goodUntil'],
    [{ name: ' ' }, 'input.name'],
    [{ supplier: 's'.repeat(121) }, 'input.supplier'],
    [{ replacesId: id }, 'input.reason'],
    [{ reason: 'x' }, 'input.replacesId'],
    [{ replacesId: other.id, reason: 'x' }, 'input.replacesId'],
  ];
  for (const [over, path] of tries) {
    expect((await recorded({ lotNumber: 'B9', ...over })).issues?.[0]?.path, JSON.stringify(over)).toBe(path);
  }
  for (const over of [{ certifiedOn: day(0) }, { goodUntil: day(0) }]) {
    const made = await recorded({ lotNumber: 'B8', ...over });
    expect(made.__typename, JSON.stringify(over)).toBe('IngredientSource');
    await withdrawn(made.id);
  }
  await withdrawn(id);
  await withdrawn(other.id);
});

test('another facility’s material does not count here, and nobody writes or ends one for it', async () => {
  const theirs = await say(graph.otherPharmacist, 'recordIngredientSource', material({ pharmacyId: public_.otherPharmacy }), shown);
  expect([await told(), await ingredient(), await told(public_.otherItem)]).toEqual([[], 'UNKNOWN', [expect.anything()]]);
  expect(await say(graph.otherPharmacist, 'recordIngredientSource', material())).toMatchObject({ code: 'NOT_FOUND' });
  for (const sourceId of [theirs.id, 'igs_01h455vb4pex5vsknk084sn02q', 'nonsense']) {
    expect(await say(graph.pharmacist, 'withdrawIngredientSource', { sourceId, reason: 'x' })).toMatchObject({ code: 'NOT_FOUND' });
  }
  expect(await recorded({ lotNumber: 'C1', replacesId: theirs.id, reason: 'x' })).toMatchObject({ code: 'NOT_FOUND' });
  for (const who of [graph.technician, graph.facilityCompliance, graph.director]) {
    expect(await say(who, 'recordIngredientSource', material())).toMatchObject({ code: 'FORBIDDEN' });
  }
});

test('where no rule asks for materials nothing is told of them', async () => {
  expect(await told(public_.creamItem)).toBeNull();
  expect(library.latest.find(rule, day(0)).rule?.value).toBe('conditional');
});

test('a recalled lot of an ingredient is no material any more, and is not recorded as one again', async () => {
  const made = await recorded({ lotNumber: 'D1' });
  const kept = await recorded({ lotNumber: 'D2' });
  // A recall names only what something was made with.
  await graph.sql(
    `insert into lot (id, pharmacy_id, formulary_item_id, number, normalized_number, status, compounded_at, storage, beyond_use_date)
     values ('01900000-0000-7000-8000-00770000d100', $1, $2, 'LD1', 'LD1', 'RELEASED', $3, 'REFRIGERATED', $4)`,
    [ids.pharmacy, ids.item, graph.clock.now(), day(5)],
  );
  await graph.sql(
    `insert into lot_component (id, pharmacy_id, lot_id, position, name, unii, supplier, number, normalized_number, expires_on, amount_value, amount_unit)
     values ('01900000-0000-7000-8000-00770000d101', $1, '01900000-0000-7000-8000-00770000d100', 1, $2, $3, 'Letco', 'D1', 'D1', $4, 1, 'g')`,
    [ids.pharmacy, nad.name, nad.unii, day(100)],
  );
  const recall = {
    pharmacyId: public_.pharmacy,
    ingredientLots: [{ lotNumber: 'd 1', supplier: 'letco' }],
    class: 'II',
    reason: 'Particles.',
  };
  expect(await say(graph.pharmacist, 'startRecall', recall)).toEqual({ __typename: 'Recall' });
  expect((await told())?.length).toBe(1);
  const [ended] = await graph.sql<{ reason: string; recorded_by: string }>(
    'select reason, recorded_by from ingredient_source where replaces_id = $1',
    [fromId('ingredientSource', made.id)],
  );
  expect(ended?.reason).toBe('The lot is recalled.');
  expect((await recorded({ lotNumber: 'D1' })).issues).toEqual([
    { path: 'input.lotNumber', message: 'This lot of the ingredient is recalled: use another.' },
  ]);
  await withdrawn(kept.id);
});

test('a record is audited, and nothing changes it', async () => {
  const { id } = await recorded({ lotNumber: 'E1' });
  await withdrawn(id);
  const entries = await graph.sql<{ action: string }>('select action from audit_event where subject_id = $1 order by at, id', [
    fromId('ingredientSource', id),
  ]);
  expect(entries.map(({ action }) => action).sort()).toEqual(['ingredient-source.recorded', 'ingredient-source.withdrawn']);
  for (const change of [`set grade = 'USP'`, `set good_until = '2099-01-01'`]) {
    await expect(graph.sql(`update ingredient_source ${change}`)).rejects.toThrow();
  }
  await expect(graph.sql('delete from ingredient_source')).rejects.toThrow();
  await expect(
    graph.sql(
      `insert into ingredient_source select (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), 'replaces_id', s.id, 'withdrawn', false))).*
       from ingredient_source s where withdrawn limit 1`,
    ),
  ).rejects.toThrow(/what was withdrawn is recorded anew/);
});
