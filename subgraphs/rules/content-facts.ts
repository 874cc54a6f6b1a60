/** What a gate is told of what stands on a prescription. Whether something is written is a fact; that it must be is a rule. */

import type { Fact } from './facts.ts';

/** One thing that a prescription may have to carry. Each belongs to one element of the packs: see `prescription-content.ts`. */
export type ContentPart =
  | 'patientName'
  | 'patientAddress'
  | 'shipTo'
  | 'patientBirthDate'
  | 'patientSex'
  | 'drugName'
  | 'ingredientNames'
  | 'ingredientStrengths'
  | 'strengthUnits'
  | 'dosageForm'
  | 'quantity'
  | 'quantityUnit'
  | 'directions'
  | 'route'
  | 'refills'
  | 'prescriberName'
  | 'prescriberAddress'
  | 'prescriberTelephone'
  | 'prescriberNpi'
  | 'prescriberDea'
  | 'supervisor'
  | 'indication';

/** Everything that was looked for: true when it is there, false when it is not, null when that could not be read. */
export interface PrescriptionContentFact {
  /** The day written on it as its day of issue, `YYYY-MM-DD`. */
  readonly issuedOn: Fact<string>;
  readonly parts: Readonly<Record<ContentPart, Fact<boolean>>>;
}

/** What signing may be told of an order's content. */
export interface ContentFacts {
  /** Null blocks. Left out, it is not asked: decisions kept before it was asked answer as they did. */
  readonly content?: PrescriptionContentFact | null;
}
