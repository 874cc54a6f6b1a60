import { describe, expect, test } from 'vitest';
import { library, packFiles } from '#rules/packs.ts';
import type { Rule } from '#rules/rule.ts';
import { serviceCodes } from '#rules/service-codes.ts';

const on = '2026-11-22';
const rules = library.latest.rules;

// The first release held none of this: a day that it decided must not learn of it afterwards.
const first = library.of('2026-11-22.1');

const starting = (...keys: string[]) => rules.filter(({ key }) => keys.some((start) => key.startsWith(start)));
const brief = ({ id, value, confidence }: Rule) => `${id} ${value} ${confidence}`;
const found = (id: string) => library.latest.find(id, on).rule;

describe('the practice packs as a whole', () => {
  const mine = starting(
    'prescription.',
    'chartReview.',
    'adverseEvent.',
    'np.controlled',
    'pa.controlled',
    'csr.',
    'fee.',
    'delegation.',
    'controlled.',
  ).filter(({ key }) => key !== 'controlled.telemedicine');

  test('came with the second release and are not in the first', () => {
    expect(mine.length).toBeGreaterThan(150);
    const later = mine.filter(({ since }) => since !== '2026-11-22.2');
    expect(later.map(({ id, since }) => `${id} ${since}`)).toEqual(
      [
        ...[
          'FL.controlled.mid-level-limits',
          'FL.controlled.pdmp-outage',
          'GA.controlled.mid-level-limits',
          'TX.controlled.mid-level-limits',
        ],
        ...['US.controlled.signing', 'US.controlled.signing-clock', 'US.controlled.signing-log'],
      ].map((id) => `${id} 2026-11-22.5`),
    );
    expect(mine.filter((rule) => !later.includes(rule)).filter(({ id }) => first?.find(id, on).why !== 'none')).toEqual([]);
  });
  test('call nothing verified that has no address, and nothing law that is a proposal', () => {
    expect(mine.filter(({ confidence, source }) => confidence === 'verified' && source === null)).toEqual([]);
    const proposals = mine.filter(({ confidence }) => confidence === 'design');
    expect(proposals.filter(({ citation }) => !citation.startsWith('own '))).toEqual([]);
    expect(mine.filter(({ citation, confidence }) => citation.startsWith('own ') && confidence !== 'design')).toEqual([]);
  });
  test.each(packFiles.map((file) => [file.file, file] as const))('%s is sorted by jurisdiction, then by id', (_, file) => {
    const order = file.rules.map(({ jurisdiction, id }) => `${jurisdiction} ${id}`);
    expect(order).toEqual([...order].sort());
  });
});

describe('management fees', () => {
  test('a fixed fee is allowed, cost plus conditional, per patient refused; a percentage is for the states to say', () => {
    expect(starting('fee.').map(brief)).toEqual([
      'CA.fee.percentage conditional known',
      'FL.fee.percentage conditional known',
      'IL.fee.percentage conditional known',
      'NC.fee.percentage conditional known',
      'NY.fee.percentage prohibited verified',
      'TN.fee.percentage conditional known',
      'US.fee.cost-plus conditional known',
      'US.fee.fixed allowed known',
      'US.fee.per-patient prohibited known',
      'WA.fee.percentage conditional known',
    ]);
  });
  test('a percentage is an open question where no state has answered', () => {
    expect(library.latest.find('TX.fee.percentage', on)).toEqual({ rule: null, why: 'none' });
    expect(library.latest.find('US.fee.percentage', on)).toEqual({ rule: null, why: 'none' });
  });
});

