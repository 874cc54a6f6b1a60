import { toId } from '#kernel/ids.ts';
import { type ExclusionFact, exclusionTold } from '#rules/exclusion.ts';
import type { Credential, LicenceFact, PractitionerFact } from '#rules/facts.ts';
import { practisesUnder } from '#rules/licence.ts';
import { type LicenceHistory, notActiveFrom, statusThen } from '#rules/licence-history.ts';
import { shownAgreementStatus } from '../credential/collaborative-agreement.ts';
import type { KnownPractitioner } from '../facts/read-practitioners.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { shownLicenseStatus } from '../license/license-status.ts';
import { exclusionOf } from '../verification/exclusion.ts';

/** A practitioner as a gate here is told of one: of a day gone by, licences as they are now known to have been; everything else as of now. */
export function personFact(person: KnownPractitioner, now: Date, on = dayIn(now)): PractitionerFact {
  return {
    id: toId('practitioner', person.id),
    credential: person.credential as Credential,
    ...exclusionFact(person, now),
    licences: practisingLicences(person, now, on),
    independentIn: person.independentIn,
    agreements: person.agreements.map((agreement) => ({
      state: agreement.state,
      status: shownAgreementStatus(agreement, now),
      startsOn: dayIn(agreement.startsOn),
      endsOn: agreement.endsOn && dayIn(agreement.endsOn),
      noEnd: agreement.endsOn === null,
      ...exclusionFact(agreement.supervisor, now),
      physicianLicences: practisingLicences({ credential: 'MD', licenses: agreement.supervisor.licenses }, now, on),
    })),
  };
}

/** The licences somebody practises a credential under: the others they hold answer no gate. */
export function practisingLicences(
  { credential, licenses }: Pick<KnownPractitioner, 'credential' | 'licenses'>,
  now: Date,
  on = dayIn(now),
): LicenceFact[] {
  const held = licenses.filter(({ type }) => practisesUnder(credential, type));
  return held.map((license) => (on < dayIn(now) ? licenceThen(license, now, on) : licenceFact(license, now)));
}

type License = KnownPractitioner['licenses'][number];

function licenceFact(license: License, now: Date): LicenceFact {
  return {
    ...{ id: toId('license', license.id), state: license.state, number: license.number },
    status: shownLicenseStatus(license, now),
    expiresOn: dayIn(license.expiresOn),
    verifiedAt: license.verifiedAt?.toISOString() ?? null,
    notActiveFrom: notActiveFrom(historyOf(license), dayIn(now), now),
  };
}

// What is on record of a day gone by does not go stale: it was recorded, and what was recorded last decides.
function licenceThen(license: License, now: Date, on: string): LicenceFact {
  return {
    ...{ id: toId('license', license.id), state: license.state, number: license.number },
    status: statusThen(historyOf(license), on, now) ?? 'UNVERIFIED',
    expiresOn: dayIn(license.expiresOn),
    verifiedAt: storedDay(on).toISOString(),
  };
}

function historyOf({ expiresOn, standings }: License): LicenceHistory {
  return {
    expiresOn: dayIn(expiresOn),
    standings: standings.map(({ status, effectiveFrom, effectiveTo, recordedAt }) => ({
      ...{ status, effectiveFrom: dayIn(effectiveFrom), effectiveTo: effectiveTo && dayIn(effectiveTo) },
      recordedAt: recordedAt.toISOString(),
    })),
  };
}

/** What the lists of excluded persons say of somebody, as of now. */
export function exclusionFact({ screenings }: Pick<KnownPractitioner, 'screenings'>, now: Date): { readonly exclusion?: ExclusionFact } {
  const { status, since } = exclusionOf(screenings, now);
  return exclusionTold({ status, since: since && dayIn(since) });
}
