import { describe, expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import { library } from '#rules/packs.ts';
import { blockers } from '#rules/results.ts';
import { isMainlySkinCare } from '#rules/skin-care.ts';
import { supervisionGraceDays } from '#rules/supervision-grace.ts';
import { attested, engaging, now } from './given.ts';

type Facts = ReturnType<typeof engaging>;
type Standing = Exclude<Facts['standing'], 'not-yet' | null | undefined>;

const stops = (facts: Facts) => blockers(evaluate(facts, now)).map(({ id, outcome }) => `${id} ${outcome}`);

/** A director about to accept an engagement at a clinic of Florida that offers skin care and nothing else. */
function office(change: Partial<Facts> = {}, standing: Partial<Standing> = {}): Facts {
  const facts = engaging('FL');
  const stood = { ...(facts.standing as Standing), boardCertifications: [dermatology], ...standing };
  return { ...facts, attestations: [], clinicServices: ['botulinum-toxin', 'laser-ipl'], ...change, standing: stood };
}

const dermatology = { specialty: 'Dermatology', expiresOn: '2027-06-30' };

describe('a skin-care office in Florida', () => {
  test('may be the one office of a certified director', () => {
    expect(stops(office())).toEqual([]);
    expect(evaluate(office(), now).find(({ id }) => id === 'FL.md.directorships')).toMatchObject({
      message: 'Florida lets a physician be director of 1 skin-care offices at a time, and they are of 0 others',
      citation: '458.348(3)',
      version: '2026-11-22.3',
    });
  });
  test.each<[string, Partial<Facts>, Partial<Standing>, string[]]>([
    ['a second such office is refused', {}, { skinCareOffices: { FL: 1 } }, ['FL.md.directorships FAIL']],
    ['however many other clinics are counted, only such offices count', {}, { directorships: { FL: 9 }, skinCareOffices: { FL: 0 } }, []],
    ['what nobody counted is unknown', {}, { skinCareOffices: null }, ['FL.md.directorships UNKNOWN']],
    ['offices of another state do not tell', {}, { skinCareOffices: { GA: 0 } }, ['FL.md.directorships UNKNOWN']],
    [
      'of a clinic that nobody knows the services of, both rules are unknown',
      { clinicServices: null },
      {},
      ['FL.md.directorships UNKNOWN', 'FL.md.skinCareCertification UNKNOWN'],
    ],
    [
      'half of the services make it one',
      { clinicServices: ['weight-loss', 'laser-ipl'] },
      { skinCareOffices: { FL: 1 } },
      ['FL.md.directorships FAIL'],
    ],
    [
      'a clinic mainly for something else is none',
      { clinicServices: ['weight-loss'] },
      { skinCareOffices: { FL: 1 }, boardCertifications: [] },
      [],
    ],
    ['the primary practice is none', { primaryPractice: true }, { skinCareOffices: { FL: 1 }, boardCertifications: [] }, []],
    [
      'a collaborating physician directs none, and is to be certified',
      { role: 'COLLABORATING_PHYSICIAN' },
      { skinCareOffices: { FL: 1 } },
      [],
    ],
    ['on resuming nothing is counted', {}, { directorships: 'counted-before', skinCareOffices: null }, []],
    ['no certification on record needs an attestation', {}, { boardCertifications: [] }, ['FL.md.skinCareCertification UNKNOWN']],
    ['certifications that could not be read are none', {}, { boardCertifications: null }, ['FL.md.skinCareCertification UNKNOWN']],
    [
      'nor does one that has ended, or one in something else',
      {},
      {
        boardCertifications: [
          { ...dermatology, expiresOn: '2026-11-21' },
          { specialty: 'Family medicine', expiresOn: null, noEnd: true },
        ],
      },
      ['FL.md.skinCareCertification UNKNOWN'],
    ],
    ['one without end counts', {}, { boardCertifications: [{ specialty: ' plastic surgery', expiresOn: null, noEnd: true }] }, []],
    [
      'one whose end nobody recorded does not',
      {},
      { boardCertifications: [{ specialty: 'Dermatology', expiresOn: null }] },
      ['FL.md.skinCareCertification UNKNOWN'],
    ],
  ])('%s', (_rule, change, standing, expected) => {
    expect(stops(office(change, standing))).toEqual(expected);
  });

  test('of somebody eligible an officer attests it; that two offices are one, nobody', () => {
    const facts = office(
      { attestations: [attested('FL.md.skinCareCertification'), attested('FL.md.directorships')] },
      {
        ...{ boardCertifications: [], skinCareOffices: { FL: 1 } },
      },
    );
    expect(stops(facts)).toEqual(['FL.md.directorships FAIL']);
  });

  test('counts where it stands: an engagement of a clinic elsewhere adds none in Florida', () => {
    const facts = { ...office({}, { skinCareOffices: { FL: 1 }, boardCertifications: [] }), clinicState: 'TX' };
    expect(stops(facts).filter((stop) => stop.startsWith('FL.md'))).toEqual([]);
  });

  test('was asked nothing under the releases before', () => {
    const before = library.of('2026-11-22.2') ?? library.latest;
    const facts = office({}, { skinCareOffices: { FL: 1 }, boardCertifications: [] });
    expect(blockers(evaluate(facts, now, before))).toEqual([]);
  });
});

test('in Tennessee somebody attests that whoever directs or supervises practises there', () => {
  const facts: Facts = { ...engaging('TN'), attestations: [] };
  expect(stops(facts)).toEqual(['TN.md.activePractice UNKNOWN']);
  expect(stops({ ...facts, role: 'COLLABORATING_PHYSICIAN' })).toEqual(['TN.md.activePractice UNKNOWN']);
  expect(stops({ ...facts, attestations: [attested('TN.md.activePractice')] })).toEqual([]);
});

test('a clinic is mainly for skin care from half of its services on, and unknown without any or with one that is none', () => {
  const told = [['laser-ipl'], ['weight-loss', 'laser-ipl'], ['weight-loss', 'iv-therapy', 'laser-ipl'], [], ['haircut'], null];
  expect(told.map(isMainlySkinCare)).toEqual([true, true, false, null, null, null]);
});

test('a meeting may be fourteen days late, since the release that said so', () => {
  expect(supervisionGraceDays(library.latest, now)).toBe(14);
  expect(supervisionGraceDays(library.of('2026-11-22.2') ?? library.latest, now)).toBeNull();
  expect(supervisionGraceDays(library.latest, '2026-11-21')).toBeNull();
});
