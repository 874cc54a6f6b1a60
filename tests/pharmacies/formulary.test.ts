import { afterAll, beforeAll, expect, test } from 'vitest';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, public_, uuid } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const FORMULARY = `query Formulary($clinicId: ID!, $patientState: UsState!, $search: String) {
  formulary(clinicId: $clinicId, shipTo: $patientState, search: $search, first: 20) {
    nodes {
      id
      name
      dosageForm
      route
      ingredients { name strength unii status503A }
      beyondUseDays
      storage
      requiresClinicalDifference
      pharmacy { id name facilityClass }
    }
  }
}`;

const names = async (clinicId: string, patientState: string, search?: string) =>
  (await graph.frontDesk.ask(FORMULARY, { clinicId, patientState, search })).data?.formulary.nodes.map(
    (item: { name: string }) => item.name,
  );

test('lists what pharmacies licensed there offer, by name', async () => {
  expect(await names(public_.clinic, 'TX')).toEqual(['Semaglutide 40d', 'Semaglutide preservative-free 40d', 'Tretinoin cream 30d']);
  expect(await names(public_.clinic, 'FL')).toEqual(['Semaglutide preservative-free 40d', 'Tretinoin cream 30d']);
  expect(await names(public_.clinic, 'NY')).toEqual([]);
  expect(
    (await graph.frontDesk.ask(FORMULARY, { clinicId: public_.clinic, patientState: 'FL', search: 'SEMAGLUTIDE' })).data.formulary.nodes,
  ).toEqual([
    {
      id: public_.item,
      name: 'Semaglutide preservative-free 40d',
      dosageForm: 'injection',
      route: 'subcutaneous',
      ingredients: [{ name: 'Semaglutide', strength: '2.5 mg/mL', unii: '53AXN4NNHX', status503A: 'CONDITIONAL' }],
      beyondUseDays: 40,
      storage: 'REFRIGERATED',
      requiresClinicalDifference: true,
      pharmacy: { id: public_.pharmacy, name: 'Pecan Street Compounding', facilityClass: 'PHARMACY_503A' },
    },
  ]);
});

test('finds by part of an ingredient’s name, and takes wildcards for what they are', async () => {
  expect(await names(public_.clinic, 'TX', 'treti')).toEqual(['Tretinoin cream 30d']);
  expect(await names(public_.clinic, 'TX', '%')).toEqual([]);
  expect(await names(public_.clinic, 'TX', '  ')).toHaveLength(3);
});

test('leaves out what lapsed, what is not offered, and who refused the clinic', async () => {
  await graph.sql(
    `update pharmacy_license set expires_on = '2026-11-21' where pharmacy_id = $1 and state = 'TX' and kind = 'NON_RESIDENT'`,
    [ids.otherPharmacy],
  );
  expect(await names(public_.clinic, 'TX', 'semaglutide')).toEqual(['Semaglutide preservative-free 40d']);
  await graph.sql(`update formulary_item set active = false where id = $1`, [ids.creamItem]);
  expect(await names(public_.clinic, 'TX', 'tretinoin')).toEqual([]);
  await graph.sql(`insert into clinic_pharmacy_account (id, pharmacy_id, clinic_id, status) values ($1, $2, $3, 'REFUSED')`, [
    uuid(30, 1),
    ids.pharmacy,
    ids.clinic,
  ]);
  expect(await names(public_.clinic, 'TX', 'semaglutide')).toEqual([]);
  expect((await graph.otherDesk.ask(FORMULARY, { clinicId: public_.otherClinic, patientState: 'TX' })).data.formulary.nodes).toHaveLength(
    1,
  );
});

test('a clinic that is not the caller’s does not exist', async () => {
  expect((await graph.frontDesk.ask(FORMULARY, { clinicId: public_.otherClinic, patientState: 'TX' })).errors).toEqual([
    'formulary NOT_FOUND',
  ]);
  expect((await graph.frontDesk.ask(FORMULARY, { clinicId: 'pha_01h455vb4pex5vsknk084sn02q', patientState: 'TX' })).errors).toEqual([
    'formulary NOT_FOUND',
  ]);
});

test('gives the other subgraphs the facts of an item, and nobody else', async () => {
  const FACTS = `query ($id: ID!) { formularyItemFacts(id: $id) {
    id name ndc dosageForm route sterile preparationType storage beyondUseDays requiresClinicalDifference active
    ingredients { name unii strength csSchedule status503A }
    pharmacy { id name facilityClass status homeState npi licenses { id state number resident status sterilePermit expiresOn verifiedAt kind } }
  } }`;
  expect((await graph.service.ask(FACTS, { id: public_.item })).data.formularyItemFacts).toMatchObject({
    ndc: null,
    sterile: true,
    preparationType: '797-C2-ASEP-TEST',
    ingredients: [{ name: 'Semaglutide', unii: '53AXN4NNHX', strength: '2.5 mg/mL', csSchedule: null, status503A: 'CONDITIONAL' }],
    pharmacy: {
      homeState: 'TX',
      licenses: [
        { state: 'TX', kind: 'PHARMACY', resident: true, sterilePermit: false },
        { state: 'FL', kind: 'NON_RESIDENT', resident: false },
      ],
    },
  });
  expect(await graph.service.ask(FACTS, { id: 'nonsense' })).toEqual({ data: { formularyItemFacts: null }, errors: [] });
  expect((await graph.pharmacist.ask(FACTS, { id: public_.item })).errors).toEqual(['formularyItemFacts FORBIDDEN']);
});

