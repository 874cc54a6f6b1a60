import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { authority } from '#rules/authority.ts';
import { library } from '#rules/packs.ts';
import { stateOf } from '#rules/place.ts';
import {
  type LicenceAnswer,
  licensedThen,
  type PractitionerAnswer,
  practitionerFact,
} from '../../subgraphs/prescriptions/neighbour/practitioner.ts';
import { thenOf } from '../../subgraphs/prescriptions/order/signing-facts.ts';

const now = '2026-11-22T15:00:00.000Z';
const texas = stateOf('TX');

function licence(type: string, status = 'ACTIVE'): LicenceAnswer {
  return {
    ...{ id: `lic_${type}`, state: 'TX', number: type, type, status, verifiedAt: now, expiresOn: '2027-06-30' },
    standings: [{ status, effectiveFrom: '2020-01-01', effectiveTo: null, recordedAt: '2020-01-01T00:00:00Z' }],
  };
}

function person(credential: string, licenses: readonly LicenceAnswer[], more: Partial<PractitionerAnswer> = {}): PractitionerAnswer {
  return {
    ...{ id: 'prc_1', npi: '1', displayName: 'N. Urse', credential, independentIn: [], licenses, deaRegistrations: [], agreements: [] },
    ...more,
  };
}

function outcomes(told: PractitionerAnswer) {
  if (texas === null) throw new Error('Texas is a state.');
  const asking = { rules: library.latest, on: now, attestations: [], entityName: null };
  return authority('examiner', practitionerFact(told, new Date(now)), texas, asking).map(({ id, outcome }) => `${id} ${outcome}`);
}

test('a nurse practitioner examines under a licence as one: that of a registered nurse does not answer for it', () => {
  const both = [licence('NURSE_PRACTITIONER', 'REVOKED'), licence('REGISTERED_NURSE')];
  expect(outcomes(person('NP', both))).toContain('licence.examiner FAIL');
  expect(outcomes(person('NP', [licence('REGISTERED_NURSE')]))).toContain('licence.examiner FAIL');
  expect(outcomes(person('NP', [licence('NURSE_PRACTITIONER'), licence('REGISTERED_NURSE', 'REVOKED')]))).toContain(
    'licence.examiner PASS',
  );
  expect(outcomes(person('MD', [licence('NURSE_PRACTITIONER')]))).toContain('licence.examiner FAIL');
  expect(outcomes(person('MD', [licence('OF_A_KIND_NOBODY_KNOWS')]))).toContain('licence.examiner FAIL');
  expect(outcomes(person('MD', [licence('TELEHEALTH_REGISTRATION')]))).toContain('licence.examiner PASS');
});

test('nor does it for the day of the exam', () => {
  const then = (licenses: readonly LicenceAnswer[]) => licensedThen(person('NP', licenses), 'TX', '2026-11-01', new Date(now));
  expect(then([licence('NURSE_PRACTITIONER', 'REVOKED'), licence('REGISTERED_NURSE')])).toBe('REVOKED');
  expect(then([licence('REGISTERED_NURSE')])).toBe('none');
  expect(then([licence('NURSE_PRACTITIONER')])).toBe('ACTIVE');
});

test('an agreement is with a physician: a nurse’s own licence carries none', () => {
  const under = (supervisor: LicenceAnswer) => {
    const agreement = { id: 'agr_1', state: 'TX', supervisorId: 'prc_2', supervisorName: 'P. Hysician', supervisorNpi: '2' };
    const term = { status: 'ACTIVE', startsOn: '2026-01-01', endsOn: null, supervisorLicenses: [supervisor] };
    return outcomes(person('NP', [licence('NURSE_PRACTITIONER')], { agreements: [{ ...agreement, ...term }] }));
  };
  expect(under(licence('PHYSICIAN'))).toContain('agreement.examiner PASS');
  expect(under(licence('NURSE_PRACTITIONER'))).toContain('agreement.examiner FAIL');
});

test('of the examiner’s licence nothing is known when somebody else was asked about', () => {
  const examinerId = randomUUID();
  const exam = { examinerId, patientState: 'TX', completedAt: new Date(now) };
  const told = (id: string) => {
    const examiner = person('MD', [licence('PHYSICIAN')], { id });
    return thenOf(exam, examiner, new Date(now));
  };
  expect(told(toId('practitioner', examinerId))).toBe('ACTIVE');
  expect(told(toId('practitioner', randomUUID()))).toBeNull();
});
