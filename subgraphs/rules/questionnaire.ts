/** The questionnaires: the core history and the module of a service as one FHIR R4 Questionnaire. */

import { type FhirItem, type FhirQuestionnaire, leavesOf } from './questionnaire-item.ts';
import { type QuestionnaireRelease, questionnaireReleases, releaseProblems } from './questionnaire-releases.ts';
import { isScreeningRule } from './screening-rule.ts';
import { isService, type ServiceCode, serviceCodes, serviceModules } from './service-codes.ts';

/** Patients and front desks see no clinician's items and no screening rules; clinicians see everything. */
export type Audience = 'patient' | 'clinician';

export type { FhirItem, FhirQuestionnaire };

/** One version of a service's questionnaire. */
export interface QuestionnaireVersion {
  readonly service: ServiceCode;
  readonly version: string;
  /** First day of the first release that has it. */
  readonly since: string;
  /** Whether an intake must answer this one. */
  readonly current: boolean;
}

/** Questionnaires in every version that was ever released. */
export interface QuestionnaireLibrary {
  /** The version that an intake answers today. */
  current(service: ServiceCode): string;
  /** Every version of a service, newest first. */
  versions(service: ServiceCode): readonly QuestionnaireVersion[];
  /** The core, the module and the closing part of a version; null for one that was never released. */
  parts(service: ServiceCode, version: string): readonly FhirQuestionnaire[] | null;
}

/** The library over some releases, oldest first. Throws for a release that is not in order, so that the process does not start. */
export function questionnaireLibrary(releases: readonly QuestionnaireRelease[]): QuestionnaireLibrary {
  const problems = releases.flatMap(releaseProblems);
  if (problems.length > 0) throw new Error(`The questionnaires are not in order: ${problems.join('; ')}`);
  const byService = new Map<ServiceCode, Map<string, { since: string; parts: readonly FhirQuestionnaire[] }>>();
  for (const { since, bundle } of releases) {
    for (const service of serviceCodes) {
      const parts = ['gfe-core', `gfe-${serviceModules[service]}`, 'gfe-clearance'].map((id) => partOf(bundle, id));
      const versions = byService.get(service) ?? new Map<string, { since: string; parts: readonly FhirQuestionnaire[] }>();
      const version = versionOf(parts);
      const before = versions.get(version);
      // The last of the map is the current one: a version that comes back is moved there, with its first day.
      versions.delete(version);
      byService.set(service, versions.set(version, before ?? { since, parts }));
    }
  }
  const of = (service: ServiceCode) => [...(byService.get(service) ?? [])].toReversed();
  return {
    current: (service) => of(service)[0]?.[0] ?? 'none',
    versions: (service) => of(service).map(([version, { since }], index) => ({ service, version, since, current: index === 0 })),
    parts: (service, version) => byService.get(service)?.get(version)?.parts ?? null,
  };
}

/** The questionnaires of this installation. */
export const questionnaires = questionnaireLibrary(questionnaireReleases);

/** One questionnaire for a service, of the current version or another; null for a code that is no service and for a version that never was. Both audiences get the same version. */
export function questionnaire(service: string, audience: Audience, version?: string): FhirQuestionnaire | null {
  if (!isService(service)) return null;
  const asked = version ?? questionnaires.current(service);
  const parts = questionnaires.parts(service, asked);
  const [core, module] = parts ?? [];
  if (parts === null || core === undefined || module === undefined) return null;
  return {
    ...core,
    id: `gfe-${service}`,
    url: `https://goodfaith.example/fhir/Questionnaire/gfe-${service}`,
    version: asked,
    name: `Gfe${service
      .split('-')
      .map((word) => word[0]?.toUpperCase() + word.slice(1))
      .join('')}`,
    title: `${core.title}; ${module.title.replace('Good-faith exam module: ', '')}`,
    description: `${module['description'] ?? ''}`.replace(' Use with the core and clearance questionnaires.', ''),
    item: partsFor(parts, audience).flatMap((part) => part.item),
  };
}

/** The parts of a version as that audience may see them: core, module, and for clinicians the closing part. Null for a version that never was. */
export function questionnaireParts(service: ServiceCode, audience: Audience, version: string): readonly FhirQuestionnaire[] | null {
  const parts = questionnaires.parts(service, version);
  return parts && partsFor(parts, audience);
}

/** The version of a service's questionnaire that an intake answers today: that of its core, and eight hex digits over everything either audience may see. */
export function questionnaireVersion(service: ServiceCode): string {
  return questionnaires.current(service);
}

/** The items of a service as a tree; null for a version that never was. */
export function itemsOf(service: ServiceCode, audience: Audience, version: string): readonly FhirItem[] | null {
  const key = `${service}/${audience}/${version}`;
  const known = trees.get(key);
  if (known !== undefined) return known;
  const parts = questionnaires.parts(service, version);
  if (parts === null) return null;
  const all = (audience === 'clinician' ? parts : parts.slice(0, 2)).flatMap((part) => part.item);
  const tree = audience === 'clinician' ? all : kept(all);
  trees.set(key, tree);
  return tree;
}

/** The questions of a service without their groups, in order. Clinicians' include the closing ones. */
export function questionsOf(service: ServiceCode, audience: Audience, version = questionnaires.current(service)): readonly FhirItem[] {
  return leavesOf(itemsOf(service, audience, version) ?? []);
}

/** Whether an item is for the examiner or the clinic, not for the patient: its text says so. */
export function isForClinicians(item: FhirItem): boolean {
  return item.text.startsWith('Clinician:') || item.text.startsWith('Clinic:');
}

const trees = new Map<string, readonly FhirItem[]>();

function partOf(bundle: QuestionnaireRelease['bundle'], id: string): FhirQuestionnaire {
  const part = bundle.entry.find(({ resource }) => resource.id === id)?.resource;
  if (part === undefined) throw new Error(`The questionnaire ${id} is missing from the data`);
  return part;
}

function versionOf(parts: readonly FhirQuestionnaire[]): string {
  return `${parts[0]?.version}+${fingerprint(JSON.stringify(parts.map((part) => part.item)))}`;
}

function partsFor(parts: readonly FhirQuestionnaire[], audience: Audience): readonly FhirQuestionnaire[] {
  if (audience === 'clinician') return parts;
  return parts.slice(0, 2).map((part) => ({ ...part, item: part.item.map(forPatients).filter((item) => item !== null) }));
}

/** The tree without clinicians' items, rules included: what an intake is screened by. */
function kept(items: readonly FhirItem[]): FhirItem[] {
  return items
    .filter((item) => !isForClinicians(item))
    .map((item) => (item.item === undefined ? item : { ...item, item: kept(item.item) }));
}

function forPatients(item: FhirItem): FhirItem | null {
  if (isForClinicians(item)) return null;
  const { extension = [], item: children, ...shown } = item;
  const bounds = extension.filter(({ url }) => !isScreeningRule(url));
  return {
    ...shown,
    ...(bounds.length > 0 && { extension: bounds }),
    ...(children !== undefined && { item: children.map(forPatients).filter((child) => child !== null) }),
  };
}

// FNV-1a, 32 bits: tells versions apart; nothing is secured by it.
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
