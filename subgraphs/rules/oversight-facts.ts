/** Who oversees a clinic and by which protocols, as the graph tells it, and how a gate reads that. */

import type { ClinicLegs, DirectorFact } from './clinic-facts.ts';
import { exclusionTold, type ToldExclusion } from './exclusion.ts';
import type { Credential, Fact, LicenceFact } from './facts.ts';
import { practisesUnder } from './licence.ts';

/** A clinic's oversight as far as gates read it. Dates are days, instants RFC 3339. */
export interface ToldOversight {
  readonly engagements: readonly {
    readonly id: string;
    readonly role: string;
    readonly status: string;
    readonly startsOn: string;
    readonly endsOn: string | null;
    /** Empty for all that the clinic offers; left out where nobody asked. */
    readonly services?: readonly string[];
    readonly practitioner: ToldDirector | null;
  }[];
  readonly protocols: readonly {
    readonly id: string;
    readonly service: string;
    readonly status: string;
    readonly effectiveFrom: string;
    readonly expiresOn: string | null;
  }[];
}

interface ToldDirector {
  readonly id: string;
  readonly credential: string;
  /** `type` says which credential is practised under a licence. */
  readonly licenses: readonly (LicenceFact & { readonly type: string })[];
  readonly exclusion?: ToldExclusion | null;
  readonly policies: readonly {
    readonly kind: string;
    readonly status: string;
    /** Left out where nobody asked. */
    readonly effectiveFrom?: string;
    readonly expiresOn: string;
  }[];
}

/** The licences a director practises under: the others they hold answer no gate. */
function practising(director: ToldDirector): readonly LicenceFact[] {
  const { credential, licenses } = director;
  const known =
    practised.get(director) ?? licenses.filter(({ type }) => practisesUnder(credential, type)).map(({ type: _, ...licence }) => licence);
  practised.set(director, known);
  return known;
}

/** One physician directs many clinics, and is told of once. */
const practised = new WeakMap<ToldDirector, readonly LicenceFact[]>();

/** Directors and protocols of a clinic. Oversight that was not told stays unknown, and blocks. */
export function oversightFacts(told: ToldOversight | null | undefined): Pick<ClinicLegs, 'directors' | 'protocols'> {
  if (told == null) return { directors: null, protocols: null };
  return {
    directors: told.engagements
      .filter((engagement) => engagement.role === 'MEDICAL_DIRECTOR')
      .map(
        (engagement): DirectorFact => ({
          id: engagement.practitioner?.id ?? engagement.id,
          credential: engagement.practitioner?.credential as Fact<Credential>,
          licences: engagement.practitioner && practising(engagement.practitioner),
          ...exclusionTold(engagement.practitioner?.exclusion),
          engagementId: engagement.id,
          engagementStatus: engagement.status,
          engagementStartsOn: engagement.startsOn,
          engagementEndsOn: engagement.endsOn,
          engagementNoEnd: engagement.endsOn === null,
          ...(engagement.services === undefined ? {} : { engagementServices: engagement.services }),
          insuredUntil: insuredUntil(engagement.practitioner),
          ...insured(engagement.practitioner),
        }),
      ),
    protocols: told.protocols.map(({ id, service, status, effectiveFrom, expiresOn }) => ({
      ...{ id, service, status, effectiveFrom },
      effectiveUntil: expiresOn,
      noEnd: expiresOn === null,
    })),
  };
}

/** The last day of the professional liability policy that lasts longest. One that nobody verified leaves it unknown. */
function insuredUntil(practitioner: ToldDirector | null): Fact<string> {
  if (practitioner === null) return null;
  const policies = practitioner.policies.filter((policy) => policy.kind === 'PROFESSIONAL' && policy.status !== 'CANCELLED');
  const verified = policies.filter(({ status }) => status === 'ACTIVE' || status === 'EXPIRED').map((policy) => policy.expiresOn);
  return verified.toSorted().at(-1) ?? (policies.length > 0 ? null : 'none');
}

/** The terms of the policies that somebody verified, where it was told when each begins: one that has yet to begin covers nothing. */
function insured(practitioner: ToldDirector | null): Pick<DirectorFact, 'insured'> {
  const policies = practitioner?.policies.filter((policy) => policy.kind === 'PROFESSIONAL' && policy.status !== 'CANCELLED') ?? [];
  if (practitioner === null || policies.some(({ effectiveFrom }) => effectiveFrom === undefined)) return {};
  const verified = policies.filter(({ status }) => status !== 'UNVERIFIED');
  if (verified.length === 0 && policies.length > 0) return { insured: null };
  return { insured: verified.map(({ effectiveFrom, expiresOn }) => ({ from: effectiveFrom ?? null, until: expiresOn })) };
}

/**
 * Of a clinic's facility licences of a kind one counts: of those in force the one that lasts longest, so that neither one that was renewed nor
 * one that was taken away closes what another carries.
 */
export function facilityFacts(told: readonly ToldFacility[] | null | undefined): ClinicLegs['facilityLicences'] {
  if (told == null) return null;
  const last = new Map<string, ToldFacility>();
  for (const one of told) {
    const known = last.get(one.kind);
    if (known === undefined || counts(one) > counts(known)) last.set(one.kind, one);
  }
  return [...last.values()].map(({ kind, status, expiresOn }) => ({ kind, status, expiresOn }));
}

/** What counts more compares greater: active before all others, then the later last day. */
function counts({ status, expiresOn }: ToldFacility): string {
  return `${status === 'ACTIVE' ? 1 : 0} ${expiresOn}`;
}

/** A facility licence as the graph tells it. */
export interface ToldFacility {
  readonly kind: string;
  readonly status: string;
  readonly expiresOn: string;
}
