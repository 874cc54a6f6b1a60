import { extractText } from 'unpdf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import {
  type FacilityLabelFacts,
  facilityLabel,
  type PatientLabelFacts,
  patientLabel,
} from '../../subgraphs/pharmacies/label/label-elements.ts';
import { labelPdf } from '../../subgraphs/pharmacies/label/label-pdf.ts';
import { claim, DISPENSE, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, orderContent, public_, uuid } from './supply-world.ts';

const LABEL = 'query ($id: ID!) { dispenseLabel(dispenseId: $id) { missing pdf elements { code text citation } } }';
const FACILITY = 'query ($id: ID!) { facilityLabel(lotId: $id) { missing pdf elements { code text } } }';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph('2026-12-02T18:00:00Z');
});
afterAll(() => graph[Symbol.asyncDispose]());

/** What stands on a page, as a reader reads it: line breaks are the printer's. */
async function printed(pdf: Uint8Array): Promise<string> {
  return plain((await extractText(pdf, { mergePages: true })).text);
}
const plain = (text: string | null) => (text ?? '').replace(/\s+/g, '');

const pharmacy = {
  ...{ name: 'Pecan Street Compounding', line1: '1 Main St', line2: null, city: 'Austin', homeState: 'TX', postalCode: '78701' },
  ...{ phone: '+15125550100', timeZone: 'America/Chicago' },
};
const patientFacts: PatientLabelFacts = {
  ...{ pharmacy, serialNumber: 'ord_1', dispensedAt: new Date('2026-12-03T03:00:00Z'), firstFilledAt: new Date('2026-11-01T12:00:00Z') },
  ...{ patient: 'Ana Whitfield', prescriber: 'Dr. Vale', directions: 'Inject 0.5 mL once a week' },
  ingredients: [{ name: 'Testosterone cypionate', unii: 'M0XW1UBI14', strength: '200 mg/mL', csSchedule: 'III' }],
  ...{ dosageForm: 'injection, solution', route: 'intramuscular', quantity: '10 mL', refillsLeft: 2, storage: 'REFRIGERATED' },
  ...{ lotNumber: 'L-1', end: '2026-12-30' },
};
const facilityFacts: FacilityLabelFacts = {
  ...{
    pharmacy,
    lotNumber: 'F-1',
    establishedName: 'Lidocaine',
    dosageForm: 'cream',
    quantity: '30 g',
    storage: 'CONTROLLED_ROOM_TEMPERATURE',
  },
  ingredients: [{ name: 'Lidocaine', unii: '98PI200987', strength: '4 g/(100.g)', csSchedule: null }],
  inactive: [{ name: 'Cream base', unii: null, strength: null, csSchedule: null }],
  ...{
    compoundedAt: new Date('2026-12-02T15:00:00Z'),
    end: '2027-01-05',
    directions: 'Apply to the skin',
    ndc: '71234-567-30',
    officeUse: true,
  },
};

/** The list of domain/compounding.md section 4 and prescription-content.md section 2. */
const everyPrescription = [
  ...['DISPENSER_NAME', 'DISPENSER_ADDRESS', 'DISPENSER_CONTACT', 'SERIAL_NUMBER', 'DATE', 'PATIENT', 'PRESCRIBER', 'DIRECTIONS'],
  ...['ACTIVE_INGREDIENTS', 'DOSAGE_FORM', 'ROUTE', 'QUANTITY', 'STORAGE', 'LOT', 'BEYOND_USE_DATE', 'COMPOUNDED'],
];
const controlled = ['INITIAL_FILL_DATE', 'TRANSFER_WARNING'];
const facility = [
  ...['COMPOUNDED', 'FACILITY_NAME', 'FACILITY_ADDRESS', 'FACILITY_TELEPHONE', 'ESTABLISHED_NAME', 'DOSAGE_FORM_STRENGTH', 'QUANTITY'],
  ...[
    'LOT',
    'DATE_COMPOUNDED',
    'EXPIRATION',
    'STORAGE',
    'NDC',
    'ACTIVE_INGREDIENTS',
    'INACTIVE_INGREDIENTS',
    'DIRECTIONS',
    'ADVERSE_EVENTS',
  ],
  ...['NOT_FOR_RESALE', 'OFFICE_USE'],
];

