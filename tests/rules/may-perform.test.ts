import { describe, expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import { blockers, isBlocked } from '#rules/results.ts';
import { attested, collaborating, type FactsOf, licence, nurse, now, performing, physician } from './given.ts';

type Performing = FactsOf<'may-perform'>;
type Delegated = NonNullable<NonNullable<Performing['delegations']>[number]>;

const stopped = (facts: Performing, on = now) => blockers(evaluate(facts, on)).map(({ id, outcome }) => `${id} ${outcome}`);

/** The passing facts with the one delegation changed. */
function delegated(change: Partial<Delegated>): Performing {
  const facts = performing();
  return { ...facts, delegations: facts.delegations?.map((one) => ({ ...one, ...change })) };
}

function delegator(change: Partial<NonNullable<Delegated['delegator']>>): Performing {
  const [one] = performing().delegations ?? [];
  return delegated({ delegator: one?.delegator ? { ...one.delegator, ...change } : null });
}

test('a trained nurse practitioner may do what an engaged physician has delegated under a protocol in force', () => {
  const results = evaluate(performing(), now);
  expect(results.map(({ id }) => id)).toEqual([
    'US.delegation.botulinum-toxin.NP',
    'licence.performer',
    'TX.np.practiceAuthority',
    'agreement.performer',
    'TX.md.supervision',
    'TX.md.onSite',
    'delegation.record',
    'delegation.recordedLevel',
    'credential.delegator',
    'licence.delegator',
    'engagement.delegator',
    'competency.performer',
    'protocol.inForce',
    'TX.md.ratio',
  ]);
  expect(isBlocked(results)).toBe(false);
});

describe('each leg alone stops it, and no other', () => {
  const lapsed = [licence('TX', { status: 'EXPIRED' })];
  const physicianLicences = [licence('TX', { status: 'SUSPENDED' })];
  const agreement = nurse('TX').agreements?.[0];
  test.each<[what: string, facts: Performing, stops: string[]]>([
    ['the licence of who acts', { ...performing(), performer: { ...nurse('TX'), licences: lapsed } }, ['licence.performer FAIL']],
    ['the agreement', { ...performing(), performer: { ...nurse('TX'), agreements: [] } }, ['agreement.performer FAIL']],
    [
      'the licence of the physician of the agreement',
      { ...performing(), performer: { ...nurse('TX'), agreements: agreement ? [{ ...agreement, physicianLicences }] : null } },
      ['agreement.performer FAIL'],
    ],
    ['no delegation', { ...performing(), delegations: [] }, ['delegation.record FAIL']],
    ['one that was taken back', delegated({ revokedOn: '2026-11-22' }), ['delegation.record FAIL']],
    ['one that has ended', delegated({ endsOn: '2026-11-21' }), ['delegation.record FAIL']],
    ['one that has not begun', delegated({ startsOn: '2026-11-23' }), ['delegation.record FAIL']],
    ['one for another state', delegated({ states: ['CA'] }), ['delegation.record FAIL']],
    ['one that is looser than the rules', delegated({ level: 4 }), ['delegation.recordedLevel FAIL']],
    ['one by somebody who is no physician', delegator({ credential: 'NP' }), ['credential.delegator FAIL']],
    ['the licence of who delegated', delegator({ licences: lapsed }), ['licence.delegator FAIL']],
    ['the engagement of who delegated', delegator({ engagementStatus: 'SUSPENDED' }), ['engagement.delegator FAIL']],
    ['an engagement that is over', delegator({ engagementEndsOn: '2026-11-21' }), ['engagement.delegator FAIL']],
    ['no engagement at all', delegator({ engagementStatus: 'NONE', engagementStartsOn: null }), ['engagement.delegator FAIL']],
    ['no training', { ...performing(), competencies: [] }, ['competency.performer FAIL']],
    [
      'training of long ago',
      { ...performing(), competencies: [{ service: 'botulinum-toxin', assessedOn: '2025-01-01', expiresOn: '2025-12-31' }] },
      ['competency.performer FAIL'],
    ],
    ['the protocol', delegated({ protocol: null }), ['protocol.inForce UNKNOWN']],
    ['a physician without room', delegated({ supervised: { NP: 4, PA: 3 } }), ['TX.md.ratio FAIL']],
    ['a count that nobody made', delegated({ supervised: null }), ['TX.md.ratio UNKNOWN']],
    ['what was delegated could not be read', { ...performing(), delegations: null }, ['delegation.record UNKNOWN']],
  ])('%s', (_what, facts, stops) => {
    expect(stopped(facts)).toEqual(stops);
  });
});

test('a delegation that is stricter than the rules will do', () => {
  expect(stopped(delegated({ level: 1 }))).toEqual([]);
});

test('of several delegations one that carries is enough', () => {
  const [one] = performing().delegations ?? [];
  if (!one) throw new Error('There is one.');
  expect(stopped({ ...performing(), delegations: [{ ...one, revokedOn: '2026-11-01' }, one] })).toEqual([]);
});

test('what a credential may do on its own licence needs no delegation', () => {
  const facts = { ...performing(), service: 'weight-loss', delegations: [], competencies: [] };
  const attestations = [...(facts.attestations ?? []), attested('US.delegation.weight-loss.NP')];
  expect(stopped({ ...facts, attestations })).toEqual([]);
  const md = { ...facts, performer: physician('TX'), attestations: [...attestations, attested('US.delegation.weight-loss.MD')] };
  expect(stopped(md)).toEqual([]);
});

test('an entity that is stricter than the table makes it need one', () => {
  const facts = { ...performing(), service: 'weight-loss', delegations: [], competencies: [] };
  const attestations = [...(facts.attestations ?? []).filter(({ ruleId }) => ruleId !== 'US.delegation.weight-loss.NP')];
  expect(stopped({ ...facts, attestations: [...attestations, attested('US.delegation.weight-loss.NP', 2)] })).toEqual([
    'delegation.record FAIL',
  ]);
});

test('a registered nurse has no instrument of her own, and what is never delegated stays so whatever is on record', () => {
  const nurseOf = (service: string) => ({ ...nurse('TX'), credential: 'RN' as const, agreements: null, service });
  const facts = performing();
  const attestations = [...(facts.attestations ?? []), attested('US.delegation.botulinum-toxin.RN')];
  expect(stopped({ ...facts, attestations, performer: nurseOf('botulinum-toxin') })).toEqual([]);
});

test('nobody delegates to a physician: where the level of the act is not known, that stands in the way and nothing else', () => {
  for (const credential of ['MD', 'DO'] as const) {
    const facts = { ...performing(), performer: { ...physician('TX'), credential }, delegations: [], competencies: [] };
    expect(evaluate(facts, now).filter(({ id }) => /^delegation|competency|supervision|onSite/.test(id))).toEqual([]);
    for (const delegations of [[], null, performing().delegations])
      expect(stopped({ ...facts, delegations })).toEqual([`US.delegation.botulinum-toxin.${credential} UNKNOWN`]);
  }
});

describe('an agreement', () => {
  const asked = (change: Partial<FactsOf<'collaboration'>>) =>
    blockers(evaluate({ ...collaborating(), ...change }, now)).map(({ id, outcome }) => `${id} ${outcome}`);

  test('is signed by a physician with room and somebody who needs one, both licensed in the state', () => {
    expect(evaluate(collaborating(), now).map(({ id }) => id)).toEqual([
      'credential.supervisor',
      'licence.supervisor',
      'credential.supervisee',
      'licence.supervisee',
      'TX.md.ratio',
    ]);
    expect(asked({})).toEqual([]);
  });

  test.each<[string, Partial<FactsOf<'collaboration'>>, string[]]>([
    ['by two nurses', { supervisor: nurse('TX') }, ['credential.supervisor FAIL']],
    ['by two physicians', { supervisee: physician('TX') }, ['credential.supervisee FAIL']],
    ['without a licence there', { supervisor: physician('CA') }, ['licence.supervisor FAIL']],
    ['with seven already', { supervised: { NP: 5, PA: 2 } }, ['TX.md.ratio FAIL']],
    ['with six', { supervised: { NP: 5, PA: 1 } }, []],
    ['with nobody counted', { supervised: null }, ['TX.md.ratio UNKNOWN']],
    ['for no state', { state: null }, ['jurisdiction.agreement UNKNOWN']],
  ])('%s', (_what, change, stops) => {
    expect(asked(change)).toEqual(stops);
  });
});
