import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import type { Modality, PractitionerFact } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { isBlocked } from '#rules/results.ts';
import { bookableUntil } from '#rules/slot-rules.ts';
import { booking, licence, now, nurse, physician } from './given.ts';

const ways: Modality[] = ['IN_PERSON', 'SYNC_VIDEO', 'SYNC_AUDIO', 'ASYNC', 'QUESTIONNAIRE_ONLY'];

function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

const licences = fc.array(
  fc
    .record({
      state: mostly('TX', 'CA', null),
      status: mostly('ACTIVE', 'REVOKED', 'UNVERIFIED'),
      expiresOn: fc.constantFrom('2026-11-21', '2026-11-22', '2026-11-25', '2026-12-02', '2027-06-30', null),
      notActiveFrom: mostly<string | null | undefined>(undefined, null, '2026-11-23', '2026-11-26', '2026-12-03', '2027-07-01', 'soon'),
      verifiedAt: mostly('2026-11-20T00:00:00Z', '2026-09-01T00:00:00Z'),
    })
    .map((changes) => ({ ...licence('TX'), ...changes })),
  { minLength: 1, maxLength: 3 },
);

const examiners = fc
  .tuple(mostly<PractitionerFact>(nurse('TX'), physician('TX'), { ...nurse('TX'), agreements: [] }), licences)
  .map(([who, held]) => ({ ...who, licences: held }));

const days = ['2026-11-22', '2026-11-25', '2026-11-26', '2026-12-02', '2026-12-03', '2027-06-30', '2027-07-01'];

test('an examiner may be booked on a day exactly when the gate, asked about that day, lets them', () => {
  let open = 0;
  fc.assert(
    fc.property(
      examiners,
      mostly('TX', 'CA', 'AZ', 'PR'),
      mostly('weight-loss', 'iv-therapy', 'no-service'),
      fc.subarray(ways, { minLength: 1 }),
      mostly(true, false),
      (examiner, patientState, service, offered, attested) => {
        const { modality: _, startsAt: __, gate: ___, ...facts } = booking('TX');
        const told = {
          ...{ ...facts, examiner, patientState, service },
          clinicServices: [{ code: 'weight-loss', modalities: offered }],
          attestations: attested ? facts.attestations : [],
        };
        const until = bookableUntil(told, ways, now);
        for (const modality of ways) {
          for (const day of days) {
            const last = until.get(modality);
            const asked = evaluate({ gate: 'exam-booking', ...told, modality, startsAt: `${day}T16:00:00Z` }, now);
            expect(last !== undefined && day <= last, `${modality} ${day}`).toBe(!isBlocked(asked));
            if (!isBlocked(asked)) open += 1;
          }
        }
      },
    ),
    { numRuns: 100 },
  );
  expect(open).toBeGreaterThan(100);
});

test('a sanction recorded ahead leaves the days before it', () => {
  const { modality: _, startsAt: __, gate: ___, ...facts } = booking('TX');
  const until = (...licences: ReturnType<typeof licence>[]) =>
    bookableUntil({ ...facts, examiner: { ...nurse('TX'), licences } }, ['SYNC_VIDEO'], now).get('SYNC_VIDEO');
  const suspended = licence('TX', { notActiveFrom: '2026-11-25' });
  expect(until(suspended)).toBe('2026-11-24');
  expect(until(suspended, licence('TX', { expiresOn: '2026-12-02' }))).toBe('2026-12-02');
  expect(until(licence('TX', { notActiveFrom: '2027-07-01' }))).toBe('2027-06-30');
});

test('before the first release nobody may be booked', () => {
  const { modality: _, startsAt: __, gate: ___, ...facts } = booking('TX');
  expect(bookableUntil(facts, ways, '2020-01-01T00:00:00Z')).toEqual(new Map());
  expect(bookableUntil(facts, ['SYNC_VIDEO'], now, library.latest)).toEqual(new Map([['SYNC_VIDEO', '2027-06-30']]));
});
