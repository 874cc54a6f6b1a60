import { expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import type { GateFacts, OutsideExamFact, PractitionerFact } from '#rules/facts.ts';
import { licencesReliedOn, reliedOnAt } from '#rules/licences-relied-on.ts';
import { attested, booking, completion, licence, now, nurse, physician, sending, starting } from './given.ts';

const on = (facts: GateFacts) => licencesReliedOn({ facts, results: evaluate(facts, now) }, now);
const held = (who: PractitionerFact, ...licences: ReturnType<typeof licence>[]): PractitionerFact => ({ ...who, licences });

test('a physician’s exam stands on the physician’s licence where the patient is', () => {
  const examiner = held(physician('TX'), licence('CA', { id: 'lic_ca' }), licence('TX', { id: 'lic_tx' }));
  expect(on({ ...starting(), examiner })).toEqual([{ licenceId: 'lic_tx', part: 'EXAMINER' }]);
});

test('of several that would have done, every one is named; one that had lapsed is not', () => {
  const licences = ['lic_1', 'lic_2'].map((id) => licence('TX', { id }));
  const examiner = held(physician('TX'), ...licences, licence('TX', { id: 'lic_3', expiresOn: '2026-11-01' }));
  expect(on({ ...starting(), examiner }).map(({ licenceId }) => licenceId)).toEqual(['lic_1', 'lic_2']);
});

test('a booking stands on a licence that lasts until the exam', () => {
  const licences = [licence('TX', { id: 'lic_long' }), licence('TX', { id: 'lic_short', expiresOn: '2026-11-30' })];
  expect(on({ ...booking(), examiner: held(physician('TX'), ...licences) })).toEqual([{ licenceId: 'lic_long', part: 'EXAMINER' }]);
});

test('where an agreement was asked for, its physician’s licence carries the exam too', () => {
  const agreement = { state: 'TX', status: 'ACTIVE', startsOn: '2025-01-01', endsOn: null, noEnd: true };
  const examiner: PractitionerFact = {
    ...held(nurse('TX'), licence('TX', { id: 'lic_np' })),
    agreements: [
      { ...agreement, physicianLicences: [licence('TX', { id: 'lic_md' }), licence('CA', { id: 'lic_md_ca' })] },
      { ...agreement, status: 'ENDED', physicianLicences: [licence('TX', { id: 'lic_former' })] },
    ],
  };
  expect(on({ ...starting(), examiner })).toEqual([
    { licenceId: 'lic_np', part: 'EXAMINER' },
    { licenceId: 'lic_md', part: 'COLLABORATOR' },
  ]);
});

test('a booking stands on no licence that a sanction recorded ahead ends before the exam', () => {
  const licences = [licence('TX', { id: 'lic_good' }), licence('TX', { id: 'lic_ends', notActiveFrom: '2026-11-25' })];
  expect(on({ ...booking(), examiner: held(physician('TX'), ...licences) })).toEqual([{ licenceId: 'lic_good', part: 'EXAMINER' }]);
});

test('sending stands on the prescriber’s licence where the order goes', () => {
  const prescriber = held(physician('TX'), licence('CA', { id: 'lic_ca' }), licence('TX', { id: 'lic_tx' }));
  expect(on({ ...sending(), prescriber })).toEqual([{ licenceId: 'lic_tx', part: 'PRESCRIBER' }]);
});

test('an exam held elsewhere stands on the licences of the day it was held', () => {
  const agreement = { state: 'TX', status: 'ACTIVE', endsOn: null, noEnd: true };
  const examiner: PractitionerFact = {
    ...held(nurse('TX'), licence('TX', { id: 'lic_now' })),
    agreements: [
      { ...agreement, startsOn: '2025-01-01', physicianLicences: [licence('TX', { id: 'lic_md' })] },
      { ...agreement, startsOn: '2026-11-15', physicianLicences: [licence('TX', { id: 'lic_later' })] },
    ],
  };
  const outside: OutsideExamFact = {
    ...{ provenance: 'EXTERNAL_VERIFIED', vendorStatus: 'ACTIVE', attested: false, examinerLicenceThen: 'ACTIVE', sameBirthDate: true },
    licencesThen: ['lic_then'],
  };
  const attestations = [...(completion().attestations ?? []), attested('TX.gfe.outsideVerified', 'allowed')];
  const facts = { ...completion(), startsAt: '2026-11-12T15:00:00Z', examiner, outside, attestations };
  expect(on(facts)).toEqual([
    { licenceId: 'lic_then', part: 'EXAMINER' },
    { licenceId: 'lic_md', part: 'COLLABORATOR' },
  ]);
  expect(reliedOnAt({ facts }, new Date(now))).toEqual(new Date('2026-11-12T15:00:00Z'));
  expect(reliedOnAt({ facts: completion() }, new Date(now))).toEqual(new Date(now));
});

test('what was not good carried nothing, and neither did what has no id', () => {
  expect(on({ ...starting(), examiner: held(physician('TX'), licence('TX', { id: 'lic_tx', status: 'REVOKED' })) })).toEqual([]);
  expect(on({ ...starting(), examiner: held(physician('TX'), licence('TX')) })).toEqual([]);
});

test('a record of a time before gates were named in its facts names none', () => {
  const { gate: _, ...facts } = starting();
  expect(licencesReliedOn({ facts, results: evaluate(starting(), now) }, now)).toEqual([]);
  expect(licencesReliedOn({ facts: null, results: null }, now)).toEqual([]);
});