test('a label of a controlled compound carries every element of the list, each with what asks for it', () => {
  const elements = patientLabel(patientFacts);
  expect(elements.map(({ code }) => code)).toEqual(expect.arrayContaining([...everyPrescription, ...controlled, 'HAZARDOUS']));
  expect(elements.filter(({ text, citation }) => text === null || citation === '')).toEqual([]);
  expect(elements.find(({ code }) => code === 'DATE')?.text).toBe('2026-12-02');
});

test('one that is not controlled has neither the warning nor the first fill', () => {
  const ingredients = [{ name: 'Semaglutide', unii: '53AXN4NNHX', strength: '2.5 mg/mL', csSchedule: null }];
  const codes = patientLabel({ ...patientFacts, ingredients }).map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(everyPrescription));
  expect(codes.filter((code) => controlled.includes(code))).toEqual([]);
});

test.each<[string, Partial<PatientLabelFacts>]>([
  ['DISPENSER_NAME', { pharmacy: { ...pharmacy, name: ' ' } }],
  ['DISPENSER_ADDRESS', { pharmacy: { ...pharmacy, line1: '' } }],
  ['DISPENSER_CONTACT', { pharmacy: { ...pharmacy, phone: '' } }],
  ['SERIAL_NUMBER', { serialNumber: '' }],
  ['INITIAL_FILL_DATE', { firstFilledAt: null }],
  ['PATIENT', { patient: null }],
  ['PRESCRIBER', { prescriber: '' }],
  ['DIRECTIONS', { directions: null }],
  ['ACTIVE_INGREDIENTS', { ingredients: [{ name: 'Testosterone cypionate', unii: 'M0XW1UBI14', strength: '', csSchedule: 'III' }] }],
  ['DOSAGE_FORM', { dosageForm: null }],
  ['ROUTE', { route: '' }],
  ['QUANTITY', { quantity: '' }],
  ['STORAGE', { storage: 'SOMEWHERE' }],
  ['LOT', { lotNumber: '' }],
  ['BEYOND_USE_DATE', { end: '' }],
])('without %s, that and nothing else is missing', (code, over) => {
  const missing = patientLabel({ ...patientFacts, ...over }).filter(({ text }) => text === null);
  expect(missing.map((element) => element.code)).toEqual([code]);
});

test('a facility’s label carries every element of the list; office use is said only of stock', async () => {
  const elements = facilityLabel(facilityFacts);
  expect(elements.map(({ code }) => code)).toEqual(facility);
  expect(elements.filter(({ text, citation }) => text === null || citation === '')).toEqual([]);
  expect(facilityLabel({ ...facilityFacts, officeUse: false }).map(({ code }) => code)).not.toContain('OFFICE_USE');
  const text = await printed(new Uint8Array(await labelPdf(elements, new Date('2026-12-02T18:00:00Z'))));
  expect(elements.filter((element) => !text.includes(plain(element.text))).map(({ code }) => code)).toEqual([]);
});

test('unknown excipients keep a facility’s label from being complete', () => {
  const missing = facilityLabel({ ...facilityFacts, inactive: null }).filter(({ text }) => text === null);
  expect(missing.map(({ code }) => code)).toEqual(['INACTIVE_INGREDIENTS']);
});

async function dispensed(n: number, content: Record<string, unknown> = {}): Promise<string> {
  const orderId = await graph.arrived(n, { content });
  const input = {
    ...{ orderId, secret: await claim(graph, orderId), lotNumber: 'LABEL-1', compoundedAt: '2026-12-02T15:00:00Z' },
    ...{ beyondUseDate: '2026-12-12', storage: 'REFRIGERATED', quantity: { value: '2.5', unit: 'mL' } },
  };
  return (await graph.pharmacist.ask(DISPENSE, { input })).data.recordDispense.id;
}

