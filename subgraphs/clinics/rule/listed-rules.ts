/** The rules of a release as people list them: every dated entry, and every question a state leaves open. */

import { type ListOrder, textsOf } from '#kernel/list-page.ts';
import { definitionOf, definitions } from '#rules/definitions.ts';
import { jurisdictions } from '#rules/packs.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import { reliedUponFrom, type Rule, type Subject } from '#rules/rule.ts';

/** One dated entry of a rule, or a question that a state has no entry for. */
export interface ListedRule {
  readonly id: string;
  readonly jurisdiction: string;
  readonly key: string;
  readonly subject: Subject;
  readonly question: string;
  /** Null for an open question. */
  readonly rule: Rule | null;
  /** The day that is asked about. */
  readonly on: string;
}

/** What is asked for; null asks for all. */
export interface Wanted {
  readonly jurisdiction: string | null;
  readonly subject: Subject | null;
}

const everywhere = ['US', ...jurisdictions.map(({ code }) => code)];
const places = new Map(everywhere.map((code, index) => [code, index]));
const questions = new Map(definitions.map(({ key }, index) => [key, index]));

/** Whether rules can be of that jurisdiction: a state, DC, or the United States. */
export function isJurisdiction(code: string): boolean {
  return places.has(code);
}

/** Federal rules first, then state by state, each in reading order, oldest entry first. */
export function listedRules(rules: RuleSet, on: string, { jurisdiction, subject }: Wanted): ListedRule[] {
  const isWanted = (one: { jurisdiction: string; subject: Subject }) =>
    (jurisdiction === null || one.jurisdiction === jurisdiction) && (subject === null || one.subject === subject);
  const entries = rules.rules.filter(isWanted).map((rule) => listed(rule, on));
  const answered = new Set(entries.map(({ id }) => id));
  const open = jurisdictions.flatMap(({ code }) =>
    definitions
      .filter(
        (definition) => (definition.everyState || definition.ofEntity) && isWanted({ jurisdiction: code, subject: definition.subject }),
      )
      .map(
        ({ key, title, subject: about }): ListedRule => ({
          id: `${code}.${key}`,
          jurisdiction: code,
          key,
          subject: about,
          question: title,
          rule: null,
          on,
        }),
      )
      .filter(({ id }) => !answered.has(id)),
  );
  return [...entries, ...open].sort((a, b) => ruleOrder.inOrder(a, placeOf(b)));
}

/** One entry as it is listed. */
export function listed(rule: Rule, on: string): ListedRule {
  const { id, jurisdiction, key, subject } = rule;
  return { id, jurisdiction, key, subject, question: definitionOf(key)?.title ?? key, rule, on };
}

/** Whether the entry is in force on the day that is asked about; an open question is not. */
export function isInForce({ rule, on }: ListedRule): boolean {
  return rule !== null && reliedUponFrom(rule) <= on && (rule.effectiveTo === null || rule.effectiveTo >= on);
}

type Place = readonly [jurisdiction: string, key: string, id: string, from: string];

const placeOf = ({ jurisdiction, key, id, rule }: ListedRule): Place => [jurisdiction, key, id, rule === null ? '' : reliedUponFrom(rule)];

function inPlaces([oneState, oneKey, oneId, oneFrom]: Place, [state, key, id, from]: Place): number {
  const nth = (code: string) => places.get(code) ?? 0;
  const question = (asked: string) => questions.get(definitionOf(asked)?.key ?? '') ?? 0;
  return nth(oneState) - nth(state) || question(oneKey) - question(key) || compared(oneId, id) || compared(oneFrom, from);
}

/** Federal rules first, then state by state, each in reading order, oldest entry first. */
export const ruleOrder: ListOrder<ListedRule, Place> = {
  list: 'rules',
  inOrder: (rule, place) => inPlaces(placeOf(rule), place),
  textOf: (rule) => JSON.stringify(placeOf(rule)),
  placeOf(text) {
    const [jurisdiction = '', key = '', id = '', from = ''] = textsOf(text, 4) ?? [];
    return places.has(jurisdiction) && id !== '' ? [jurisdiction, key, id, from] : null;
  },
};

function compared(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
