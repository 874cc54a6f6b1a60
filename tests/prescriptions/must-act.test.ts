import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { failed, notKnown, type RuleResult } from '#rules/results.ts';
import type { InFlight } from '../../subgraphs/prescriptions/at-risk/in-flight.ts';
import { remedyOf } from '../../subgraphs/prescriptions/at-risk/must-act.ts';
import type { PresentFacts } from '../../subgraphs/prescriptions/at-risk/present-facts.ts';
import { sinceOf } from '../../subgraphs/prescriptions/at-risk/since.ts';

const [id, clinicId, practitionerId, itemId, pharmacyId] = Array.from({ length: 5 }, () => randomUUID()) as [
  string,
  string,
  string,
  string,
  string,
];
const due = new Date('2026-12-20T15:00:00Z');
const chart = { patientId: randomUUID(), examRevoked: false, since: null, birthDate: null, consents: [], holds: [] };
const exam: InFlight = {
  kind: 'EXAM',
  id,
  clinicId,
  due,
  service: 'weight-loss',
  state: 'TX',
  practitionerId,
  modality: 'SYNC_VIDEO',
  order: null,
  chart,
};
const placed = {
  examinerId: randomUUID(),
  examCompletedAt: due,
  examState: 'TX',
  formularyItemId: itemId,
  pharmacyId,
  protocolId: randomUUID(),
  lastDay: null,
};
const order: InFlight = { ...exam, kind: 'ORDER', order: placed };
const own = toId('practitioner', practitionerId);
const director = 'prc_director';

/** `licence.examiner` fails, `?licence.examiner` is not known. */
const results = (ids: readonly string[]): RuleResult[] =>
  ids.map((one) => (one.startsWith('?') ? notKnown(one.slice(1), 'Not known', 'Look it up.') : failed(one, 'Over', 'Renew it.')));
const said = (record: InFlight, ids: readonly string[], directorId: string | null = director): string[] => {
  const { toDo, mustAct } = remedyOf(record, results(ids), directorId);
  return [toDo, ...mustAct.map(({ on, role, practitionerId: who, ruleIds }) => `${on} ${role} ${who ?? '-'} ${ruleIds.join(' ')}`)];
};

describe('an exam', () => {
  test.each<[string, string[], string[]]>([
    [
      'whose examiner’s licence is over is booked with another',
      ['licence.examiner'],
      ['REBOOK', 'RECORD FRONT_DESK - licence.examiner', `CAUSE EXAMINER ${own} licence.examiner`],
    ],
    [
      'whose examiner was not looked up waits for the look-up',
      ['?licence.examiner'],
      ['WAIT', 'CAUSE COMPLIANCE_OFFICER - licence.examiner'],
    ],
    [
      'whose examiner is excluded is booked with another, and the officer looks into it',
      ['exclusion.examiner'],
      ['REBOOK', 'RECORD FRONT_DESK - exclusion.examiner', 'CAUSE COMPLIANCE_OFFICER - exclusion.examiner'],
    ],
    [
      'that the examiner’s credential may not hold there is booked with another',
      ['TX.gfe.performers'],
      ['REBOOK', 'RECORD FRONT_DESK - TX.gfe.performers', 'CAUSE COMPLIANCE_OFFICER - TX.gfe.performers'],
    ],
    [
      'at a clinic that is closed waits, whoever examines',
      ['licence.examiner', 'insurance.director'],
      ['WAIT', `CAUSE EXAMINER ${own} licence.examiner`, `CAUSE MEDICAL_DIRECTOR ${director} insurance.director`],
    ],
    [
      'whose state asks for a word of the entity waits for it',
      ['?TX.md.supervision'],
      ['WAIT', 'CAUSE COMPLIANCE_OFFICER - TX.md.supervision'],
    ],
    [
      'without a consent asks the patient',
      ['consent.TREATMENT'],
      ['ASK_PATIENT', 'RECORD FRONT_DESK - consent.TREATMENT', 'CAUSE FRONT_DESK - consent.TREATMENT'],
    ],
  ])('%s', (_case, ids, expected) => {
    expect(said(exam, ids)).toEqual(expected);
  });

  test('of a clinic without a director has its protocol put right by the officer', () => {
    expect(said(exam, ['director.engaged', 'protocol.inForce'], null)).toEqual([
      'WAIT',
      'CAUSE COMPLIANCE_OFFICER - director.engaged protocol.inForce',
    ]);
  });
});

