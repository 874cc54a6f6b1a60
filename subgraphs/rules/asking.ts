/** One round of questions: the rules of a release, a date, and what the professional entity has put its name to. */

import type { AttestedFacts, Fact } from './facts.ts';
import type { Attestation } from './attestation.ts';
import type { RuleSet } from './rule-set.ts';

/** What every rule is asked with. */
export interface Asking {
  readonly rules: RuleSet;
  /** A day or an RFC 3339 moment. */
  readonly on: string;
  readonly attestations: Fact<readonly Attestation[]>;
  readonly entityName: Fact<string>;
}

/** A jurisdiction whose rules are asked. */
export interface Place {
  readonly code: string;
  readonly name: string;
}

/** Federal law and national standards. */
export const unitedStates: Place = { code: 'US', name: 'Federal law' };

/** Whom to ask, in words for people. */
export function complianceOfficer({ entityName }: Pick<AttestedFacts, 'entityName'>): string {
  return `the compliance officer of ${entityName || 'the professional entity'}`;
}
