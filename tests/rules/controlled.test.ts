import { describe, expect, test } from 'vitest';
import type { ControlledFacts, PdmpCheckFact } from '#rules/controlled-facts.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { Credential, OrderSigningFacts } from '#rules/facts.ts';
import { jurisdictions } from '#rules/packs.ts';
import { blockers, type RuleResult } from '#rules/results.ts';
import { attested, nurse, physician, sending, signing } from './given.ts';

const now = '2026-11-22T12:00:00Z';
const testosterone = { name: 'Testosterone cypionate', unii: 'M0XW1UBI14' };
const phentermine = { name: 'Phentermine hydrochloride', unii: 'C045TQL4WP' };
const registered = (state: string) => [{ state, status: 'ACTIVE', expiresOn: '2028-01-01', schedules: ['II', 'III', 'IV', 'V'] }];

const queried: PdmpCheckFact = {
  state: 'TX',
  checkedAt: '2026-11-22T09:00:00Z',
  outcome: 'REVIEWED',
  patientMatch: 'EXACT',
  decision: 'PRESCRIBE',
  outage: 'none',
};

const said: ControlledFacts = {
  pharmacyState: 'TX',
  prescriberState: 'TX',
  refills: 1,
  daysSupply: 28,
  examByPrescriber: true,
  pdmpChecks: [queried],
  access: 'GRANTED',
};

/** Testosterone for a patient of a state, everything about it in order. */
function order(state = 'TX', controlled: Partial<ControlledFacts> | null = {}, change: Partial<OrderSigningFacts> = {}) {
  const facts = signing(state);
  const service = 'hormone-therapy';
  return {
    ...facts,
    service,
    exam: facts.exam ? { ...facts.exam, services: [service] } : null,
    protocol: facts.protocol ? { ...facts.protocol, service } : null,
    ingredients: [testosterone],
    attestations: [...(facts.attestations ?? []), attested('US.substance.M0XW1UBI14.503A')],
    prescriber: { ...physician(state), deaRegistrations: registered(state) },
    controlled: controlled && { ...said, ...controlled },
    ...change,
  };
}

const outcome = (results: readonly RuleResult[], id: string) => results.find((one) => one.id === id)?.outcome ?? null;
const stops = (results: readonly RuleResult[]) => blockers(results).map((one) => `${one.id} ${one.outcome}`);

test('an order in which everything controlled is in order passes', () => {
  expect(stops(evaluate(order(), now))).toEqual([]);
});

test('what is not told of a controlled order blocks', () => {
  expect(stops(evaluate(order('TX', null), now))).toEqual([
    'controlled.schedule UNKNOWN',
    'US.controlled.refills-III UNKNOWN',
    'pdmp.query UNKNOWN',
    'US.controlled.signing UNKNOWN',
  ]);
});

test('nothing of it is asked of a formula without a controlled ingredient', () => {
  const asked = evaluate({ ...signing(), controlled: null }, now).map(({ id }) => id);
  expect(asked.filter((id) => /controlled|pdmp|dea|csr/.test(id))).toEqual([]);
});

