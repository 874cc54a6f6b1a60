/** What the gates must be told. Nothing here is looked up: callers bring facts from their own rows and from neighbours. */

import type { AccountStandingFacts } from './account-standing.ts';
import type { Attestation } from './attestation.ts';
import type { LiveContactFacts } from './call-facts.ts';
import type { ContentFacts } from './content-facts.ts';
import type { ControlledFacts, TransmissionFacts } from './controlled-facts.ts';
import type { DrugScreeningFacts } from './drug-screening-facts.ts';
import type { ChangeAwaitedFacts } from './change-awaited.ts';
import type { FormularyStanding } from './chart-standing.ts';
import type { ClinicLegs, ClinicServiceFacts, CollaborationFacts, DelegationFacts, MayPerformFacts } from './clinic-facts.ts';
import type { DoseFacts } from './dose-facts.ts';
import type { DifferenceKindFact, WordingFacts } from './difference-facts.ts';
import type { EngagementFacts } from './engagement.ts';
import type { FacilityStandingFacts, FacilityWorkFacts, LicensingAskedFacts } from './facility-standing.ts';
import type { ExcludedExcipientsFacts } from './excluded-excipients.ts';
import type { FillFacts } from './fill-facts.ts';
import type { ExamConditionFact, ExamFact, ExamSinceFact } from './exam-facts.ts';
import type { AgreementFact, LicenceFact, PractitionerFact } from './people-facts.ts';
import type { OrderLifeFacts, OrderStandingFact } from './order-life-facts.ts';
import type { OutsideExamFact, OutsideProvenance } from './outside-facts.ts';
import type { PlacementFacts } from './placement-facts.ts';
import type { ScreeningReport } from './screening.ts';
import type { MaterialFacts, SourceFacts } from './substance-conditions.ts';
import type { ScreeningResolutionFacts, SettledFact } from './screening-resolution.ts';
import type { ShipsToFacts } from './ships-to.ts';

/** A fact that may be missing. Null and undefined both mean "not known" and block; "there is none" is an empty list. */
export type Fact<T> = T | null | undefined;

/** The professional credential a person practises under. */
export type Credential = 'MD' | 'DO' | 'NP' | 'PA' | 'RN';

/** How an exam is held. Only `IN_PERSON` and `SYNC_VIDEO` are relied upon; the others ask their own field and usually block. */
export type Modality = 'IN_PERSON' | 'SYNC_VIDEO' | 'SYNC_AUDIO' | 'ASYNC' | 'QUESTIONNAIRE_ONLY';

/** Section 503A (patient-specific pharmacies) or 503B (outsourcing facilities) of the Food, Drug, and Cosmetic Act. */
export type FacilityClass = 'PHARMACY_503A' | 'OUTSOURCING_503B';

/** How a preparation is kept until its beyond-use date. */
export type StorageCondition = 'CONTROLLED_ROOM_TEMPERATURE' | 'REFRIGERATED' | 'FROZEN';

export type { AgreementFact, LicenceFact, PractitionerFact };
export type { ExamConditionFact, ExamFact, ExamSinceFact, OutsideExamFact, OutsideProvenance };

/** What every gate that reads state rules needs to know about who may attest them. */
export interface AttestedFacts {
  /** The professional entity's attestations; null when they could not be read, which attests nothing. */
  readonly attestations: Fact<readonly Attestation[]>;
  /** Named in remedies: "Ask the compliance officer of …". */
  readonly entityName?: Fact<string>;
}

/** A service as its clinic offers it. */
export interface OfferedService {
  readonly code: string;
  readonly modalities: readonly string[];
}

