import { describe, expect, test } from 'vitest';
import { evaluate, examValidUntil } from '#rules/evaluate.ts';
import type { GateFacts } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { blockers, isBlocked, type RuleResult } from '#rules/results.ts';
import { noRules, type RuleSet } from '#rules/rule-set.ts';
import { attested, booking, clinicService, type FactsOf, licence, nurse, physician, signing } from './given.ts';

const stops = (results: readonly RuleResult[]) => blockers(results).map(({ id, outcome }) => `${id} ${outcome}`);
const one = (results: readonly RuleResult[], id: string) => results.find((result) => result.id === id);

/** A licence that was looked at the day before, so that only the rules move. */
const seenOn = (state: string, day: string) => licence(state, { verifiedAt: `${day}T00:00:00Z`, expiresOn: '2028-06-30' });

describe('the federal telemedicine flexibility ends on 2026-12-31', () => {
  const service = 'hormone-therapy';

  /** Testosterone for a Texan by telehealth, never seen in person. Everything else is in order on both days. */
  function testosterone(): FactsOf<'order-signing'> {
    const facts = signing();
    return {
      ...facts,
      service,
      exam: facts.exam ? { ...facts.exam, services: [service] } : null,
      protocol: facts.protocol ? { ...facts.protocol, service, effectiveUntil: '2027-12-31' } : null,
      ingredients: [{ name: 'Testosterone cypionate', unii: 'M0XW1UBI14' }],
      attestations: [...(facts.attestations ?? []), attested('US.substance.M0XW1UBI14.503A')],
      prescriber: {
        ...physician('TX'),
        licences: [seenOn('TX', '2026-12-30')],
        deaRegistrations: [{ state: 'TX', status: 'ACTIVE', expiresOn: '2028-01-01', schedules: ['III'] }],
      },
    };
  }

  test.each(['2026-12-31', '2026-12-31T00:00:00Z', '2026-12-31T23:59:59.999Z'])('and still carries the order on %s', (on) => {
    expect(one(evaluate(testosterone(), on), 'US.controlled.telemedicine')).toEqual({
      id: 'US.controlled.telemedicine',
      outcome: 'PASS',
      message: 'The telemedicine flexibility covers a live video exam until 2026-12-31',
      citation: '90 FR 61301; 21 CFR 1307.41',
      remedy: null,
      version: '2026-11-22.1',
    });
  });

  test.each(['2027-01-01', '2027-01-01T00:00:00Z'])('and carries nothing any more on %s', (on) => {
    expect(one(evaluate(testosterone(), on), 'US.controlled.telemedicine')).toEqual({
      id: 'US.controlled.telemedicine',
      outcome: 'UNKNOWN',
      message: 'No in-person evaluation is on record, and no telemedicine flexibility is known to hold on that date',
      citation: '90 FR 61301; 21 CFR 1307.41',
      remedy: 'Record an in-person evaluation, or load the rule that succeeds the flexibility.',
      version: '2026-11-22.1',
    });
  });

  test('which is all that moves overnight', () => {
    const [last, first] = ['2026-12-31', '2027-01-01'].map((on) => evaluate(testosterone(), on));
    const moved = first?.filter((result, index) => JSON.stringify(result) !== JSON.stringify(last?.[index]));
    expect(moved?.map(({ id }) => id)).toEqual(['US.controlled.telemedicine']);
    expect(stops(last ?? [])).toEqual(['US.controlled.signing UNKNOWN', 'pdmp.query UNKNOWN']);
  });

  test('and an evaluation in person carries it on either day', () => {
    for (const on of ['2026-12-31', '2027-01-01']) {
      const facts = { ...testosterone(), inPersonEvaluationOn: '2026-11-01' };
      expect(one(evaluate(facts, on), 'US.controlled.telemedicine')?.outcome).toBe('PASS');
    }
  });

  test('as an order without a controlled ingredient never learns', () => {
    const facts = { ...signing(), prescriber: { ...physician('TX'), licences: [seenOn('TX', '2026-12-30')] } };
    const open: GateFacts = { ...facts, protocol: facts.protocol ? { ...facts.protocol, effectiveUntil: '2027-12-31' } : null };
    expect(stops(evaluate(open, '2026-12-31'))).toEqual([]);
    expect(stops(evaluate(open, '2027-01-01'))).toEqual([]);
  });
});

describe('nurse practitioners in Wisconsin became independent on 2026-09-01', () => {
  /** What is known of the nurse's authority, asked as of a day, with the rules known then or now. */
  function authority(on: string, rules: RuleSet = library.on(on)): string[] {
    const examiner = { ...nurse('WI'), licences: [seenOn('WI', '2026-08-30')] };
    const facts = { ...booking('WI'), examiner, startsAt: `${on}T15:00:00Z` };
    return evaluate(facts, on, rules)
      .filter(({ id }) => id.startsWith('WI.np.'))
      .map(({ id, outcome, message }) => `${id} ${outcome}: ${message}`);
  }
  const asKnownNow = library.latest;

  test('as is known now of the day before, the day itself and later', () => {
    expect(authority('2026-08-31', asKnownNow)).toEqual(['WI.np.practiceAuthority PASS: Wisconsin: NP practice authority is reduced']);
    expect(authority('2026-09-01', asKnownNow)).toEqual([
      'WI.np.practiceAuthority PASS: Wisconsin: NP practice authority is full',
      expect.stringMatching(/^WI\.np\.transition PASS: Wisconsin: transition to independence: 3,840/),
    ]);
    expect(authority('2026-11-22', asKnownNow)).toEqual(authority('2026-09-01', asKnownNow));
  });
  test('while as was known on those days nothing was', () => {
    for (const on of ['2026-08-31', '2026-09-01']) {
      expect(authority(on)).toEqual(['WI.np.practiceAuthority UNKNOWN: No rules had been released by that date']);
    }
  });
  test('which the first release did not know of the time before', () => {
    const first = library.of('2026-11-22.1');
    expect(first?.find('WI.np.practiceAuthority', '2026-08-31').why).toBe('not-in-force');
    expect(first?.find('WI.np.practiceAuthority', '2026-09-01').rule?.value).toBe('full');
  });
});