describe('delegation', () => {
  const credentials = ['MD', 'DO', 'NP', 'PA', 'RN'];
  const levels = (service: string) => credentials.map((credential) => found(`US.delegation.${service}.${credential}`)?.value).join(' ');

  test('every service has a level for every credential, the stricter where the matrix gives two', () => {
    expect(Object.fromEntries(serviceCodes.map((service) => [service, levels(service)]))).toEqual({
      microneedling: '4 4 3 3 3',
      'rf-microneedling': '4 4 3 3 2',
      'botulinum-toxin': '4 4 3 3 3',
      'dermal-filler': '4 4 3 3 2',
      'laser-ipl': '4 4 3 3 2',
      'chemical-peel': '4 4 4 4 3',
      'iv-therapy': '4 4 3 3 3',
      'weight-loss': '4 4 4 4 3',
      'hormone-therapy': '4 4 4 4 3',
      'peptide-therapy': '4 4 4 4 3',
      'topical-anaesthetic': '4 4 4 4 3',
    });
  });
  test('all of it is a proposal, but for what New York says of nurses and microneedling', () => {
    const law = starting('delegation.').filter(({ confidence }) => confidence !== 'design');
    expect(law.map(brief)).toEqual(['NY.delegation.microneedling.RN 0 verified']);
  });
});

describe('mid-level practitioners', () => {
  test('their limits are known of nine states', () => {
    const states = (key: string) => starting(key).map(({ jurisdiction }) => jurisdiction);
    expect(states('np.controlled')).toEqual(['AR', 'CA', 'FL', 'GA', 'MO', 'NY', 'OK', 'TX', 'WV']);
    expect(states('pa.controlled')).toEqual(states('np.controlled'));
    expect(found('TX.np.controlled')?.value).toBe('no schedule II outside hospital or hospice; III-V for up to 90 days, refills included');
  });
  test('a state registration is known to be needed in twenty-one states and is an open question elsewhere', () => {
    const needed = starting('csr.required');
    expect(needed.map(({ jurisdiction }) => jurisdiction).join(' ')).toBe('CT DC DE HI IA ID IL IN LA MA MD MI MO NJ NM NV OK RI SC UT WY');
    expect(needed.every(({ value, confidence }) => value === true && confidence === 'known')).toBe(true);
    expect(library.latest.find('TX.csr.required', on)).toEqual({ rule: null, why: 'none' });
  });
});

describe('prescriptions and labels', () => {
  test('nineteen elements are recorded', () => {
    const elements = starting('prescription.element.');
    expect(elements.map(({ key }) => key.split('.').at(-1)).sort()).toEqual([
      'clinical-difference',
      'date-issued',
      'dea-number',
      'directions',
      'dosage-form',
      'drug-name',
      'exam',
      'indication',
      'patient-address',
      'patient-name',
      'patient-particulars',
      'pdmp-check',
      'prescriber',
      'quantity',
      'refills',
      'signature',
      'strength',
      'substitution',
      'supervising-physician',
    ]);
    expect(elements.filter(({ citation }) => citation.startsWith('21 CFR 1306.05(a)'))).toHaveLength(10);
  });
  test('an element says for which drugs it is asked and what carries it', () => {
    expect(found('US.prescription.element.dea-number')?.value).toEqual({
      element: 'DEA registration number',
      anyDrug: 'no',
      controlled: 'yes',
      compounded: 'when any ingredient is controlled',
      script: 'Identification/DEANumber',
      fhir: 'Practitioner.identifier',
    });
    expect(found('US.prescription.element.clinical-difference')?.citation).toBe('21 USC 353a(b)(2)');
  });
  test('labels are recorded by the kind of drug', () => {
    const labels = starting('prescription.label.');
    expect(labels.map(({ id, confidence, citation }) => `${id} ${confidence} ${citation}`)).toEqual([
      'IA.prescription.label.batch-in-stock verified Iowa Admin. Code 657-20.20',
      'US.prescription.label.503A-compound known USP <795> section 9; USP <797> section 13',
      'US.prescription.label.503B verified 21 USC 353b(a)(10)',
      'US.prescription.label.503B-container known 21 USC 353b(a)(10)',
      'US.prescription.label.controlled-II known 21 CFR 1306.14(a)',
      'US.prescription.label.controlled-III-V known 21 CFR 1306.24(a)',
      'US.prescription.label.general known 21 USC 353(b)(2)',
      'US.prescription.label.transfer-warning-II-IV known 21 CFR 290.5',
    ]);
  });
});