test('tells strengths as amounts, excipients and packs where they are recorded, and that they are unknown where not', async () => {
  const PARTS = `query ($clinicId: ID!) { formulary(clinicId: $clinicId, shipTo: FL, search: "semaglutide") { nodes {
    dosageFormCode { system code } routeCode { system code }
    ingredients { rxcui strengthRatio { numerator { value unit } denominator { value unit } } }
    excipients { name unii role amount { numerator { value unit } denominator { value unit } } }
    presentation { pack { value unit } container device doseVariant } } } }`;
  const parts = async () => (await graph.frontDesk.ask(PARTS, { clinicId: public_.clinic })).data.formulary.nodes[0];
  await graph.sql('delete from clinic_pharmacy_account where pharmacy_id = $1', [ids.pharmacy]);
  expect(await parts()).toEqual({
    ...{ dosageFormCode: null, routeCode: null, excipients: null, presentation: null },
    ingredients: [{ rxcui: null, strengthRatio: null }],
  });
  await graph.sql(
    `update formula_ingredient set numerator_value = 2.5, numerator_unit = 'mg', denominator_value = 1, denominator_unit = 'mL', rxcui = '1991302' where formula_id = $1`,
    [ids.formula],
  );
  await graph.sql(`update formula set excipients_recorded_at = now(), route_code = 'C38299' where id = $1`, [ids.formula]);
  await graph.sql(`insert into formula_excipient (id, formula_id, position, name, role) values ($1, $2, 1, 'Phenol', 'PRESERVATIVE')`, [
    uuid(40, 1),
    ids.formula,
  ]);
  await graph.sql(`update formulary_item set pack_value = 2.50, pack_unit = 'mL', container = 'vial' where id = $1`, [ids.item]);
  expect(await parts()).toEqual({
    dosageFormCode: null,
    routeCode: { system: 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl', code: 'C38299' },
    ingredients: [
      { rxcui: '1991302', strengthRatio: { numerator: { value: '2.5', unit: 'mg' }, denominator: { value: '1', unit: 'mL' } } },
    ],
    excipients: [{ name: 'Phenol', unii: null, role: 'PRESERVATIVE', amount: null }],
    presentation: { pack: { value: '2.5', unit: 'mL' }, container: 'vial', device: null, doseVariant: null },
  });
});

test('shows the approved products beside a choice: unknown, none, or what the pharmacy recorded', async () => {
  const BESIDE = `query ($clinicId: ID!) { formulary(clinicId: $clinicId, shipTo: FL, search: "semaglutide") { nodes {
    approvedAlternatives { name ingredient strength dosageForm route applicationNumber marketing source confidence asOf } } } }`;
  const beside = async () => (await graph.frontDesk.ask(BESIDE, { clinicId: public_.clinic })).data.formulary.nodes[0];
  await graph.sql('delete from clinic_pharmacy_account where pharmacy_id = $1', [ids.pharmacy]);
  expect(await beside()).toEqual({ approvedAlternatives: null });
  await graph.sql('update formula set approved_recorded_at = now() where id = $1', [ids.formula]);
  expect(await beside()).toEqual({ approvedAlternatives: [] });
  await graph.sql(
    `insert into approved_product (id, formula_id, position, name, ingredient, application_number, marketing, source, confidence, as_of)
     values ($1, $2, 1, 'Nosuchdrug', 'Semaglutide', 'NDA000001', 'DISCONTINUED', 'Read in a test', 'uncertain', '2026-11-01')`,
    [uuid(41, 1), ids.formula],
  );
  expect(await beside()).toEqual({
    approvedAlternatives: [
      {
        ...{ name: 'Nosuchdrug', ingredient: 'Semaglutide', strength: null, dosageForm: null, route: null },
        ...{
          applicationNumber: 'NDA000001',
          marketing: 'DISCONTINUED',
          source: 'Read in a test',
          confidence: 'uncertain',
          asOf: '2026-11-01',
        },
      },
    ],
  });
});

test('publishes the units with their mapping, to everyone who may read the formulary', async () => {
  const { data, errors } = await graph.frontDesk.ask(
    '{ unitCodes { ucum meaning dimension ncit { system code } ncitMeaning confidence asOf } }',
    {},
  );
  expect(errors).toEqual([]);
  const found = (unit: string | null) => data.unitCodes.find(({ ucum }: { ucum: string | null }) => ucum === unit);
  expect(found('mL')).toEqual({
    ...{ ucum: 'mL', meaning: 'millilitre', dimension: 'volume', ncitMeaning: 'milliliter', confidence: 'known', asOf: '2026-11-22' },
    ncit: { system: 'http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl', code: 'C28254' },
  });
  expect(found("[arb'U]")).toMatchObject({ ncit: null, ncitMeaning: null, confidence: null });
});