describe('the schedule', () => {
  const schedule = (facts: OrderSigningFacts & { gate: 'order-signing' }) =>
    evaluate(facts, now).find(({ id }) => id === 'controlled.schedule')?.message;
  test.each(['patient', 'pharmacy', 'prescriber'] as const)('is New York’s II where the %s is there', (who) => {
    const facts = {
      patient: order('NY'),
      pharmacy: order('TX', { pharmacyState: 'NY' }),
      prescriber: order('TX', { prescriberState: 'NY' }),
    }[who];
    expect(schedule(facts)).toBe('Testosterone cypionate (schedule II): the order is in schedule II');
    expect(outcome(evaluate(facts, now), 'US.controlled.refills-II')).toBe('FAIL');
  });
  test('is federal law’s elsewhere, and a compound has its strictest ingredient’s', () => {
    expect(schedule(order())).toBe('Testosterone cypionate (schedule III): the order is in schedule III');
    expect(schedule(order('TX', {}, { ingredients: [phentermine, testosterone] }))).toContain('the order is in schedule III');
    expect(schedule(order('TX', {}, { ingredients: [phentermine] }))).toContain('the order is in schedule IV');
  });
  test('is not known while a place that counts is not', () => {
    for (const unknown of [{ pharmacyState: null }, { prescriberState: null }, { pharmacyState: 'PR' }])
      expect(outcome(evaluate(order('TX', unknown), now), 'controlled.schedule')).toBe('UNKNOWN');
  });
  test('is what the DEA registers for by federal law, whatever a state makes of it', () => {
    const facts = order('NY', {}, {
      prescriber: { ...physician('NY'), deaRegistrations: [{ ...registered('NY')[0], schedules: ['III'] }] },
    } as Partial<OrderSigningFacts>);
    expect(outcome(evaluate(facts, now), 'dea.prescriber')).toBe('PASS');
  });
});

describe('refills', () => {
  const limits: readonly [schedule: string, refills: number, days: number, expected: string][] = [
    ['III', 0, 90, 'PASS'],
    ['III', 5, 30, 'PASS'],
    ['III', 5, 36, 'PASS'],
    ['III', 5, 37, 'FAIL'],
    ['III', 6, 28, 'FAIL'],
    ['IV', 5, 30, 'PASS'],
    ['IV', 6, 30, 'FAIL'],
    ['II', 0, 30, 'PASS'],
    ['II', 1, 30, 'FAIL'],
  ];
  const formulas: Readonly<Record<string, typeof testosterone>> = { II: testosterone, III: testosterone, IV: phentermine };

  test.each(jurisdictions.filter(({ code }) => code !== 'US').map(({ code }) => code))('follow their schedule in %s', (state) => {
    const found = limits.map(([schedule, refills, daysSupply]) => {
      // New York has anabolic steroids in II: a prescriber there makes it so wherever the patient is.
      const prescriberState = schedule === 'II' ? 'NY' : 'TX';
      const ingredients = [formulas[schedule] ?? testosterone];
      const results = evaluate(order(state, { refills, daysSupply, prescriberState }, { ingredients }), now);
      const strict = results
        .find(({ id }) => id === 'controlled.schedule')
        ?.message.slice(-3)
        .trim();
      return [strict, results.filter(({ id }) => id.startsWith('US.controlled.refills-')).map((one) => one.outcome)];
    });
    const expected = limits.map(([schedule, refills, , pass]) => {
      const inNewYork = state === 'NY' && schedule === 'III';
      return [inNewYork ? 'II' : schedule, [inNewYork ? (refills === 0 ? 'PASS' : 'FAIL') : pass]];
    });
    expect(found.map(([, results]) => results)).toEqual(expected.map(([, results]) => results));
  });
  test('that could not be read block', () => {
    expect(outcome(evaluate(order('TX', { refills: null }), now), 'US.controlled.refills-III')).toBe('UNKNOWN');
    expect(outcome(evaluate(order('TX', { daysSupply: null }), now), 'US.controlled.refills-III')).toBe('UNKNOWN');
  });
});