describe('chart review', () => {
  test('quotas are recorded of six states', () => {
    const quotas = starting('chartReview.quota').map(({ jurisdiction, value, confidence }) => [
      jurisdiction,
      (value as { readonly percent: number | null }).percent,
      confidence,
    ]);
    expect(quotas).toEqual([
      ['AL', null, 'uncertain'],
      ['FL', null, 'verified'],
      ['GA', null, 'uncertain'],
      ['MO', 10, 'uncertain'],
      ['TN', 20, 'known'],
      ['TX', null, 'uncertain'],
    ]);
  });
  test('elsewhere there is a default, which is no law', () => {
    expect(found('US.chartReview.default')).toMatchObject({
      confidence: 'design',
      value: {
        percent: 10,
        chartsPerMonth: 10,
        everyChartOf: ['the first 10 of a new delegate', 'adverse events', 'overrides', 'controlled prescriptions'],
      },
    });
  });
});

test('an adverse event starts the clock of whoever must report it', () => {
  const clocks = starting('adverseEvent.').map(({ id, value, confidence }) => {
    const { who, clock } = value as { readonly who: string; readonly clock: { readonly value: number; readonly unit: string } | null };
    return `${id}: ${who}, ${clock === null ? 'no clock' : `${clock.value} ${clock.unit}`}, ${confidence}`;
  });
  expect(clocks).toEqual([
    'CA.adverseEvent.503A-recall: 503A pharmacy, no clock, known',
    'CA.adverseEvent.503A-sterile: 503A pharmacy, no clock, known',
    'US.adverseEvent.503A-procedure: 503A pharmacy, no clock, known',
    'US.adverseEvent.503B-follow-up: 503B facility, 15 calendar-days, verified',
    'US.adverseEvent.503B-records: 503B facility, 10 years, known',
    'US.adverseEvent.503B-report: 503B facility, 15 calendar-days, verified',
    'US.adverseEvent.clinic-medwatch: prescriber or clinic, no clock, known',
    'US.adverseEvent.clinic-pharmacy: prescriber or clinic, no clock, known',
    'US.adverseEvent.clinic-target: prescriber or clinic, 24 hours, design',
    'US.adverseEvent.patient-medwatch: patient, no clock, known',
  ]);
});

describe('controlled substances', () => {
  test.each([
    ['II', { refills: 0, severalPrescriptionsDays: 90, validityMonths: null }],
    ['III', { refills: 5, validityMonths: 6 }],
    ['IV', { refills: 5, validityMonths: 6 }],
    ['V', { refills: null, validityMonths: null }],
  ])('refills and validity of schedule %s', (schedule, value) => {
    expect(found(`US.controlled.refills-${schedule}`)).toMatchObject({ value, confidence: 'known' });
  });
  test('New York is stricter on anabolic steroids than the United States', () => {
    const schedule = (jurisdiction: string, key: string) => found(`${jurisdiction}.substance.${key}.schedule`)?.value;
    for (const key of ['M0XW1UBI14', '3XMK78S47O', '7H6TM3CT4L']) expect([schedule('US', key), schedule('NY', key)]).toEqual(['III', 'II']);
    expect(found('NY.substance.chorionic-gonadotropin-hcg.schedule')?.confidence).toBe('uncertain');
  });
  test('Nevada wants the exam behind a controlled prescription at most six months old', () => {
    expect(found('NV.controlled.exam-age')).toMatchObject({ value: { months: 6 }, confidence: 'verified', citation: 'NRS 639.235(4)' });
  });
  test('what hangs on the telemedicine flexibility ends with it', () => {
    const hanging = ['controlled.telemedicine', 'controlled.telemedicine-conditions', 'controlled.audio-only'];
    const why = (day: string) => hanging.map((key) => library.latest.find(`US.${key}`, day).why);
    expect(why('2026-12-31')).toEqual([null, null, null]);
    expect(why('2027-01-01')).toEqual(['not-in-force', 'not-in-force', 'not-in-force']);
    expect(library.latest.find('US.controlled.in-person', '2027-01-01').why).toBeNull();
  });
});
