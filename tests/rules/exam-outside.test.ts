import { expect, test } from 'vitest';
import { decide, recordOf, replay } from '#rules/decision.ts';
import { evaluate, examCoverage } from '#rules/evaluate.ts';
import type { ExamCoverageFacts, OutsideExamFact } from '#rules/facts.ts';
import { blockers } from '#rules/results.ts';
import { attested, completion, type FactsOf, now, nurse, signing } from './given.ts';

const verified: OutsideExamFact = {
  ...{ provenance: 'EXTERNAL_VERIFIED', vendorStatus: 'ACTIVE', attested: false, examinerLicenceThen: 'ACTIVE', sameBirthDate: true },
};
const onPaper: OutsideExamFact = { ...verified, provenance: 'EXTERNAL_ATTESTED', vendorStatus: 'none', attested: true };

/** An exam held elsewhere ten days ago, about to be confirmed by a clinic that relies on both kinds. */
function confirming(outside: OutsideExamFact = verified, changes: object = {}): FactsOf<'exam-completion'> {
  const facts = completion();
  const relied = [attested('TX.gfe.outsideVerified', 'allowed'), attested('TX.gfe.outsideAttested', 'allowed')];
  return { ...facts, startsAt: '2026-11-12T15:00:00Z', attestations: [...(facts.attestations ?? []), ...relied], outside, ...changes };
}

const standing = (facts: FactsOf<'exam-completion'>) => blockers(evaluate(facts, now)).map(({ id, outcome }) => `${outcome} ${id}`);

test('an exam held elsewhere passes by what completing asks, and by who answers for it', () => {
  expect(evaluate(confirming(), now).map(({ id, outcome }) => `${outcome} ${id}`)).toEqual(
    [
      ...['exam.heldAt', 'exam.samePerson', 'exam.vendor', 'TX.gfe.telehealthAllowed', 'TX.gfe.syncAudioVideo', 'TX.gfe.performers'],
      ...['exam.examinerLicence', 'licence.examiner', 'TX.np.practiceAuthority', 'agreement.examiner'],
      ...['TX.gfe.outsideVerified', 'consent.TREATMENT', 'consent.TELEHEALTH', 'screening', 'TX.gfe.validityMonths'],
    ].map((id) => `PASS ${id}`),
  );
  expect(standing(confirming(onPaper))).toEqual([]);
});

test('nobody relies on exams held elsewhere until the entity has said so, and an unknown origin is relied upon by nobody', () => {
  const silent = { attestations: completion().attestations };
  expect(standing(confirming(verified, silent))).toEqual(['UNKNOWN TX.gfe.outsideVerified']);
  expect(standing(confirming(onPaper, silent))).toEqual(['UNKNOWN TX.gfe.outsideAttested']);
  const against = { attestations: [...(silent.attestations ?? []), attested('TX.gfe.outsideVerified', 'prohibited')] };
  expect(standing(confirming(verified, against))).toEqual(['FAIL TX.gfe.outsideVerified']);
  expect(standing(confirming({ ...verified, provenance: null }))).toEqual(['UNKNOWN exam.provenance']);
});

test.each<[string, Partial<OutsideExamFact>, string]>([
  ['another birth date', { sameBirthDate: false }, 'FAIL exam.samePerson'],
  ['no birth date', { sameBirthDate: null }, 'UNKNOWN exam.samePerson'],
  ['a vendor that is suspended', { vendorStatus: 'SUSPENDED' }, 'FAIL exam.vendor'],
  ['no vendor', { vendorStatus: 'none' }, 'UNKNOWN exam.vendor'],
  ['an examiner without a licence that day', { examinerLicenceThen: 'none' }, 'FAIL exam.examinerLicence'],
  ['an examiner of whose licence that day nothing is known', { examinerLicenceThen: null }, 'UNKNOWN exam.examinerLicence'],
])('%s stands in the way', (_what, spoilt, expected) => {
  expect(standing(confirming({ ...verified, ...spoilt }))).toEqual([expected]);
});

test('what is on paper needs a clinician’s word', () => {
  expect(standing(confirming({ ...onPaper, attested: false }))).toEqual(['UNKNOWN exam.attested']);
});

test('an examiner who is not known, excluded, or whose agreement began after the exam stands in the way', () => {
  const later = nurse('TX');
  const [agreement] = later.agreements ?? [];
  const began = { examiner: { ...later, agreements: agreement ? [{ ...agreement, startsOn: '2026-11-15' }] : [] } };
  expect(standing(confirming(verified, began))).toEqual(['FAIL agreement.examiner']);
  expect(standing(confirming(verified, { examiner: null }))).toEqual(['UNKNOWN TX.gfe.performers', 'UNKNOWN licence.examiner']);
});