describe('the monitoring program', () => {
  const asked = (change: Partial<PdmpCheckFact>) =>
    outcome(evaluate(order('TX', { pdmpChecks: [{ ...queried, ...change }] }), now), 'pdmp.query');
  test.each<[why: string, change: Partial<PdmpCheckFact>, expected: string]>([
    ['queried and read', {}, 'PASS'],
    ['without history', { outcome: 'NO_HISTORY', patientMatch: 'NONE' }, 'PASS'],
    ['queried in another state', { state: 'FL' }, 'UNKNOWN'],
    ['exactly 24 hours ago', { checkedAt: '2026-11-21T12:00:00Z' }, 'PASS'],
    ['more than 24 hours ago', { checkedAt: '2026-11-21T11:59:59Z' }, 'FAIL'],
    ['in the future', { checkedAt: '2026-11-22T12:00:01Z' }, 'UNKNOWN'],
    ['of perhaps another patient', { patientMatch: 'UNSURE' }, 'UNKNOWN'],
    ['decided against', { decision: 'WITHHOLD' }, 'FAIL'],
    ['without a decision', { decision: null }, 'UNKNOWN'],
    ['that did not answer', { outcome: 'FAILED', patientMatch: 'NONE' }, 'FAIL'],
    ['that did not answer, with an exception', { outcome: 'FAILED', patientMatch: 'NONE', outage: 'The program is down.' }, 'PASS'],
  ])('%s', (_why, change, expected) => {
    expect(asked(change)).toBe(expected);
  });
  test('that was not asked, or of which nothing could be read, blocks; of several the latest counts', () => {
    const all = (pdmpChecks: ControlledFacts['pdmpChecks']) => outcome(evaluate(order('TX', { pdmpChecks }), now), 'pdmp.query');
    expect([all([]), all(null)]).toEqual(['UNKNOWN', 'UNKNOWN']);
    const later = { ...queried, checkedAt: '2026-11-22T10:00:00Z', decision: 'WITHHOLD' };
    expect([all([queried, later]), all([later, queried])]).toEqual(['FAIL', 'FAIL']);
  });
});

describe('who may sign', () => {
  test.each([
    ['GRANTED', 'PASS'],
    ['PROPOSED', 'FAIL'],
    ['REVOKED', 'FAIL'],
    ['none', 'FAIL'],
    [null, 'UNKNOWN'],
  ] as const)('with access %s: %s', (access, expected) => {
    expect(outcome(evaluate(order('TX', { access }), now), 'US.controlled.signing')).toBe(expected);
  });
  test('is a nurse practitioner or physician assistant only where somebody attests what the state leaves to them', () => {
    const by = (credential: Credential, state: string) => {
      const prescriber = { ...nurse(state), credential, deaRegistrations: registered(state) };
      const results = evaluate(order(state, { pdmpChecks: [{ ...queried, state }] }, { prescriber }), now);
      return outcome(results, `${state}.${credential.toLowerCase()}.controlled`);
    };
    expect([by('NP', 'TX'), by('PA', 'TX'), by('NP', 'WA'), by('MD', 'TX')]).toEqual(['UNKNOWN', 'UNKNOWN', 'UNKNOWN', null]);
  });
});

describe('what a state leaves to a nurse practitioner or physician assistant', () => {
  const limits = (state: string) => `${state}.controlled.mid-level-limits`;
  const by = (credential: Credential, state: string, change: Partial<ControlledFacts>, attests = true) => {
    const facts = order(state, change, { prescriber: { ...nurse(state), credential, deaRegistrations: registered(state) } });
    const attestations = [...(facts.attestations ?? []), ...(attests ? [attested(limits(state))] : [])];
    return outcome(evaluate({ ...facts, attestations }, now), limits(state));
  };
  // In New York's schedule II, where the prescriber practises there.
  const inII = { prescriberState: 'NY', refills: 0 };

  test.each<[what: string, credential: Credential, state: string, change: Partial<ControlledFacts>, expected: string | null]>([
    ['ninety days in Texas, refills included', 'NP', 'TX', { refills: 2, daysSupply: 30 }, 'PASS'],
    ['more than ninety days in Texas with the refills', 'NP', 'TX', { refills: 3, daysSupply: 30 }, 'FAIL'],
    ['ninety-one days in Texas', 'PA', 'TX', { refills: 0, daysSupply: 91 }, 'FAIL'],
    ['nothing in schedule II in Texas', 'NP', 'TX', { ...inII, daysSupply: 1 }, 'FAIL'],
    ['seven days in schedule II in Florida', 'NP', 'FL', { ...inII, daysSupply: 7 }, 'PASS'],
    ['no eighth day in schedule II in Florida', 'PA', 'FL', { ...inII, daysSupply: 8 }, 'FAIL'],
    ['schedule III in Florida for as long as it is ordered', 'NP', 'FL', { refills: 5, daysSupply: 30 }, 'PASS'],
    ['nothing in schedule II to a physician assistant in Georgia', 'PA', 'GA', { ...inII, daysSupply: 1 }, 'FAIL'],
    ['schedule III to a physician assistant in Georgia', 'PA', 'GA', { daysSupply: 30 }, 'PASS'],
    ['what Georgia leaves to nurse practitioners, in words alone', 'NP', 'GA', { ...inII, daysSupply: 1 }, null],
    ['a supply that could not be read', 'NP', 'TX', { daysSupply: null }, 'UNKNOWN'],
    ['a physician’s order', 'MD', 'TX', { refills: 5, daysSupply: 30 }, null],
  ])('%s', (_what, credential, state, change, expected) => {
    expect(by(credential, state, change)).toBe(expected);
  });

  test('is known and was not read in the law: within it an order waits for the entity’s word, beyond it no word helps', () => {
    expect(by('NP', 'TX', { refills: 2, daysSupply: 30 }, false)).toBe('UNKNOWN');
    expect(by('NP', 'TX', { refills: 3, daysSupply: 30 }, false)).toBe('FAIL');
  });
});

