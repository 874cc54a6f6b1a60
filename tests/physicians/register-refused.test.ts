import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { ada, cora, good, told, type Verb } from './register-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterAll(() => graph?.stop());

const verbs = Object.keys(good) as Verb[];
const officer = { role: 'COMPLIANCE_OFFICER', at: toId('entity', stored.entity) } as const;

/** How many rows there are of everything that a verb here writes. */
async function rows(): Promise<number[]> {
  const { owner } = graph;
  return Promise.all([
    ...[owner.practitioner.count(), owner.practitionerBirth.count(), owner.license.count(), owner.licenseStanding.count()],
    ...[owner.licenseRenewal.count(), owner.deaRegistration.count(), owner.controlledSubstanceRegistration.count()],
    ...[owner.insurancePolicy.count({ where: { status: 'ACTIVE' } }), owner.boardCertification.count(), owner.trainingRecord.count()],
    ...[owner.curriculumVitae.count(), owner.credentialCheck.count()],
  ]);
}

type Wrong = readonly (readonly [what: string, change: object, paths: readonly string[]])[];

const wrong: Partial<Record<Verb, Wrong>> = {
  registerPractitioner: [
    ['an NPI with a wrong check digit', { npi: '1450987651' }, ['input.npi']],
    ['an NPI of nine digits', { npi: '145098765' }, ['input.npi']],
    ['an NPI that begins with 3', { npi: '3450987650' }, ['input.npi']],
    ['a name that is empty', { givenName: ' ', familyName: '' }, ['input.familyName', 'input.givenName']],
    ['a name without end', { familyName: 'x'.repeat(101) }, ['input.familyName']],
    ['a specialty twice', { specialties: ['Dermatology', ' Dermatology'] }, ['input.specialties']],
    ['eleven specialties', { specialties: Array.from({ length: 11 }, (_each, n) => `S${n}`) }, ['input.specialties']],
    ['a child', { bornOn: '2010-01-01' }, ['input.bornOn']],
    ['somebody born in another century', { bornOn: '1899-12-31' }, ['input.bornOn']],
  ],
  recordLicense: [
    ['a kind that the credential does not hold', { type: 'NURSE_PRACTITIONER' }, ['input.type']],
    ['a day of issue to come', { issuedOn: '2026-12-02' }, ['input.issuedOn']],
    ['a day of issue long past', { issuedOn: '1939-12-31' }, ['input.issuedOn']],
    ['a last day before the first', { expiresOn: '2020-01-14' }, ['input.expiresOn']],
    ['a term that no board gives', { expiresOn: '2036-12-02' }, ['input.expiresOn']],
    ['a number with other signs', { number: '35_123456' }, ['input.number']],
    ['a number without end', { number: '3'.repeat(31) }, ['input.number']],
    ['two things at once', { type: 'REGISTERED_NURSE', issuedOn: '2027-01-01' }, ['input.issuedOn', 'input.type']],
  ],
  renewLicense: [
    ['the last day on record', { expiresOn: '2027-05-31' }, ['input.expiresOn']],
    ['an earlier last day', { expiresOn: '2027-01-01' }, ['input.expiresOn']],
    ['a term within the one on record', { startsOn: '2027-05-31' }, ['input.startsOn']],
    ['a lapse that is yet to come', { startsOn: '2027-06-02' }, ['input.startsOn']],
    ['a term that no board gives', { expiresOn: '2036-12-02' }, ['input.expiresOn']],
  ],
  recordDeaRegistration: [
    ['a number with a wrong check digit', { number: 'FD7024616' }, ['input.number']],
    ['a number of an institution', { number: 'FD7024615-001AB' }, ['input.number']],
    ['a number of a nurse practitioner', { number: 'MD1234563' }, ['input.number']],
    ['a number of a distributor', { number: 'RD1234563' }, ['input.number']],
    ['a schedule that is none', { schedules: ['III', 'I'] }, ['input.schedules.1']],
    ['a schedule twice', { schedules: ['III', 'III'] }, ['input.schedules']],
    ['no schedule', { schedules: [] }, ['input.schedules']],
    ['a term that is over', { expiresOn: '2026-11-30' }, ['input.expiresOn']],
    ['a term that is never given', { expiresOn: '2030-12-02' }, ['input.expiresOn']],
  ],
  recordControlledSubstanceRegistration: [
    ['a schedule that is none', { schedules: ['VI'] }, ['input.schedules.0']],
    ['a number with other signs', { number: '#1' }, ['input.number']],
    ['a term that is over', { expiresOn: '2026-11-30' }, ['input.expiresOn']],
  ],
  recordInsurancePolicy: [
    ['a term that pays less than one claim', { aggregateLimit: 999_999 }, ['input.aggregateLimit']],
    ['a limit of nothing', { perClaimLimit: 0 }, ['input.perClaimLimit']],
    ['a last day before the first', { expiresOn: '2026-12-31' }, ['input.expiresOn']],
    ['a term of more than three years', { expiresOn: '2030-01-02' }, ['input.expiresOn']],
    ['a first day more than a year ahead', { effectiveFrom: '2027-12-02', expiresOn: '2028-01-01' }, ['input.effectiveFrom']],
    ['an occurrence policy that looks back', { basis: 'OCCURRENCE' }, ['input.retroactiveOn']],
    ['a look back to a day to come', { retroactiveOn: '2027-01-02' }, ['input.retroactiveOn']],
    ['a tail of a policy that runs', { tailUntil: '2029-01-01' }, ['input.tailUntil']],
    [
      'a tail that ends before the policy',
      { effectiveFrom: '2025-01-01', expiresOn: '2025-12-31', tailUntil: '2025-12-31' },
      ['input.tailUntil'],
    ],
    ['a tail of an occurrence policy', { basis: 'OCCURRENCE', retroactiveOn: null, tailUntil: '2029-01-01' }, ['input.tailUntil']],
    ['a certificate that is no digest', { certificateSha256: 'C'.repeat(64) }, ['input.certificateSha256']],
  ],
  cancelInsurancePolicy: [
    ['a day to come', { cancelledOn: '2026-12-02' }, ['input.cancelledOn']],
    ['a day before it began', { cancelledOn: '2025-12-31' }, ['input.cancelledOn']],
    ['a tail of what is not claims-made', { tailUntil: '2029-01-01' }, ['input.tailUntil']],
    ['no reason', { reason: ' ' }, ['input.reason']],
  ],
  recordBoardCertification: [
    ['a day to come', { certifiedOn: '2026-12-02' }, ['input.certifiedOn']],
    ['a last day before the first', { expiresOn: '2018-05-31' }, ['input.expiresOn']],
    ['a last day that stands for none', { expiresOn: '9999-12-31' }, ['input.expiresOn']],
    ['no board', { board: '' }, ['input.board']],
  ],
  recordTraining: [
    ['a day to come', { completedOn: '2026-12-02' }, ['input.completedOn']],
    ['a last day before the first', { expiresOn: '2025-12-09' }, ['input.expiresOn']],
    ['a service that there is not', { service: 'phlebotomy' }, ['input.service']],
    ['a procedure without saying which', { kind: 'PROCEDURE' }, ['input.service']],
    ['a device with other signs', { device: 'Laser 5' }, ['input.device']],
    ['a certificate that is no digest', { sha256: 'abc' }, ['input.sha256']],
  ],
  recordCurriculumVitae: [
    ['nothing', { entries: [] }, ['input.entries']],
    [
      'a line that ends before it begins',
      { entries: [{ role: 'r', place: 'p', from: '2020-01-02', to: '2020-01-01' }] },
      ['input.entries.0.to'],
    ],
    ['a line of days to come', { entries: [{ role: 'r', place: 'p', from: '2026-12-02' }] }, ['input.entries.0.from']],
    [
      'a line that ends in days to come',
      { entries: [{ role: 'r', place: 'p', from: '2020-01-02', to: '2027-01-01' }] },
      ['input.entries.0.to'],
    ],
  ],
};