describe('the release that decides', () => {
  test.each([
    ['1999-12-31', 'none'],
    ['2026-11-21', 'none'],
    ['2026-11-21T23:59:59.999Z', 'none'],
    ['2026-11-22T00:00:00+01:00', 'none'],
    ['2026-11-22', '2026-11-22.5'],
    ['2026-11-21T23:00:00-01:00', '2026-11-22.5'],
    ['2099-01-01', library.latest.version],
    ['2026-02-30', 'none'],
    ['', 'none'],
  ])('on "%s" is %s', (on, version) => {
    expect(library.on(on).version).toBe(version);
  });

  test('is none before the first, and then the order is unknown from end to end, without an error', () => {
    const results = evaluate(signing(), '2026-11-21T12:00:00Z');
    expect(results.map(({ id }) => id)).toContain('licence.prescriber');
    for (const { outcome, message, citation, remedy, version } of results) {
      expect({ outcome, message, citation, remedy, version }).toEqual({
        outcome: 'UNKNOWN',
        message: 'No rules had been released by that date',
        citation: null,
        remedy: 'Ask as of a date that has a release.',
        version: 'none',
      });
    }
    expect(library.on('2026-11-21')).toBe(noRules);
    expect(examValidUntil(signing(), '2026-11-20T12:00:00Z', '2026-11-21')).toBeNull();
  });
});

describe('an attestation', () => {
  const rule = 'TX.md.supervision';
  const open = (changes: Parameters<typeof attested>[2], on: string) => {
    const facts = clinicService();
    const attestations = [...(facts.attestations ?? []).filter(({ ruleId }) => ruleId !== rule), attested(rule, null, changes)];
    const directors = facts.directors?.map((one) => ({ ...one, licences: [seenOn('TX', '2026-11-30')] }));
    return stops(evaluate({ ...facts, attestations, directors }, on));
  };

  test.each([
    ['stands on the day it expires', { expiresOn: '2026-12-05' }, '2026-12-05T23:59:59Z', []],
    ['is over the day after', { expiresOn: '2026-12-05' }, '2026-12-06T00:00:00Z', [`${rule} UNKNOWN`]],
    ['stands until the moment it is revoked', { revokedAt: '2026-12-05T10:00:00Z' }, '2026-12-05T09:59:59Z', []],
    ['is over from that moment', { revokedAt: '2026-12-05T10:00:00Z' }, '2026-12-05T10:00:00Z', [`${rule} UNKNOWN`]],
    ['stands, asked as of the day before, although revoked since', { revokedAt: '2026-12-05T10:00:00Z' }, '2026-12-04', []],
    ['is over, asked as of the day it was revoked', { revokedAt: '2026-12-05T10:00:00Z' }, '2026-12-05', [`${rule} UNKNOWN`]],
    ['does not reach back before it was given', { attestedAt: '2026-12-05T10:00:00Z' }, '2026-12-05T09:59:59Z', [`${rule} UNKNOWN`]],
    ['stands from the moment it was given', { attestedAt: '2026-12-05T10:00:00Z' }, '2026-12-05T10:00:00Z', []],
  ])('%s', (_what, changes, on, expected) => {
    expect(open(changes, on)).toEqual(expected);
  });

  test('that replaces another counts from its own moment on', () => {
    const facts = booking('AZ');
    const examiner = { ...physician('AZ'), licences: [seenOn('AZ', '2026-11-30')] };
    const attestations = [
      attested('AZ.gfe.telehealthAllowed'),
      attested('AZ.gfe.telehealthAllowed', 'no', { attestedAt: '2026-12-05T10:00:00Z' }),
    ];
    const at = (on: string) => stops(evaluate({ ...facts, examiner, attestations, startsAt: '2026-12-06T15:00:00Z' }, on));
    expect(at('2026-12-05T09:59:59Z')).toEqual([]);
    expect(at('2026-12-05T10:00:00Z')).toEqual(['AZ.gfe.telehealthAllowed FAIL']);
  });

  test('of a term decides until when an exam carries, asked as of either day', () => {
    const attestations = [
      attested('TX.gfe.validityMonths', 12),
      attested('TX.gfe.validityMonths', 3, { attestedAt: '2026-12-05T10:00:00Z' }),
    ];
    const facts = { ...signing(), attestations };
    expect(examValidUntil(facts, '2026-11-22T15:00:00Z', '2026-12-04')).toBe('2027-11-22');
    expect(examValidUntil(facts, '2026-11-22T15:00:00Z', '2026-12-06')).toBe('2027-02-22');
  });
});

test('the last day of a rule without an end never comes, and the first day of one is the day of its evidence', () => {
  const rule = library.latest.entries('TX.gfe.syncAudioVideo').at(-1);
  expect(rule).toMatchObject({ effectiveTo: null });
  expect(library.latest.find('TX.gfe.syncAudioVideo', '2199-12-31').why).toBeNull();
  expect(library.latest.find('TX.gfe.syncAudioVideo', '1900-01-01').why).toBe('not-in-force');
  expect(isBlocked(evaluate(booking(), '1900-01-01', library.latest))).toBe(true);
});
