/** Which type of the graph a paper is, as its `subject` says. */
export type SubjectType =
  | 'FacilityLicense'
  | 'ManagementAgreement'
  | 'License'
  | 'DeaRegistration'
  | 'InsurancePolicy'
  | 'Engagement'
  | 'ProtocolVersion'
  | 'PharmacyLicense';

/** Whose it is to renew a paper, or to put right what lapsed. Ids are public ones; each only where it is known. */
export interface Owner {
  readonly role: 'PRACTITIONER' | 'MEDICAL_DIRECTOR' | 'COMPLIANCE_OFFICER' | 'PHARMACY';
  readonly practitionerId: string | null;
  readonly entityId: string | null;
  readonly pharmacyId: string | null;
}

/** Work that stops: services at a clinic, or what one person does. */
export interface Stop {
  /** Public id; null when it is a person’s work wherever they do it. */
  readonly clinicId: string | null;
  /** Codes of services; none where it is not about services. */
  readonly services: readonly string[];
  /** Public id of the person who may no longer act; null when the services themselves close. */
  readonly practitionerId: string | null;
}

/** One thing on paper that ends, before it is known whether that is soon. */
export interface Paper {
  readonly kind: string;
  /** Public id of the record. */
  readonly recordId: string;
  /** Public ids of the clinics it is about. */
  readonly clinicIds: readonly string[];
  /** Null for what has no type of its own in the graph. */
  readonly subject: { readonly __typename: SubjectType; readonly id: string } | null;
  readonly label: string;
  /** What was decided or found of it; that its last day is over is in `endsOn`. */
  readonly status: string;
  /** The first day of that status, where it is on record. */
  readonly since: string | null;
  /** The first day on which it is good, where it is on record; without one it has begun. */
  readonly startsOn: string | null;
  readonly endsOn: string | null;
  /** What nobody may do any more once it has ended, in words, besides services that close. */
  readonly acts: readonly string[];
  /** The same as data. */
  readonly stops: readonly Stop[];
  readonly owner: Owner;
  /** The rule it is a word on, where it is one. */
  readonly ruleId?: string;
  /** Papers of one line may replace one another: one in force by the day after another’s last. */
  readonly line: string;
}

/** A clinic as far as it is named in labels. */
export interface NamedClinic {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

const nobody = { practitionerId: null, entityId: null, pharmacyId: null } as const;

/** An owner by role, with what else is known of them. */
export function owner(role: Owner['role'], known: Partial<Omit<Owner, 'role'>> = {}): Owner {
  return { role, ...nobody, ...known };
}

/** CLIA_WAIVER as people write it: "CLIA waiver". */
export function inWords(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ').replace('license', 'licence').replace('clia', 'CLIA');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Statuses in which a paper carries work while its days last. */
export const standing: ReadonlySet<string> = new Set(['ACTIVE', 'ENDING', 'APPROVED']);

/** Statuses by which a paper was put out of force, otherwise than by its last day. */
export const outOfForce: ReadonlySet<string> = new Set([
  'RESTRICTED',
  'SUSPENDED',
  'REVOKED',
  'TERMINATED',
  'CANCELLED',
  'SURRENDERED',
  'EXCLUDED',
  'POSSIBLE',
]);

/** Statuses after which there is nothing to renew: what was taken away has no day to watch. */
export const takenAway: ReadonlySet<string> = new Set(['REVOKED', 'TERMINATED', 'CANCELLED', 'SURRENDERED']);
