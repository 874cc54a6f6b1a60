import { toId } from '#kernel/ids.ts';
import { type ExclusionFact, exclusionTold } from '#rules/exclusion.ts';
import type { Credential, LicenceFact, PractitionerFact } from '#rules/facts.ts';
import { practisesUnder } from '#rules/licence.ts';
import { shownAgreementStatus } from '../credential/collaborative-agreement.ts';
import type { KnownPractitioner } from '../facts/read-practitioners.ts';
import { dayIn } from '../lapse.ts';
import { shownLicenseStatus } from '../license/license-status.ts';
import { exclusionOf } from '../verification/exclusion.ts';

/** A practitioner as a gate here is told of one: statuses as of now. */
export function personFact(person: KnownPractitioner, now: Date): PractitionerFact {
  return {
    id: toId('practitioner', person.id),
    credential: person.credential as Credential,
    ...exclusionFact(person, now),
    licences: practisingLicences(person, now),
    independentIn: person.independentIn,
    agreements: person.agreements.map((agreement) => ({
      state: agreement.state,
      status: shownAgreementStatus(agreement, now),
      startsOn: dayIn(agreement.startsOn),
      endsOn: agreement.endsOn && dayIn(agreement.endsOn),
      noEnd: agreement.endsOn === null,
      ...exclusionFact(agreement.supervisor, now),
      physicianLicences: practisingLicences({ credential: 'MD', licenses: agreement.supervisor.licenses }, now),
    })),
  };
}

/** The licences somebody practises a credential under, as of now: the others they hold answer no gate. */
export function practisingLicences({ credential, licenses }: Pick<KnownPractitioner, 'credential' | 'licenses'>, now: Date): LicenceFact[] {
  return licenses.filter(({ type }) => practisesUnder(credential, type)).map((license) => licenceFact(license, now));
}

function licenceFact(license: KnownPractitioner['licenses'][number], now: Date): LicenceFact {
  return {
    id: toId('license', license.id),
    state: license.state,
    number: license.number,
    status: shownLicenseStatus(license, now),
    expiresOn: dayIn(license.expiresOn),
    verifiedAt: license.verifiedAt?.toISOString() ?? null,
  };
}

/** What the lists of excluded persons say of somebody, as of now. */
export function exclusionFact({ screenings }: Pick<KnownPractitioner, 'screenings'>, now: Date): { readonly exclusion?: ExclusionFact } {
  const { status, since } = exclusionOf(screenings, now);
  return exclusionTold({ status, since: since && dayIn(since) });
}
