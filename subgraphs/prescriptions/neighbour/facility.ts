import type { AccountStandingFacts } from '#rules/account-standing.ts';
import type { FacilityEvidenceFact, FacilityStandingFacts, OpenFindingFact } from '#rules/facility-standing.ts';

/** What `pharmacies` tells of a facility's papers and open findings. Left out where it was not asked. */
export interface FacilityAnswer {
  readonly evidence?: readonly FacilityEvidenceFact[] | null;
  readonly openFindings?: readonly OpenFindingFact[] | null;
}

/** Of whichever preparation the facility is to make. Left out where it was not asked. */
export interface PreparationAnswer {
  readonly hazardous?: boolean | null;
  readonly controlled?: boolean | null;
}

/** A clinic's account with a pharmacy, as `pharmacies` tells. */
export interface AccountAnswer {
  readonly clinicId: string;
  readonly status: string;
  readonly reasonCode: string | null;
}

/** What is asked of a facility. */
export const facilityFields = 'evidence { kind validFrom expiresOn } openFindings { id foundOn stops }';

/** What is asked of accounts, of the clinics in `$clinics`. */
export const accountFields = 'accountsOf(clinicIds: $clinics) { clinicId status reasonCode }';

/** What the facility can show for these preparations together; nothing where it was not asked. */
export function facilityStandingFacts(
  facility: FacilityAnswer | null | undefined,
  made: readonly PreparationAnswer[],
): FacilityStandingFacts {
  if (facility == null) return {};
  const { evidence, openFindings } = facility;
  if (evidence === undefined || openFindings === undefined) return {};
  return {
    facility: {
      ...{ evidence, openFindings },
      hazardous: anyOf(made.map(({ hazardous }) => hazardous)),
      controlled: anyOf(made.map(({ controlled }) => controlled)),
    },
  };
}

function anyOf(given: readonly (boolean | null | undefined)[]): boolean | null {
  if (given.some((one) => one === true)) return true;
  return given.some((one) => one == null) ? null : false;
}

/** How the clinic's account stands; nothing where it was not asked. */
export function accountStandingFacts(accounts: readonly AccountAnswer[] | null | undefined, clinicId: string): AccountStandingFacts {
  if (accounts === undefined) return {};
  if (accounts === null) return { account: null };
  const own = accounts.find((one) => one.clinicId === clinicId);
  return { account: own === undefined ? 'none' : { status: own.status, reasonCode: own.reasonCode } };
}
