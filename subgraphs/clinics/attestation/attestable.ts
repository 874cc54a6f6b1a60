/** What may be attested: an entity confirms, sets what is open, or is stricter. Everything else is refused with the reason. */

import type { InputIssue, RuleOutcome } from '#kernel/errors.ts';
import { compare, type Definition, definitionOf, definitions, fits } from '#rules/definitions.ts';
import { jurisdictions } from '#rules/packs.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import { fieldsAsked, fieldsRaised } from '#rules/fields-asked.ts';
import type { Rule } from '#rules/rule.ts';

/** A rule that may be attested so, or the issue or the rule that stands against it. */
export type Attestable =
  | { readonly jurisdiction: string; readonly issue: null; readonly blocked: null }
  | { readonly issue: InputIssue; readonly blocked: null }
  | { readonly issue: null; readonly blocked: RuleOutcome };

const LONGEST_VALUE = 2_000;

/** Values that forbid: no gate passes on them, whatever anybody attests. */
const forbidding: readonly unknown[] = ['prohibited', 'no', 'not-eligible', 'not-listed'];

/** Whether an entity may attest a rule of the release that decides on that day: with a value, or, where it is null, as it stands. */
export function attestable(rules: RuleSet, on: string, ruleId: string, value: unknown): Attestable {
  const jurisdiction = ruleId.split('.', 1)[0] ?? '';
  const key = ruleId.slice(jurisdiction.length + 1);
  const definition = definitionOf(key);
  const isState = jurisdictions.some(({ code }) => code === jurisdiction);
  if (!isState && jurisdiction !== 'US') return wrong('ruleId', 'A rule’s id begins with a state, DC or US, as in TX.gfe.validityMonths.');
  if (definition === null) return wrong('ruleId', 'There is no such rule.');
  const found = rules.find(ruleId, on);
  if (found.why === 'no-release') return wrong('ruleId', 'No rules had been released by then.');
  if (found.why === 'none' && !((definition.everyState || definition.ofEntity || definition.openElsewhere) && isState))
    return wrong('ruleId', 'There is no such rule.');
  if (found.why === 'not-in-force') {
    return wrong(
      'ruleId',
      'What is recorded of this rule is not in force today, and no attestation makes it so: it needs rule data for today.',
    );
  }
  if (!isRead(definition, found.rule)) {
    return wrong(
      'ruleId',
      'No gate asks anybody’s word on this rule: it is read as it is recorded, and an attestation would change nothing.',
    );
  }
  if (value !== null && JSON.stringify(value).length > LONGEST_VALUE) {
    return wrong('value', `A value has at most ${LONGEST_VALUE} characters.`);
  }
  if (value !== null && !fits(definition.kind, value)) return wrong('value', `The rule takes ${takes(definition)}.`);
  const { rule } = found;
  if (rule === null || rule.value === null || rule.confidence === 'unknown') {
    if (value === null)
      return wrong('value', `No value is recorded for this rule, so there is nothing to confirm: set one. It takes ${takes(definition)}.`);
    return { jurisdiction, issue: null, blocked: null };
  }
  const bar = barredBy(rules, on, rule);
  if (bar !== null) {
    return no(rule, `${rule.id} rests on ${bar.id}, which is recorded as ${inWords(bar.value)}: it fails whatever is attested`, NO_WAY);
  }
  return againstRecorded(rule, definition, value);
}

/** Values that permit on a condition. */
const conditions: readonly unknown[] = ['conditional', 'required-with-exceptions'];

const NO_WAY = 'Nothing to attest. Do it another way.';

// What has no basis for compounding has none at an outsourcing facility either.
function barredBy(rules: RuleSet, on: string, { id, key }: Rule): Rule | null {
  if (!/^substance\..+\.503B$/.test(key)) return null;
  const { rule, why } = rules.find(id.replace(/503B$/, '503A'), on);
  return why === null && forbidding.includes(rule.value) ? rule : null;
}

function againstRecorded(rule: Rule, { kind }: Definition, value: unknown): Attestable {
  const stands = value === null ? 'same' : compare(kind, rule.value, value);
  if (stands === 'other') {
    return wrong(
      'value',
      'A value is recorded, and whether another is stricter cannot be told. Leave the value out to confirm the recorded one.',
    );
  }
  const forbids = forbidding.includes(rule.value) || (kind.kind === 'level' && rule.value === 0);
  if (stands === 'looser') {
    const remedy = forbids ? NO_WAY : 'Attest a stricter value, or leave the value out to confirm the recorded one.';
    return no(rule, `${rule.id} is recorded as ${inWords(rule.value)}: an entity may be stricter than that, never looser`, remedy);
  }
  if (stands === 'stricter' && conditions.includes(value)) {
    return wrong(
      'value',
      'Whoever attests a condition says that it holds, so this changes nothing. Attest what forbids, or leave the rule as it is.',
    );
  }
  if (forbids && stands === 'same') {
    return no(rule, `${rule.id} is recorded as ${inWords(rule.value)}: it fails whatever is attested`, NO_WAY);
  }
  return { jurisdiction: rule.jurisdiction, issue: null, blocked: null };
}

/** The mandate is shown beside a query that is missing; no word of anybody's stands in for the query. */
const SHOWN_ONLY = 'pdmp.mandate';

/** Rules that only some jurisdictions have and a gate asks. */
const askedWhereRaised = [
  ...[
    'substance.*.503A',
    'substance.*.503B',
    'delegation.*.*',
    'procedure.*',
    'np.controlled',
    'pa.controlled',
    'fee.*',
    'controlled.mid-level-limits',
  ],
  ...fieldsRaised,
  ...definitions.flatMap(({ key, ofEntity }) => (ofEntity ? [key] : [])),
];
const asked: ReadonlySet<string> = new Set([...Object.values(fieldsAsked).flat(), ...askedWhereRaised].filter((key) => key !== SHOWN_ONLY));

// Rules with parts are data. Of those only the limits of mid-level prescribers, and what sources dispute about controlled substances, wait for a word.
function isRead({ kind, key, subject, openElsewhere }: Definition, rule: Rule | null): boolean {
  if (openElsewhere === true) return true;
  if (kind.kind !== 'structured' || key === 'controlled.mid-level-limits') return asked.has(key);
  return subject === 'controlled-substances' && (rule?.confidence === 'uncertain' || rule?.confidence === 'design');
}

function takes({ kind }: Definition): string {
  switch (kind.kind) {
    case 'one-of':
      return `one of ${kind.values.join(', ')}`;
    case 'boolean':
      return 'true or false';
    case 'months':
      return `whole months from 1 to ${kind.most}`;
    case 'credentials':
      return 'a list of MD, DO, NP, PA, each once';
    case 'text':
      return 'a text';
    case 'names':
      return 'a list of names';
    case 'ratio':
      return 'an object with the most people by role, as in { "NP": 7 }';
    case 'level':
      return 'a level from 0 (never) to 4 (independent)';
    case 'structured':
      return 'no value of an entity';
  }
}

function wrong(field: string, message: string): Attestable {
  return { issue: { path: `input.${field}`, message }, blocked: null };
}

function no(rule: Rule, message: string, remedy: string): Attestable {
  return { issue: null, blocked: { id: rule.id, outcome: 'FAIL', message, citation: rule.citation, remedy, version: rule.since } };
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}
