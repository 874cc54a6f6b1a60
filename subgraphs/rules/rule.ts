/** What a rule is: one dated, cited value of one jurisdiction, and from which release to which it stood in the packs. */

/** How far a value is to be trusted. `uncertain` counts only once it is attested; `design` is our proposal or market practice, not law. */
export const confidences = ['verified', 'known', 'uncertain', 'design', 'unknown'] as const;

/** One of them. */
export type Confidence = (typeof confidences)[number];

/** What rules are about. One pack file a subject. */
export const subjects = [
  'exam',
  'prescribing',
  'authority',
  'corporate-practice',
  'supervision',
  'delegation',
  'pharmacy-licensing',
  'substances',
  'controlled-substances',
  'beyond-use-dates',
  'prescription-content',
  'chart-review',
  'adverse-events',
] as const;

/** One of them. */
export type Subject = (typeof subjects)[number];

/** What a source is: the law's own text or a mirror of it, a law firm or policy body, a commercial page. */
export type SourceTier = 'primary' | 'secondary' | 'vendor';

/** One entry of a pack. A rule that changed has several, which never overlap in time within one release. */
export interface Rule {
  /** `<jurisdiction>.<key>`: `TX.gfe.syncAudioVideo`, `US.substance.53AXN4NNHX.503A`. */
  readonly id: string;
  /** State code, or `US` for federal law and national standards. */
  readonly jurisdiction: string;
  /** What is asked, as `definitions.ts` names it. */
  readonly key: string;
  readonly subject: Subject;
  readonly value: unknown;
  /** Section of law or standard. */
  readonly citation: string;
  /** Address where it was read; null when nothing was opened. */
  readonly source: string | null;
  readonly sourceTier: SourceTier | null;
  readonly confidence: Confidence;
  /** The day for which there is evidence, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** First day in force; null when nobody has looked it up, and then it is relied upon from `asOf` on. */
  readonly effectiveFrom: string | null;
  /** Last day in force; null while no end is known. */
  readonly effectiveTo: string | null;
  /** On what the value rests, where the law names several ways. */
  readonly basis: string | null;
  readonly note: string | null;
  /** The release that brought this entry. */
  readonly since: string;
  /** The release that took it out again; null while it stands. */
  readonly until: string | null;
  /** Who answers for the pack it is in. */
  readonly owner: string;
}

/** One release of the packs as a whole, oldest first in `packs/releases.json`. */
export interface Release {
  /** `2026-11-22.2`: the day, and which one of that day. */
  readonly version: string;
  /** From this day on it is the release that decides, `YYYY-MM-DD`. */
  readonly on: string;
  /** What it brought, in a sentence. */
  readonly summary: string;
}

/** A pack file as it is written. */
export interface PackFile {
  readonly file: string;
  readonly subject: Subject;
  readonly title: string;
  readonly owner: string;
  readonly rules: readonly PackEntry[];
}

/** A rule as a pack file writes it: what is null may be left out. */
export interface PackEntry {
  readonly id: string;
  readonly jurisdiction: string;
  readonly value: unknown;
  readonly citation: string;
  readonly source?: string | null;
  readonly sourceTier?: SourceTier | null;
  readonly confidence: Confidence;
  readonly asOf: string;
  readonly effectiveFrom?: string | null;
  readonly effectiveTo?: string | null;
  readonly basis?: string | null;
  readonly note?: string | null;
  readonly since: string;
  readonly until?: string | null;
}

/** The first day on which an entry is relied upon. Null in `effectiveFrom` is not "always": it is "since when we have evidence". */
export function reliedUponFrom(rule: Pick<Rule, 'effectiveFrom' | 'asOf'>): string {
  return rule.effectiveFrom ?? rule.asOf;
}
