/** What a completed exam is to whatever relies on it. */

import type { Credential, Fact, Modality, OutsideProvenance } from './facts.ts';

/** What has happened since an exam that may end it before its day: `'none'` where nothing has. */
export interface ExamSinceFact {
  /** When the patient's latest answers for its service came in, where they came in after the exam's own and one of them blocks. RFC 3339. */
  readonly contraindicatedAt: Fact<string>;
  /** How a later exam for its service ended, where that leaves no earlier approval standing: DECLINED, NEEDS_IN_PERSON or DEFERRED; APPROVED_WITH_CONDITIONS while one of them is open; REVOKED, where its approval was taken back for what concerns the patient. */
  readonly laterOutcome: Fact<string>;
  /** When that exam ended or was taken back, RFC 3339; left out by decisions kept before it was told. */
  readonly laterDecidedAt?: Fact<string>;
  /** When somebody marked it as entered in error, where nobody has answered yet. RFC 3339. */
  readonly errorMarkedAt: Fact<string>;
}

/** One condition of an approval. What it says is the chart's; here is what kind it is of and whether it is met. */
export interface ExamConditionFact {
  /** Among those of its exam, from 1. */
  readonly position: number;
  readonly kind: string;
  /** RFC 3339; `'open'` while nobody has said that it is met. */
  readonly metAt: Fact<string>;
}

/** A completed exam as an order relies on it. */
export interface ExamFact {
  readonly id: string;
  readonly patientId: Fact<string>;
  readonly status: Fact<string>;
  readonly outcome: Fact<string>;
  /** Of an approval with conditions: each of them. Left out, none is known: then such an approval carries nothing. */
  readonly conditions?: Fact<readonly ExamConditionFact[]>;
  /** Every service the examiner cleared. */
  readonly services: Fact<readonly string[]>;
  readonly modality: Fact<Modality>;
  readonly patientState: Fact<string>;
  /** RFC 3339. */
  readonly completedAt: Fact<string>;
  /** Last day, or instant, on which the exam may be relied upon. */
  readonly validUntil: Fact<string>;
  /** True when a director or a licence event took it back. */
  readonly revoked: Fact<boolean>;
  /** When, RFC 3339; left out where nobody took it back, and by decisions kept before it was told. */
  readonly revokedAt?: Fact<string>;
  readonly examinerCredential: Fact<Credential>;
  /** What the examiner's licence in the patient's state was on the day of the exam, as known now; `'none'` without one there. */
  readonly examinerLicenceThen: Fact<string>;
  /** How it came to be on record, of one that was held elsewhere. Left out, it was held here. */
  readonly provenance?: Fact<OutsideProvenance>;
  /** What may have ended it early. Left out, it is not asked: decisions kept before it was asked answer as they did. */
  readonly since?: ExamSinceFact | null;
}
