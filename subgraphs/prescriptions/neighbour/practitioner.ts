/** What `physicians` tells of whoever examines or prescribes, and how a gate reads it. */

import { dayOf } from '#rules/dates.ts';
import { exclusionTold, type ToldExclusion } from '#rules/exclusion.ts';
import type { Credential, Fact, PractitionerFact } from '#rules/facts.ts';
import { practisesUnder } from '#rules/licence.ts';
import { licenceThen, notActiveFrom, type RecordedRenewal, type RecordedStanding, statusThen } from '#rules/licence-history.ts';

/** A licence as `physicians` tells. */
export interface LicenceAnswer {
  readonly id: string;
  readonly state: string;
  readonly number: string;
  readonly type: string;
  readonly status: string;
  readonly verifiedAt: string | null;
  readonly expiresOn: string;
  /** Everything recorded of it; of a practitioner's own licences only. */
  readonly standings?: readonly RecordedStanding[];
  /** Its further terms; of a practitioner's own licences only. */
  readonly renewals?: readonly RecordedRenewal[];
}

/** A practitioner as `physicians` tells. */
export interface PractitionerAnswer {
  readonly id: string;
  readonly npi: string;
  readonly displayName: string;
  readonly credential: string;
  readonly exclusion?: ToldExclusion | null;
  readonly independentIn: readonly string[];
  readonly licenses: readonly LicenceAnswer[];
  readonly deaRegistrations: readonly {
    readonly number: string;
    readonly state: string;
    readonly schedules: readonly string[];
    readonly status: string;
    readonly expiresOn: string;
  }[];
  readonly controlledSubstanceRegistrations?: readonly {
    readonly state: string;
    readonly schedules: readonly string[];
    readonly status: string;
    readonly expiresOn: string;
  }[];
  readonly agreements: readonly {
    readonly id: string;
    readonly state: string;
    readonly supervisorId: string;
    readonly supervisorName: string;
    readonly supervisorNpi: string;
    readonly status: string;
    readonly startsOn: string;
    readonly endsOn: string | null;
    readonly supervisorLicenses: readonly LicenceAnswer[];
    readonly supervisorExclusion?: ToldExclusion | null;
  }[];
}

const licence = 'id state number type status verifiedAt expiresOn';

/** What is asked of a practitioner, the same for every gate. */
export const practitionerFields = `id npi displayName credential independentIn exclusion { status since }
  licenses { ${licence} standings { status effectiveFrom effectiveTo recordedAt } renewals { formerLastDay startsOn expiresOn recordedAt } }
  deaRegistrations { number state schedules status expiresOn }
  controlledSubstanceRegistrations { state schedules status expiresOn }
  agreements { id state supervisorId supervisorName supervisorNpi status startsOn endsOn supervisorLicenses { ${licence} } supervisorExclusion { status since } }`;

/** The licences under which somebody practises their credential: the others they hold answer no gate. */
export function practisingLicences<L extends Pick<LicenceAnswer, 'type'>>(told: {
  readonly credential: string;
  readonly licenses: readonly L[];
}): L[] {
  return told.licenses.filter(({ type }) => practisesUnder(told.credential, type));
}

/** The licences of an agreement's supervisor as a physician: nobody else's agreement will do. */
export function physicianLicences({ supervisorLicenses }: PractitionerAnswer['agreements'][number]): LicenceAnswer[] {
  return practisingLicences({ credential: 'MD', licenses: supervisorLicenses });
}

/** The facts of a practitioner as known at a moment; null when nothing was told, which blocks. */
export function practitionerFact(told: PractitionerAnswer | null | undefined, at: Date): PractitionerFact | null {
  if (told == null) return null;
  return {
    id: told.id,
    credential: told.credential as Credential,
    ...exclusionTold(told.exclusion),
    licences: practisingLicences(told).map((one) => ({ ...licenceFact(one), notActiveFrom: stopsBeingActive(one, at) })),
    independentIn: told.independentIn,
    // Numbers stay out of what is kept with decisions.
    deaRegistrations: told.deaRegistrations.map(({ state, schedules, status, expiresOn }) => ({ state, schedules, status, expiresOn })),
    ...(told.controlledSubstanceRegistrations === undefined ? {} : { stateRegistrations: told.controlledSubstanceRegistrations }),
    agreements: told.agreements.map((agreement) => ({
      state: agreement.state,
      status: agreement.status,
      startsOn: agreement.startsOn,
      endsOn: agreement.endsOn,
      // An agreement that was read and has no last day is one without end.
      noEnd: agreement.endsOn === null,
      physicianLicences: physicianLicences(agreement).map(licenceFact),
      ...exclusionTold(agreement.supervisorExclusion),
    })),
  };
}

function licenceFact({ id, state, number, status, verifiedAt, expiresOn }: LicenceAnswer) {
  return { id, state, number, status, verifiedAt, expiresOn };
}

// Of a licence whose history isn't told nothing is known of the days to come but its term.
function stopsBeingActive({ expiresOn, standings, renewals = [] }: LicenceAnswer, at: Date): string | null {
  return standings === undefined ? null : notActiveFrom({ expiresOn, standings, renewals }, dayOf(at.toISOString()) ?? '', at);
}

/** Ids of somebody's licences in a state that were ACTIVE on a past day, as known at a moment; null when nothing was told. */
export function licencesThen(told: PractitionerAnswer | null, state: string, day: string, knownAt: Date): string[] | null {
  if (told === null) return null;
  const wasActive = (one: LicenceAnswer) => statusThen({ ...one, standings: one.standings ?? [] }, day, knownAt) === 'ACTIVE';
  return practisingLicences(told).flatMap((one) => (one.state === state && wasActive(one) ? [one.id] : []));
}

/** What somebody's licence in a state was on a past day, as known at a moment. Null when that can't be told; `'none'` without a licence there. */
export function licensedThen(told: PractitionerAnswer | null, state: string | null, day: string | undefined, knownAt: Date): Fact<string> {
  const histories = told && practisingLicences(told).map((license) => ({ ...license, standings: license.standings ?? [] }));
  return licenceThen(histories, state, day, knownAt);
}
