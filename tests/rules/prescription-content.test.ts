import { describe, expect, test } from 'vitest';
import type { ContentPart, PrescriptionContentFact } from '#rules/content-facts.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { OrderSigningFacts } from '#rules/facts.ts';
import { blockers } from '#rules/results.ts';
import { now, signing } from './given.ts';

const parts = {
  patientName: true,
  patientAddress: true,
  shipTo: true,
  patientBirthDate: true,
  patientSex: true,
  drugName: true,
  ingredientNames: true,
  ingredientStrengths: true,
  strengthUnits: true,
  dosageForm: true,
  quantity: true,
  quantityUnit: true,
  directions: true,
  route: true,
  refills: true,
  prescriberName: true,
  prescriberAddress: true,
  prescriberTelephone: true,
  prescriberNpi: true,
  prescriberDea: false,
  supervisor: true,
  indication: true,
} as const satisfies Record<ContentPart, boolean>;
const whole: PrescriptionContentFact = { issuedOn: '2026-11-22', parts };
const without = (part: ContentPart, told: boolean | null = false): PrescriptionContentFact => ({
  ...whole,
  parts: { ...parts, [part]: told },
});
const of = (content: PrescriptionContentFact | null | undefined, change: Partial<OrderSigningFacts> = {}) =>
  evaluate({ ...signing(), ...change, ...(content !== undefined && { content }) }, now);
const stops = (content: PrescriptionContentFact | null, change: Partial<OrderSigningFacts> = {}) => blockers(of(content, change));

describe('what a prescription carries', () => {
  test('is one pass for each group when all of it is there', () => {
    const asked = of(whole).filter(({ id }) => id.startsWith('content'));
    expect(asked.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'content.date PASS',
      'content.patient PASS',
      'content.drug PASS',
      'content.prescriber PASS',
      'content.reason PASS',
    ]);
    expect(asked.every(({ citation, version }) => citation?.includes('state rules on prescriptions') && version === '2026-11-22.2')).toBe(
      true,
    );
    expect(stops(whole)).toEqual([]);
  });

  test.each<[ContentPart, string, string]>([
    ['patientName', 'patient-name', "the patient's full name"],
    ['patientAddress', 'patient-address', "the patient's address"],
    ['shipTo', 'patient-address', 'the address it goes to'],
    ['patientBirthDate', 'patient-particulars', "the patient's date of birth"],
    ['patientSex', 'patient-particulars', "the patient's sex"],
    ['drugName', 'drug-name', 'the name of the preparation'],
    ['ingredientNames', 'drug-name', 'the established name of each active ingredient'],
    ['ingredientStrengths', 'strength', 'the strength of each active ingredient'],
    ['strengthUnits', 'strength', 'the unit of each strength'],
    ['dosageForm', 'dosage-form', 'the final dosage form'],
    ['quantity', 'quantity', 'the quantity'],
    ['quantityUnit', 'quantity', 'the unit of the quantity'],
    ['directions', 'directions', 'the directions'],
    ['route', 'directions', 'the route'],
    ['refills', 'refills', 'the number of refills'],
    ['prescriberName', 'prescriber', "the prescriber's name"],
    ['prescriberAddress', 'prescriber', "the prescriber's practice address"],
    ['prescriberTelephone', 'prescriber', "the prescriber's telephone number"],
    ['prescriberNpi', 'prescriber', "the prescriber's NPI"],
    ['supervisor', 'supervising-physician', 'the supervising or collaborating physician'],
    ['indication', 'indication', 'the diagnosis'],
  ])('without %s is refused by its element, with citation and remedy', (part, element, words) => {
    const stop = {
      id: `US.prescription.element.${element}`,
      citation: expect.stringMatching(/state rules on prescriptions; section not recorded$/),
      remedy: expect.stringMatching(/\.$/),
      version: '2026-11-22.2',
    };
    expect(stops(without(part))).toEqual([{ ...stop, outcome: 'FAIL', message: `The prescription lacks ${words}` }]);
    expect(stops(without(part, null))).toEqual([
      { ...stop, outcome: 'UNKNOWN', message: `It could not be read whether the prescription carries ${words}` },
    ]);
  });

  test('names together what one element lacks', () => {
    expect(stops({ ...whole, parts: { ...parts, prescriberAddress: false, prescriberTelephone: false } })).toMatchObject([
      {
        message: "The prescription lacks the prescriber's practice address, the prescriber's telephone number",
        remedy: "Complete the clinic's address. Record the clinic's telephone number (recordClinicPhone).",
      },
    ]);
  });

  test('is dated on the day it is signed', () => {
    expect(stops({ ...whole, issuedOn: '2026-11-21' })).toMatchObject([{ id: 'US.prescription.element.date-issued', outcome: 'FAIL' }]);
    expect(stops({ ...whole, issuedOn: null })).toMatchObject([{ id: 'US.prescription.element.date-issued', outcome: 'UNKNOWN' }]);
  });

  test('has the DEA number where an ingredient is controlled, and not elsewhere', () => {
    const controlled = { ingredients: [{ name: 'Ketamine hydrochloride', unii: 'O18YUO0I83' }] };
    const dea = (content: PrescriptionContentFact) => stops(content, controlled).filter(({ id }) => id.endsWith('.dea-number'));
    expect(dea(whole)).toMatchObject([{ outcome: 'FAIL', message: "The prescription lacks the prescriber's DEA number" }]);
    expect(dea(without('prescriberDea', true))).toEqual([]);
  });

  test('blocks when it could not be read, and is not asked where nothing was told', () => {
    expect(stops(null)).toMatchObject([{ id: 'content', outcome: 'UNKNOWN' }]);
    expect(of(undefined).filter(({ id }) => id.startsWith('content') || id.includes('.element.'))).toEqual([]);
  });
});
