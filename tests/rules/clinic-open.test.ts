import { describe, expect, test } from 'vitest';
import { decide, recordOf, replay } from '#rules/decision.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { ClinicLegs } from '#rules/clinic-facts.ts';
import type { Modality } from '#rules/facts.ts';
import { blockers } from '#rules/results.ts';
import { bookableUntil } from '#rules/slot-rules.ts';
import { booking, clinicService, completion, director, type FactsOf, now, starting } from './given.ts';

/** What the services of a clinic in good order stand on. */
function legs(changes: Partial<ClinicLegs> = {}, state = 'TX'): ClinicLegs {
  const { directors, protocols, facilityLicences } = clinicService(state);
  return { state, directors, protocols, facilityLicences, ...changes };
}

const stops = (facts: FactsOf<'exam-booking'> | FactsOf<'exam-start'> | FactsOf<'exam-completion'>) =>
  blockers(evaluate(facts, now)).map(({ id, outcome }) => `${id} ${outcome}`);

const broken: [string, Partial<ClinicLegs>, string][] = [
  ['no director', { directors: [] }, 'director.engaged FAIL'],
  ['directors that were not read', { directors: null }, 'director.engaged UNKNOWN'],
  ['a director whose insurance ended', { directors: [{ ...director(), insuredUntil: '2026-11-21' }] }, 'insurance.director FAIL'],
  ['a director licensed elsewhere', { directors: [{ ...director(), licences: director('FL').licences }] }, 'licence.director FAIL'],
  ['no protocol', { protocols: [] }, 'protocol.inForce FAIL'],
  [
    'a lapsed facility licence',
    { facilityLicences: [{ kind: 'CLIA_WAIVER', status: 'ACTIVE', expiresOn: '2026-11-21' }] },
    'facility.licence.CLIA_WAIVER FAIL',
  ],
];

describe('what closes a service at its clinic', () => {
  test.each(broken)('%s stops booking and start with the rule that readiness names', (_what, change, rule) => {
    expect(stops({ ...booking(), legs: legs(change) })).toEqual([rule]);
    expect(stops({ ...starting(), legs: legs(change) })).toEqual([rule]);
    expect(blockers(evaluate({ ...clinicService(), ...legs(change) }, now)).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([rule]);
  });

  test.each(broken)('%s leaves no time to offer', (_what, change) => {
    const { modality: _, startsAt: __, gate: ___, ...told } = booking();
    const ways: Modality[] = ['SYNC_VIDEO', 'IN_PERSON'];
    expect([...bookableUntil({ ...told, legs: legs() }, ways, now).keys()]).toEqual(ways);
    expect(bookableUntil({ ...told, legs: legs(change) }, ways, now)).toEqual(new Map());
  });

  test('does not hold up an exam that began', () => {
    expect(stops({ ...completion(), legs: legs({ directors: [] }) })).toEqual([]);
  });

  test('is the clinic’s own state too, for a patient elsewhere', () => {
    const facts = { ...booking('TX'), legs: legs({ directors: [director('AZ')] }, 'AZ') };
    expect(stops(facts)).toEqual([
      'AZ.gfe.telehealthAllowed UNKNOWN',
      'AZ.gfe.validityMonths UNKNOWN',
      'AZ.md.onSite UNKNOWN',
      'AZ.md.supervision UNKNOWN',
    ]);
    expect(stops({ ...facts, modality: 'IN_PERSON' })).not.toContain('AZ.gfe.telehealthAllowed UNKNOWN');
  });

  test('is nothing that only another way of examining would need', () => {
    expect(stops({ ...booking(), legs: legs() })).toEqual([]);
  });

  test('is unknown, and blocks, when nobody told of the clinic', () => {
    expect(stops({ ...booking(), legs: null })).toEqual([
      'jurisdiction.clinic UNKNOWN',
      'protocol.inForce UNKNOWN',
      'facility.licence UNKNOWN',
    ]);
  });

  test('was not asked by decisions that were kept before, which answer as they did', () => {
    const at = new Date(now);
    const kept = (facts: FactsOf<'exam-booking'>) => ({ ...recordOf(decide(facts, at), at), at });
    expect(replay(kept(booking()))).toMatchObject({ same: true });
    expect(replay(kept({ ...booking(), legs: legs({ protocols: [] }) }))).toMatchObject({ same: true });
  });
});