test('an exam of which it is not known when it was held, or that lies ahead, stands in the way', () => {
  expect(standing(confirming(verified, { startsAt: null }))).toEqual(['UNKNOWN exam.heldAt']);
  expect(standing(confirming(verified, { startsAt: 'last week' }))).toEqual(['UNKNOWN exam.heldAt']);
  expect(standing(confirming(verified, { startsAt: '2030-01-01T15:00:00Z' }))).toEqual(['FAIL exam.heldAt']);
});

test('an agreement had begun on the day it was at most where the exam was held', () => {
  const [agreement] = nurse('TX').agreements ?? [];
  const examiner = { ...nurse('TX'), agreements: agreement ? [{ ...agreement, startsOn: '2026-11-15' }] : [] };
  expect(standing(confirming(verified, { examiner, startsAt: '2026-11-14T20:00:00-06:00' }))).toEqual(['FAIL agreement.examiner']);
  expect(standing(confirming(verified, { examiner, startsAt: '2026-11-15T09:00:00-06:00' }))).toEqual([]);
});

test('an answer that needs review is settled by a clinician here, and not by the vendor’s own words', () => {
  const linkId = 'glp1-weight-loss.gl-pancreas';
  const screening = {
    ...{ flags: [{ linkId, severity: 'physician-review', message: 'Found' }], unanswered: [], unansweredBlocking: [], issues: [] },
  };
  const settled = [{ linkId, kind: 'RESOLUTION', credential: 'NP', state: 'TX', sameAnswer: true }];
  expect(standing(confirming(verified, { screening, settled: [] }))).toEqual([`UNKNOWN screening.${linkId}`]);
  expect(standing(confirming(verified, { screening, settled }))).toEqual([]);
  const told = decide(confirming(verified, { screening }), new Date(now));
  expect(blockers(told.results).map(({ id, outcome }) => `${outcome} ${id}`)).toEqual([`UNKNOWN screening.${linkId}`]);
  const at = new Date(now);
  expect(replay({ ...recordOf(told, at), at })).toMatchObject({ same: true, differs: [] });
});

test('an approval with conditions is asked for all that one without is', () => {
  const bare = { consents: [], screening: null, attestations: completion().attestations };
  const asked = (outcome: string) => standing(confirming(verified, { ...bare, outcome }));
  expect(asked('APPROVED_WITH_CONDITIONS')).toEqual([
    ...['UNKNOWN TX.gfe.outsideVerified', 'FAIL consent.TREATMENT', 'FAIL consent.TELEHEALTH', 'UNKNOWN screening'],
  ]);
  expect(asked('APPROVED_WITH_CONDITIONS')).toEqual(asked('APPROVED'));
});

test('screening and consents are asked as of an exam held here, and of an approval alone', () => {
  const gaps = { flags: [], unanswered: ['glp1-weight-loss.gl-bmi'], unansweredBlocking: ['glp1-weight-loss.gl-bmi'], issues: [] };
  expect(standing(confirming(verified, { screening: gaps }))).toEqual(['UNKNOWN screening.glp1-weight-loss.gl-bmi']);
  expect(standing(confirming(verified, { screening: null }))).toEqual(['UNKNOWN screening']);
  expect(standing(confirming(verified, { consents: [] }))).toEqual(['FAIL consent.TREATMENT', 'FAIL consent.TELEHEALTH']);
  expect(standing(confirming(verified, { outcome: 'DECLINED', screening: null, consents: [] }))).toEqual([]);
});

test('whoever relies on an exam asks its provenance again, and of one held here nothing more than before', () => {
  const { patientId, patientState, service, exam, attestations, entityName } = signing();
  const facts: ExamCoverageFacts = { patientId, patientState, service, exam, attestations, entityName };
  if (exam == null) throw new Error('There is an exam.');
  const here = examCoverage(facts, now).map(({ id }) => id);
  const elsewhere = { ...exam, provenance: 'EXTERNAL_VERIFIED' } as const;
  expect(blockers(examCoverage({ ...facts, exam: elsewhere }, now)).map(({ id }) => id)).toEqual(['TX.gfe.outsideVerified']);
  const relied = [...(attestations ?? []), attested('TX.gfe.outsideVerified', 'allowed')];
  const asked = examCoverage({ ...facts, exam: elsewhere, attestations: relied }, now);
  expect(blockers(asked)).toEqual([]);
  expect(asked.map(({ id }) => id)).toEqual([...here, 'TX.gfe.outsideVerified']);
  const order = { ...signing(), exam: elsewhere };
  expect(blockers(evaluate(order, now)).map(({ id }) => id)).toEqual(['TX.gfe.outsideVerified']);
});

test('a decision on an exam held elsewhere is asked again for the same answer', () => {
  const at = new Date(now);
  const kept = recordOf(decide(confirming(), at), at);
  expect(replay({ ...kept, at })).toMatchObject({ same: true, differs: [] });
});
