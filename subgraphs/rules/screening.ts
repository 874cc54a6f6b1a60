/** Answers against the screening rules of the questionnaires: what was hit, what is missing, what does not fit. */

/** `block`: not cleared. `physician-review`: a resolution must be written down. `flag`: shown and recorded. */
export type ScreeningSeverity = 'block' | 'physician-review' | 'flag';

/** One answer that hit a screening rule. */
export interface ScreeningFlag {
  readonly linkId: string;
  readonly severity: ScreeningSeverity;
  readonly message: string;
}

/** An answer as front ends send it. */
export interface Answer {
  readonly linkId: string;
  readonly value: unknown;
}

/** What a set of answers says. */
export interface ScreeningReport {
  readonly flags: readonly ScreeningFlag[];
  /** Required items without a usable answer, in the questionnaire's order. */
  readonly unanswered: readonly string[];
  /** The unanswered items whose rule blocks: none may be left at approval. */
  readonly unansweredBlocking: readonly string[];
  /** Answers that cannot be taken: unknown item, wrong type, given twice. Paths are link ids. */
  readonly issues: readonly { readonly path: string; readonly message: string }[];
}