/** Facts for `holdSlot`, `requestExamNow` and `claimNextExam`: what can be asked before the patient has agreed to anything. */
export interface ExamBookingFacts extends AttestedFacts {
  /** What the clinic offers. */
  readonly clinicServices: Fact<readonly OfferedService[]>;
  /** Where the patient is (or says they will be) during the exam. */
  readonly patientState: Fact<string>;
  readonly modality: Fact<Modality>;
  readonly service: Fact<string>;
  /** When the exam is to be held, RFC 3339; for a walk-in, now. Licences must be good then too. */
  readonly startsAt: Fact<string>;
  readonly examiner: Fact<PractitionerFact>;
  /** The patient's date of birth: minors are refused. Left out, it is not asked: where no patient is known yet, and in decisions kept before it was asked. */
  readonly patientBirthDate?: Fact<string>;
  /**
   * What the clinic's services stand on: a service that is closed at its clinic is neither booked nor started there. Null blocks. Left
   * out, it is not asked: decisions kept before it was asked answer as they did.
   */
  readonly legs?: ClinicLegs | null;
}

/** Facts for `bookExam`, `rescheduleExam` and `startExam`. */
export interface ExamAgreedFacts extends ExamBookingFacts {
  /** Kinds with a consent in force: `TREATMENT`, and `TELEHEALTH` unless the exam is in person. */
  readonly consents: Fact<readonly string[]>;
}

/** Facts for `completeExam`. For an outcome other than approval, screening, consent, the call and validity are not asked. */
export interface ExamCompletionFacts extends ExamAgreedFacts, LiveContactFacts {
  readonly outcome: Fact<string>;
  /** From `screen(…)` over intake and clinician answers together. */
  readonly screening: Fact<ScreeningReport>;
  /** The examiner's written reasoning. */
  readonly rationale: Fact<string>;
  /** What was settled of the screening. Null blocks where anything is to be settled. Left out, the rationale is asked instead, as it was before answers were settled one by one. */
  readonly settled?: readonly SettledFact[] | null;
  readonly identityVerified: Fact<boolean>;
  /** When later answers of the patient for the service replaced those of the exam; `'none'` when none did. Left out, it is not asked: decisions kept before it was asked answer as they did. */
  readonly intakeReplacedAt?: Fact<string>;
  /** Of an exam that was held elsewhere. Left out, the exam was held here. */
  readonly outside?: OutsideExamFact;
}

/** Facts on whether an exam covers a patient for a service, whatever is to be ordered. */
export interface ExamCoverageFacts extends AttestedFacts {
  readonly patientId: Fact<string>;
  /** The state whose rules decide: where the patient is. */
  readonly patientState: Fact<string>;
  readonly service: Fact<string>;
  /** `'none'` when the patient has no completed exam for the service. */
  readonly exam: Fact<ExamFact | 'none'>;
}

/** One active ingredient of a formula. */
export interface IngredientFact {
  readonly name: Fact<string>;
  /** Salt level, as FDA lists bulk substances; null for a substance that has none, which is then found by name. */
  readonly unii: Fact<string>;
}

/** The prescriber's reason why this patient needs the compound (21 USC 353a(b)(2)). */
export interface ClinicalDifferenceFact extends DifferenceKindFact {
  readonly statement: Fact<string>;
  readonly findingId: Fact<string>;
  /** True when the finding was read and belongs to the exam the order stands on. */
  readonly findingOnExam: Fact<boolean>;
}

/** Facts on what is compounded, and by which kind of facility. */
export interface SubstanceFacts extends AttestedFacts, SourceFacts {
  readonly ingredients: Fact<readonly IngredientFact[]>;
  readonly facilityClass: Fact<FacilityClass>;
  /** Whether the formula is essentially a copy of a commercially available drug (21 USC 353a(b)(1)(D)). */
  readonly essentiallyACopy: Fact<boolean>;
  /** `'none'` when the order states no difference. */
  readonly clinicalDifference: Fact<ClinicalDifferenceFact | 'none'>;
}

