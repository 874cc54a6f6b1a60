import { describe, expect, test } from 'vitest';
import { evaluate, examValidUntil } from '#rules/evaluate.ts';
import type { ExamAgreedFacts, ExamBookingFacts, ExamCompletionFacts } from '#rules/facts.ts';
import { blockers, isBlocked } from '#rules/results.ts';
import { attested, booking, completion, type FactsOf, licence, now, nurse, physician, starting } from './given.ts';

/** Ids and outcomes of what stands in the way. */
const stops = (facts: FactsOf<'exam-booking'>, on = now) => blockers(evaluate(facts, on)).map(({ id, outcome }) => `${id} ${outcome}`);

describe('booking', () => {
  test('answers rule by rule, with citations, for a nurse practitioner by video in Texas', () => {
    expect(
      evaluate(booking(), now).map(({ id, outcome, citation, remedy, version }) => ({ id, outcome, citation, remedy, version })),
    ).toEqual([
      { id: 'service.offered', outcome: 'PASS', citation: null, remedy: null, version: '2026-11-22.5' },
      { id: 'TX.gfe.telehealthAllowed', outcome: 'PASS', citation: 'Occ. Code 111.005(a)(3)', remedy: null, version: '2026-11-22.1' },
      { id: 'TX.gfe.syncAudioVideo', outcome: 'PASS', citation: 'Occ. Code 111.005(a)(3)(A)', remedy: null, version: '2026-11-22.1' },
      { id: 'TX.gfe.performers', outcome: 'PASS', citation: '22 TAC 169.26; Occ. Code ch. 157', remedy: null, version: '2026-11-22.1' },
      { id: 'licence.examiner', outcome: 'PASS', citation: null, remedy: null, version: '2026-11-22.5' },
      {
        id: 'TX.np.practiceAuthority',
        outcome: 'PASS',
        citation: 'AANP state practice environment',
        remedy: null,
        version: '2026-11-22.1',
      },
      { id: 'agreement.examiner', outcome: 'PASS', citation: null, remedy: null, version: '2026-11-22.5' },
    ]);
  });

  test.each(['TX', 'CA', 'FL'])('is open in %s by video for NP, MD and PA', (state) => {
    const assistant = { ...nurse(state), credential: 'PA' as const };
    for (const examiner of [nurse(state), physician(state), assistant]) expect(stops({ ...booking(state), examiner })).toEqual([]);
  });

  test('in Arizona stops at the unattested condition, and says whom to ask', () => {
    const results = blockers(evaluate({ ...booking('AZ'), attestations: [], examiner: physician('AZ') }, now));
    expect(results).toEqual([
      {
        id: 'AZ.gfe.telehealthAllowed',
        outcome: 'UNKNOWN',
        message:
          "Arizona allows an exam by telehealth on conditions: how the nursing board's 'face-to-face' reads with the telehealth act is unsettled",
        citation: expect.any(String),
        remedy: 'Ask the compliance officer of Lone Star Clinicians PLLC to attest AZ.gfe.telehealthAllowed: that the condition holds.',
        version: '2026-11-22.1',
      },
    ]);
  });

  test.each([
    ['a territory', { patientState: 'PR' }, ['jurisdiction.patient UNKNOWN']],
    ['no state', { patientState: null }, ['jurisdiction.patient UNKNOWN']],
    ['a code that is none', { patientState: 'constructor' }, ['jurisdiction.patient UNKNOWN']],
    ['a service that is none', { service: 'leeches' }, ['service.offered FAIL', 'service UNKNOWN']],
    ['a service the clinic does not offer', { clinicServices: [] }, ['service.offered FAIL']],
    ['services that were not read', { clinicServices: null }, ['service.offered UNKNOWN']],
    [
      'a way the clinic does not examine',
      { clinicServices: [{ code: 'weight-loss', modalities: ['IN_PERSON'] }] },
      ['service.modality FAIL'],
    ],
    ['no time', { startsAt: null }, ['exam.startsAt UNKNOWN']],
    ['no modality', { modality: null }, ['service.modality UNKNOWN', 'modality UNKNOWN']],
    ['sound only', { modality: 'SYNC_AUDIO' }, ['TX.gfe.audioOnly UNKNOWN']],
    ['store and forward', { modality: 'ASYNC' }, ['TX.gfe.asynchronous UNKNOWN']],
    ['a questionnaire only', { modality: 'QUESTIONNAIRE_ONLY' }, ['TX.gfe.questionnaireOnly FAIL']],
    ['no examiner', { examiner: null }, ['TX.gfe.performers UNKNOWN', 'licence.examiner UNKNOWN']],
    ['an examiner of another state', { examiner: physician('FL') }, ['licence.examiner FAIL']],
    ['an examiner without any licence', { examiner: { ...physician('TX'), licences: [] } }, ['licence.examiner FAIL']],
    ['licences that were not read', { examiner: { ...physician('TX'), licences: null } }, ['licence.examiner UNKNOWN']],
    ['a registered nurse', { examiner: { ...physician('TX'), credential: 'RN' } }, ['TX.gfe.performers FAIL', 'credential.examiner FAIL']],
    ['a nurse without agreement', { examiner: { ...nurse('TX'), agreements: [] } }, ['agreement.examiner FAIL']],
    ['agreements that were not read', { examiner: { ...nurse('TX'), agreements: null } }, ['agreement.examiner UNKNOWN']],
  ] as [string, Partial<ExamBookingFacts>, string[]][])('with %s stops there', (_what, change, expected) => {
    expect(stops({ ...booking(), ...change })).toEqual(expected);
  });

  test.each([
    ['restricted', { status: 'RESTRICTED' }, 'FAIL'],
    ['suspended', { status: 'SUSPENDED' }, 'FAIL'],
    ['unverified', { status: 'UNVERIFIED' }, 'UNKNOWN'],
    ['without a status', { status: null }, 'UNKNOWN'],
    ['without an expiry', { expiresOn: null }, 'UNKNOWN'],
    ['with an expiry that is no day', { expiresOn: '2026-02-30' }, 'UNKNOWN'],
    ['expired yesterday', { expiresOn: '2026-11-21' }, 'FAIL'],
    ['expiring before the exam', { expiresOn: '2026-11-30' }, 'FAIL'],
    ['expiring on the day of the exam', { expiresOn: '2026-12-01' }, null],
    ['never verified', { verifiedAt: null }, 'UNKNOWN'],
    ['verified thirty days ago', { verifiedAt: '2026-10-23T10:00:00Z' }, null],
    ['verified thirty-one days ago', { verifiedAt: '2026-10-22T10:00:00Z' }, 'UNKNOWN'],
    ['verified tomorrow', { verifiedAt: '2026-11-23T10:00:00Z' }, 'UNKNOWN'],
  ])('takes a licence %s as it is', (_what, change, outcome) => {
    const examiner = { ...physician('TX'), licences: [licence('TX', change)] };
    expect(stops({ ...booking(), examiner })).toEqual(outcome === null ? [] : [`licence.examiner ${outcome}`]);
  });

  test('one good licence beside a lapsed one is enough', () => {
    const examiner = { ...physician('TX'), licences: [licence('TX', { expiresOn: '2020-01-01' }), licence('TX')] };
    expect(stops({ ...booking(), examiner })).toEqual([]);
  });

  test("an agreement stands on the physician's licence in that state", () => {
    const [agreement] = nurse('TX').agreements ?? [];
    const examiner = { ...nurse('TX'), agreements: [{ ...agreement, physicianLicences: [licence('FL')] }] } as ExamBookingFacts['examiner'];
    expect(stops({ ...booking(), examiner })).toEqual(['agreement.examiner FAIL']);
  });

  test('full practice needs no agreement where no transition is asked, and one where it is', () => {
    const alone = (state: string) => ({ ...nurse(state), agreements: [], independentIn: [] });
    const collaboration = (facts: FactsOf<'exam-booking'>) =>
      evaluate(facts, now)
        .filter(({ id }) => /np\.|agreement/.test(id))
        .map(({ id, outcome }) => `${id} ${outcome}`);
    expect(collaboration({ ...booking('WA'), examiner: alone('WA') })).toEqual(['WA.np.practiceAuthority PASS', 'WA.np.transition PASS']);
    expect(collaboration({ ...booking('CO'), examiner: alone('CO') })).toEqual([
      'CO.np.practiceAuthority PASS',
      'CO.np.transition PASS',
      'agreement.examiner FAIL',
    ]);
    expect(collaboration({ ...booking('CO'), examiner: { ...alone('CO'), independentIn: ['CO'] } })).toEqual([
      'CO.np.practiceAuthority PASS',
      'CO.np.transition PASS',
    ]);
    expect(collaboration({ ...booking('AZ'), attestations: [], examiner: alone('AZ') })).toEqual([
      'AZ.np.practiceAuthority PASS',
      'AZ.np.transition UNKNOWN',
    ]);
  });
});

