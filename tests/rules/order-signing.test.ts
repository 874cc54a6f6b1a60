import { describe, expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import type { ExamSinceFact, OrderSigningFacts } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { blockers } from '#rules/results.ts';
import { bulkStatus } from '#rules/substance-table.ts';
import { attested, now, nurse, physician, signing } from './given.ts';

const stops = (change: Partial<OrderSigningFacts>, on = now) =>
  blockers(evaluate({ ...signing(), ...change }, on)).map(({ id, outcome }) => `${id} ${outcome}`);
const exam = (change: Partial<NonNullable<OrderSigningFacts['exam']>>) => ({
  exam: { ...(signing().exam as NonNullable<OrderSigningFacts['exam']>), ...change },
});

const since = (change: Partial<ExamSinceFact>) =>
  exam({ since: { contraindicatedAt: 'none', laterOutcome: 'none', errorMarkedAt: 'none', ...change } });

const withConditions = (...met: (string | null)[]) =>
  exam({
    outcome: 'APPROVED_WITH_CONDITIONS',
    conditions: met.map((metAt, index) => ({ position: index + 1, kind: 'LAB_RESULT', metAt })),
  });

describe('an order', () => {
  test('of semaglutide for a Texan passes every rule, in this order', () => {
    expect(evaluate(signing(), now).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(
      [
        'exam.patient',
        'exam.approved',
        'exam.patientState',
        'TX.gfe.validityMonths',
        'exam.valid',
        'exam.service',
        'exam.ingredientClass',
        'TX.gfe.telehealthAllowed',
        'TX.gfe.syncAudioVideo',
        'TX.gfe.performers',
        'exam.examinerLicence',
        'TX.prescribing.inPersonBeforeFirstRx',
        'licence.prescriber',
        'protocol.inForce',
        'US.substance.53AXN4NNHX.503A',
        'copy.clinicalDifference',
        'consent.TREATMENT',
        'consent.TELEHEALTH',
        'patient.state',
        'formulary.item',
        'safety.hold',
      ].map((id) => `${id} PASS`),
    );
  });

  test.each(['TX', 'CA', 'FL'])('can be signed in %s by a physician and by a nurse practitioner under agreement', (state) => {
    for (const prescriber of [physician(state), nurse(state)])
      expect(blockers(evaluate({ ...signing(state), prescriber }, now))).toEqual([]);
  });

  test.each([
    ['no exam', { exam: null }, ['exam.valid UNKNOWN']],
    ["another patient's exam", exam({ patientId: 'pat_2' }), ['exam.patient FAIL']],
    ['an exam in progress', exam({ status: 'IN_PROGRESS', outcome: null }), ['exam.approved FAIL']],
    ['an exam that declined', exam({ outcome: 'DECLINED' }), ['exam.approved FAIL']],
    ['an exam approved with conditions nobody knows', exam({ outcome: 'APPROVED_WITH_CONDITIONS' }), ['exam.approved UNKNOWN']],
    [
      'an exam approved with conditions of which there is none',
      exam({ outcome: 'APPROVED_WITH_CONDITIONS', conditions: [] }),
      ['exam.approved UNKNOWN'],
    ],
    ['an exam of which one condition is open', withConditions('2026-11-22T08:00:00Z', 'open'), ['exam.condition.2 FAIL']],
    ['an exam of which one condition is not read', withConditions(null, '2026-11-22T08:00:00Z'), ['exam.condition.1 UNKNOWN']],
    ['an exam of which every condition is met', withConditions('2026-11-22T08:00:00Z', '2026-11-22T08:00:00Z'), []],
    ['a revoked exam', exam({ revoked: true }), ['exam.approved FAIL']],
    ['an exam of which it is not known whether it was revoked', exam({ revoked: null }), ['exam.approved UNKNOWN']],
    ['an exam in another state', exam({ patientState: 'FL' }), ['exam.patientState UNKNOWN']],
    ['an exam with a contraindication since', since({ contraindicatedAt: '2026-11-22T08:00:00Z' }), ['exam.contraindication FAIL']],
    ['an exam with a later decision against', since({ laterOutcome: 'DECLINED' }), ['exam.laterDecision FAIL']],
    ['an exam marked as entered in error', since({ errorMarkedAt: '2026-11-22T08:00:00Z' }), ['exam.unquestioned UNKNOWN']],
    ['an exam of which nothing since is an obstacle', since({}), []],
    [
      'an exam of which it is not known what came since',
      exam({ since: null }),
      ['exam.contraindication UNKNOWN', 'exam.laterDecision UNKNOWN', 'exam.unquestioned UNKNOWN'],
    ],
    ['a lapsed exam', exam({ validUntil: '2026-11-21' }), ['exam.valid FAIL']],
    ['an exam on its last day', exam({ validUntil: '2026-11-22' }), []],
    ['an exam older than the attested term', exam({ completedAt: '2025-11-20T00:00:00Z' }), ['exam.valid FAIL']],
    ['an exam from the future', exam({ completedAt: '2026-11-23T00:00:00Z' }), ['exam.valid FAIL']],
    ['an exam without dates', exam({ validUntil: null }), ['exam.valid UNKNOWN']],
    ['an exam for another service', exam({ services: ['microneedling'] }), ['exam.service FAIL']],
    ['an exam by sound only', exam({ modality: 'SYNC_AUDIO' }), ['TX.gfe.audioOnly UNKNOWN']],
    ['an exam by a registered nurse', exam({ examinerCredential: 'RN' }), ['TX.gfe.performers FAIL']],
    [
      'an exam on a day for which the licence was taken back since',
      exam({ examinerLicenceThen: 'REVOKED' }),
      ['exam.examinerLicence FAIL'],
    ],
    ['an exam by somebody who had no licence there', exam({ examinerLicenceThen: 'none' }), ['exam.examinerLicence FAIL']],
    ['an exam of which nobody knows what the licence was', exam({ examinerLicenceThen: null }), ['exam.examinerLicence UNKNOWN']],
    ['no prescriber', { prescriber: null }, ['licence.prescriber UNKNOWN']],
    ['a prescriber without a licence in Texas', { prescriber: physician('CA') }, ['licence.prescriber FAIL']],
    ['a registered nurse prescribing', { prescriber: { ...physician('TX'), credential: 'RN' } }, ['credential.prescriber FAIL']],
    ['no protocol', { protocol: null }, ['protocol.inForce UNKNOWN']],
    ['a protocol for another service', { protocol: { ...signing().protocol, service: 'iv-therapy' } }, ['protocol.inForce FAIL']],
    ['a protocol that ended', { protocol: { ...signing().protocol, effectiveUntil: '2026-11-21' } }, ['protocol.inForce FAIL']],
    ['a protocol whose end is not recorded', { protocol: { ...signing().protocol, effectiveUntil: null } }, ['protocol.inForce UNKNOWN']],
    ['a protocol without end', { protocol: { ...signing().protocol, effectiveUntil: null, noEnd: true } }, []],
    ['no stated difference', { clinicalDifference: 'none' }, ['copy.clinicalDifference FAIL']],
    ['a difference not read', { clinicalDifference: null }, ['copy.clinicalDifference UNKNOWN']],
    [
      'price as the difference',
      { clinicalDifference: { statement: 'Medically necessary.', findingId: 'f', findingOnExam: true } },
      ['copy.clinicalDifference FAIL'],
    ],
    [
      'a difference without a finding',
      { clinicalDifference: { statement: 'Allergic to benzyl alcohol', findingId: null, findingOnExam: null } },
      ['copy.clinicalDifference FAIL'],
    ],
    [
      "another exam's finding",
      { clinicalDifference: { statement: 'Allergic to benzyl alcohol', findingId: 'f', findingOnExam: false } },
      ['copy.clinicalDifference FAIL'],
    ],
    ['no word whether it is a copy', { essentiallyACopy: null }, ['copy.clinicalDifference UNKNOWN']],
    [
      'no copy and no difference, which semaglutide asks for all the same',
      { essentiallyACopy: false, clinicalDifference: 'none' },
      ['copy.clinicalDifference FAIL'],
    ],
    ['a consent missing', { consents: ['TREATMENT'] }, ['consent.TELEHEALTH FAIL']],
    ['consents not read', { consents: null }, ['consent.TREATMENT UNKNOWN', 'consent.TELEHEALTH UNKNOWN']],
    ['an address in another state', { addressState: 'FL' }, ['patient.state UNKNOWN']],
    ['an address not read', { addressState: null }, ['patient.state UNKNOWN']],
    ['a preparation withdrawn', { formulary: 'WITHDRAWN' }, ['formulary.item FAIL']],
    ['a preparation changed since the draft', { formulary: 'CHANGED' }, ['formulary.item FAIL']],
    ['a preparation not read', { formulary: null }, ['formulary.item UNKNOWN']],
    ['a safety hold', { safetyHolds: ['RECALL'] }, ['safety.hold FAIL']],
    ['safety holds not read', { safetyHolds: null }, ['safety.hold UNKNOWN']],
    ['no ingredients', { ingredients: [] }, ['exam.ingredientClass UNKNOWN', 'substance UNKNOWN']],
    ['no facility class', { facilityClass: null }, ['facility.class UNKNOWN']],
    ['a territory', { patientState: 'GU', addressState: 'GU' }, ['jurisdiction.patient UNKNOWN']],
    [
      'a substance whose conditions are facts, and nobody’s word',
      { attestations: signing().attestations?.filter(({ jurisdiction }) => jurisdiction !== 'US') },
      [],
    ],
    [
      'a withdrawn validity',
      { attestations: [attested('US.substance.53AXN4NNHX.503A')] },
      ['TX.gfe.validityMonths UNKNOWN', 'exam.valid UNKNOWN'],
    ],
  ] as [string, Partial<OrderSigningFacts>, string[]][])('with %s', (_what, change, expected) => {
    expect(stops(change)).toEqual(expected);
  });

  test('in Georgia needs a visit in person or the attested exception', () => {
    const about = (change: Partial<OrderSigningFacts>) =>
      evaluate({ ...signing('GA'), ...change }, now).find(({ id }) => id === 'GA.prescribing.inPersonBeforeFirstRx')?.outcome;
    expect(about({ attestations: [] })).toBe('UNKNOWN');
    expect(about({ inPersonEvaluationOn: '2026-10-01' })).toBe('PASS');
    expect(about({ attestations: [], inPersonEvaluationOn: '2026-12-01' })).toBe('UNKNOWN');
    expect(about({ attestations: [attested('GA.prescribing.inPersonBeforeFirstRx')] })).toBe('PASS');
  });

  test('for one service does not carry what another screens for', () => {
    expect(stops({ ingredients: [{ name: 'Lidocaine', unii: '98PI200987' }], essentiallyACopy: false })).toEqual([
      'exam.ingredientClass FAIL',
    ]);
    expect(stops({ ingredients: [{ name: 'Cyanocobalamin', unii: 'P6YC3EG204' }], essentiallyACopy: false })).toEqual([]);
  });
});

describe('controlled substances', () => {
  const testosterone: Partial<OrderSigningFacts> = {
    ...exam({ services: ['hormone-therapy'] }),
    service: 'hormone-therapy',
    protocol: {
      ...(signing().protocol as NonNullable<OrderSigningFacts['protocol']>),
      service: 'hormone-therapy',
      noEnd: true,
      effectiveUntil: '2027-12-31',
    },
    ingredients: [{ name: 'Testosterone cypionate', unii: 'M0XW1UBI14' }],
    attestations: [...(signing().attestations ?? []), attested('US.substance.M0XW1UBI14.503A')],
    prescriber: {
      ...physician('TX'),
      deaRegistrations: [{ state: 'TX', status: 'ACTIVE', expiresOn: '2028-01-01', schedules: ['III', 'IV'] }],
    },
  };
  const at = (on: string, change: Partial<OrderSigningFacts> = {}, rules = library.on(on)) =>
    evaluate({ ...signing(), ...testosterone, ...change }, on, rules).find(({ id }) => id === 'US.controlled.telemedicine');

  test('are never signed here, and no query of the monitoring program is on record', () => {
    expect(stops(testosterone)).toEqual(['US.controlled.signing UNKNOWN', 'pdmp.query UNKNOWN']);
    expect(blockers(evaluate({ ...signing(), ...testosterone }, now))[0]).toMatchObject({ citation: '21 CFR part 1311' });
  });
  test('by video rest on the flexibility through 2026-12-31 and on nothing after it', () => {
    expect(at('2026-12-31T23:59:59Z')).toMatchObject({ outcome: 'PASS', citation: '90 FR 61301; 21 CFR 1307.41' });
    expect(at('2027-01-01T00:00:00Z')?.outcome).toBe('UNKNOWN');
    expect(at('2025-12-31', {}, library.latest)?.outcome).toBe('UNKNOWN');
    expect(at('2027-01-01', { inPersonEvaluationOn: '2026-06-01' })?.outcome).toBe('PASS');
    expect(at('2026-12-31', exam({ services: ['hormone-therapy'], modality: 'SYNC_AUDIO' }))?.outcome).toBe('UNKNOWN');
  });
  test('need a DEA registration in the state for the schedule', () => {
    const dea = (deaRegistrations: NonNullable<OrderSigningFacts['prescriber']>['deaRegistrations']) =>
      evaluate({ ...signing(), ...testosterone, prescriber: { ...physician('TX'), deaRegistrations } }, now).find(
        ({ id }) => id === 'dea.prescriber',
      )?.outcome;
    expect(dea(null)).toBe('UNKNOWN');
    expect(dea([])).toBe('FAIL');
    expect(dea([{ state: 'FL', status: 'ACTIVE', expiresOn: '2028-01-01', schedules: ['III'] }])).toBe('FAIL');
    expect(dea([{ state: 'TX', status: 'ACTIVE', expiresOn: '2028-01-01', schedules: ['IV'] }])).toBe('FAIL');
    expect(dea([{ state: 'TX', status: 'ACTIVE', expiresOn: '2026-11-21', schedules: ['III'] }])).toBe('FAIL');
  });
});

describe('substances', () => {
  const ask = (
    ingredient: { name: string; unii: string | null },
    facilityClass: 'PHARMACY_503A' | 'OUTSOURCING_503B',
    attestations = signing().attestations,
  ) => {
    const [result] = evaluate(
      { gate: 'substances', ingredients: [ingredient], facilityClass, attestations, essentiallyACopy: false, clinicalDifference: 'none' },
      now,
    );
    return `${result?.id} ${result?.outcome}`;
  };
  const both = (key: string) => [attested(`US.substance.${key}.503A`), attested(`US.substance.${key}.503B`)];

  test.each([
    ['eligible', { name: 'Lidocaine', unii: '98PI200987' }, 'PHARMACY_503A', [], 'US.substance.98PI200987.503A PASS'],
    ['conditional by facts', { name: 'Progesterone', unii: '4G7DS2Q64Y' }, 'PHARMACY_503A', [], 'US.substance.4G7DS2Q64Y.503A PASS'],
    ['conditional', { name: 'Methylcobalamin', unii: 'BR1SN1JS2W' }, 'PHARMACY_503A', [], 'US.substance.BR1SN1JS2W.503A UNKNOWN'],
    [
      'conditional, attested',
      { name: 'Methylcobalamin', unii: 'BR1SN1JS2W' },
      'PHARMACY_503A',
      both('BR1SN1JS2W'),
      'US.substance.BR1SN1JS2W.503A PASS',
    ],
    [
      'not eligible, attested',
      { name: 'BPC-157', unii: '8ED8NXK95P' },
      'PHARMACY_503A',
      both('8ED8NXK95P'),
      'US.substance.8ED8NXK95P.503A FAIL',
    ],
    [
      'a biological, named in a row of several',
      { name: 'Hyaluronidase', unii: null },
      'PHARMACY_503A',
      [],
      'US.substance.botulinum-toxins-hyaluronidase-insulin-somatropin.503A FAIL',
    ],
    [
      'by name only, though it has a UNII',
      { name: 'Semaglutide', unii: null },
      'PHARMACY_503A',
      both('semaglutide'),
      'US.substance.semaglutide.503A UNKNOWN',
    ],
    ['another salt', { name: 'Semaglutide sodium', unii: 'AAAAAAAAA0' }, 'PHARMACY_503A', [], 'US.substance.AAAAAAAAA0.503A UNKNOWN'],
    ['not in the table', { name: 'Unobtainium', unii: null }, 'PHARMACY_503A', [], 'US.substance.unobtainium.503A UNKNOWN'],
    [
      'a name without an identifier',
      { name: 'Glycolic acid (topical, up to 70%)', unii: null },
      'PHARMACY_503A',
      both('glycolic-acid-topical-up-to-70'),
      'US.substance.glycolic-acid-topical-up-to-70.503A PASS',
    ],
    [
      'not listed for 503B',
      { name: 'Semaglutide', unii: '53AXN4NNHX' },
      'OUTSOURCING_503B',
      both('53AXN4NNHX'),
      'US.substance.53AXN4NNHX.503B FAIL',
    ],
    ['open for 503B', { name: 'Lidocaine', unii: '98PI200987' }, 'OUTSOURCING_503B', [], 'US.substance.98PI200987.503B UNKNOWN'],
    [
      'attested to be listed for 503B',
      { name: 'Lidocaine', unii: '98PI200987' },
      'OUTSOURCING_503B',
      both('98PI200987'),
      'US.substance.98PI200987.503B PASS',
    ],
  ] as [string, { name: string; unii: string | null }, 'PHARMACY_503A' | 'OUTSOURCING_503B', ReturnType<typeof both>, string][])(
    '%s',
    (_what, ingredient, facility, attestations, expected) => {
      expect(ask(ingredient, facility, attestations)).toBe(expected);
    },
  );

  test('show their status as the formulary does', () => {
    expect(
      [
        { name: 'Lidocaine', unii: '98PI200987' },
        { name: 'Semaglutide', unii: '53AXN4NNHX' },
        { name: 'KPV', unii: null },
        { name: 'x', unii: null },
      ].map((ingredient) => bulkStatus(ingredient, now)),
    ).toEqual(['ELIGIBLE', 'CONDITIONAL', 'NOT_ELIGIBLE', 'UNKNOWN']);
  });
});
