/** Every release of the questionnaires, oldest first. What was released is never edited: a later one stands beside it, and both can be read. */

import first from './data/gfe-questionnaires.json' with { type: 'json' };
import { sha256 } from './digest-sha256.ts';
import { type FhirItem, type FhirQuestionnaire, itemTypes } from './questionnaire-item.ts';

/** One release: a FHIR Bundle of the core, the closing part and a module for each service. */
export interface QuestionnaireRelease {
  /** First day of the release. */
  readonly since: string;
  /** SHA-256 of the bundle as JSON without spaces, hex: the seal. */
  readonly sha256: string;
  readonly bundle: { readonly entry: readonly { readonly resource: FhirQuestionnaire }[] };
}

/** The releases of this installation. Clinical content: a medical director reviews one before it is used for care. */
export const questionnaireReleases: readonly QuestionnaireRelease[] = [
  {
    since: '2026-11-22',
    sha256: 'f652d3b8258103105bab64d68e5ba55dd05857af9e173367c6343fe459131e62',
    bundle: first as unknown as QuestionnaireRelease['bundle'],
  },
];

/** What is wrong with a release: an edited one, an item that could not be checked, a link id twice. Empty for one that is in order. */
export function releaseProblems({ since, sha256: seal, bundle }: QuestionnaireRelease): string[] {
  const edited = sha256(JSON.stringify(bundle)) === seal ? [] : [`the questionnaires of ${since} were edited after they were released`];
  const items = bundle.entry.flatMap(({ resource }) => all(resource.item));
  const ids = items.map(({ linkId }) => linkId);
  return [
    ...edited,
    ...items
      .filter(({ type }) => !itemTypes.includes(type))
      .map(({ linkId, type }) => `${linkId} is of the type ${type}, which is not checked`),
    ...items.filter(({ type, repeats }) => type === 'group' && repeats === true).map(({ linkId }) => `${linkId} is a group that repeats`),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is there twice`),
  ];
}

function all(items: readonly FhirItem[]): FhirItem[] {
  return items.flatMap((item) => [item, ...all(item.item ?? [])]);
}
