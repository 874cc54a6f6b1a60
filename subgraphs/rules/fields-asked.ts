/** Which state fields each gate asks, and what an entity must attest before they answer. A test proves the lists by watching the reads. */

import { unitedStates } from './asking.ts';
import { definitionOf, type Kind } from './definitions.ts';
import type { Gate, Modality } from './facts.ts';
import { modalityFields } from './modality.ts';
import { library } from './packs.ts';
import { stateOf } from './place.ts';
import { ruleId } from './reading.ts';
import type { RuleSet } from './rule-set.ts';
import { conditionsOf, needsNoWord } from './substance-conditions.ts';
import { substanceRuleKey, substances } from './substance-table.ts';

const modes = Object.values(modalityFields);
const collaboration = ['np.practiceAuthority', 'np.transition', 'pa.supervision'] as const;

const exam = ['gfe.telehealthAllowed', ...modes, 'gfe.performers', ...collaboration];
const routing = ['pharmacy.nonResidentLicence', 'pharmacy.nonResidentSterilePermit'];

/** The state rules each gate may ask of the state it decides on. Told of the clinic's legs, booking and start ask the clinic's own state those of `clinic-service` too. */
export const fieldsAsked: Readonly<Record<Gate, readonly string[]>> = {
  'exam-booking': exam,
  'exam-start': exam,
  'exam-completion': [...exam, 'gfe.validityMonths'],
  'screening-resolution': ['gfe.performers', ...collaboration],
  'order-signing': [
    'gfe.validityMonths',
    'gfe.telehealthAllowed',
    ...modes,
    'gfe.performers',
    'prescribing.inPersonBeforeFirstRx',
    ...collaboration,
    'prescribing.controlledTelehealth',
    'pdmp.mandate',
  ],
  'order-sending': [...routing, ...collaboration],
  'order-routing': routing,
  'order-claiming': routing,
  'order-dispensing': [],
  'order-shipping': routing,
  'clinic-service': [
    'gfe.telehealthAllowed',
    ...modes,
    'gfe.performers',
    'gfe.validityMonths',
    'prescribing.inPersonBeforeFirstRx',
    'md.onSite',
    'md.supervision',
  ],
  delegation: ['md.supervision', 'md.onSite', 'md.ratio'],
  engagement: [],
  placement: ['md.onSite', 'md.ratio'],
  'may-perform': [...collaboration, 'md.supervision', 'md.onSite', 'md.ratio'],
  collaboration: ['md.ratio'],
  substances: [],
};

/** What only some states ask of whoever oversees a clinic: asked by `engagement` where a release has raised it. */
export const fieldsRaised: readonly string[] = ['md.directorships', 'md.skinCareCertification', 'md.activePractice'];

/** One rule an entity may attest, and what it takes: nothing, a confirmation (value null), or a value. */
export interface AttestableField {
  readonly ruleId: string;
  readonly jurisdiction: string;
  readonly packValue: unknown;
  readonly needs: 'nothing' | 'confirmation' | 'value';
  /** The kind of value asked where `needs` is `value`. */
  readonly kind: Kind | null;
  /** Set where only one way of holding an exam asks the field, so that an entity may leave out the ways it does not use. */
  readonly onlyFor: Modality | null;
}

/** What an entity must attest in a state so that no gate stops there for want of it; for `US`, the substances. Empty for anything else. */
export function attestableFields(jurisdiction: string, rules: RuleSet = library.latest): readonly AttestableField[] {
  if (jurisdiction === unitedStates.code) return attestableSubstances(rules);
  const place = stateOf(jurisdiction);
  if (place === null) return [];
  const raised = fieldsRaised.filter((key) => rules.entries(ruleId(place, key)).length > 0);
  const asked = new Set([...Object.values(fieldsAsked).flat(), ...raised]);
  return [...asked].map((key) => {
    const rule = rules.entries(ruleId(place, key)).at(-1);
    const open = rule === undefined || rule.value === null || rule.confidence === 'unknown';
    const doubtful = rule?.confidence === 'uncertain' || rule?.confidence === 'design';
    return {
      ruleId: ruleId(place, key),
      jurisdiction,
      packValue: rule?.value ?? null,
      needs: open ? 'value' : doubtful || isConditional(key, rule.value) ? 'confirmation' : 'nothing',
      kind: open ? (definitionOf(key)?.kind ?? null) : null,
      onlyFor: modalityOf(key),
    };
  });
}

const onTheirWord = ['md.supervision', 'prescribing.controlledTelehealth', 'np.controlled', 'pa.controlled', 'controlled.mid-level-limits'];

/** Whether a value says no more than "it depends", so that somebody must attest that the condition holds. */
export function isConditional(key: string, value: unknown): boolean {
  if (onTheirWord.includes(key)) return true;
  if (key === 'md.skinCareCertification' || key === 'md.activePractice') return value !== false;
  if (key === 'md.onSite') return value !== 'not-required';
  return value === 'conditional' || value === 'required-with-exceptions';
}

function modalityOf(key: string): Modality | null {
  const [how] = Object.entries(modalityFields).find(([, field]) => field === key) ?? [];
  return (how as Modality | undefined) ?? null;
}

function attestableSubstances(rules: RuleSet): AttestableField[] {
  return substances.flatMap((substance) => {
    const at = (section: '503A' | '503B') => rules.entries(ruleId(unitedStates, substanceRuleKey(substance, section))).at(-1);
    const [underA, underB] = [at('503A'), at('503B')];
    if (underA === undefined || underA.value === 'not-eligible') return [];
    const asked = conditionsOf(rules, substance, underA.effectiveFrom ?? underA.asOf);
    const byFacts = underA.value === 'eligible' || needsNoWord(asked);
    const settled = byFacts && underA.confidence !== 'uncertain' && underA.confidence !== 'unknown';
    const entry = (rule: typeof underA, needs: AttestableField['needs']): AttestableField => ({
      ruleId: rule.id,
      jurisdiction: unitedStates.code,
      packValue: rule.value,
      needs,
      kind: null,
      onlyFor: null,
    });
    const under503A = entry(underA, settled ? 'nothing' : 'confirmation');
    return underB === undefined || underB.value === 'not-listed' ? [under503A] : [under503A, entry(underB, 'confirmation')];
  });
}
