import { expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import type { Asking } from '#rules/asking.ts';
import { fillInTime, lastDayAtSigning, lastDayOfDocument, lastFillDay, notOver } from '#rules/order-last-day.ts';
import { library } from '#rules/packs.ts';
import { stateOf } from '#rules/place.ts';
import { attested, sending, signing } from './given.ts';

const now = '2026-11-22T12:00:00Z';
const asking: Asking = { rules: library.on(now), on: now, attestations: null, entityName: null };
const texas = stateOf('TX');
const places = texas === null ? [] : [texas];
const testosterone = { name: 'Testosterone cypionate', unii: 'M0XW1UBI14' };
const said = {
  ...{ pharmacyState: 'TX', prescriberState: 'TX', refills: 1, daysSupply: 28, examByPrescriber: true },
  ...{ pdmpChecks: [], access: 'GRANTED' as const },
};

test.each([
  ['nothing controlled holds as long as its exam', null, '2027-11-01', '2027-11-01'],
  ['schedule II has no federal term of its own', 'II', '2027-11-01', '2027-11-01'],
  ['schedule III holds for six months from the day it was written', 'III', '2027-11-01', '2027-05-22'],
  ['schedule IV holds for six months', 'IV', '2027-11-01', '2027-05-22'],
  ['schedule V holds as the state says', 'V', '2027-11-01', '2027-11-01'],
  ['an exam that ends before the six months ends the order with it', 'III', '2027-02-01', '2027-02-01'],
  ['the day of a moment is UTC’s', null, '2027-02-01T23:59:59-06:00', '2027-02-02'],
  ['an exam whose last day is not known gives none', 'III', null, null],
])('%s', (_rule, schedule, examValidUntil, day) => {
  expect(lastFillDay({ examValidUntil, issuedOn: now, schedule, places }, asking)).toBe(day);
});

test('signing settles it by the schedule of what is ordered, and a document by itself says the same', () => {
  const facts = signing('TX');
  const exam = facts.exam ? { ...facts.exam, validUntil: '2027-11-01' } : null;
  expect(lastDayAtSigning({ ...facts, exam }, now)).toBe('2027-11-01');
  expect(lastDayAtSigning({ ...facts, exam, ingredients: [testosterone], controlled: said }, now)).toBe('2027-05-22');
  const document = { validUntil: '2027-11-01', signedAt: now, state: 'TX' };
  expect([lastDayOfDocument({ ...document, schedule: null }), lastDayOfDocument({ ...document, schedule: 'III' })]).toEqual([
    '2027-11-01',
    '2027-05-22',
  ]);
});

test.each([
  ['on the last day', '2026-11-22', 'PASS'],
  ['the day after', '2026-11-21', 'FAIL'],
  ['with no day known', null, 'UNKNOWN'],
])('an order goes out %s: %s is %s', (_when, lastDay, outcome) => {
  expect(notOver(lastDay, now).map((one) => [one.id, one.outcome])).toEqual([['order.lastDay', outcome]]);
  const results = evaluate({ ...sending('TX'), lastDay }, now);
  expect(results.find(({ id }) => id === 'order.lastDay')?.outcome).toBe(outcome);
});

test('what is left out is not asked, so that decisions kept before answer as they did', () => {
  expect(notOver(undefined, now)).toEqual([]);
  expect(fillInTime({ status: 'SENT', holds: [] }, undefined, now)).toEqual([]);
  expect(evaluate(sending('TX'), now).some(({ id }) => id === 'order.lastDay')).toBe(false);
});

test.each([
  ['on the last day', false, '2026-11-22', '2026-11-20', 'PASS'],
  ['begun by the last day, seven days later', false, '2026-11-15', '2026-11-15', 'PASS'],
  ['begun by the last day, eight days later', false, '2026-11-14', '2026-11-14', 'FAIL'],
  ['begun after the last day', false, '2026-11-20', '2026-11-21', 'FAIL'],
  ['controlled, on its last day', true, '2026-11-22', '2026-11-22', 'PASS'],
  ['controlled, begun by its last day, a day later', true, '2026-11-21', '2026-11-21', 'FAIL'],
  ['not known whether controlled', null, '2026-11-22', '2026-11-22', 'UNKNOWN'],
  ['no day known', false, null, '2026-11-22', 'UNKNOWN'],
  ['not known when it began', false, '2026-11-21', null, 'UNKNOWN'],
])('a fill is handed out: %s', (_when, controlled, lastDay, begun, outcome) => {
  const results = fillInTime({ status: 'SENT', holds: [], lastDay, controlled }, begun && `${begun}T10:00:00Z`, now);
  expect(results.map((one) => [one.id, one.outcome])).toEqual([['order.lastDay', outcome]]);
});

test('no release says for how long a prescription holds: one that asks it leaves it to be attested, and until then nothing is signed', () => {
  const id = 'TX.prescription.validityMonths';
  const { rules } = asking;
  expect(rules.entries(id)).toEqual([]);
  const { rule } = rules.find('TX.gfe.telehealthAllowed', now);
  const open = { ...rule, id, key: 'prescription.validityMonths', value: null, confidence: 'unknown' };
  const raised = {
    ...rules,
    find: (wanted: string, on: string) =>
      wanted === id ? { ...rules.find('TX.gfe.telehealthAllowed', on), rule: open } : rules.find(wanted, on),
    seenUnder: (version: string, wanted: string, at: string) => (wanted === id ? open : rules.seenUnder(version, wanted, at)),
    entries: (wanted: string) => (wanted === id ? [open] : rules.entries(wanted)),
  } as typeof rules;
  const facts = signing('TX');
  const asked = (value: unknown) => {
    const attestations = value === undefined ? facts.attestations : [...(facts.attestations ?? []), attested(id, value)];
    return evaluate({ ...facts, attestations }, now, raised).filter((one) => one.id === id);
  };
  expect(asked(undefined)).toMatchObject([{ outcome: 'UNKNOWN', remedy: expect.stringMatching(/attest/i) }]);
  expect(asked(12)).toMatchObject([{ outcome: 'PASS', message: 'A prescription holds for 12 months' }]);
  // Longer than a year is not taken from anybody.
  expect(asked(13)).toMatchObject([{ outcome: 'UNKNOWN' }]);
});
