import { describe, expect, test } from 'vitest';
import type { DelegationFacts } from '#rules/clinic-facts.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { GateFacts, OrderClaimingFacts, OrderSendingFacts } from '#rules/facts.ts';
import { blockers } from '#rules/results.ts';
import {
  attested,
  claiming,
  delegation,
  dispensing,
  licence,
  momentOf,
  now,
  nurse,
  physician,
  routing,
  sending,
  shipping,
} from './given.ts';

const stops = (facts: GateFacts) => blockers(evaluate(facts, momentOf(facts.gate))).map(({ id, outcome }) => `${id} ${outcome}`);
const ids = (facts: GateFacts) => evaluate(facts, now).map(({ id }) => id);

describe('each gate after signing asks routing first, then its own', () => {
  test.each([
    [
      'sending',
      sending(),
      [
        ...['licence.prescriber', 'protocol.standing', 'exam.standing', 'exam.examinerLicence'],
        ...['consent.TREATMENT', 'consent.TELEHEALTH', 'pharmacy.active', 'safety.hold'],
      ],
    ],
    ['claiming', claiming(), ['verification.signature', 'verification.digest']],
    ['shipping', shipping(), ['lot.notRecalled']],
  ] as [string, GateFacts, string[]][])('%s', (_gate, facts, own) => {
    expect(ids(facts)).toEqual([...ids(routing()), ...own]);
    expect(stops(facts)).toEqual([]);
  });
});

describe('sending', () => {
  const since = { contraindicatedAt: 'none', laterOutcome: 'none', errorMarkedAt: 'none' };

  test.each([
    ['an exam taken back', { examRevoked: true }, ['exam.standing FAIL']],
    ['an exam not read', { examRevoked: null }, ['exam.standing UNKNOWN']],
    ['nothing that came up since', { since }, []],
    ['answers since that block', { since: { ...since, contraindicatedAt: '2026-11-22T08:00:00Z' } }, ['exam.contraindication FAIL']],
    ['a later decision against', { since: { ...since, laterOutcome: 'DECLINED' } }, ['exam.laterDecision FAIL']],
    ['a mark as entered in error', { since: { ...since, errorMarkedAt: '2026-11-22T08:00:00Z' } }, ['exam.unquestioned UNKNOWN']],
    [
      'what came since not read',
      { since: null },
      ['exam.contraindication UNKNOWN', 'exam.laterDecision UNKNOWN', 'exam.unquestioned UNKNOWN'],
    ],
    ['a licence of the examiner taken back since', { examinerLicenceThen: 'REVOKED' }, ['exam.examinerLicence FAIL']],
    ['a licence of the examiner not read', { examinerLicenceThen: null }, ['exam.examinerLicence UNKNOWN']],
    [
      'a prescriber whose licence was taken back since the signature',
      { prescriber: { ...physician('TX'), licences: [licence('TX', { status: 'REVOKED' })] } },
      ['licence.prescriber FAIL'],
    ],
    ['a prescriber licensed elsewhere', { prescriber: physician('FL') }, ['licence.prescriber FAIL']],
    ['a nurse whose agreement has ended', { prescriber: { ...nurse('TX'), agreements: [] } }, ['agreement.prescriber FAIL']],
    ['a prescriber not read', { prescriber: null }, ['licence.prescriber UNKNOWN']],
    ['a protocol whose term is over', { protocol: { ...sending().protocol, status: 'EXPIRED' } }, []],
    ['a protocol that was retired since', { protocol: { ...sending().protocol, status: 'RETIRED' } }, []],
    ['a protocol that was suspended since', { protocol: { ...sending().protocol, status: 'SUSPENDED' } }, ['protocol.standing FAIL']],
    ['a protocol of no known standing', { protocol: { ...sending().protocol, status: null } }, ['protocol.standing UNKNOWN']],
    ['a protocol not read', { protocol: null }, ['protocol.standing UNKNOWN']],
    ['a protocol that nobody asked about, as in decisions of before', { protocol: undefined }, []],
    ['nowhere to ship to', { shipToState: null }, ['jurisdiction.shipTo UNKNOWN']],
    ['a consent withdrawn', { consents: ['TELEHEALTH'] }, ['consent.TREATMENT FAIL']],
    ['an exam in person and no consent to telehealth', { modality: 'IN_PERSON', consents: ['TREATMENT'] }, []],
    ['a pharmacy that is suspended', { pharmacyStatus: 'SUSPENDED' }, ['pharmacy.active FAIL']],
    ['a pharmacy not read', { pharmacyStatus: null }, ['pharmacy.active UNKNOWN']],
    ['a safety hold', { safetyHolds: ['ADVERSE_EVENT'] }, ['safety.hold FAIL']],
    ['safety holds not read', { safetyHolds: null }, ['safety.hold UNKNOWN']],
    ['a pharmacy without a licence there', { licences: [] }, ['licence.pharmacy FAIL', 'licence.sterile FAIL']],
  ] as [string, Partial<OrderSendingFacts>, string[]][])('with %s', (_what, change, expected) => {
    expect(stops({ ...sending(), ...change })).toEqual(expected);
  });
});

