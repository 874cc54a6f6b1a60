/** Who may settle an answer that hit a screening rule: resolve one that needs review, or override one that blocks. */

import type { Asking } from './asking.ts';
import { authority, performs } from './authority.ts';
import type { AttestedFacts, Credential, Fact, PractitionerFact } from './facts.ts';
import { legalGround } from './legal-blocks.ts';
import { placeOf } from './place.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import type { ScreeningFlag, ScreeningSeverity } from './screening.ts';
import { wholeList } from './whole-list.ts';

/** `RESOLUTION` of an answer that needs review, `OVERRIDE` of one that blocks. */
export type SettlingKind = 'RESOLUTION' | 'OVERRIDE';

/** What is told of somebody who would settle an answer. */
export interface ScreeningResolutionFacts extends AttestedFacts {
  readonly kind: Fact<SettlingKind>;
  readonly linkId: Fact<string>;
  /** What the answer's own rule does; `'none'` for an answer that hit none. */
  readonly severity: Fact<ScreeningSeverity | 'none'>;
  /** Where the patient is, or will be during the exam. */
  readonly patientState: Fact<string>;
  readonly resolver: Fact<PractitionerFact>;
  /** What the protocols in force say of the question; `'NOTHING'` when none names it. */
  readonly protocolSays: Fact<'BLOCKS' | 'REVIEW' | 'NOTHING'>;
  /** Who is to give the treatment, `'patient'` for the patient themselves. Asked of an override alone. */
  readonly performerId: Fact<string>;
}

/** An answer that somebody settled, as an approval relies on it. */
export interface SettledFact {
  readonly linkId: string;
  readonly kind: Fact<SettlingKind>;
  readonly credential: Fact<Credential>;
  /** Where the patient was to be. */
  readonly state: Fact<string>;
  /** Whether it was said of the very answer that stands now. */
  readonly sameAnswer: Fact<boolean>;
}

/** Whether this person may settle this answer, and whether anything about it forbids that. */
export function screeningResolution(facts: ScreeningResolutionFacts, asking: Asking): RuleResult[] {
  const { place, result } = placeOf('jurisdiction.patient', facts.patientState, "The patient's state");
  const overriding = facts.kind === 'OVERRIDE';
  return [
    hit(facts),
    ...(overriding ? [overridable(facts.linkId), physicianOverrides(facts.resolver), anotherPerforms(facts)] : [mayResolve(facts)]),
    ...(place === null ? [result] : authority('examiner', facts.resolver, place, asking)),
    ...(place === null || overriding ? [] : [performs(facts.resolver?.credential, place, asking)]),
  ];
}

function hit({ kind, severity }: ScreeningResolutionFacts): RuleResult {
  const id = 'resolution.flag';
  if (kind == null || severity == null) return notKnown(id, 'It is not known what the answer came to', 'Name the question and its answer.');
  const wanted = kind === 'OVERRIDE' ? 'block' : 'physician-review';
  if (severity === wanted) return passed(id, `The answer hit a rule of the kind ${wanted}`);
  if (severity === 'block') return failed(id, 'The answer blocks', 'Have a physician override the block, or decline or defer the exam.');
  if (severity === 'physician-review') return failed(id, 'The answer needs review and does not block', 'Resolve the flag instead.');
  return failed(id, 'The answer stands in nobody’s way', 'Nothing has to be settled: it is shown and recorded.');
}

function overridable(linkId: Fact<string>): RuleResult {
  const id = 'resolution.legal';
  if (!linkId) return notKnown(id, 'It is not known which block is to be overridden', 'Name the question.');
  const ground = legalGround(linkId);
  if (ground === null) return passed(id, 'The block rests on the patient’s health and not on the law');
  return failed(id, `The block rests on more than the patient’s health: ${ground}`, 'Put right what blocks, or decline the exam.', ground);
}

