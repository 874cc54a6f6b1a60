import { describe, expect, test } from 'vitest';
import { beyondUseKey, isSterileKind, preparationKinds } from '#rules/beyond-use-table.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { ClinicServiceFacts } from '#rules/clinic-facts.ts';
import type { DispensingFacts, OrderRoutingFacts } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { blockers } from '#rules/results.ts';
import { clinicService, director, dispensing, licence, now, routing } from './given.ts';

describe('routing', () => {
  const stops = (change: Partial<OrderRoutingFacts>) =>
    blockers(evaluate({ ...routing(), ...change }, now)).map(({ id, outcome }) => `${id} ${outcome}`);

  test('asks facility, field, licence and sterile permit', () => {
    expect(evaluate(routing(), now).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'facility.class PASS',
      'TX.pharmacy.nonResidentLicence PASS',
      'licence.pharmacy PASS',
      'TX.pharmacy.nonResidentSterilePermit PASS',
      'licence.sterile PASS',
    ]);
  });
  test.each(['TX', 'CA', 'FL'])('is open into %s', (state) => {
    expect(blockers(evaluate(routing(state), now))).toEqual([]);
  });
  test.each([
    ['a pharmacy at home needs its own licence only', { homeState: 'TX', licences: [{ ...licence('TX'), kind: 'PHARMACY' }] }, []],
    ['a pharmacy without a licence there', { licences: [] }, ['licence.pharmacy FAIL', 'licence.sterile FAIL']],
    ['licences not read', { licences: null }, ['licence.pharmacy UNKNOWN', 'licence.sterile UNKNOWN']],
    [
      'a licence of unknown kind',
      { licences: [{ ...licence('TX'), kind: null }] },
      ['licence.pharmacy UNKNOWN', 'licence.sterile UNKNOWN'],
    ],
    [
      'a lapsed licence',
      {
        licences: [
          { ...licence('TX', { expiresOn: '2026-11-01' }), kind: 'NON_RESIDENT' },
          { ...licence('TX'), kind: 'STERILE' },
        ],
      },
      ['licence.pharmacy FAIL'],
    ],
    ['no sterile permit', { licences: [{ ...licence('TX'), kind: 'NON_RESIDENT' }] }, ['licence.sterile FAIL']],
    ['a preparation that is not sterile needs no permit', { sterile: false, licences: [{ ...licence('TX'), kind: 'NON_RESIDENT' }] }, []],
    ['sterility not recorded', { sterile: null }, ['preparation.sterile UNKNOWN']],
    ['office stock from a 503A pharmacy', { patientSpecific: false }, ['facility.class FAIL']],
    ['no facility class', { facilityClass: null }, ['facility.class UNKNOWN']],
    ['a pharmacy of unknown home', { homeState: null }, ['licence.pharmacy UNKNOWN']],
    ['a territory', { shipToState: 'PR' }, ['jurisdiction.shipTo UNKNOWN']],
    ['a 503B facility with a pharmacy licence', { facilityClass: 'OUTSOURCING_503B' }, ['licence.pharmacy FAIL']],
    [
      'a 503B facility with its own, for office stock',
      {
        facilityClass: 'OUTSOURCING_503B',
        patientSpecific: false,
        licences: [
          { ...licence('TX'), kind: 'OUTSOURCING' },
          { ...licence('TX'), kind: 'STERILE' },
        ],
      },
      [],
    ],
  ] as [string, Partial<OrderRoutingFacts>, string[]][])('%s', (_what, change, expected) => {
    expect(stops(change)).toEqual(expected);
  });
  test('stops where the state is silent, even with a licence', () => {
    expect(blockers(evaluate({ ...routing('WY'), attestations: [] }, now)).map(({ id }) => id)).toEqual([
      'WY.pharmacy.nonResidentLicence',
      'WY.pharmacy.nonResidentSterilePermit',
    ]);
  });
});

