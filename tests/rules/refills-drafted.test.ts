import { expect, test } from 'vitest';
import { refillsRefused } from '#rules/refills-drafted.ts';
import { now } from './given.ts';

const testosterone = { name: 'Testosterone cypionate', unii: 'M0XW1UBI14' };
const semaglutide = { name: 'Semaglutide', unii: '53AXN4NNHX' };
const drafted = { refills: 5, daysSupply: 28, patientState: 'TX', pharmacyState: 'TX' };

test.each([
  ['five refills of schedule III within six months', [testosterone], {}, []],
  ['six refills of schedule III', [testosterone], { refills: 6 }, ['US.controlled.refills-III']],
  ['refills of schedule III that would fall after six months', [testosterone], { daysSupply: 40 }, ['US.controlled.refills-III']],
  ['refills of what is not controlled', [semaglutide], { refills: 11 }, []],
  [
    'six refills of a compound with something of schedule III in it',
    [semaglutide, testosterone],
    { refills: 6 },
    ['US.controlled.refills-III'],
  ],
  ['no refill', [testosterone], { refills: 0, daysSupply: 90 }, []],
  ['a state that is none', [testosterone], { refills: 6, patientState: 'ZZ' }, []],
])('%s', (_what, ingredients, changes, rules) => {
  const refused = refillsRefused({ ingredients, ...drafted, ...changes }, now);
  expect(refused.filter(({ id }) => id.startsWith('US.')).map(({ id }) => id)).toEqual(rules);
  expect(refused.every(({ outcome, remedy }) => outcome === 'FAIL' && remedy !== null)).toBe(true);
});