/** A protocol version as an order relies on it. */
export interface ProtocolFact {
  readonly id: string;
  readonly status: Fact<string>;
  readonly service: Fact<string>;
  readonly effectiveFrom: Fact<string>;
  /** Last day, or null with `noEnd: true`. */
  readonly effectiveUntil: Fact<string>;
  readonly noEnd?: boolean;
}

/** What the chart's own rows say beside the rules of states and substances. */
export interface ChartFacts {
  /** How the exam was held: in person asks for one consent less. */
  readonly modality: Fact<Modality>;
  readonly consents: Fact<readonly string[]>;
  /** Reasons of the safety holds on record; an empty list is none. */
  readonly safetyHolds: Fact<readonly string[]>;
}

/** Facts for `Order.eligibility` and `signOrder`. */
export interface OrderSigningFacts
  extends SubstanceFacts,
    ChartFacts,
    ContentFacts,
    DoseFacts,
    DrugScreeningFacts,
    ExcludedExcipientsFacts,
    OrderLifeFacts,
    WordingFacts {
  /** The state of the address on the patient's record. */
  readonly addressState: Fact<string>;
  readonly formulary: Fact<FormularyStanding>;
  readonly patientId: Fact<string>;
  /** Where the patient is now: the state whose rules and licences decide. */
  readonly patientState: Fact<string>;
  readonly service: Fact<string>;
  readonly exam: Fact<ExamFact>;
  readonly prescriber: Fact<PractitionerFact>;
  readonly protocol: Fact<ProtocolFact>;
  /** An in-person evaluation on record, `YYYY-MM-DD`; `'none'` when there is none. Null blocks controlled substances only. */
  readonly inPersonEvaluationOn?: Fact<string>;
  /** Asked of a controlled ingredient. Null blocks it. Left out, every controlled ingredient blocks: decisions kept before it was asked answer as they did. */
  readonly controlled?: ControlledFacts | null;
}

/** A pharmacy's licence or permit in one state. */
export interface PharmacyLicenceFact extends LicenceFact {
  /** `PHARMACY` (resident), `NON_RESIDENT`, `STERILE` (separate permit), `OUTSOURCING`. */
  readonly kind: Fact<'PHARMACY' | 'NON_RESIDENT' | 'STERILE' | 'OUTSOURCING'>;
}

/** Facts on whether a pharmacy may get, hold and ship an order. */
export interface OrderRoutingFacts extends AttestedFacts, FacilityStandingFacts, ShipsToFacts {
  readonly shipToState: Fact<string>;
  readonly facilityClass: Fact<FacilityClass>;
  /** Where the pharmacy stands. */
  readonly homeState: Fact<string>;
  readonly licences: Fact<readonly PharmacyLicenceFact[]>;
  /** Whether the preparation is sterile (injectable, ophthalmic, inhaled). */
  readonly sterile: Fact<boolean>;
  /** True for an order on an identified patient, false for office stock. */
  readonly patientSpecific: Fact<boolean>;
}

/** Facts for `sendOrder`. */
export interface OrderSendingFacts extends OrderRoutingFacts, ChartFacts, OrderLifeFacts, ChangeAwaitedFacts, AccountStandingFacts {
  /** Must still be one who may prescribe in the ship-to state. */
  readonly prescriber: Fact<PractitionerFact>;
  /** The version it was signed under, as it stands at its clinic today. Left out, it is not asked. */
  readonly protocol?: Fact<ProtocolFact>;
  /** Whether the exam the order stands on was taken back; null when it cannot be read. */
  readonly examRevoked: Fact<boolean>;
  /** As in `ExamFact`. */
  readonly examinerLicenceThen: Fact<string>;
  /** What has come up since the exam. Left out, it is not asked: decisions kept before it was asked answer as they did. */
  readonly since?: ExamSinceFact | null;
  readonly pharmacyStatus: Fact<string>;
  /** Asked of a controlled ingredient. Left out, it is not asked: decisions kept before it was asked answer as they did. */
  readonly transmission?: TransmissionFacts | null;
  /** Told where an ingredient stands under conditions on the pharmacy's material. Left out, it is not asked. */
  readonly material?: MaterialFacts;
}

