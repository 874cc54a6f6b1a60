import { expect, test } from 'vitest';
import { bookableAt } from '#rules/slot-rules.ts';
import type { NeighbourFacts } from '../../subgraphs/prescriptions/exam/gate-facts.ts';
import type { PractitionerAnswer } from '../../subgraphs/prescriptions/neighbour/practitioner.ts';
import { type Slot, usualRule } from '../../subgraphs/prescriptions/schedule/slots.ts';
import { allowing } from '../../subgraphs/prescriptions/slot/allowed-slots.ts';
import { attestedIn, now } from '../rules/given.ts';

const wanted = { clinicId: 'clinic', service: 'weight-loss', patientState: 'TX' };

function physician(id: string, expiresOn: string): PractitionerAnswer {
  const licence = { id: `lic_${id}`, state: 'TX', number: 'A1', type: 'PHYSICIAN', status: 'ACTIVE', verifiedAt: now, expiresOn };
  return {
    ...{ id, npi: '1', displayName: id, credential: 'MD', independentIn: [] },
    ...{ licenses: [licence], deaRegistrations: [], agreements: [] },
  };
}

const facts: NeighbourFacts = {
  answered: true,
  practitioners: new Map([
    ['a', physician('a', '2027-06-30')],
    ['b', physician('b', '2026-11-25')],
  ]),
  clinics: new Map([
    [
      'clinic',
      {
        ...{ id: 'clinic', name: 'Clinic', timeZone: 'America/Chicago', entityId: 'ent', entityName: 'Lone Star Clinicians PLLC' },
        address: { line1: '1 Main St', line2: null, city: 'Austin', state: 'TX', postalCode: '78704' },
        services: [{ code: 'weight-loss', modalities: ['SYNC_VIDEO', 'SYNC_AUDIO'] }],
        attestations: attestedIn('TX'),
        facilityLicenses: [],
        oversight: {
          engagements: [
            {
              ...{ id: 'eng', role: 'MEDICAL_DIRECTOR', status: 'ACTIVE', startsOn: '2025-01-01', endsOn: null },
              practitioner: {
                ...physician('d', '2027-06-30'),
                policies: [{ kind: 'PROFESSIONAL', status: 'ACTIVE', expiresOn: '2027-01-01' }],
              },
            },
          ],
          protocols: [{ id: 'prv', service: 'weight-loss', status: 'ACTIVE', effectiveFrom: '2026-01-01', expiresOn: null, digest: 'd' }],
        },
      },
    ],
  ]),
};

/** A week of slots around the clock, each by video and by telephone, of three examiners. */
const week: Slot[] = Array.from(
  { length: (7 * 24 * 60) / usualRule.minutes },
  (_, index) => Date.parse(now) + index * usualRule.minutes * 60_000,
)
  .flatMap((from) => ['a', 'b', 'c'].map((examinerId) => ({ examinerId, from, to: from + usualRule.minutes * 60_000 })))
  .flatMap((slot) => ['SYNC_VIDEO', 'SYNC_AUDIO'].map((modality) => ({ ...slot, modality })));

test('for a week of slots the rules are asked once for each examiner', () => {
  const asked: unknown[] = [];
  const isAllowed = allowing(week, wanted, facts, new Date(now), (told, on) => {
    const ask = bookableAt(told, on);
    return (examiner, ways) => {
      asked.push([examiner?.id, ways, on]);
      return ask(examiner, ways);
    };
  });
  const allowed = week.filter(isAllowed);
  expect(week).toHaveLength(3024);
  expect(asked).toEqual(['a', 'b', undefined].map((id) => [id, ['SYNC_VIDEO', 'SYNC_AUDIO'], '2026-11-22T15:00:00.000Z']));
  // Telephone needs an attestation that nobody gave, a licence ends on its last day, and who is not known is not offered.
  const of = (examinerId: string) => allowed.filter((slot) => slot.examinerId === examinerId);
  expect(new Set(allowed.map(({ modality }) => modality))).toEqual(new Set(['SYNC_VIDEO']));
  expect(of('a')).toHaveLength(504);
  expect(new Date(of('b').at(-1)?.from ?? 0).toISOString()).toBe('2026-11-25T23:40:00.000Z');
  expect(of('c')).toEqual([]);
});