describe('a start', () => {
  test.each([
    ['everything in place', {}, []],
    ['no consent to treatment', { consents: ['TELEHEALTH'] }, ['consent.TREATMENT FAIL']],
    ['no consent to telehealth', { consents: ['TREATMENT'] }, ['consent.TELEHEALTH FAIL']],
    ['an exam in person, no consent to telehealth', { modality: 'IN_PERSON', consents: ['TREATMENT'] }, []],
    ['consents not read', { consents: null }, ['consent.TREATMENT UNKNOWN', 'consent.TELEHEALTH UNKNOWN']],
  ] as [string, Partial<ExamAgreedFacts>, string[]][])('asks what booking asks, and the consents: %s', (_what, change, expected) => {
    const facts = { ...starting(), ...change };
    const results = evaluate(facts, now);
    expect(blockers(results).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(expected);
    const asBooked = evaluate({ ...facts, gate: 'exam-booking' }, now);
    expect(results.slice(0, asBooked.length)).toEqual(asBooked);
  });
});

describe('completion', () => {
  const stopsAt = (change: Partial<ExamCompletionFacts>) =>
    blockers(evaluate({ ...completion(), ...change }, now)).map(({ id, outcome }) => `${id} ${outcome}`);
  const report = { flags: [], unanswered: [], unansweredBlocking: [], issues: [] };

  test.each(['TX', 'CA', 'FL'])('approves in %s and fixes twelve months', (state) => {
    expect(isBlocked(evaluate(completion(state), now))).toBe(false);
    expect(examValidUntil(completion(state), '2026-11-22T15:00:00Z', now)).toBe('2027-11-22');
  });

  test('a month that is too short ends on its last day', () => {
    expect(examValidUntil({ ...completion(), attestations: [attested('TX.gfe.validityMonths', 3)] }, '2026-11-30T15:00:00Z', now)).toBe(
      '2027-02-28',
    );
  });

  test.each([
    ['no attested validity', { attestations: [] }, ['TX.gfe.validityMonths UNKNOWN']],
    ['a validity beyond twelve months', { attestations: [attested('TX.gfe.validityMonths', 18)] }, ['TX.gfe.validityMonths UNKNOWN']],
    ['a validity of no number', { attestations: [attested('TX.gfe.validityMonths', '12')] }, ['TX.gfe.validityMonths UNKNOWN']],
    ['identity not confirmed', { identityVerified: false }, ['exam.identity FAIL']],
    ['identity not recorded', { identityVerified: null }, ['exam.identity UNKNOWN']],
    ['no consent to telehealth', { consents: ['TREATMENT'] }, ['consent.TELEHEALTH FAIL']],
    ['consents not read', { consents: null }, ['consent.TREATMENT UNKNOWN', 'consent.TELEHEALTH UNKNOWN']],
    ['no screening', { screening: null }, ['screening UNKNOWN']],
    ['a blocking hit', { screening: { ...report, flags: [{ linkId: 'x.y', severity: 'block', message: 'no' }] } }, ['screening.x.y FAIL']],
    ['a blocking item unanswered', { screening: { ...report, unansweredBlocking: ['x.y'] } }, ['screening.x.y UNKNOWN']],
    [
      'an answer of the wrong type',
      { screening: { ...report, issues: [{ path: 'x.y', message: 'must be text' }] } },
      ['screening.x.y UNKNOWN'],
    ],
    [
      'a hit for review with a rationale',
      { screening: { ...report, flags: [{ linkId: 'x.y', severity: 'physician-review', message: 'see' }] } },
      [],
    ],
    [
      'a hit for review without one',
      { rationale: ' ', screening: { ...report, flags: [{ linkId: 'x.y', severity: 'physician-review', message: 'see' }] } },
      ['screening.x.y UNKNOWN'],
    ],
    ['no outcome', { outcome: null }, ['exam.outcome UNKNOWN']],
    [
      'a refusal of treatment needs none of that',
      { outcome: 'DECLINED', screening: null, consents: null, identityVerified: null, attestations: [] },
      [],
    ],
  ] as [string, Partial<ExamCompletionFacts>, string[]][])('with %s', (_what, change, expected) => {
    expect(stopsAt(change)).toEqual(expected);
  });

  test('in person asks for no consent to telehealth and no telehealth rule', () => {
    const results = evaluate({ ...completion(), modality: 'IN_PERSON', consents: ['TREATMENT'] }, now);
    expect(isBlocked(results)).toBe(false);
    expect(results.map(({ id }) => id)).not.toContain('TX.gfe.syncAudioVideo');
  });
});
