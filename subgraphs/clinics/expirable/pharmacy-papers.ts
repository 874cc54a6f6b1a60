import { owner, type NamedClinic, type Paper } from './paper.ts';

/** A pharmacy that fills for a clinic, with its licences, as `pharmacies` tells. */
export interface ToldSupply {
  readonly clinicId: string;
  readonly pharmacy: {
    readonly id: string;
    readonly name: string;
    readonly homeState: string;
    readonly licenses: readonly {
      readonly id: string;
      readonly state: string;
      readonly kind: string;
      readonly status: string;
      readonly expiresOn: string;
    }[];
  };
}

const kindsInWords: Readonly<Record<string, string>> = {
  PHARMACY: 'pharmacy licence',
  NON_RESIDENT: 'non-resident pharmacy licence',
  STERILE: 'sterile compounding permit',
  OUTSOURCING: 'outsourcing facility licence',
};

/** The licences of the pharmacies that fill for these clinics, as far as they touch them: of the clinics’ states, and of the pharmacy’s own. */
export function pharmacyPapers(supply: readonly ToldSupply[], clinics: readonly NamedClinic[]): Paper[] {
  const known = new Map(clinics.map((clinic) => [clinic.id, clinic]));
  const served = new Map<string, { readonly pharmacy: ToldSupply['pharmacy']; readonly at: NamedClinic[] }>();
  for (const { clinicId, pharmacy } of supply) {
    const clinic = known.get(clinicId);
    if (clinic === undefined) continue;
    const before = served.get(pharmacy.id);
    if (before === undefined) served.set(pharmacy.id, { pharmacy, at: [clinic] });
    else before.at.push(clinic);
  }
  return [...served.values()].flatMap(({ pharmacy, at }) =>
    pharmacy.licenses.flatMap((license): Paper[] => {
      const touched = at.filter(({ state }) => license.state === pharmacy.homeState || license.state === state);
      if (touched.length === 0) return [];
      const sterile = license.kind === 'STERILE' ? 'Sterile orders' : 'Orders';
      return [
        {
          ...{ kind: 'PHARMACY_LICENSE', recordId: license.id, clinicIds: touched.map(({ id }) => id) },
          subject: { __typename: 'PharmacyLicense', id: license.id },
          label: `${pharmacy.name}, ${license.state} ${kindsInWords[license.kind] ?? license.kind}`,
          ...{ status: license.status, since: null, startsOn: null, endsOn: license.expiresOn },
          acts: [`${sterile} filled by ${pharmacy.name}${license.state === pharmacy.homeState ? '' : ` for ${license.state}`}`],
          ...{ stops: [], owner: owner('PHARMACY', { pharmacyId: pharmacy.id }) },
          line: `pharmacy ${pharmacy.id} ${license.state} ${license.kind}`,
        },
      ];
    }),
  );
}