describe('an order', () => {
  test.each<[string, string[], string[]]>([
    [
      'whose prescriber’s licence is over is written anew by another',
      ['licence.prescriber'],
      ['ORDER_ANEW', 'RECORD PRESCRIBER - licence.prescriber', `CAUSE PRESCRIBER ${own} licence.prescriber`],
    ],
    [
      'whose pharmacy may not ship is written anew by its own prescriber',
      ['licence.pharmacy'],
      ['ORDER_ANEW', `RECORD PRESCRIBER ${own} licence.pharmacy`, 'CAUSE PHARMACIST - licence.pharmacy'],
    ],
    ['whose pharmacy was not looked up is held', ['?licence.pharmacy'], ['HOLD', 'CAUSE PHARMACIST - licence.pharmacy']],
    [
      'whose exam carries nothing any more asks for another exam first',
      ['exam.standing', 'licence.prescriber'],
      [
        'EXAMINE_AGAIN',
        'RECORD FRONT_DESK - exam.standing',
        'CAUSE COMPLIANCE_OFFICER - exam.standing',
        `CAUSE PRESCRIBER ${own} licence.prescriber`,
      ],
    ],
    [
      'whose exam is marked as entered in error is held until the director or another clinician has answered',
      ['?exam.unquestioned'],
      ['HOLD', `CAUSE MEDICAL_DIRECTOR ${director} exam.unquestioned`],
    ],
    [
      'whose patient has since answered what blocks is examined again',
      ['exam.contraindication'],
      ['EXAMINE_AGAIN', 'RECORD FRONT_DESK - exam.contraindication', 'CAUSE COMPLIANCE_OFFICER - exam.contraindication'],
    ],
    [
      'whose protocol is suspended is held for the director',
      ['protocol.standing'],
      ['HOLD', `CAUSE MEDICAL_DIRECTOR ${director} protocol.standing`],
    ],
    ['under a safety hold is held for the director', ['safety.hold'], ['HOLD', `CAUSE MEDICAL_DIRECTOR ${director} safety.hold`]],
  ])('%s', (_case, ids, expected) => {
    expect(said(order, ids)).toEqual(expected);
  });
});

describe('since when', () => {
  const at = new Date('2026-12-01T15:00:00Z');
  const licence = {
    id: 'lic_1',
    number: '1',
    state: 'TX',
    type: 'PHYSICIAN',
    status: 'ACTIVE',
    verifiedAt: '2026-11-20T00:00:00Z',
    expiresOn: '2027-06-30',
  };
  const active = { status: 'ACTIVE', effectiveFrom: '2020-01-01', effectiveTo: null, recordedAt: '2020-01-02T00:00:00Z' };
  const person = (licenses: object[], more: object = {}) => ({ id: own, credential: 'MD', licenses, agreements: [], ...more });
  const told = (who: object, clinic: object = {}): PresentFacts =>
    ({
      answered: true,
      practitioners: new Map([[practitionerId, who]]),
      clinics: new Map([[clinicId, clinic]]),
      items: new Map(),
    }) as unknown as PresentFacts;
  const since = (ids: string[], facts: PresentFacts) => sinceOf(exam, results(ids), facts, director, at);

  test.each<[string, object, string | null]>([
    [
      'a licence is suspended',
      { standings: [active, { ...active, status: 'SUSPENDED', effectiveFrom: '2026-11-28', recordedAt: '2026-11-29T00:00:00Z' }] },
      '2026-11-28',
    ],
    ['its term ends before the exam', { standings: [active], expiresOn: '2026-12-10' }, '2026-12-11'],
    ['its term is over', { standings: [active], expiresOn: '2026-11-15' }, '2026-11-16'],
    ['nobody has looked it up for a month', { standings: [active], verifiedAt: '2026-10-20T00:00:00Z' }, '2026-11-20'],
    ['it is of another state', { standings: [active], state: 'FL' }, null],
    ['it is not the one they practise under', { standings: [active], type: 'REGISTERED_NURSE' }, null],
  ])('%s', (_case, change, day) => {
    expect(since(['licence.examiner'], told(person([{ ...licence, ...change }])))).toBe(day);
  });

  test('of several lapses the earliest counts, of several papers of one kind the last', () => {
    const engagement = (endsOn: string) => ({ role: 'MEDICAL_DIRECTOR', endsOn, practitioner: null });
    const clinic = {
      oversight: { engagements: [engagement('2026-10-31'), engagement('2026-11-25')], protocols: [] },
      facilityLicenses: [{ kind: 'CLIA_WAIVER', expiresOn: '2026-11-27' }],
    };
    expect(since(['director.engaged'], told(person([]), clinic))).toBe('2026-11-26');
    expect(since(['facility.licence.CLIA_WAIVER', 'director.engaged'], told(person([]), clinic))).toBe('2026-11-26');
  });

  test('what came up since an exam has the day it came up', () => {
    const since = { contraindicatedAt: '2026-11-24T08:00:00Z', laterOutcome: 'none', errorMarkedAt: '2026-11-23T23:00:00-05:00' };
    const record = { ...order, chart: { ...chart, since } };
    const day = (id: string) => sinceOf(record, results([id]), told(person([])), director, at);
    expect(['exam.contraindication', 'exam.unquestioned', 'exam.laterDecision'].map(day)).toEqual(['2026-11-24', '2026-11-24', null]);
  });

  test('an exclusion and an agreement have days of their own, a consent and an attestation have none', () => {
    const who = person([], {
      exclusion: { status: 'EXCLUDED', since: '2026-11-03' },
      agreements: [
        { state: 'TX', endsOn: '2026-11-30' },
        { state: 'FL', endsOn: '2026-01-01' },
      ],
    });
    expect(since(['exclusion.examiner'], told(who))).toBe('2026-11-03');
    expect(since(['agreement.examiner'], told(who))).toBe('2026-12-01');
    expect(since(['consent.TREATMENT', '?TX.md.supervision'], told(who))).toBe(null);
  });
});
