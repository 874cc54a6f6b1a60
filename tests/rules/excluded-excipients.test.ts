import { expect, test } from 'vitest';
import { excludedExcipients } from '#rules/excluded-excipients.ts';

const benzylAlcohol = { name: 'Benzyl alcohol', unii: 'LKG8494WBH' };
const water = { name: 'Water for injection', unii: '059QF0KO0R' };
const oil = { name: 'Grapeseed oil', unii: null };
const excluded = ['LKG8494WBH'];

test.each([
  ['nothing is excluded', { contained: [benzylAlcohol] }, []],
  ['the list of exclusions is empty', { excludedExcipients: [], contained: null }, []],
  ['it is not in the formula', { excludedExcipients: excluded, contained: [water] }, ['excipient.excluded PASS']],
  ['it is in the formula', { excludedExcipients: excluded, contained: [water, benzylAlcohol] }, ['excipient.excluded FAIL']],
  [
    'it is in a formula with something unidentified',
    { excludedExcipients: excluded, contained: [oil, benzylAlcohol] },
    ['excipient.excluded FAIL'],
  ],
  ['something has no UNII', { excludedExcipients: excluded, contained: [water, oil] }, ['excipient.excluded UNKNOWN']],
  ['the inactive ingredients are not recorded', { excludedExcipients: excluded, contained: null }, ['excipient.excluded UNKNOWN']],
])('where %s', (_when, facts, told) => {
  expect(excludedExcipients(facts).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(told);
  expect(excludedExcipients(facts).filter(({ outcome, remedy }) => (outcome === 'PASS') !== (remedy === null))).toEqual([]);
});
