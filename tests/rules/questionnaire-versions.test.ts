import { describe, expect, test } from 'vitest';
import { sha256 } from '#rules/digest-sha256.ts';
import { itemsOf, questionnaire, questionnaireLibrary, questionnaires } from '#rules/questionnaire.ts';
import type { FhirItem } from '#rules/questionnaire-item.ts';
import { type QuestionnaireRelease, questionnaireReleases, releaseProblems } from '#rules/questionnaire-releases.ts';
import { screen } from '#rules/screening.ts';
import { serviceCodes } from '#rules/service-codes.ts';

const [first] = questionnaireReleases as readonly [QuestionnaireRelease];

/** The first release with the core's items changed, sealed as it then is. */
function released(since: string, change: (items: readonly FhirItem[]) => readonly FhirItem[]): QuestionnaireRelease {
  const entry = first.bundle.entry.map(({ resource }) => ({
    resource: resource.id === 'gfe-core' ? { ...resource, version: '1.1.0', item: change(resource.item) } : resource,
  }));
  return { since, bundle: { entry }, sha256: sha256(JSON.stringify({ entry })) };
}

const more: FhirItem = { linkId: 'core.smoking', text: 'Do you smoke?', type: 'boolean', required: true };

describe('a later release', () => {
  const second = released('2027-03-01', (items) => [...items, more]);
  const library = questionnaireLibrary([first, second]);
  const [now, before] = library.versions('weight-loss');

  test('is the one that is answered from then on, and the one before it can still be read', () => {
    expect([now, before]).toEqual([
      { service: 'weight-loss', version: expect.stringMatching(/^1\.1\.0\+/), since: '2027-03-01', current: true },
      { service: 'weight-loss', version: questionnaires.current('weight-loss'), since: '2026-11-22', current: false },
    ]);
    expect(library.current('weight-loss')).toBe(now?.version);
    const ids = (version = '') => library.parts('weight-loss', version)?.[0]?.item.map(({ linkId }) => linkId);
    expect([ids(before?.version), ids(now?.version)]).toEqual([['core'], ['core', 'core.smoking']]);
  });

  test('that changes nothing brings no version, and one that goes back brings the old one back', () => {
    expect(questionnaireLibrary([first, { ...first, since: '2027-03-01' }]).versions('weight-loss')).toEqual([
      { ...before, current: true },
    ]);
    const back = questionnaireLibrary([first, second, { ...first, since: '2027-06-01' }]);
    expect(back.versions('weight-loss').map(({ version, since }) => [version, since])).toEqual([
      [before?.version, '2026-11-22'],
      [now?.version, '2027-03-01'],
    ]);
  });
});

test.each(serviceCodes)('%s: each version is shown to both audiences, and one that never was to nobody', (service) => {
  for (const { version } of questionnaires.versions(service)) {
    expect(questionnaire(service, 'patient', version)?.version).toBe(version);
    expect(questionnaire(service, 'clinician', version)?.version).toBe(version);
  }
  expect([questionnaire(service, 'patient', '0.9'), itemsOf(service, 'patient', '0.9')]).toEqual([null, null]);
  expect(screen(service, [], 'patient', '0.9').issues).toEqual([
    { path: 'questionnaireVersion', message: 'is not a version of the questionnaire of this service' },
  ]);
});

test('a release that was edited, or that holds what cannot be checked, keeps the process from starting', () => {
  expect(questionnaireReleases.flatMap(releaseProblems)).toEqual([]);
  const edited = { ...released('2027-03-01', (items) => [...items, more]), sha256: first.sha256 };
  expect(() => questionnaireLibrary([first, edited])).toThrow('the questionnaires of 2027-03-01 were edited after they were released');
  const odd = { ...more, type: 'quantity' as 'text' };
  const repeating: FhirItem = { ...more, linkId: 'g', type: 'group', repeats: true };
  expect(releaseProblems(released('2027-03-01', (items) => [...items, odd, more, repeating]))).toEqual([
    'core.smoking is of the type quantity, which is not checked',
    'g is a group that repeats',
    'core.smoking is there twice',
  ]);
  expect(() => questionnaireLibrary([{ ...first, bundle: { entry: [] }, sha256: sha256('{"entry":[]}') }])).toThrow(
    'The questionnaire gfe-core is missing from the data',
  );
});
