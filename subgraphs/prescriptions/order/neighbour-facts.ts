import { question } from '#kernel/context.ts';
import type { ApprovedProductShape, CodingShape, ExcipientShape, PresentationShape } from '#kernel/shared-formula.ts';
import type { RatioShape } from '#kernel/strength.ts';
import type { IngredientSourceFact } from '#rules/substance-conditions.ts';
import { type ClinicAnswer, clinicFields } from '../neighbour/clinic.ts';
import { type AccountAnswer, accountFields, type FacilityAnswer, facilityFields, type PreparationAnswer } from '../neighbour/facility.ts';
import { type PractitionerAnswer, practitionerFields } from '../neighbour/practitioner.ts';

/** A formulary item and the pharmacy that makes it, as `pharmacies` tells. */
export interface FormularyItemAnswer extends PreparationAnswer {
  readonly id: string;
  readonly name: string;
  readonly dosageForm: string;
  readonly dosageFormCode: CodingShape | null;
  readonly route: string;
  readonly routeCode: CodingShape | null;
  readonly sterile: boolean;
  readonly preparationType: string;
  readonly storage: string;
  readonly beyondUseDays: number;
  readonly requiresClinicalDifference: boolean;
  readonly active: boolean;
  /** Empty is wherever the pharmacy is licensed; left out where it was not asked. */
  readonly shipsTo?: readonly string[];
  readonly ingredients: readonly {
    readonly name: string;
    readonly unii: string | null;
    readonly rxcui: string | null;
    readonly strength: string;
    readonly strengthRatio: RatioShape | null;
    readonly csSchedule: string | null;
  }[];
  /** Null is not recorded: unknown, not none. */
  readonly excipients: readonly ExcipientShape[] | null;
  readonly presentation: PresentationShape | null;
  /** Approved products; null is not recorded: unknown, not none. */
  readonly comparators: readonly ApprovedProductShape[] | null;
  /** The materials its pharmacy stands by; null where no rule asks for them, and left out where it was not asked. */
  readonly sources?: readonly IngredientSourceFact[] | null;
  readonly pharmacy: FacilityAnswer & {
    /** Of the clinics asked about; left out where it was not asked. */
    readonly accountsOf?: readonly AccountAnswer[] | null;
    readonly id: string;
    readonly name: string;
    readonly npi: string;
    readonly status: string;
    readonly facilityClass: string;
    readonly homeState: string;
    readonly licenses: readonly {
      readonly id: string;
      readonly state: string;
      readonly number: string;
      readonly kind: string;
      readonly status: string;
      readonly expiresOn: string;
      readonly verifiedAt: string | null;
    }[];
  };
}

/** A protocol version as `physicians` tells. */
export interface ProtocolAnswer {
  readonly id: string;
  readonly clinicIds: readonly string[];
  readonly service: string;
  readonly version: string;
  readonly title: string;
  readonly status: string;
  readonly effectiveFrom: string;
  readonly expiresOn: string;
  readonly digest: string;
  /** Null where it could not be read; left out where it was not asked. */
  readonly doseLimits?:
    | readonly {
        readonly drug: string;
        readonly unii: string | null;
        readonly maximum: string;
        readonly unit: string;
        readonly per: string;
      }[]
    | null;
}

const ratioFields = 'numerator { value unit } denominator { value unit }';

/** What is asked of a formulary item, the same for every gate. */
export const formularyItemFields = `id name dosageForm route sterile preparationType storage beyondUseDays requiresClinicalDifference active hazardous controlled shipsTo
  dosageFormCode { system code } routeCode { system code }
  ingredients { name unii rxcui strength strengthRatio { ${ratioFields} } csSchedule }
  excipients { name unii role amount { ${ratioFields} } }
  presentation { pack { value unit } container device doseVariant }
  sources { name unii supplier grade sterileSuitable certificate goodUntil }
  comparators { name ingredient strength dosageForm route applicationNumber marketing source confidence asOf }
  pharmacy { id name npi status facilityClass homeState licenses { id state number kind status expiresOn verifiedAt } ${facilityFields} }`;

const protocol = 'id clinicIds service version title status effectiveFrom expiresOn digest';

/** What drafting must know: what is compounded where, and under which protocol. */
export const draftQuestion = question<
  { formularyItemFacts: FormularyItemAnswer | null; protocolFacts: ProtocolAnswer | null },
  { formularyItem: string; protocol: string }
>(
  'service',
  `query DraftFacts($formularyItem: ID!, $protocol: ID!) {
    formularyItemFacts(id: $formularyItem) { ${formularyItemFields} }
    protocolFacts(id: $protocol) { ${protocol} }
  }`,
);

/** What signing must know of three neighbours, asked in one breath: prescriber and examiner, clinic, formulary item, protocol. */
export const signingQuestion = question<
  {
    practitionersFacts: readonly PractitionerAnswer[];
    clinicFacts: readonly ClinicAnswer[];
    formularyItemFacts: FormularyItemAnswer | null;
    protocolFacts: ProtocolAnswer | null;
  },
  { practitioners: readonly string[]; clinics: readonly string[]; formularyItem: string; protocol: string }
>(
  'service',
  `query SigningFacts($practitioners: [ID!]!, $clinics: [ID!]!, $formularyItem: ID!, $protocol: ID!) {
    practitionersFacts(ids: $practitioners) { ${practitionerFields} }
    clinicFacts(ids: $clinics) { ${clinicFields} }
    formularyItemFacts(id: $formularyItem) { ${formularyItemFields} pharmacy { ${accountFields} } }
    protocolFacts(id: $protocol) { ${protocol} doseLimits { drug unii maximum unit per } }
  }`,
);