function physicianOverrides(resolver: Fact<PractitionerFact>): RuleResult {
  const id = 'resolution.physician';
  if (resolver?.credential == null) return notKnown(id, 'It is not known whether a physician overrides', 'Record the credential.');
  if (isPhysician(resolver.credential)) return passed(id, 'A physician overrides the block');
  return failed(
    id,
    `A block is overridden by a physician, not by a practitioner with the credential ${resolver.credential}`,
    'Ask a physician of the clinic.',
  );
}

function anotherPerforms({ resolver, performerId }: ScreeningResolutionFacts): RuleResult {
  const id = 'resolution.performer';
  if (!performerId || !resolver?.id)
    return notKnown(id, 'It is not known who is to give the treatment', 'Say who is to give the treatment.');
  if (performerId !== resolver.id) return passed(id, 'Whoever overrides the block does not give the treatment');
  return failed(id, 'Whoever is to give the treatment would override the block', 'Ask another physician to decide it.');
}

function mayResolve({ resolver, protocolSays }: ScreeningResolutionFacts): RuleResult {
  const id = 'resolution.reviewer';
  if (resolver?.credential == null) return notKnown(id, 'It is not known who resolves the flag', 'Record the credential.');
  if (isPhysician(resolver.credential)) return passed(id, 'A physician resolves the flag');
  if (protocolSays == null) {
    return notKnown(id, 'What the clinic’s protocol says of this answer could not be read', 'Try again, or ask a physician of the clinic.');
  }
  if (protocolSays !== 'BLOCKS')
    return passed(id, `No protocol keeps a practitioner with the credential ${resolver.credential} from resolving it`);
  return failed(id, 'The clinic’s protocol gives no treatment after this answer', 'Ask a physician of the clinic to resolve it.');
}

/** What an approval makes of an answer that needs review or blocks, given what was settled. */
export function settledResult(flag: ScreeningFlag, settled: Fact<readonly SettledFact[]>, patientState: Fact<string>): RuleResult {
  const id = `screening.${flag.linkId}`;
  const blocks = flag.severity === 'block';
  const all = wholeList(settled);
  if (all === null) return notKnown(id, `${flag.message}: whether it was settled could not be read`, 'Try again.');
  if (blocks && legalGround(flag.linkId) !== null) {
    return failed(id, flag.message, 'Decline or defer the exam: a block that rests on the law or on consent is overridden by nobody.');
  }
  const of = all.filter((one) => one.linkId === flag.linkId && one.kind === (blocks ? 'OVERRIDE' : 'RESOLUTION'));
  if (of.length === 0) {
    return blocks
      ? failed(id, flag.message, 'Decline or defer the exam, or have a physician override the block with a written reason.')
      : notKnown(id, flag.message, 'Resolve the flag: write down how this answer was weighed.');
  }
  const results = of.map((one) => stands(id, flag, one, patientState));
  return results.find(({ outcome }) => outcome === 'PASS') ?? (results[0] as RuleResult);
}

function stands(id: string, flag: ScreeningFlag, one: SettledFact, patientState: Fact<string>): RuleResult {
  const again = 'Have it settled again, for the answer and the state as they are.';
  if (one.sameAnswer == null || !one.state || !patientState) return notKnown(id, `${flag.message}: what was settled is not known`, again);
  if (!one.sameAnswer) return failed(id, `${flag.message}: another answer was settled than the one that stands now`, again);
  if (one.state !== patientState) return failed(id, `${flag.message}: it was settled for a patient in ${one.state}`, again);
  if (one.credential == null) return notKnown(id, `${flag.message}: who settled it is not known`, again);
  if (flag.severity !== 'block') return passed(id, `${flag.message}: resolved by a practitioner with the credential ${one.credential}`);
  if (isPhysician(one.credential)) return passed(id, `${flag.message}: overridden by a physician`);
  return failed(id, `${flag.message}: it was not a physician who overrode it`, 'Ask a physician of the clinic.');
}

function isPhysician(credential: Credential): boolean {
  return credential === 'MD' || credential === 'DO';
}
