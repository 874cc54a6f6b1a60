import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import { blockers, isBlocked } from '#rules/results.ts';
import { licence, now, nurse, physician, placing } from './given.ts';

type Facts = ReturnType<typeof placing>;
type Candidate = NonNullable<Facts['candidate']>;

const stops = (facts: Facts) => blockers(evaluate(facts, now)).map(({ id, outcome }) => `${id} ${outcome}`);
const withCandidate = (change: Partial<Candidate>, facts = placing()): Facts => ({
  ...facts,
  candidate: facts.candidate && { ...facts.candidate, ...change },
});

test('a director who fits is in, and every reason is said in order', () => {
  expect(evaluate(placing(), now).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
    ...['engagement.scope PASS', 'US.fee.fixed PASS', 'credential.engaged PASS', 'licence.engaged.TX PASS', 'insurance.engaged PASS'],
    ...['exclusion.engaged PASS', 'placement.available PASS', 'placement.states PASS', 'placement.services PASS', 'placement.start PASS'],
    ...['placement.capacity PASS', 'placement.specialty PASS', 'placement.onSite PASS', 'TX.md.onSite PASS', 'TX.md.ratio PASS'],
    ...['placement.conflict PASS', 'placement.engagedThere PASS'],
  ]);
});

test.each<[string, Partial<Candidate>, string[]]>([
  ['who takes no work now', { open: false }, ['placement.available FAIL']],
  ['who takes another role', { roles: ['COLLABORATING_PHYSICIAN'] }, ['placement.available FAIL']],
  ['who does not work in that state', { states: ['NV'] }, ['placement.states FAIL']],
  ['who does not take the service', { services: ['iv-therapy'] }, ['placement.services FAIL']],
  ['who begins later', { availableFrom: '2026-12-02' }, ['placement.start FAIL']],
  ['who ends earlier', { availableUntil: '2026-11-30' }, ['placement.start FAIL']],
  ['of whom nobody knows until when', { availableUntil: null }, ['placement.start UNKNOWN']],
  ['who directs as many as they would', { directs: 3 }, ['placement.capacity FAIL']],
  ['of whom nobody counted what they direct', { directs: null }, ['placement.capacity UNKNOWN']],
  ['of another specialty', { specialties: ['Surgery'] }, ['placement.specialty FAIL']],
  ['who does not come to the premises there', { onSiteStates: ['NV'] }, ['placement.onSite FAIL']],
  ['under whom as many work as the state lets', { supervised: { TX: { NP: 5, PA: 2 } } }, ['TX.md.ratio FAIL']],
  ['under whom nobody counted', { supervised: null }, ['TX.md.ratio UNKNOWN']],
  ['who declared a conflict', { conflict: 'declared' }, ['placement.conflict FAIL']],
  ['who speaks for the clinic', { conflict: 'own' }, ['placement.conflict FAIL']],
  ['whom the clinic engages already', { engagedThere: true }, ['placement.engagedThere FAIL']],
])('somebody %s is out', (_who, change, expected) => {
  expect(stops(withCandidate(change))).toEqual(expected);
});

test.each<[string, Partial<Facts>, string[]]>([
  ['a nurse practitioner', { practitioner: { ...nurse('TX'), exclusion: 'none' } }, ['credential.engaged FAIL']],
  [
    'a licence nobody looked at lately',
    { practitioner: { ...physician('TX'), exclusion: 'none', licences: [licence('TX', { status: 'STALE' })] } },
    ['licence.engaged.TX UNKNOWN'],
  ],
  ['a fee by the prescription', { feeBasis: 'PER_PRESCRIPTION' }, ['US.fee.per-patient FAIL']],
  ['every service, of somebody who takes some', { services: [] }, ['placement.services FAIL']],
  ['prescribers nobody named', { prescribers: null }, ['placement.prescribers UNKNOWN']],
])('%s is refused', (_what, change, expected) => {
  expect(stops({ ...placing(), ...change })).toEqual(expected);
});

test('somebody who takes every service takes each, and a specialty is read whatever its case', () => {
  expect(stops({ ...withCandidate({ services: [], specialties: [' dermatology'] }), services: [] })).toEqual([]);
});

test('where nobody prescribes under them no ratio is asked, and where nobody must come nobody needs to', () => {
  const facts = { ...withCandidate({ onSiteStates: [], supervised: null }), prescribers: [], onSite: 'NONE' as const };
  expect(stops(facts)).toEqual([]);
});

test.each([
  ['found', '2025-05-20'],
  ['possible', 'possible'],
  ['not known', null],
  ['not asked', undefined],
] as const)('a screening that is %s reads only as not clear', (_what, exclusion) => {
  const results = evaluate({ ...placing(), practitioner: { ...physician('TX'), exclusion } }, now);
  expect(results.find(({ id }) => id === 'exclusion.engaged')).toMatchObject({ outcome: 'FAIL', message: 'Screening is not clear' });
});

test('of an insurance it is said whether there is one, never until when', () => {
  const standing = { insuredUntil: '2026-11-01', directorships: { TX: 1 } };
  const messages = [placing(), { ...placing(), standing }].map(
    (facts) => evaluate(facts, now).find(({ id }) => id === 'insurance.engaged')?.message,
  );
  expect(messages).toEqual(['Insured for professional liability', 'No professional liability policy is verified and in force']);
});

const codes = fc.uniqueArray(fc.constantFrom('weight-loss', 'iv-therapy', 'microneedling', 'laser-ipl'), { minLength: 1 });
const states = fc.uniqueArray(fc.constantFrom('TX', 'NV', 'FL'), { minLength: 1 });

test('asking for more never brings anybody in, and offering more never puts anybody out', () => {
  fc.assert(
    fc.property(codes, codes, codes, states, fc.nat({ max: 5 }), (wanted, offered, more, there, load) => {
      const facts = { ...withCandidate({ services: offered, onSiteStates: there, directs: load }), services: wanted };
      const isOut = isBlocked(evaluate(facts, now));
      if (isOut) expect(isBlocked(evaluate({ ...facts, services: [...new Set([...wanted, ...more])] }, now))).toBe(true);
      const generous = withCandidate(
        { services: [...new Set([...offered, ...more])], onSiteStates: ['TX', 'NV', 'FL'], directs: 0 },
        facts,
      );
      if (!isOut) expect(isBlocked(evaluate(generous, now))).toBe(false);
    }),
  );
});