/** One check of a verification, as it came out. What was seen (a signature, a digest) is a fact; that it must hold is the rule. */
export interface CheckFact {
  readonly code: string;
  readonly outcome: 'PASS' | 'FAIL' | 'UNKNOWN';
  readonly detail: string;
  readonly citation: string | null;
  readonly remedy: string | null;
}

/** Facts for `claimOrder`. */
export interface OrderClaimingFacts extends OrderRoutingFacts, AccountStandingFacts {
  /** Every check of the verification; null or empty blocks. */
  readonly checks: Fact<readonly CheckFact[]>;
}

/** A lot as it stands at its pharmacy. */
export interface LotFact {
  readonly number: string;
  /** `RELEASED`, `QUARANTINED`, `REFUSED` or `RECALLED`. */
  readonly status: Fact<string>;
}

/** Facts for `recordShipment`. */
export interface OrderShippingFacts extends OrderRoutingFacts {
  /** The order at its clinic now. Left out, it is not asked. */
  readonly order?: Fact<OrderStandingFact>;
  readonly lot: Fact<LotFact>;
}

/** Facts for `recordDispense`. */
export interface DispensingFacts extends ChangeAwaitedFacts, FillFacts, FacilityWorkFacts, LicensingAskedFacts {
  /** The order at its clinic now. Left out, it is not asked. */
  readonly order?: Fact<OrderStandingFact>;
  /** When the pharmacy claimed it, RFC 3339: the fill began then. */
  readonly begunAt?: Fact<string>;
  /** A row family of the beyond-use-date table, without its storage: see `preparationKinds`. */
  readonly preparationKind: Fact<string>;
  readonly storage: Fact<StorageCondition>;
  /** RFC 3339. */
  readonly compoundedAt: Fact<string>;
  /** `YYYY-MM-DD` (ends at 23:59 that day) or RFC 3339 where hours count. */
  readonly beyondUseDate: Fact<string>;
  /** The formula's own limit in days, from its stability data. */
  readonly formulaDays: Fact<number>;
  /** How the formula is to be stored; must be how it was. */
  readonly formulaStorage: Fact<StorageCondition>;
  /** The pharmacy's IANA zone. Without it the earliest day anywhere in the fifty states is taken, which is the stricter reading. */
  readonly timeZone?: Fact<string>;
  /** The lot once it is known; `'not-yet'` while the entry is judged before its lot is locked. */
  readonly lot: Fact<LotFact | 'not-yet'>;
}

/** Everything a gate can be told, by gate. */
export interface FactsByGate {
  readonly 'exam-booking': ExamBookingFacts;
  readonly 'exam-start': ExamAgreedFacts;
  readonly 'exam-completion': ExamCompletionFacts;
  readonly 'screening-resolution': ScreeningResolutionFacts;
  readonly 'order-signing': OrderSigningFacts;
  readonly 'order-sending': OrderSendingFacts;
  readonly 'order-routing': OrderRoutingFacts;
  readonly 'order-claiming': OrderClaimingFacts;
  readonly 'order-dispensing': DispensingFacts;
  readonly 'order-shipping': OrderShippingFacts;
  readonly 'clinic-service': ClinicServiceFacts;
  readonly delegation: DelegationFacts;
  readonly engagement: EngagementFacts;
  readonly placement: PlacementFacts;
  readonly 'may-perform': MayPerformFacts;
  readonly collaboration: CollaborationFacts;
  readonly substances: SubstanceFacts;
}

/** The gates of the product. */
export type Gate = keyof FactsByGate;

/** Facts with the name of the gate they are for: what is stored with a decision, and all that is needed to ask it again. */
export type GateFacts = { readonly [G in Gate]: { readonly gate: G } & FactsByGate[G] }[Gate];
