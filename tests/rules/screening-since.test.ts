import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sha256 } from '#rules/digest-sha256.ts';
import { questionnaireLibrary, questionnaires } from '#rules/questionnaire.ts';
import type { FhirItem } from '#rules/questionnaire-item.ts';
import { type QuestionnaireRelease, questionnaireReleases } from '#rules/questionnaire-releases.ts';
import { screen } from '#rules/screening.ts';
import { screenSince } from '#rules/screening-since.ts';

const [first] = questionnaireReleases as readonly [QuestionnaireRelease];
const version = questionnaires.current('weight-loss');
const rule = { url: 'action', valueCode: 'block' };
const device: FhirItem = {
  ...{ linkId: 'core.device', text: 'Do you wear the recalled device?', type: 'boolean', required: true },
  extension: [
    {
      url: 'https://goodfaith.example/fhir/StructureDefinition/gfe-screening-rule',
      extension: [rule, { url: 'triggerBoolean', valueBoolean: true }],
    },
  ],
};

/** The first release and a second whose core also asks after the device, within the group that was there. */
function withDevice() {
  const entry = first.bundle.entry.map(({ resource }) => ({
    resource:
      resource.id === 'gfe-core'
        ? { ...resource, version: '1.1.0', item: resource.item.map((one) => ({ ...one, item: [...(one.item ?? []), device] })) }
        : resource,
  }));
  return questionnaireLibrary([first, { since: '2027-03-01', bundle: { entry }, sha256: sha256(JSON.stringify({ entry })) }]);
}

beforeEach(() => {
  const library = withDevice();
  vi.spyOn(questionnaires, 'current').mockImplementation(library.current);
  vi.spyOn(questionnaires, 'parts').mockImplementation(library.parts);
});
afterEach(() => vi.restoreAllMocks());

test('a question that blocks and came after the intake stands open, with all else as it was', () => {
  const before = screen('weight-loss', [], 'clinician', version);
  const after = screenSince('weight-loss', [], version);
  expect(before.unansweredBlocking).not.toContain('core.device');
  expect(after).toEqual({
    ...before,
    unanswered: [...before.unanswered, 'core.device'],
    unansweredBlocking: [...before.unansweredBlocking, 'core.device'],
  });
});

test.each([
  [true, [{ linkId: 'core.device', severity: 'block', message: device.text }]],
  [false, []],
])('and is answered by the examiner: %s', (value, flags) => {
  const report = screenSince('weight-loss', [{ linkId: 'core.device', value }], version);
  expect([report.flags, report.issues, report.unansweredBlocking.includes('core.device')]).toEqual([flags, [], false]);
});

test('an intake of the current version, or of one that never was, is screened by that', () => {
  const current = questionnaires.current('weight-loss');
  expect(current).not.toBe(version);
  for (const asked of [current, '0.9'])
    expect(screenSince('weight-loss', [], asked)).toEqual(screen('weight-loss', [], 'clinician', asked));
});