const cases = Object.entries(wrong).flatMap(([verb, each]) => each.map((one) => [verb as Verb, ...one] as const));

test.each(cases)('%s: %s is not taken, and nothing is written', async (verb, _what, change, paths) => {
  const before = await rows();
  const answer = await told(ada(graph), verb, change);
  expect(answer['code'], JSON.stringify(answer)).toBe('INVALID_INPUT');
  expect((answer['issues'] as { path: string }[]).map(({ path }) => path).toSorted()).toEqual(paths);
  expect(await rows()).toEqual(before);
});

describe.each(verbs)('%s', (verb) => {
  test('needs a second factor, and the right', async () => {
    const before = await rows();
    expect(await told(graph.as(officer), verb)).toMatchObject({ code: 'STEP_UP_REQUIRED' });
    for (const role of ['FRONT_DESK', 'PRESCRIBER', 'MEDICAL_DIRECTOR'] as const) {
      expect(await told(graph.steppedUp({ role, at: id.austin }), verb)).toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await told(graph.steppedUp({ role: 'MSO_MANAGER', at: id.mso }), verb)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await rows()).toEqual(before);
  });

  // The register is nobody's: registering is everybody's who records at all.
  test.skipIf(verb === 'registerPractitioner')('is not about oneself, nor about who works elsewhere', async () => {
    const before = await rows();
    const self = graph.person(id.director, officer);
    const answer = await told(self, verb);
    expect([answer['code'], answer['issues']]).toEqual([
      'INVALID_INPUT',
      [{ path: expect.stringMatching(/^input\.(practitioner|license|policy|subject)Id$/) }],
    ]);
    expect(await told(cora(graph), verb)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await rows()).toEqual(before);
  });
});

test('a nurse practitioner has a DEA number of a mid-level practitioner, a registered nurse none', async () => {
  await graph.join(id.nurse, { role: 'EXAMINER', at: id.austin });
  const about = { practitionerId: id.nurse, state: 'TX' };
  expect(await told(ada(graph), 'recordDeaRegistration', about)).toMatchObject({ issues: [{ path: 'input.number' }] });
  await graph.owner.practitioner.update({ where: { id: stored.nurse }, data: { credential: 'RN' } });
  for (const verb of ['recordDeaRegistration', 'recordControlledSubstanceRegistration'] as const) {
    expect(await told(ada(graph), verb, about)).toMatchObject({ issues: [{ path: 'input.practitionerId' }] });
  }
  await graph.owner.practitioner.update({ where: { id: stored.nurse }, data: { credential: 'NP' } });
  expect(await told(ada(graph), 'recordDeaRegistration', { ...about, number: 'MD1234563' })).toMatchObject({ status: 'UNVERIFIED' });
});
