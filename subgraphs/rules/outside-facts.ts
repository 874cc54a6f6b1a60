/** What must be known of an exam that was held elsewhere. */

import type { Fact } from './facts.ts';

/** How an exam came to be on record that was not held here. */
export type OutsideProvenance = 'EXTERNAL_VERIFIED' | 'EXTERNAL_ATTESTED';

/** What must be known of an exam held elsewhere before it counts here. `startsAt` of the gate is then when it was completed there. */
export interface OutsideExamFact {
  readonly provenance: Fact<OutsideProvenance>;
  /** Whether the vendor is registered and in good standing today; `'none'` where no vendor reported it. */
  readonly vendorStatus: Fact<string>;
  /** Whether a clinician of the clinic has attested the document. */
  readonly attested: Fact<boolean>;
  /** What the examiner's licence in the patient's state was on the day of the exam, as known now; `'none'` without one there. */
  readonly examinerLicenceThen: Fact<string>;
  /** Ids of the examiner's licences there that were ACTIVE on that day, as known now. Left out by decisions kept before it was told. */
  readonly licencesThen?: Fact<readonly string[]>;
  /** Whether birth dates agree: of the person examined there, and of the patient here. */
  readonly sameBirthDate: Fact<boolean>;
}
