/** The questionnaires: the core history and the module of a service as one FHIR R4 Questionnaire. */

import rawBundle from './data/gfe-questionnaires.json' with { type: 'json' };
import { isService, type ServiceCode, serviceModules } from './service-codes.ts';

/** Patients and front desks see no clinician's items and no screening rules; clinicians see everything. */
export type Audience = 'patient' | 'clinician';

/** A FHIR extension as far as these questionnaires use them. */
export interface FhirExtension {
  readonly url: string;
  readonly valueCode?: string;
  readonly valueString?: string;
  readonly valueBoolean?: boolean;
  readonly extension?: readonly FhirExtension[];
}

/** A questionnaire item. `linkId` is what answers name. */
export interface FhirItem {
  readonly linkId: string;
  readonly text: string;
  readonly type: 'group' | 'boolean' | 'choice' | 'date' | 'decimal' | 'integer' | 'string' | 'text';
  readonly required?: boolean;
  readonly answerOption?: readonly { readonly valueCoding: { readonly system: string; readonly code: string; readonly display: string } }[];
  readonly extension?: readonly FhirExtension[];
  readonly item?: readonly FhirItem[];
}

/** A FHIR R4 Questionnaire, ready to be sent as JSON. */
export interface FhirQuestionnaire {
  readonly resourceType: 'Questionnaire';
  readonly id: string;
  readonly url: string;
  readonly version: string;
  readonly title: string;
  readonly item: readonly FhirItem[];
  readonly [element: string]: unknown;
}

const bundle = rawBundle as unknown as { readonly entry: readonly { readonly resource: FhirQuestionnaire }[] };
const byId = new Map(bundle.entry.map(({ resource }) => [resource.id, resource]));

/** One questionnaire for a service; null for a code that is no service. Both audiences get the same version. */
export function questionnaire(service: string, audience: Audience): FhirQuestionnaire | null {
  if (!isService(service)) return null;
  const core = partOf('gfe-core');
  const module = partOf(`gfe-${serviceModules[service]}`);
  const items = [core, module, ...(audience === 'clinician' ? [partOf('gfe-clearance')] : [])].flatMap((part) => part.item);
  return {
    ...core,
    id: `gfe-${service}`,
    url: `https://goodfaith.example/fhir/Questionnaire/gfe-${service}`,
    version: questionnaireVersion(service),
    name: `Gfe${service
      .split('-')
      .map((word) => word[0]?.toUpperCase() + word.slice(1))
      .join('')}`,
    title: `${core.title}; ${module.title.replace('Good-faith exam module: ', '')}`,
    description: `${module.description ?? ''}`.replace(' Use with the core and clearance questionnaires.', ''),
    item: audience === 'clinician' ? items : items.map(forPatients).filter((item) => item !== null),
  };
}

/** The version of a service's questionnaire: that of its core, and eight hex digits over everything either audience may see. */
export function questionnaireVersion(service: ServiceCode): string {
  const known = versions.get(service);
  if (known !== undefined) return known;
  const core = partOf('gfe-core');
  const content = [core, partOf(`gfe-${serviceModules[service]}`), partOf('gfe-clearance')].map((part) => part.item);
  const version = `${core.version}+${fingerprint(JSON.stringify(content))}`;
  versions.set(service, version);
  return version;
}

/** The questions of a service without their groups, in order. Clinicians' include the closing ones. */
export function questionsOf(service: ServiceCode, audience: Audience): readonly FhirItem[] {
  const key = `${service}/${audience}`;
  const known = questions.get(key);
  if (known !== undefined) return known;
  const parts = [
    partOf('gfe-core'),
    partOf(`gfe-${serviceModules[service]}`),
    ...(audience === 'clinician' ? [partOf('gfe-clearance')] : []),
  ];
  const all = parts.flatMap((part) => part.item.flatMap(leaves)).filter((item) => audience === 'clinician' || !isForClinicians(item));
  questions.set(key, all);
  return all;
}

/** Whether an item is for the examiner or the clinic, not for the patient: its text says so. */
export function isForClinicians(item: FhirItem): boolean {
  return item.text.startsWith('Clinician:') || item.text.startsWith('Clinic:');
}

const versions = new Map<ServiceCode, string>();
const questions = new Map<string, readonly FhirItem[]>();

function partOf(id: string): FhirQuestionnaire {
  const part = byId.get(id);
  if (part === undefined) throw new Error(`The questionnaire ${id} is missing from the data`);
  return part;
}

function leaves(item: FhirItem): FhirItem[] {
  return item.type === 'group' ? (item.item ?? []).flatMap(leaves) : [item];
}

function forPatients(item: FhirItem): FhirItem | null {
  if (isForClinicians(item)) return null;
  const { extension: _rules, item: children, ...shown } = item;
  return children === undefined ? shown : { ...shown, item: children.map(forPatients).filter((child) => child !== null) };
}

// FNV-1a, 32 bits: tells versions apart; nothing is secured by it.
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
