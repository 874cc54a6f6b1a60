import type { NamedClinic, Paper } from './expiring.ts';

/** What the clinics' own records say can end; ids are public ones. */
export interface OwnPapers {
  readonly facilityLicenses: readonly {
    readonly id: string;
    readonly kind: string;
    readonly status: string;
    readonly expiresOn: string;
    readonly clinic: NamedClinic;
  }[];
  readonly agreements: readonly {
    readonly id: string;
    readonly entity: string;
    readonly endsOn: string | null;
    /** The clinics it puts under its manager. */
    readonly clinicIds: readonly string[];
  }[];
}

/** CLIA_WAIVER as people write it: "CLIA waiver". */
function inWords(kind: string): string {
  const words = kind.toLowerCase().replaceAll('_', ' ').replace('license', 'licence').replace('clia', 'CLIA');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Facility licences and management agreements. What was revoked has ended otherwise than by its date. */
export function ownPapers({ facilityLicenses, agreements }: OwnPapers): Paper[] {
  return [
    ...facilityLicenses
      .filter((license) => license.status !== 'REVOKED')
      .map(
        (license): Paper => ({
          kind: license.kind,
          recordId: license.id,
          clinicIds: [license.clinic.id],
          subject: { __typename: 'FacilityLicense', id: license.id },
          label: `${inWords(license.kind)} of ${license.clinic.name}`,
          endsOn: license.expiresOn,
          blocks: [`Every service at ${license.clinic.name}`],
          line: `facility ${license.clinic.id} ${license.kind}`,
        }),
      ),
    ...agreements.map(
      (agreement): Paper => ({
        kind: 'MANAGEMENT_AGREEMENT',
        recordId: agreement.id,
        clinicIds: agreement.clinicIds,
        subject: { __typename: 'ManagementAgreement', id: agreement.id },
        label: `Management agreement with ${agreement.entity}`,
        endsOn: agreement.endsOn,
        blocks: [`Management of the clinics of ${agreement.entity}`],
        line: `agreement ${agreement.entity}`,
      }),
    ),
  ];
}
