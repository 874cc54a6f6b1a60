import { expect, test } from 'vitest';
import {
  type FacilityLabelFacts,
  facilityLabel,
  type PatientLabelFacts,
  patientLabel,
} from '../../subgraphs/pharmacies/label/label-elements.ts';

// Each line that a label of a compound is asked for, as section 4 of the domain's page on compounding has it, with what answers it.

const pharmacy = {
  ...{ name: 'Pecan Street Compounding', line1: '1 Main St', line2: null, city: 'Austin', homeState: 'TX', postalCode: '78701' },
  ...{ phone: '+15125550100', timeZone: 'America/Chicago' },
};
const estradiol = { name: 'Estradiol', unii: '4TI98Z838E', strength: '0.1 mg/g', csSchedule: null };
const patientFacts: PatientLabelFacts = {
  ...{ pharmacy, serialNumber: 'ord_1', dispensedAt: new Date('2026-12-03T03:00:00Z'), firstFilledAt: new Date('2026-12-03T03:00:00Z') },
  ...{ patient: 'Ana Whitfield', prescriber: 'Dr. Vale', directions: 'Apply 1 g to the skin once a day', ingredients: [estradiol] },
  ...{
    dosageForm: 'cream',
    route: 'topical',
    quantity: '30 g',
    refillsLeft: 2,
    storage: 'REFRIGERATED',
    lotNumber: 'L-1',
    end: '2026-12-30',
  },
};
const facilityFacts: FacilityLabelFacts = {
  ...{ pharmacy, lotNumber: 'F-1', establishedName: 'Estradiol cream', dosageForm: 'cream', ingredients: [estradiol], quantity: '30 g' },
  inactive: [{ name: 'Cream base', unii: null, strength: null, csSchedule: null }],
  ...{ compoundedAt: new Date('2026-12-02T15:00:00Z'), end: '2027-01-05', storage: 'REFRIGERATED', directions: 'Apply to the skin' },
  ndc: '71234-567-30',
  officeUse: true,
};
const said = (elements: readonly { code: string; text: string | null }[]) => new Map(elements.map(({ code, text }) => [code, text]));
const patient = said(patientLabel(patientFacts));
const facility = said(facilityLabel(facilityFacts));

test.each([
  ['internal identification number or prescription number', 'SERIAL_NUMBER', 'ord_1'],
  ['internal identification number', 'LOT', 'L-1'],
  ['active ingredients with amount, activity or concentration', 'ACTIVE_INGREDIENTS', 'Estradiol 0.1 mg/g'],
  ['storage if not controlled room temperature', 'STORAGE', expect.stringContaining('2 to 8 degrees')],
  ['beyond-use date', 'BEYOND_USE_DATE', '2026-12-30'],
  ['dosage form', 'DOSAGE_FORM', 'cream'],
  ['total amount or volume', 'QUANTITY', '30 g'],
  ['route', 'ROUTE', 'topical'],
  ['special handling and warnings', 'HAZARDOUS', expect.stringMatching(/^Hazardous drug\./)],
  ['statement that the product was compounded', 'COMPOUNDED', 'This is a compounded drug.'],
  ['name of the compounder', 'DISPENSER_NAME', pharmacy.name],
  ['contact of the compounder', 'DISPENSER_CONTACT', pharmacy.phone],
  ['pharmacy address', 'DISPENSER_ADDRESS', '1 Main St, Austin, TX 78701'],
  ['date', 'DATE', '2026-12-02'],
  ['prescriber', 'PRESCRIBER', 'Dr. Vale'],
  ['patient', 'PATIENT', 'Ana Whitfield'],
  ['directions and cautions', 'DIRECTIONS', 'Apply 1 g to the skin once a day'],
])('a patient’s label has: %s', (_line, code, text) => {
  expect(patient.get(code)).toEqual(text);
});

test.each([
  ['"This is a compounded drug"', 'COMPOUNDED', 'This is a compounded drug.'],
  ['name of the facility', 'FACILITY_NAME', pharmacy.name],
  ['address of the facility', 'FACILITY_ADDRESS', '1 Main St, Austin, TX 78701'],
  ['telephone of the facility', 'FACILITY_TELEPHONE', pharmacy.phone],
  ['lot or batch number', 'LOT', 'F-1'],
  ['established name', 'ESTABLISHED_NAME', 'Estradiol cream'],
  ['dosage form and strength', 'DOSAGE_FORM_STRENGTH', 'cream, Estradiol 0.1 mg/g'],
  ['quantity or volume', 'QUANTITY', '30 g'],
  ['date compounded', 'DATE_COMPOUNDED', '2026-12-02'],
  ['expiration date', 'EXPIRATION', '2027-01-05'],
  ['storage and handling', 'STORAGE', expect.stringContaining('2 to 8 degrees')],
  ['national drug code where there is one', 'NDC', '71234-567-30'],
  ['handling of a hazardous drug', 'HAZARDOUS', expect.stringMatching(/^Hazardous drug\./)],
  ['"Not for resale"', 'NOT_FOR_RESALE', 'Not for resale'],
  ['"Office Use Only" when not for an identified patient', 'OFFICE_USE', 'Office Use Only'],
  ['active ingredients with quantity or proportion', 'ACTIVE_INGREDIENTS', 'Estradiol 0.1 mg/g'],
  ['inactive ingredients with quantity or proportion', 'INACTIVE_INGREDIENTS', 'Cream base q.s.'],
  ['how to report adverse events', 'ADVERSE_EVENTS', 'www.fda.gov/medwatch or 1-800-FDA-1088'],
  ['directions for use', 'DIRECTIONS', 'Apply to the skin'],
])('a facility’s label or container has: %s', (_line, code, text) => {
  expect(facility.get(code)).toEqual(text);
});

test('nothing else stands on either but the refills that are left', () => {
  expect(patient.size).toBe(18);
  expect([...patient.keys()].filter((code) => code === 'REFILLS')).toEqual(['REFILLS']);
  expect(facility.size).toBe(19);
  expect(said(facilityLabel({ ...facilityFacts, ndc: null })).has('NDC')).toBe(false);
});
