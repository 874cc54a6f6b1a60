/** What changed between two releases, in words. */

import { definitionOf } from './definitions.ts';
import { canonical } from './digest.ts';
import type { RuleSet } from './rule-set.ts';
import { reliedUponFrom, type Rule, type Subject, subjects } from './rule.ts';
import { nameOfRule, valueInWords } from './value-in-words.ts';

/** One rule that is not what it was. */
export interface RuleChange {
  readonly ruleId: string;
  readonly jurisdiction: string;
  readonly subject: Subject;
  readonly kind: 'added' | 'changed' | 'removed';
  /** What changed, as a sentence that names the rule. */
  readonly sentence: string;
  /** What the citation of the rule is now, or was when it is gone. */
  readonly citation: string;
  /** The dated entries of the rule before and after, oldest first. */
  readonly before: readonly Rule[];
  readonly after: readonly Rule[];
}

/** Every rule that differs between two releases, by subject in reading order, then by id. */
export function changesBetween(from: RuleSet, to: RuleSet): RuleChange[] {
  const ids = new Set([...from.rules, ...to.rules].map(({ id }) => id));
  const changes = [...ids].flatMap((id) => changeOf(from.entries(id), to.entries(id)));
  const place = ({ subject }: RuleChange) => subjects.indexOf(subject);
  return changes.sort((a, b) => place(a) - place(b) || (a.ruleId < b.ruleId ? -1 : 1));
}

function changeOf(before: readonly Rule[], after: readonly Rule[]): RuleChange[] {
  const gone = before.filter((rule) => !after.some((other) => sameText(rule, other)));
  const come = after.filter((rule) => !before.some((other) => sameText(rule, other)));
  const now = after.at(-1) ?? before.at(-1);
  if (now === undefined || (gone.length === 0 && come.length === 0)) return [];
  const kind = before.length === 0 ? 'added' : after.length === 0 ? 'removed' : 'changed';
  const said = {
    added: () => `new, ${come.map(dated).join(', then ')}${cited(now)}`,
    removed: () => `was ${gone.map(dated).join(', then ')}, and is no longer recorded`,
    changed: () => [...come.map((rule) => newEntry(rule, before, gone)), ...gone.flatMap((rule) => goneEntry(rule, come))].join('; '),
  };
  const { id: ruleId, jurisdiction, subject, citation } = now;
  return [{ ruleId, jurisdiction, subject, kind, sentence: `${nameOfRule(now)}: ${said[kind]()}`, citation, before, after }];
}

// An entry that takes the place of one of the same first day corrects it; one with a later first day follows it.
function newEntry(rule: Rule, before: readonly Rule[], gone: readonly Rule[]): string {
  const from = reliedUponFrom(rule);
  const corrected = gone.find((one) => reliedUponFrom(one) === from);
  if (corrected && sameValue(corrected, rule)) return `is still ${told(rule)}${evidence(corrected, rule)}${cited(rule)}`;
  if (corrected) return `was ${told(corrected)}, is ${dated(rule)}${cited(rule)}`;
  const earlier = before.findLast((one) => reliedUponFrom(one) < from);
  if (earlier && sameValue(earlier, rule)) return `stays ${dated(rule)}${cited(rule)}`;
  if (earlier) return `was ${told(earlier)}, is ${dated(rule)}${cited(rule)}`;
  return `also recorded for earlier: ${dated(rule)}${cited(rule)}`;
}

function goneEntry(rule: Rule, come: readonly Rule[]): string[] {
  return come.some((one) => reliedUponFrom(one) === reliedUponFrom(rule)) ? [] : [`${dated(rule)} is no longer recorded`];
}

function evidence(before: Rule, after: Rule): string {
  const parts = [
    before.effectiveTo === after.effectiveTo ? null : after.effectiveTo === null ? 'now without an end' : `now until ${after.effectiveTo}`,
    before.confidence === after.confidence ? null : `now ${after.confidence} (was ${before.confidence})`,
    before.citation === after.citation ? null : 'with another citation',
    before.source === after.source ? null : 'with another source',
    before.note === after.note ? null : 'with another note',
  ].filter((part) => part !== null);
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`;
}

// Prose is quoted, so that a sentence shows where it ends.
function told(rule: Rule): string {
  const words = valueInWords(rule);
  return definitionOf(rule.key)?.kind.kind === 'text' ? `"${words}"` : words;
}

function dated(rule: Rule): string {
  const open = rule.effectiveTo === null || rule.asOf === rule.effectiveTo ? '' : ` as of ${rule.asOf}`;
  const from = rule.effectiveFrom === null ? open : ` from ${rule.effectiveFrom}`;
  const to = rule.effectiveTo === null ? '' : ` until ${rule.effectiveTo}`;
  return `${told(rule)}${from}${to}`;
}

function cited({ citation }: Rule): string {
  return ` (${citation})`;
}

function sameValue(one: Rule, other: Rule): boolean {
  return canonical(one.value) === canonical(other.value);
}

function sameText(one: Rule, other: Rule): boolean {
  const text = ({ since: _since, until: _until, owner: _owner, ...rest }: Rule) => canonical(rest);
  return text(one) === text(other);
}
