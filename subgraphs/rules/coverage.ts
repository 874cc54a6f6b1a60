/** How much of what is asked of the states is known, and how well. */

import { definitions, stateKeys } from './definitions.ts';
import { attestableFields } from './fields-asked.ts';
import type { Jurisdiction } from './check.ts';
import type { RuleSet } from './rule-set.ts';
import { type Subject, subjects } from './rule.ts';

/** A count of questions by what is known. `verified + known + uncertain` have a value; with `unknown` they are all that were asked. */
export interface Counts {
  readonly asked: number;
  readonly verified: number;
  /** From general knowledge: no source was opened. */
  readonly known: number;
  readonly uncertain: number;
  readonly unknown: number;
}

/** One state's counts. */
export interface StateCoverage extends Counts, Jurisdiction {
  /** Of what the gates ask there: how many rules an entity must confirm, and how many it must set. */
  readonly toConfirm: number;
  readonly toSet: number;
}

/** Coverage of a release on a day. */
export interface Coverage {
  readonly version: string;
  readonly on: string;
  readonly states: readonly StateCoverage[];
  readonly subjects: readonly (Counts & { readonly subject: Subject })[];
  readonly total: Counts & { readonly toConfirm: number; readonly toSet: number };
  /** Rules outside the questions asked of every state, by subject: federal ones, and what only some states have. */
  readonly others: readonly { readonly subject: Subject; readonly federal: number; readonly state: number; readonly states: number }[];
}

/** Counts every question asked of every state, as the release answers it on that day. */
export function coverageOf(rules: RuleSet, on: string, states: readonly Jurisdiction[]): Coverage {
  const perState = states.map((state): StateCoverage => {
    const needs = attestableFields(state.code, rules).map((one) => one.needs);
    const toConfirm = needs.filter((one) => one === 'confirmation').length;
    const toSet = needs.filter((one) => one === 'value').length;
    return { code: state.code, name: state.name, ...counted(rules, on, [state], stateKeys), toConfirm, toSet };
  });
  const perSubject = subjects.flatMap((subject) => {
    const keys = definitions.filter((one) => one.everyState && one.subject === subject).map(({ key }) => key);
    return keys.length === 0 ? [] : [{ subject, ...counted(rules, on, states, keys) }];
  });
  const sum = (pick: (state: StateCoverage) => number) => perState.reduce((total, state) => total + pick(state), 0);
  return {
    version: rules.version,
    on,
    states: perState,
    subjects: perSubject,
    total: { ...counted(rules, on, states, stateKeys), toConfirm: sum((one) => one.toConfirm), toSet: sum((one) => one.toSet) },
    others: subjects.flatMap((subject) => {
      const found = rules.rules.filter((rule) => rule.subject === subject && !stateKeys.includes(rule.key));
      const ofStates = found.filter(({ jurisdiction }) => jurisdiction !== 'US');
      if (found.length === 0) return [];
      const places = new Set(ofStates.map(({ jurisdiction }) => jurisdiction));
      return [{ subject, federal: found.length - ofStates.length, state: ofStates.length, states: places.size }];
    }),
  };
}

function counted(rules: RuleSet, on: string, states: readonly Jurisdiction[], keys: readonly string[]): Counts {
  const found = states.flatMap(({ code }) => keys.map((key) => rules.find(`${code}.${key}`, on)));
  const how = (confidence: string) => found.filter((one) => one.why === null && one.rule.confidence === confidence).length;
  const [verified, known, uncertain] = [how('verified'), how('known'), how('uncertain')];
  return { asked: found.length, verified, known, uncertain, unknown: found.length - verified - known - uncertain };
}
