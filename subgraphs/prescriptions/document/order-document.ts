/** What a prescriber signs: everything an order stands on, frozen at that moment. A published format: members are added with a new schema name, never changed. */

import type { DifferenceKind } from '#rules/difference-facts.ts';
import type { ApprovedProductShape, CodingShape, ExcipientShape, PresentationShape } from '#kernel/shared-formula.ts';
import type { AddressShape, QuantityShape } from '#kernel/shared-types.ts';
import type { RatioShape } from '#kernel/strength.ts';
import type { DoseStep } from '#rules/dose-steps.ts';

/** The format's name and version, the document's first word about itself: what is signed today. */
export const DOCUMENT_SCHEMA = 'gf-order/2';

/** Every version that was ever signed. Documents of each are read and verified for ever. */
export const documentSchemas = ['gf-order/1', DOCUMENT_SCHEMA] as const;

/** A version of the format. */
export type DocumentSchema = (typeof documentSchemas)[number];

/** An address with every member written out: absent is null, so that there is one canonical text. */
export interface FrozenAddress extends AddressShape {
  readonly line2: string | null;
}

/** One active ingredient as the formulary stated it. Documents of gf-order/1 have no role, no RxCUI and no ratio. */
export interface FrozenIngredient {
  readonly name: string;
  readonly unii: string | null;
  readonly rxcui: string | null;
  readonly role: 'ACTIVE';
  /** Text with its unit, generated from the ratio where there is one. */
  readonly strength: string;
  readonly strengthRatio: RatioShape | null;
  readonly csSchedule: string | null;
}

/** The formulary item as it was when the order was drafted: the order's drug, whatever the formulary says later. */
export interface DrugSnapshot {
  readonly formularyItemId: string;
  readonly name: string;
  readonly dosageForm: string;
  readonly dosageFormCode: CodingShape | null;
  readonly route: string;
  readonly routeCode: CodingShape | null;
  readonly sterile: boolean;
  readonly preparationType: string | null;
  readonly storage: string | null;
  readonly beyondUseDays: number | null;
  readonly ingredients: readonly FrozenIngredient[];
  /** Null is not recorded by the pharmacy: unknown, not none. */
  readonly excipients: readonly ExcipientShape[] | null;
  readonly presentation: PresentationShape | null;
  /** The approved products it stands beside. Null is not recorded by the pharmacy: unknown, not none. */
  readonly comparators: readonly ApprovedProductShape[] | null;
}

/** One step of the dosage as data, in the shape of FHIR R4 `Dosage`. */
export type FrozenDosage = DoseStep;

/** The drug with what the prescriber decided about it. */
export interface FrozenDrug extends DrugSnapshot {
  readonly sig: string;
  /** The dose as data, one step after the other; null where it was given in words alone. From gf-order/2 on. */
  readonly dosage: readonly FrozenDosage[] | null;
  /** The directions that follow from the dosage; null without one. From gf-order/2 on. */
  readonly sigGenerated: string | null;
  /** Why the sig has words of its own; null where it says the dosage. From gf-order/2 on. */
  readonly sigOverrideReason: string | null;
  /** UNIIs of what this patient must not get. From gf-order/2 on. */
  readonly excludedExcipients: readonly string[];
  readonly quantity: QuantityShape;
  readonly daysSupply: number;
  readonly refills: number;
}

/** A code of a terminology as FHIR R4 has it in `Coding`: the system is a URI. */
export interface FrozenCode {
  readonly system: string;
  readonly code: string;
  readonly display: string;
}

/** Why this patient needs the compound, and the exam's finding it rests on (21 USC 353a(b)(2)). */
export interface FrozenDifference {
  readonly statement: string;
  /** ALLERGY, INTOLERANCE, STRENGTH_NOT_SOLD, FORM_NOT_SOLD, SHORTAGE or UNSPECIFIED. From gf-order/2 on, as the two below. */
  readonly kind: DifferenceKind | null;
  /** The commercial product it is compared with, in words. */
  readonly comparator: string | null;
  /** What is changed against it, in words. */
  readonly change: string | null;
  /** `code` is null where the finding was told in words alone. From gf-order/2 on. */
  readonly finding: { readonly id: string; readonly text: string; readonly code: FrozenCode | null };
}

/** One thing that screening the drug found or could not say, in the words it was shown with. */
export interface FrozenScreeningFinding {
  /** The ingredient or excipient; null of the drug as a whole. */
  readonly substance: string | null;
  readonly unii: string | null;
  /** What it was held against, as recorded. */
  readonly about: string | null;
  readonly outcome: 'PASS' | 'FAIL' | 'UNKNOWN';
  readonly message: string;
}

/** What screening for one kind came to, and the prescriber's waiver where one was needed. */
export interface FrozenScreen {
  readonly kind: 'ALLERGY' | 'DUPLICATE_THERAPY' | 'CONTRAINDICATION' | 'PREGNANCY' | 'INTERACTION';
  /** Of the findings, whatever was waived. */
  readonly outcome: 'PASS' | 'FAIL' | 'UNKNOWN';
  /** Whether it stands in nobody's way: nothing found, or waived. */
  readonly passes: boolean;
  readonly findings: readonly FrozenScreeningFinding[];
  readonly waiver: {
    readonly id: string;
    readonly at: string;
    readonly by: string | null;
    readonly credential: string | null;
    readonly reason: string | null;
  } | null;
}

