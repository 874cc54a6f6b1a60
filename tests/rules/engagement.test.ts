import { describe, expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import { library } from '#rules/packs.ts';
import { blockers } from '#rules/results.ts';
import type { Rule } from '#rules/rule.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import { attested, engaging, licence, now, nurse, physician } from './given.ts';

type Facts = ReturnType<typeof engaging>;

const stops = (facts: Facts, rules?: RuleSet) => blockers(evaluate(facts, now, rules)).map(({ id, outcome }) => `${id} ${outcome}`);

test('a fixed fee to an insured physician, licensed where the clinic is, stands', () => {
  expect(evaluate(engaging(), now).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    ...['engagement.scope PASS', 'US.fee.fixed PASS', 'credential.engaged PASS', 'licence.engaged.TX PASS', 'insurance.engaged PASS'],
  ]);
});

test.each<[string, Partial<Facts>, string[]]>([
  ['a fee by the prescription', { feeBasis: 'PER_PRESCRIPTION' }, ['US.fee.per-patient FAIL']],
  ['a fee by the case', { feeBasis: 'PER_CASE' }, ['US.fee.per-patient FAIL']],
  ['an engagement by the prescription under a fixed fee', { model: 'PER_PRESCRIPTION' }, ['US.fee.per-patient FAIL']],
  ['a percentage where nobody knows', { feeBasis: 'PERCENTAGE' }, ['TX.fee.percentage UNKNOWN']],
  ['a fee of which nobody said how', { feeBasis: null }, ['engagement.fee UNKNOWN']],
  ['a basis that is none', { feeBasis: 'BARTER' as 'HOURLY' }, ['engagement.fee UNKNOWN']],
  ['a nurse practitioner', { practitioner: nurse('TX') }, ['credential.engaged FAIL']],
  ['nobody', { practitioner: null }, ['credential.engaged UNKNOWN', 'licence.engaged.TX UNKNOWN']],
  ['a state without a licence', { states: ['TX', 'NV'] }, ['licence.engaged.NV FAIL']],
  [
    'a licence nobody looked at',
    { practitioner: { ...physician('TX'), licences: [licence('TX', { status: 'STALE' })] } },
    ['licence.engaged.TX UNKNOWN'],
  ],
  ['states without that of the clinic', { clinicState: 'NV' }, ['engagement.scope FAIL']],
  ['no state', { states: [] }, ['engagement.scope UNKNOWN']],
  ['a clinic that nobody told of', { clinicState: null }, ['jurisdiction.clinic UNKNOWN', 'engagement.scope UNKNOWN']],
  ['no insurance', { standing: { insuredUntil: 'none', directorships: {} } }, ['insurance.engaged FAIL']],
  ['insurance that has ended', { standing: { insuredUntil: '2026-11-21', directorships: {} } }, ['insurance.engaged FAIL']],
  ['insurance nobody confirmed', { standing: { insuredUntil: null, directorships: {} } }, ['insurance.engaged UNKNOWN']],
  ['somebody on a list of excluded persons', { practitioner: { ...physician('TX'), exclusion: '2025-05-20' } }, ['exclusion.engaged FAIL']],
  ['somebody nobody looked up on the lists', { practitioner: { ...physician('TX'), exclusion: null } }, ['exclusion.engaged UNKNOWN']],
  ['somebody who speaks for the clinic themselves', { speaksForClinic: true }, ['engagement.sides FAIL']],
  ['somebody of whom nobody knows whether they do', { speaksForClinic: null }, ['engagement.sides UNKNOWN']],
  ['a standing that could not be read', { standing: null }, ['insurance.engaged UNKNOWN']],
])('%s is refused', (_what, change, expected) => {
  expect(stops({ ...engaging(), ...change })).toEqual(expected);
});

test('a rate for logged hours is read as a fee fixed in advance', () => {
  expect(stops({ ...engaging(), feeBasis: 'HOURLY' })).toEqual([]);
});

test('of a proposal neither licence nor insurance is asked yet, but fee and credential', () => {
  const proposed: Facts = { ...engaging(), practitioner: { ...nurse('NV') }, feeBasis: 'PER_CASE', standing: 'not-yet' };
  expect(stops(proposed)).toEqual(['US.fee.per-patient FAIL', 'credential.engaged FAIL']);
});

describe('a percentage', () => {
  const percentage = (state: string, attestations = engaging(state).attestations): Facts => ({
    ...engaging(state),
    ...{ feeBasis: 'PERCENTAGE', attestations },
  });
  test('is refused where the state forbids it, whatever is attested', () => {
    expect(stops(percentage('NY', [attested('NY.fee.percentage', 'allowed')]))).toEqual(['NY.fee.percentage FAIL']);
  });
  test('stands on a condition that somebody attested, with its citation', () => {
    expect(stops(percentage('CA'))).toEqual(['CA.fee.percentage UNKNOWN']);
    const results = evaluate(percentage('CA', [attested('CA.fee.percentage')]), now);
    expect(results.find(({ id }) => id === 'CA.fee.percentage')).toMatchObject({ outcome: 'PASS', citation: 'B&P 650(b)' });
  });
  test('is asked of every state of the engagement', () => {
    const facts = { ...percentage('CA', [attested('CA.fee.percentage')]), states: ['CA', 'NY'], standing: 'not-yet' } as const;
    expect(stops(facts)).toEqual(['NY.fee.percentage FAIL']);
  });
});

/** The rules with one more in them. */
function withRule(id: string, value: unknown): RuleSet {
  const rules = library.latest;
  const like = rules.entries('US.fee.fixed')[0];
  if (like === undefined) throw new Error('There is no such rule.');
  const jurisdiction = id.slice(0, 2);
  const rule: Rule = { ...like, id, jurisdiction, key: id.slice(3), value } as Rule;
  return {
    ...rules,
    find: (asked, on) => (asked === id ? { rule, why: null } : rules.find(asked, on)),
    entries: (asked) => (asked === id ? [rule] : rules.entries(asked)),
  };
}

test('a fee by the prescription stands where a rule of that very state allows it, and an entity’s own word is no such rule', () => {
  const facts: Facts = { ...engaging(), feeBasis: 'PER_PRESCRIPTION' };
  expect(stops(facts, withRule('TX.fee.per-patient', 'allowed'))).toEqual([]);
  expect(stops(facts, withRule('NV.fee.per-patient', 'allowed'))).toEqual(['US.fee.per-patient FAIL']);
  expect(stops({ ...facts, attestations: [attested('TX.fee.per-patient', 'allowed')] })).toEqual(['US.fee.per-patient FAIL']);
});

test('where a state lets a physician be director of one clinic, a second is refused, and an uncounted one is unknown', () => {
  const one = withRule('TX.md.directorships', { clinics: 1 });
  const with_ = (directorships: Record<string, number> | 'counted-before' | null): Facts => ({
    ...engaging(),
    standing: { insuredUntil: '2027-03-31', directorships },
  });
  expect(stops(with_({ TX: 0 }), one)).toEqual([]);
  expect(stops(with_({ TX: 1 }), one)).toEqual(['TX.md.directorships FAIL']);
  expect(stops(with_({}), one)).toEqual(['TX.md.directorships UNKNOWN']);
  expect(stops(with_(null), one)).toEqual(['TX.md.directorships UNKNOWN']);
  expect(stops(with_('counted-before'), one)).toEqual([]);
  expect(stops({ ...with_({ TX: 1 }), role: 'COLLABORATING_PHYSICIAN' }, one)).toEqual([]);
});
