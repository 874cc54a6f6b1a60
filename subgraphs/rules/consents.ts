import type { ChartFacts } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** Whether the patient has agreed to be treated and, unless the exam is in person, to telehealth. */
export function consents(facts: Pick<ChartFacts, 'modality' | 'consents'>): RuleResult[] {
  const needed = facts.modality === 'IN_PERSON' ? ['TREATMENT'] : ['TREATMENT', 'TELEHEALTH'];
  return needed.map((kind) => consentTo(kind, facts.consents));
}

/** Whether the patient has agreed to that one thing. */
export function consentTo(kind: string, consentsInForce: ChartFacts['consents']): RuleResult {
  const given = wholeList(consentsInForce);
  const id = `consent.${kind}`;
  const remedy = `Ask the patient for the consent ${kind}.`;
  if (given === null) return notKnown(id, 'The consents could not be read', remedy);
  if (given.includes(kind)) return passed(id, `The consent ${kind} is in force`);
  return failed(id, `The consent ${kind} is missing`, remedy);
}