/** What the drug was screened against, with which answers. */
export interface FrozenScreening {
  /** The names, families and classes it was screened with. */
  readonly screenedWith: { readonly name: string; readonly version: string };
  /** The intake whose answers these were. */
  readonly intakeId: string | null;
  readonly excipients: 'RECORDED' | 'NOT_RECORDED';
  readonly interactions: {
    readonly screener: string;
    readonly version: string;
    readonly asOf: string | null;
    readonly outcome: 'SCREENED' | 'NOT_SCREENED' | 'NOTHING_TO_SCREEN';
  };
  readonly kinds: readonly FrozenScreen[];
  /** How hazardous ingredients are to be handled. */
  readonly handling: readonly { readonly substance: string; readonly unii: string | null; readonly statement: string }[];
}

/** The signed order that this one takes the place of. */
export interface FrozenPredecessor {
  readonly orderId: string;
  readonly documentDigest: string;
}

/** How a prescription for a controlled substance was signed. */
export interface FrozenControlled {
  readonly schedule: string;
  /** Null of what only a state schedules. */
  readonly dea: { readonly number: string; readonly state: string; readonly expiresOn: string } | null;
  /** The evaluation in person it rests on, or the telemedicine rule relied upon, with citation and version. */
  readonly basis: {
    readonly kind: 'IN_PERSON' | 'TELEMEDICINE';
    readonly evaluationId: string | null;
    readonly ruleId: string;
    readonly citation: string | null;
    readonly version: string;
  };
  readonly pdmpCheckId: string | null;
  readonly reviewDigest: string;
  readonly statement: string;
}

/** One rule as it was asked when the order was signed. */
export interface FrozenRule {
  readonly id: string;
  readonly outcome: string;
  readonly message: string;
  readonly citation: string | null;
  readonly version: string;
}

/** The payload of a signed order. Ids are public ids, moments RFC 3339 in UTC, days `YYYY-MM-DD`, amounts decimal text. */
export interface OrderDocument {
  readonly schema: DocumentSchema;
  readonly order: { readonly id: string; readonly service: string; readonly draftedAt: string; readonly signedAt: string };
  readonly patient: {
    readonly id: string;
    readonly givenName: string;
    readonly familyName: string;
    readonly birthDate: string;
    readonly sexAtBirth: string;
    readonly address: FrozenAddress;
    readonly allergies: readonly string[];
  };
  readonly shipTo: FrozenAddress;
  readonly drug: FrozenDrug;
  readonly clinicalDifference: FrozenDifference | null;
  readonly diagnosis: readonly { readonly system: 'ICD-10-CM'; readonly code: string }[];
  readonly prescriber: {
    readonly id: string;
    readonly displayName: string;
    readonly npi: string;
    readonly credential: string;
    /** The licence in the patient's state, as read when signing. */
    readonly license: {
      readonly id: string;
      readonly state: string;
      readonly number: string;
      readonly type: string | null;
      readonly status: string;
      readonly verifiedAt: string | null;
      readonly expiresOn: string | null;
    };
  };
  /** The physician of the agreement an NP or PA prescribes under. */
  readonly supervisor: {
    readonly id: string;
    readonly displayName: string;
    readonly npi: string | null;
    readonly agreementId: string;
  } | null;
  readonly clinic: {
    readonly id: string;
    readonly name: string;
    readonly entityId: string;
    readonly entityName: string;
    readonly address: FrozenAddress;
    /** E.164: the prescriber's telephone. From gf-order/2 on. */
    readonly phone: string | null;
  };
  readonly pharmacy: { readonly id: string; readonly name: string; readonly npi: string | null; readonly facilityClass: string };
  readonly exam: {
    readonly id: string;
    readonly digest: string;
    readonly examinerId: string;
    readonly examinerName: string | null;
    readonly examinerCredential: string | null;
    readonly modality: string;
    readonly patientState: string;
    readonly outcome: string;
    readonly services: readonly string[];
    readonly completedAt: string;
    readonly validUntil: string;
  };
  readonly protocol: {
    readonly id: string;
    readonly service: string;
    readonly version: string;
    readonly title: string;
    readonly digest: string;
  };
  readonly consents: readonly { readonly id: string; readonly kind: string; readonly version: string; readonly givenAt: string }[];
  readonly rules: readonly FrozenRule[];
  /** Null where nothing was screened. From gf-order/2 on. */
  readonly screening: FrozenScreening | null;
  /** Null of what is not controlled. From gf-order/2 on. */
  readonly controlled: FrozenControlled | null;
  /** Null of an order that takes nobody's place. From gf-order/2 on. */
  readonly supersedes: FrozenPredecessor | null;
}