describe("a clinic's service", () => {
  const stops = (change: Partial<ClinicServiceFacts>) =>
    blockers(evaluate({ ...clinicService(), ...change }, now)).map(({ id, outcome }) => `${id} ${outcome}`);

  test.each(['TX', 'CA', 'FL'])('is open in %s once attested', (state) => {
    expect(blockers(evaluate(clinicService(state), now))).toEqual([]);
  });
  test('is closed in Arizona with every reason, each with what would open it', () => {
    const reasons = blockers(evaluate({ ...clinicService('AZ'), attestations: [] }, now));
    expect(reasons.map(({ id }) => id)).toEqual(['AZ.gfe.telehealthAllowed', 'AZ.gfe.validityMonths', 'AZ.md.onSite', 'AZ.md.supervision']);
    for (const { outcome, remedy } of reasons)
      expect([outcome, remedy]).toEqual(['UNKNOWN', expect.stringMatching(/compliance officer of Lone Star/)]);
  });
  test.each([
    ['no director', { directors: [] }, ['director.engaged FAIL']],
    ['directors not read', { directors: null }, ['director.engaged UNKNOWN']],
    ['a director licensed elsewhere', { directors: [director('CA')] }, ['licence.director FAIL']],
    ['a director whose engagement ended', { directors: [{ ...director(), engagementEndsOn: '2026-11-01' }] }, ['director.engaged FAIL']],
    ['an engagement whose end is not recorded', { directors: [{ ...director(), engagementEndsOn: null }] }, ['director.engaged UNKNOWN']],
    ['an engagement without end', { directors: [{ ...director(), engagementEndsOn: null, engagementNoEnd: true }] }, []],
    ['a suspended engagement', { directors: [{ ...director(), engagementStatus: 'SUSPENDED' }] }, ['director.engaged FAIL']],
    ['a director for another service', { directors: [{ ...director(), engagementServices: ['iv-therapy'] }] }, ['director.engaged FAIL']],
    ['a director for nobody knows what', { directors: [{ ...director(), engagementServices: null }] }, ['director.engaged UNKNOWN']],
    ['a director for every service', { directors: [{ ...director(), engagementServices: [] }] }, []],
    ['an uninsured director', { directors: [{ ...director(), insuredUntil: 'none' }] }, ['insurance.director FAIL']],
    ['insurance that lapsed', { directors: [{ ...director(), insuredUntil: '2026-11-21' }] }, ['insurance.director FAIL']],
    ['insurance not recorded', { directors: [{ ...director(), insuredUntil: null }] }, ['insurance.director UNKNOWN']],
    ['a nurse as director', { directors: [{ ...director(), credential: 'NP' }] }, ['credential.director FAIL']],
    ['one good director of two', { directors: [director('CA'), director()] }, []],
    ['no protocol', { protocols: [] }, ['protocol.inForce FAIL']],
    ['protocols not read', { protocols: null }, ['protocol.inForce UNKNOWN']],
    ['a protocol for another service', { service: 'iv-therapy' }, ['protocol.inForce FAIL']],
    ['a service not offered', { offered: false }, ['service.offered FAIL']],
    ['modalities not known', { modalities: [] }, ['modality UNKNOWN']],
    ['a modality nobody attested', { modalities: ['SYNC_AUDIO'] }, ['TX.gfe.audioOnly UNKNOWN']],
    [
      'a lapsed facility licence',
      { facilityLicences: [{ kind: 'MEDSPA', status: 'ACTIVE', expiresOn: '2026-11-01' }] },
      ['facility.licence.MEDSPA FAIL'],
    ],
    ['facility licences not read', { facilityLicences: null }, ['facility.licence UNKNOWN']],
    ['a territory', { state: 'VI' }, ['jurisdiction.clinic UNKNOWN']],
  ] as [string, Partial<ClinicServiceFacts>, string[]][])('with %s', (_what, change, expected) => {
    expect(stops(change)).toEqual(expected);
  });
});

