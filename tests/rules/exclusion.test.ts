import { expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import { exclusionTold, type ExclusionFact } from '#rules/exclusion.ts';
import type { GateFacts } from '#rules/facts.ts';
import { blockers } from '#rules/results.ts';
import { library } from '#rules/packs.ts';
import * as given from './given.ts';

/** Who is excluded in each gate, by the result that says so. */
const parts: readonly (readonly [id: string, with_: (exclusion: ExclusionFact) => GateFacts])[] = [
  ['exclusion.examiner', (exclusion) => ({ ...given.booking(), examiner: { ...given.nurse('TX'), exclusion } })],
  ['exclusion.examiner', (exclusion) => ({ ...given.starting(), examiner: { ...given.nurse('TX'), exclusion } })],
  ['exclusion.examiner', (exclusion) => ({ ...given.completion(), examiner: { ...given.nurse('TX'), exclusion } })],
  ['exclusion.prescriber', (exclusion) => ({ ...given.signing(), prescriber: { ...given.physician('TX'), exclusion } })],
  ['exclusion.delegate', (exclusion) => ({ ...given.delegation(), delegate: { ...given.nurse('TX'), exclusion } })],
  ['exclusion.delegator', (exclusion) => ({ ...given.delegation(), delegator: { ...given.physician('TX'), exclusion } })],
];
const added = (id: string, facts: GateFacts) => evaluate(facts, given.now).filter((result) => result.id === id);

test.each(parts)('%s blocks whoever is excluded, may be, or was not looked up', (id, facts) => {
  expect(added(id, facts('none')).map(({ outcome }) => outcome)).toEqual(['PASS']);
  expect(added(id, facts('2026-10-15'))).toEqual([
    expect.objectContaining({ outcome: 'FAIL', message: expect.stringMatching(/ is excluded since 2026-10-15$/) }),
  ]);
  expect(added(id, facts('possible')).map(({ outcome }) => outcome)).toEqual(['UNKNOWN']);
  expect(added(id, facts(null)).map(({ outcome }) => outcome)).toEqual(['UNKNOWN']);
});

test('an agreement with an excluded physician carries nothing', () => {
  const [agreement] = given.nurse('TX').agreements ?? [];
  if (!agreement) throw new Error('The nurse has no agreement.');
  const under = (exclusion: ExclusionFact): GateFacts => ({
    ...given.booking(),
    examiner: { ...given.nurse('TX'), agreements: [{ ...agreement, exclusion }] },
  });
  expect(blockers(evaluate(under('none'), given.now))).toEqual([]);
  expect(blockers(evaluate(under('2026-10-15'), given.now)).map(({ id, outcome }) => [id, outcome])).toEqual([
    ['agreement.examiner', 'FAIL'],
  ]);
  expect(blockers(evaluate(under(null), given.now)).map(({ id, outcome }) => [id, outcome])).toEqual([['agreement.examiner', 'UNKNOWN']]);
});

test('facts of a time before it was asked answer as they did', () => {
  expect(evaluate(given.booking(), given.now).filter(({ id }) => id.startsWith('exclusion'))).toEqual([]);
});

test('what a neighbour tells is taken for unknown unless it is one of the known words', () => {
  const told = (status: string, since: string | null = null) => exclusionTold({ status, since });
  expect([exclusionTold(undefined), exclusionTold(null), told('NONE'), told('POSSIBLE'), told('EXCLUDED', '2020-01-01')]).toEqual([
    {},
    { exclusion: null },
    { exclusion: 'none' },
    { exclusion: 'possible' },
    { exclusion: '2020-01-01' },
  ]);
  expect([told('UNKNOWN'), told('SOMETHING'), told('EXCLUDED')]).toEqual([{ exclusion: null }, { exclusion: null }, { exclusion: null }]);
});

test('where a state requires a registration of its own, a controlled substance asks for it; where nobody knows, it blocks', () => {
  const registration = { state: 'IL', status: 'ACTIVE', expiresOn: '2027-06-30', schedules: ['III'] };
  const asked = (state: string, stateRegistrations: readonly object[] | null | undefined) => {
    const facts = {
      ...given.signing(state),
      ingredients: [{ name: 'Testosterone cypionate', unii: 'M0XW1UBI14' }],
      prescriber: { ...given.physician(state), ...(stateRegistrations === undefined ? {} : { stateRegistrations }) },
    } as GateFacts;
    return evaluate(facts, given.now)
      .filter(({ id }) => id === 'csr.prescriber' || id.endsWith('csr.required'))
      .map(({ id, outcome }) => `${id} ${outcome}`);
  };
  expect(library.latest.find('IL.csr.required', '2026-11-22').rule?.value).toBe(true);
  expect(asked('IL', [registration])).toEqual(['csr.prescriber PASS']);
  expect(asked('IL', [{ ...registration, schedules: ['IV'] }])).toEqual(['csr.prescriber FAIL']);
  expect(asked('IL', [{ ...registration, expiresOn: '2026-11-21' }])).toEqual(['csr.prescriber FAIL']);
  expect(asked('IL', [])).toEqual(['csr.prescriber FAIL']);
  expect(asked('IL', null)).toEqual(['csr.prescriber UNKNOWN']);
  expect(asked('TX', [registration])).toEqual(['TX.csr.required UNKNOWN']);
  expect(asked('IL', undefined)).toEqual([]);
});