test('while Florida’s program is down, three days are supplied and no more', () => {
  const down = { state: 'FL', outcome: 'FAILED', patientMatch: 'NONE', outage: 'RECORDED' };
  const supplied = (daysSupply: number) =>
    outcome(evaluate(order('FL', { daysSupply, pdmpChecks: [{ ...queried, ...down }] }), now), 'FL.controlled.pdmp-outage');
  expect([supplied(3), supplied(4)]).toEqual(['PASS', 'FAIL']);
});

describe('an evaluation in person', () => {
  const law = 'US.controlled.telemedicine';
  const inPerson = (examByPrescriber: boolean | null, on: string) => {
    const facts = order('TX', { examByPrescriber });
    return outcome(evaluate({ ...facts, exam: facts.exam ? { ...facts.exam, modality: 'IN_PERSON' } : null }, on), law);
  };
  test('must be the prescriber’s own', () => {
    expect([inPerson(true, '2027-01-02'), inPerson(false, '2027-01-02'), inPerson(null, '2027-01-02')]).toEqual([
      'PASS',
      'UNKNOWN',
      'UNKNOWN',
    ]);
  });
  test('on record carries what the flexibility carries no more', () => {
    expect(outcome(evaluate(order(), '2026-12-31'), law)).toBe('PASS');
    expect(outcome(evaluate(order(), '2027-01-01'), law)).toBe('UNKNOWN');
    expect(outcome(evaluate(order('TX', {}, { inPersonEvaluationOn: '2026-11-30' }), '2027-01-01'), law)).toBe('PASS');
    expect(outcome(evaluate(order('TX', {}, { inPersonEvaluationOn: '2027-01-02' }), '2027-01-01'), law)).toBe('UNKNOWN');
  });
});

describe('sending', () => {
  const sent = (transmission: object | null | undefined) => {
    const results = evaluate({ ...sending(), ...(transmission === undefined ? {} : { transmission }) } as ReturnType<typeof sending>, now);
    return outcome(results, 'controlled.transmission');
  };
  const about = { ingredients: [testosterone], pharmacyState: 'TX', prescriberState: 'TX', certified: 'none' };
  test('needs an audited or certified application, and says so', () => {
    expect(sent(about)).toBe('FAIL');
    expect(sent({ ...about, certified: null })).toBe('FAIL');
    expect(sent({ ...about, certified: 'Report 17 of 2026-10-01' })).toBe('PASS');
    expect(sent({ ...about, ingredients: null })).toBe('UNKNOWN');
    expect(sent(null)).toBe('UNKNOWN');
  });
  test('asks nothing of what is not controlled, nor of decisions kept before', () => {
    expect(sent({ ...about, ingredients: [{ name: 'Semaglutide', unii: '53AXN4NNHX' }] })).toBeNull();
    expect(sent(undefined)).toBeNull();
  });
});