describe('dispensing', () => {
  const at = '2026-12-02T18:00:00Z';
  const stops = (change: Partial<DispensingFacts>, on = at) =>
    blockers(evaluate({ ...dispensing(), ...change }, on)).map(({ id, outcome }) => `${id} ${outcome}`);

  test("takes the contract's example: ten days, the day of compounding being day 0", () => {
    expect(evaluate(dispensing(), at).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'dispense.compoundedAt PASS',
      'bud.notPassed PASS',
      'dispense.storage PASS',
      'bud.uspMaximum PASS',
      'bud.formula PASS',
    ]);
  });
  test.each([
    ['one day more than both limits', { beyondUseDate: '2026-12-13' }, ['bud.uspMaximum FAIL', 'bud.formula FAIL']],
    ["more than the formula's own limit", { formulaDays: 5 }, ['bud.formula FAIL']],
    ['more than the table, though the formula allows it', { formulaDays: 30, beyondUseDate: '2026-12-20' }, ['bud.uspMaximum FAIL']],
    ['a moment within ten times 24 hours', { beyondUseDate: '2026-12-12T15:00:00Z' }, []],
    ['a moment an hour later', { beyondUseDate: '2026-12-12T16:00:00Z' }, ['bud.uspMaximum FAIL', 'bud.formula FAIL']],
    ['non-sterile ingredients without a test: four days', { preparationKind: '797-C2-ASEP-NST-NONE' }, ['bud.uspMaximum FAIL']],
    ['a limit in hours and a mere date', { preparationKind: '797-C1' }, ['bud.uspMaximum UNKNOWN']],
    ['a limit in hours and the hour', { preparationKind: '797-C1', beyondUseDate: '2026-12-03T14:00:00Z' }, []],
    ['a limit in hours overrun', { preparationKind: '797-C1', beyondUseDate: '2026-12-03T16:00:00Z' }, ['bud.uspMaximum FAIL']],
    ['Category 1 frozen', { preparationKind: '797-C1', storage: 'FROZEN', formulaStorage: 'FROZEN' }, ['bud.uspMaximum FAIL']],
    ['storage other than the formula says', { storage: 'FROZEN' }, ['dispense.storage FAIL']],
    ['a kind that is none', { preparationKind: '797-MDC-INUSE' }, ['bud.uspMaximum UNKNOWN']],
    ['a storage without a row', { preparationKind: '795-PA', storage: 'FROZEN', formulaStorage: 'FROZEN' }, ['bud.uspMaximum UNKNOWN']],
    ['compounding in the future', { compoundedAt: '2026-12-02T18:00:01Z' }, ['dispense.compoundedAt FAIL']],
    [
      'no time of compounding',
      { compoundedAt: null },
      ['dispense.compoundedAt UNKNOWN', 'bud.notPassed UNKNOWN', 'bud.uspMaximum UNKNOWN', 'bud.formula UNKNOWN'],
    ],
    [
      'a date that does not exist',
      { beyondUseDate: '2026-02-30' },
      ['bud.notPassed UNKNOWN', 'bud.uspMaximum UNKNOWN', 'bud.formula UNKNOWN'],
    ],
    ['a beyond-use date before compounding', { beyondUseDate: '2026-12-01' }, ['bud.notPassed FAIL']],
    ['no limit of the formula', { formulaDays: null }, ['bud.formula UNKNOWN']],
  ] as [string, Partial<DispensingFacts>, string[]][])('%s', (_what, change, expected) => {
    expect(stops(change)).toEqual(expected);
  });
  test('a beyond-use date ends at 23:59 where the pharmacy stands', () => {
    expect(stops({}, '2026-12-13T05:59:00Z')).toEqual([]);
    expect(stops({}, '2026-12-13T06:00:00Z')).toEqual(['bud.notPassed FAIL']);
    expect(stops({ timeZone: null }, '2026-12-13T00:00:00Z')).toEqual(['bud.notPassed FAIL']);
  });
  test('the day of compounding is the local one, and the earliest when the zone is not known', () => {
    const late = { compoundedAt: '2026-12-03T03:00:00Z', beyondUseDate: '2026-12-13' };
    expect(stops(late, '2026-12-03T04:00:00Z')).toEqual(['bud.uspMaximum FAIL', 'bud.formula FAIL']);
    expect(stops({ ...late, timeZone: null }, '2026-12-03T04:00:00Z')).toEqual(['bud.uspMaximum FAIL', 'bud.formula FAIL']);
    expect(stops({ ...late, timeZone: 'Not/AZone' }, '2026-12-03T04:00:00Z')).toEqual(['bud.uspMaximum FAIL', 'bud.formula FAIL']);
  });
  test('the table knows sterile kinds from others', () => {
    expect(preparationKinds.map((kind) => [kind, isSterileKind(kind)])).toContainEqual(['797-C2-ASEP-TEST', true]);
    expect(isSterileKind('795-OTH')).toBe(false);
    expect(isSterileKind('none')).toBeNull();
    expect(beyondUseKey(library.latest, '797-C2-ASEP-TEST', 'REFRIGERATED')).toBe('bud.797-C2-ASEP-TEST-REF');
    expect(library.latest.find('US.bud.797-C2-ASEP-TEST-REF', now).rule?.value).toMatchObject({ maxBudValue: 45, maxBudUnit: 'd' });
  });
});