test('a pharmacist prints the label of a dispense; every element stands on it, and the reading is in the patient’s trail', async () => {
  const id = await dispensed(1);
  const { data, errors } = await graph.pharmacist.ask(LABEL, { id });
  expect(errors).toEqual([]);
  const { elements, missing, pdf } = data.dispenseLabel as {
    elements: { code: string; text: string }[];
    missing: string[];
    pdf: string;
  };
  expect(missing).toEqual([]);
  expect(elements.map(({ code }) => code)).toEqual(expect.arrayContaining(everyPrescription));
  const said = Object.fromEntries(elements.map(({ code, text }) => [code, text]));
  expect(said).toMatchObject({
    ...{ PATIENT: 'Ana Whitfield', PRESCRIBER: 'Dr. Vale', SERIAL_NUMBER: public_.order(1), LOT: 'LABEL-1', QUANTITY: '2.5 mL' },
    ...{ DIRECTIONS: 'Inject 0.25 mg once a week', BEYOND_USE_DATE: '2026-12-12', REFILLS: '1', DATE: '2026-12-02' },
    ACTIVE_INGREDIENTS: 'Semaglutide 2.5 mg/mL',
  });
  const text = await printed(new Uint8Array(Buffer.from(pdf, 'base64')));
  expect(elements.filter((element) => !text.includes(plain(element.text))).map(({ code }) => code)).toEqual([]);
  const trail = await graph.sql(
    `select kind, patient_id::text as patient, subject_id::text as subject from audit_event where action = 'label.read'`,
  );
  expect(trail).toEqual([{ kind: 'ACCESS', patient: ids.patient(1), subject: fromId('dispense', id) }]);
});

test('a name that cannot be printed letter by letter is not printed at all', async () => {
  const patient = { ...(orderContent(2, new Date('2026-12-02T18:00:00Z'))['patient'] as object), familyName: 'Ło' };
  const { data } = await graph.pharmacist.ask(LABEL, { id: await dispensed(2, { patient }) });
  expect(data.dispenseLabel).toMatchObject({ missing: ['PATIENT'], pdf: null });
});

test('a label is for the pharmacists of the pharmacy that dispensed', async () => {
  const id = await dispensed(3);
  expect((await graph.otherPharmacist.ask(LABEL, { id })).errors).toEqual(['dispenseLabel NOT_FOUND']);
  expect((await graph.technician.ask(LABEL, { id })).errors).toEqual(['dispenseLabel FORBIDDEN']);
  expect((await graph.frontDesk.ask(LABEL, { id })).errors).toEqual(['dispenseLabel FORBIDDEN']);
});

test('a pharmacy under section 503A has no facility label; a facility’s lot has one, and lacks what nobody recorded', async () => {
  const [own] = await graph.sql<{ id: string }>(`select id::text from lot where normalized_number = 'LABEL-1'`);
  expect(await graph.technician.ask(FACILITY, { id: toId('lot', own?.id ?? '') })).toEqual({ errors: [], data: { facilityLabel: null } });
  const lotId = uuid(40, 1);
  await graph.sql(
    `insert into formulary_item (id, pharmacy_id, formula_id, name, storage, beyond_use_days) values ($1, $2, $3, 'Stock', 'REFRIGERATED', 40)`,
    [...[uuid(8, 9), ids.outsourcing, ids.formula]],
  );
  await graph.sql(
    `insert into lot (id, pharmacy_id, formulary_item_id, number, normalized_number, compounded_at, beyond_use_date, storage, status)
     values ($1, $2, $3, 'F-1', 'F-1', '2026-12-02T15:00:00Z', '2027-01-05', 'REFRIGERATED', 'RELEASED')`,
    [lotId, ids.outsourcing, uuid(8, 9)],
  );
  await graph.sql(`update formulary_item set ndc = '71234-567-30' where id = $1`, [uuid(8, 9)]);
  const facilitys = graph.as('PHARMACIST', toId('pharmacy', ids.outsourcing));
  const { data } = await facilitys.ask(FACILITY, { id: toId('lot', lotId) });
  expect(data.facilityLabel).toMatchObject({ missing: ['QUANTITY', 'INACTIVE_INGREDIENTS', 'DIRECTIONS'], pdf: null });
  expect(data.facilityLabel.elements).toContainEqual({ code: 'NDC', text: '71234-567-30' });
});