describe('claiming', () => {
  const check = (outcome: 'PASS' | 'FAIL' | 'UNKNOWN', remedy: string | null = null) => ({
    code: 'signature',
    outcome,
    detail: 'The signature was looked at',
    citation: null,
    remedy,
  });
  test.each([
    ['a check that failed', { checks: [check('FAIL')] }, ['verification.signature FAIL']],
    ['a check that could not be made', { checks: [check('UNKNOWN')] }, ['verification.signature UNKNOWN']],
    ['no checks at all', { checks: [] }, ['verification UNKNOWN']],
    ['checks not read', { checks: null }, ['verification UNKNOWN']],
  ] as [string, Partial<OrderClaimingFacts>, string[]][])('with %s', (_what, change, expected) => {
    expect(stops({ ...claiming(), ...change })).toEqual(expected);
  });
  test('passes on the remedy of a check, and has one where the check has none', () => {
    const remedy = (given: string | null) => evaluate({ ...claiming(), checks: [check('FAIL', given)] }, now).at(-1)?.remedy;
    expect(remedy('Ask the clinic for a new document.')).toBe('Ask the clinic for a new document.');
    expect(remedy(null)).toBe('Verify again; if it lasts, ask the clinic.');
  });
});

describe('a lot', () => {
  const lots = [
    ['released', { number: 'L-1', status: 'RELEASED' }, []],
    ['recalled', { number: 'L-1', status: 'RECALLED' }, ['lot.notRecalled FAIL']],
    ['in quarantine', { number: 'L-1', status: 'QUARANTINED' }, ['lot.notRecalled FAIL']],
    ['not read', null, ['lot.notRecalled UNKNOWN']],
  ] as const;
  test.each(lots)('that is %s is the same to a dispense and a shipment', (_what, lot, expected) => {
    expect(stops({ ...shipping(), lot })).toEqual(expected);
    expect(stops({ ...dispensing(), lot })).toEqual(expected);
  });
});

describe('delegating', () => {
  const nobody = { 'APRN+PA (FTE, prescriptive delegation)': 7 };
  const facts = delegation();

  test('asks level, supervision, both licences, the physician and the ratio', () => {
    expect(evaluate(facts, now).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'US.delegation.weight-loss.NP PASS',
      'TX.md.supervision PASS',
      'TX.md.onSite PASS',
      'licence.delegate PASS',
      'credential.delegator PASS',
      'licence.delegator PASS',
      'TX.md.ratio PASS',
    ]);
  });

  test.each([
    ['a service that is none', { service: 'leeches' }, ['service UNKNOWN']],
    ['a territory', { state: 'PR' }, ['jurisdiction.clinic UNKNOWN']],
    ['no delegate', { delegate: null }, ['delegation.level UNKNOWN', 'licence.delegate UNKNOWN']],
    ['a delegate licensed elsewhere', { delegate: nurse('FL') }, ['licence.delegate FAIL']],
    [
      'a lapsed delegate',
      { delegate: { ...nurse('TX'), licences: [licence('TX', { expiresOn: '2026-11-21' })] } },
      ['licence.delegate FAIL'],
    ],
    ['a nurse who delegates', { delegator: nurse('TX') }, ['credential.delegator FAIL']],
    ['nobody who delegates', { delegator: null }, ['credential.delegator UNKNOWN', 'licence.delegator UNKNOWN']],
    ['a physician licensed elsewhere', { delegator: physician('FL') }, ['licence.delegator FAIL']],
    ['no room under the physician', { supervised: nobody }, ['TX.md.ratio FAIL']],
    ['nobody counted', { supervised: null }, ['TX.md.ratio UNKNOWN']],
    ['nobody counted under that heading', { supervised: { PA: 1 } }, ['TX.md.ratio UNKNOWN']],
  ] as [string, Partial<DelegationFacts>, string[]][])('with %s', (_what, change, expected) => {
    expect(stops({ ...facts, ...change })).toEqual(expected);
  });

  test('is our proposal, not law, until the entity puts its name to the level', () => {
    const attestations = facts.attestations?.filter(({ jurisdiction }) => jurisdiction !== 'US');
    const [level] = evaluate({ ...facts, attestations }, now);
    expect(level).toMatchObject({ outcome: 'UNKNOWN', message: expect.stringMatching(/that is our proposal, not law$/) });
  });

  test('may be closed by the entity where the proposal opens it', () => {
    const attestations = [
      ...(facts.attestations ?? []).filter(({ jurisdiction }) => jurisdiction !== 'US'),
      attested('US.delegation.weight-loss.NP', 0),
    ];
    expect(stops({ ...facts, attestations })).toEqual(['US.delegation.weight-loss.NP FAIL']);
  });

  test('asks a state that closes what the proposal opens, and counts no registered nurse', () => {
    const inNewYork = delegation('NY');
    const delegate = { ...nurse('NY'), credential: 'RN' as const };
    const attestations = [
      ...(inNewYork.attestations ?? []),
      attested('US.delegation.microneedling.RN'),
      attested('NY.procedure.microneedling'),
    ];
    expect(stops({ ...inNewYork, service: 'microneedling', delegate, attestations })).toEqual([
      'NY.delegation.microneedling.RN FAIL',
      'NY.md.supervision UNKNOWN',
      'NY.md.onSite UNKNOWN',
    ]);
  });
});
