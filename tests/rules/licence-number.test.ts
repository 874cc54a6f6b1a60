import { expect, test } from 'vitest';
import { numberShapes, shapeMissed } from '#rules/licence-number.ts';
import { stateOf } from '#rules/place.ts';

const physician = { kind: 'PHYSICIAN', credential: 'MD' };

test.each([
  ['CA', 'MD', 'PHYSICIAN', 'A123456'],
  ['CA', 'DO', 'PHYSICIAN', '20A 12345'],
  ['FL', 'MD', 'PHYSICIAN', 'ME123456'],
  ['FL', 'NP', 'NURSE_PRACTITIONER', 'APRN11012345'],
  ['FL', 'NP', 'REGISTERED_NURSE', 'RN9123456'],
  ['TX', 'MD', 'PHYSICIAN', 'Q1234'],
  ['TX', 'DO', 'PHYSICIAN', 'Q1234'],
  ['IL', 'MD', 'CONTROLLED_SUBSTANCES', '336-123456'],
  ['OH', 'NP', 'NURSE_PRACTITIONER', 'APRN.CNP.0012345'],
  ['NC', 'DO', 'PHYSICIAN', '2011-00123'],
])('in %s the number of a %s’s %s may be %s', (state, credential, kind, number) => {
  expect(shapeMissed({ state, credential, kind, number })).toBeNull();
});

test.each([
  ['TX', 'MD', 'PHYSICIAN', '12345', 'a letter and four digits', 'known'],
  ['TX', 'MD', 'PHYSICIAN', 'Q12345', 'a letter and four digits', 'known'],
  ['TX', 'NP', 'NURSE_PRACTITIONER', 'AP555', 'six or seven digits, with or without AP before them', 'uncertain'],
  ['CA', 'DO', 'PHYSICIAN', 'A123456', '20A and four to six digits', 'known'],
  ['FL', 'PA', 'PHYSICIAN_ASSISTANT', 'ME12345', 'PA and five to eight digits', 'known'],
  ['MI', 'MD', 'PHYSICIAN', '5101123456', '4301 and six digits', 'known'],
])('in %s the number of a %s’s %s is not %s but %s', (state, credential, kind, number, words, confidence) => {
  expect(shapeMissed({ state, credential, kind, number })).toMatchObject({ words, confidence });
});

test('where nobody wrote a shape down, any number will do', () => {
  expect(shapeMissed({ ...physician, state: 'WY', number: 'anything' })).toBeNull();
  expect(shapeMissed({ ...physician, state: 'TX', kind: 'TELEHEALTH_REGISTRATION', number: 'anything' })).toBeNull();
  expect(shapeMissed({ ...physician, state: 'TX', credential: 'RN', number: 'anything' })).toBeNull();
});

test('every shape is of a state that there is, anchored at both ends, said in words, and one for each state, kind and credential', () => {
  const keys = numberShapes.flatMap(({ state, kind, credentials }) => credentials.map((credential) => `${state} ${kind} ${credential}`));
  expect(new Set(keys).size).toBe(keys.length);
  for (const { state, pattern, words, confidence } of numberShapes) {
    expect(stateOf(state)).not.toBeNull();
    expect(pattern).toMatch(/^\^.*\$$/);
    expect(words).not.toBe('');
    expect(['known', 'uncertain']).toContain(confidence);
  }
});
