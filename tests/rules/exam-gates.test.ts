import { describe, expect, test } from 'vitest';
import { libraryOf } from '#rules/rule-set.ts';
import type { PackEntry } from '#rules/rule.ts';
import { evaluate, examValidUntil } from '#rules/evaluate.ts';
import type { ExamAgreedFacts, ExamBookingFacts, ExamCompletionFacts } from '#rules/facts.ts';
import { blockers, isBlocked } from '#rules/results.ts';
import { attested, attestedIn, booking, completion, type FactsOf, licence, now, nurse, physician, starting } from './given.ts';

/** Ids and outcomes of what stands in the way. */
const stops = (facts: FactsOf<'exam-booking'>, on = now) => blockers(evaluate(facts, on)).map(({ id, outcome }) => `${id} ${outcome}`);

describe('booking', () => {
  test('answers rule by rule, with citations, for a nurse practitioner by video in Texas', () => {
    expect(
      evaluate(booking(), now).map(({ id, outcome, citation, remedy, version }) => ({ id, outcome, citation, remedy, version })),
    ).toEqual([
      { id: 'service.offered', outcome: 'PASS', citation: null, remedy: null, version: '2026-11-22.2' },
      { id: 'TX.gfe.telehealthAllowed', outcome: 'PASS', citation: 'Occ. Code 111.005(a)(3)', remedy: null, version: '2026-11-22.1' },
      { id: 'TX.gfe.syncAudioVideo', outcome: 'PASS', citation: 'Occ. Code 111.005(a)(3)(A)', remedy: null, version: '2026-11-22.1' },
      { id: 'TX.gfe.performers', outcome: 'PASS', citation: '22 TAC 169.26; Occ. Code ch. 157', remedy: null, version: '2026-11-22.1' },
      { id: 'licence.examiner', outcome: 'PASS', citation: null, remedy: null, version: '2026-11-22.2' },
      {
        id: 'TX.np.practiceAuthority',
        outcome: 'PASS',
        citation: 'AANP state practice environment',
        remedy: null,
        version: '2026-11-22.1',
      },
      { id: 'agreement.examiner', outcome: 'PASS', citation: null, remedy: null, version: '2026-11-22.2' },
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

describe('attestations', () => {
  const az = (attestations: ExamBookingFacts['attestations']) => stops({ ...booking('AZ'), examiner: physician('AZ'), attestations });
  const open = ['AZ.gfe.telehealthAllowed UNKNOWN'];
  test.each([
    ['confirmed', [attested('AZ.gfe.telehealthAllowed')], []],
    ["confirmed by repeating the pack's value", [attested('AZ.gfe.telehealthAllowed', 'conditional')], []],
    ['of another value', [attested('AZ.gfe.telehealthAllowed', 'yes')], open],
    ['of another jurisdiction', [attested('AZ.gfe.telehealthAllowed', null, { jurisdiction: 'TX' })], open],
    ['of another rule', [attested('AZ.gfe.syncAudioVideo')], open],
    ['expired yesterday', [attested('AZ.gfe.telehealthAllowed', null, { expiresOn: '2026-11-21' })], open],
    ['expiring today', [attested('AZ.gfe.telehealthAllowed', null, { expiresOn: '2026-11-22' })], []],
    ['without an end', [attested('AZ.gfe.telehealthAllowed', null, { expiresOn: null })], []],
    ['with an end that is no day', [attested('AZ.gfe.telehealthAllowed', null, { expiresOn: 'never' })], open],
    ['revoked', [attested('AZ.gfe.telehealthAllowed', null, { revokedAt: '2026-11-22T09:00:00Z' })], open],
    ['given later', [attested('AZ.gfe.telehealthAllowed', null, { attestedAt: '2026-11-22T16:00:00Z' })], open],
    [
      'replaced by a later one that is looser',
      [attested('AZ.gfe.telehealthAllowed'), attested('AZ.gfe.telehealthAllowed', 'yes', { attestedAt: '2026-11-22T09:00:00Z' })],
      open,
    ],
    [
      'replaced by a later one that is stricter',
      [attested('AZ.gfe.telehealthAllowed'), attested('AZ.gfe.telehealthAllowed', 'no', { attestedAt: '2026-11-22T09:00:00Z' })],
      ['AZ.gfe.telehealthAllowed FAIL'],
    ],
    ['given under a release nobody knows', [attested('AZ.gfe.telehealthAllowed', null, { packVersion: '' })], open],
    ['not read', null, open],
  ] as [string, ExamBookingFacts['attestations'], string[]][])('%s', (_what, attestations, expected) => {
    expect(az(attestations)).toEqual(expected);
  });

  test('stricter than the state say so, and close', () => {
    const strict = evaluate({ ...booking(), attestations: [attested('TX.gfe.performers', ['MD', 'DO'])] }, now);
    expect(blockers(strict)).toEqual([
      {
        id: 'TX.gfe.performers',
        outcome: 'FAIL',
        message:
          'Texas lets MD, DO hold the exam, not NP (Lone Star Clinicians PLLC is stricter here than Texas, which has ["MD","DO","NP","PA"])',
        citation: '22 TAC 169.26; Occ. Code ch. 157',
        remedy: 'Choose another examiner.',
        version: '2026-11-22.1',
      },
    ]);
  });

  test('of a rule that changed since are suspended, and say so', () => {
    const entry = { id: 'TX.gfe.audioOnly', jurisdiction: 'TX', citation: '§ 1', confidence: 'verified', asOf: '2026-01-01' } as const;
    const { library: changed } = changing([
      { ...entry, value: 'conditional', since: '1', until: '2' },
      { ...entry, value: 'conditional', note: 'and only on weekdays', effectiveTo: '2026-12-31', since: '2' },
      { ...entry, value: 'conditional', note: 'and only on Sundays', effectiveFrom: '2027-01-01', since: '2' },
    ]);
    const asked = (packVersion: string, on: string, value: unknown = null) =>
      evaluate(
        {
          ...booking(),
          modality: 'SYNC_AUDIO',
          attestations: [attested(entry.id, value, { packVersion, attestedAt: '2026-03-02T00:00:00Z' })],
        },
        on,
        changed.latest,
      ).find(({ id }) => id === entry.id);
    expect(asked('2', now)?.outcome).toBe('PASS');
    expect(asked('1', now)).toMatchObject({
      outcome: 'UNKNOWN',
      message:
        'TX.gfe.audioOnly was attested under 1 and has changed since (release 2, relied upon from 2026-01-01): the attestation is suspended',
      remedy:
        'Ask the compliance officer of Lone Star Clinicians PLLC to read the rule as it is now, then attest it again or revoke the attestation.',
    });
    // What was set stricter may not fall back to the new value unseen.
    expect(asked('1', now, 'prohibited')?.outcome).toBe('UNKNOWN');
    expect(asked('a release nobody knows', now)?.outcome).toBe('UNKNOWN');
    // Within one release another entry's day comes too.
    expect(asked('2', '2027-01-01')?.message).toContain('relied upon from 2027-01-01');
  });

  test('stand when a release only adds what was before', () => {
    const entry = { id: 'TX.gfe.audioOnly', jurisdiction: 'TX', citation: '§ 1', confidence: 'verified', asOf: '2026-01-01' } as const;
    const { library: grown } = changing([
      { ...entry, value: 'conditional', effectiveFrom: '2026-01-01', since: '1' },
      { ...entry, value: 'prohibited', asOf: '2020-01-01', effectiveTo: '2025-12-31', since: '2' },
    ]);
    const results = evaluate(
      {
        ...booking(),
        modality: 'SYNC_AUDIO',
        attestations: [attested(entry.id, null, { packVersion: '1', attestedAt: '2026-03-02T00:00:00Z' })],
      },
      now,
      grown.latest,
    );
    expect(results.find(({ id }) => id === entry.id)?.outcome).toBe('PASS');
  });

  test('never turn a failure into a pass', () => {
    const facts: FactsOf<'exam-booking'> = { ...booking(), modality: 'QUESTIONNAIRE_ONLY' };
    for (const value of [null, 'allowed', 'prohibited']) {
      expect(stops({ ...facts, attestations: [...attestedIn('TX'), attested('TX.gfe.questionnaireOnly', value)] })).toEqual([
        'TX.gfe.questionnaireOnly FAIL',
      ]);
    }
  });
});

/** Two releases, one in January and one in June, with these entries. */
function changing(rules: PackEntry[]) {
  const releases = [
    { version: '1', on: '2026-01-02', summary: 'the first' },
    { version: '2', on: '2026-06-01', summary: 'the second' },
  ];
  return { library: libraryOf([{ file: 'exam.json', subject: 'exam', title: 'Exams', owner: 'Nobody', rules }], releases) };
}
