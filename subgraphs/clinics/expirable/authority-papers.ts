import { inWords, type NamedClinic, owner, type Paper, type Stop, type SubjectType } from './paper.ts';

/** A paper as `physicians` tells of it. Days are YYYY-MM-DD, ids TypeIDs. */
export interface ToldPaper {
  readonly id: string;
  readonly kind: string;
  readonly practitionerId: string | null;
  readonly practitionerName: string | null;
  readonly otherName: string | null;
  readonly clinicIds: readonly string[];
  readonly state: string | null;
  readonly service: string | null;
  readonly detail: string | null;
  readonly status: string;
  readonly since: string | null;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
}

const subjects: Readonly<Record<string, SubjectType>> = {
  ENGAGEMENT: 'Engagement',
  PROTOCOL: 'ProtocolVersion',
  STANDING_ORDER: 'ProtocolVersion',
  LICENSE: 'License',
  DEA_REGISTRATION: 'DeaRegistration',
  INSURANCE_POLICY: 'InsurancePolicy',
};

const policyKinds: Readonly<Record<string, string>> = {
  PROFESSIONAL: 'professional liability',
  GENERAL: 'general liability',
  PRODUCT: 'product liability',
  CYBER: 'cyber',
};

const trainings: Readonly<Record<string, string>> = {
  BLS: 'basic life support',
  ACLS: 'advanced cardiac life support',
  MATE: 'training on opioid and other substance use disorders',
  BLOODBORNE: 'bloodborne pathogen training',
  LASER_SAFETY: 'laser safety training',
  PROCEDURE: 'procedure training',
  OTHER: 'training',
};

/** What a kind of paper is called, what it lets a person do, and which papers it replaces. */
interface Words {
  readonly label: string;
  readonly acts?: readonly string[];
  /** Whether the person’s own work stops, everywhere or for a service at its clinics. */
  readonly person?: 'everywhere' | 'service';
  readonly line: string;
}

/** Papers of the authority side, as the list of what expires takes them. One kind we have no words for is named by its code. */
export function authorityPapers(told: readonly ToldPaper[], clinics: readonly NamedClinic[]): Paper[] {
  const names = new Map(clinics.map(({ id, name }) => [id, name]));
  return told.map((paper): Paper => {
    const { id, kind, clinicIds, status, since, startsOn, endsOn } = paper;
    const words = wordsFor(paper, names);
    const type = subjects[kind];
    return {
      ...{ kind, recordId: id, clinicIds, status, since, startsOn, endsOn },
      subject: type === undefined ? null : { __typename: type, id },
      label: words.label,
      acts: words.acts ?? [],
      stops: personStops(paper, words.person),
      owner: ownerOf(paper),
      line: words.line,
    };
  });
}

function wordsFor({ kind, id, practitionerId, practitionerName, ...told }: ToldPaper, names: ReadonlyMap<string, string>): Words {
  const { clinicIds, detail, otherName, service, state } = told;
  const who = practitionerName ?? 'A practitioner';
  const places = clinicIds.map((clinicId) => names.get(clinicId) ?? 'a clinic');
  const at = places.join(', ');
  const line = `${kind} ${practitionerId ?? ''} ${state ?? ''}`;
  switch (kind) {
    case 'ENGAGEMENT': {
      const directs = detail === 'MEDICAL_DIRECTOR';
      return {
        label: `${who}, ${directs ? 'medical director' : 'collaborating physician'} of ${at}`,
        acts: directs ? [] : [`Prescribing under ${who}’s collaboration at ${at}`],
        line: `${line} ${clinicIds.join(' ')} ${detail}`,
      };
    }
    case 'PROTOCOL':
    case 'STANDING_ORDER':
      return {
        label: `${kind === 'PROTOCOL' ? 'Protocol' : 'Standing order'} for ${service}, version ${detail}`,
        acts: kind === 'PROTOCOL' ? [] : places.map((place) => `${service} under the standing order at ${place}`),
        // The same service at the same clinics: a later version replaces an earlier one.
        line: `${kind} ${service} ${clinicIds.join(' ')}`,
      };
    case 'LICENSE':
      return {
        label: `${who}, ${state} licence ${detail}`,
        // A registered nurse neither examines nor orders: what stops is what was delegated.
        acts: [`${otherName === 'REGISTERED_NURSE' ? 'Delegated acts' : 'Exams and orders'} by ${who} in ${state}`],
        ...{ person: 'everywhere', line: `${line} ${otherName}` },
      };
    case 'DEA_REGISTRATION':
    case 'CONTROLLED_SUBSTANCE_REGISTRATION':
      return {
        label: `${who}, ${kind === 'DEA_REGISTRATION' ? 'DEA' : 'controlled-substance'} registration in ${state}`,
        acts: [`Controlled substances ordered by ${who} in ${state}`],
        ...{ person: 'everywhere', line },
      };
    case 'INSURANCE_POLICY':
      return {
        label: `${who}, ${policyKinds[detail ?? ''] ?? detail} insurance`,
        ...(detail === 'PROFESSIONAL' ? { acts: [`Exams and orders by ${who}`], person: 'everywhere' } : {}),
        line: `${line} ${detail}`,
      };
    case 'BOARD_CERTIFICATION':
      return { label: `${who}, board certification in ${detail}`, line: `${line} ${detail}` };
    case 'COLLABORATIVE_AGREEMENT':
      return {
        label: `${who}, agreement with ${otherName} in ${state}`,
        acts: [`Prescribing by ${who} in ${state}`],
        ...{ person: 'everywhere', line: `${line} ${otherName}` },
      };
    case 'DELEGATION':
    case 'COMPETENCY':
      return {
        label:
          kind === 'DELEGATION'
            ? `${who}, ${service} delegated by ${otherName} at ${at}`
            : `${who}, competency in ${service}${detail === null ? '' : ` with ${detail}`}`,
        acts: places.map((place) => `${service} by ${who} at ${place}`),
        ...{ person: 'service', line: `${line} ${service} ${kind === 'DELEGATION' ? `${clinicIds.join(' ')} ${otherName}` : detail}` },
      };
    case 'TRAINING':
      return {
        label: `${who}, ${trainings[detail ?? ''] ?? detail}${service === null ? '' : ` in ${service}`}`,
        line: `${line} ${detail} ${service}`,
      };
    case 'EXCLUSION':
      return {
        label: `${who}, on a list of excluded persons`,
        acts: [`Everything by ${who}`],
        person: 'everywhere',
        line: `${line} ${detail}`,
      };
    default:
      return { label: [who, inWords(kind).toLowerCase(), detail].filter(Boolean).join(', '), line: `${line} ${service} ${detail} ${id}` };
  }
}

function personStops({ practitionerId, clinicIds, service }: ToldPaper, person: Words['person']): Stop[] {
  if (person === undefined) return [];
  if (person === 'everywhere') return [{ clinicId: null, services: [], practitionerId }];
  return clinicIds.map((clinicId) => ({ clinicId, services: service === null ? [] : [service], practitionerId }));
}

/** One’s own paper is one’s own to renew; what stands on the director’s word is the director’s, what was arranged is the officer’s. */
function ownerOf({ kind, practitionerId }: ToldPaper): Paper['owner'] {
  if (kind === 'ENGAGEMENT' || kind === 'EXCLUSION') return owner('COMPLIANCE_OFFICER');
  if (['PROTOCOL', 'STANDING_ORDER', 'DELEGATION', 'COMPETENCY'].includes(kind)) return owner('MEDICAL_DIRECTOR');
  return owner('PRACTITIONER', { practitionerId });
}
