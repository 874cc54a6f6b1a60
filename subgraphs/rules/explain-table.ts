/** What a compliance officer wants to see of a state: per decision every rule that is asked, what it says, and what it still needs. */

import { type Place, unitedStates } from './asking.ts';
import { definitionOf, stateKeys } from './definitions.ts';
import { controlledAsked } from './explain-controlled.ts';
import type { Credential, Gate } from './facts.ts';
import { fieldsAsked, fieldsRaised } from './fields-asked.ts';
import { standingOf, type Standing } from './rule-standing.ts';
import type { RuleSet } from './rule-set.ts';
import { type Confidence, type Rule, type Subject, subjects } from './rule.ts';
import { isService, type ServiceCode } from './service-codes.ts';
import { classesOf, ingredientClass, substanceRuleKey, substances } from './substance-table.ts';
import { substanceName, valueInWords } from './value-in-words.ts';

/** One rule, as it stands on the day. What has no value has null throughout. */
export interface ExplainRow {
  readonly ruleId: string;
  /** The question in plain words, with the substance, service or item it is about. */
  readonly question: string;
  readonly answer: string | null;
  readonly standing: Standing;
  readonly confidence: Confidence | null;
  readonly asOf: string | null;
  /** First day in force; null when nobody has looked it up. */
  readonly from: string | null;
  /** Last day in force; null while no end is known. */
  readonly to: string | null;
  readonly citation: string | null;
  readonly source: string | null;
  readonly note: string | null;
  /** The release that brought it. */
  readonly release: string | null;
}

/** One decision and the rules it asks. */
export interface ExplainSection {
  readonly title: string;
  readonly gates: readonly Gate[];
  readonly rows: readonly ExplainRow[];
  /** Rules this decision asks too, which stand under an earlier one. */
  readonly alsoAsked: readonly string[];
}

/** The whole table. */
export interface ExplainTable {
  readonly place: Place;
  readonly service: ServiceCode | null;
  readonly on: string;
  /** The release asked; `none` when nothing had been released by then, and then there are no sections. */
  readonly version: string;
  readonly sections: readonly ExplainSection[];
}

/** The decisions in the order of a patient's way, each with the gates it passes. */
export const decisions: readonly { readonly title: string; readonly gates: readonly Gate[] }[] = [
  { title: 'Examining the patient', gates: ['exam-booking', 'exam-start', 'exam-completion', 'screening-resolution'] },
  { title: 'Prescribing', gates: ['order-signing', 'substances'] },
  {
    title: 'Sending, dispensing and shipping the order',
    gates: ['order-sending', 'order-routing', 'order-claiming', 'order-dispensing', 'order-shipping'],
  },
  { title: 'Offering the service at a clinic', gates: ['clinic-service'] },
  { title: 'Delegating the treatment', gates: ['delegation', 'may-perform', 'collaboration'] },
  { title: 'Engaging a medical director', gates: ['engagement', 'placement'] },
];

const credentials: readonly Credential[] = ['MD', 'DO', 'NP', 'PA', 'RN'];
const NOBODY_ASKS = 'On record for people: no decision of the product asks it';

/** The table of a state, or of federal law (`US`), for one service or all, as the release has it on that day. */
export function explainTable(rules: RuleSet, on: string, place: Place, service: ServiceCode | null): ExplainTable {
  const given = { place, service, on, version: rules.version };
  if (rules.rules.length === 0) return { ...given, sections: [] };
  const parts = place.code === unitedStates.code ? federalParts(rules, service) : stateParts(rules, place, service);
  const shown = new Set<string>();
  const sections = parts.map(({ title, gates, ids }): ExplainSection => {
    const alsoAsked = ids.filter((id) => shown.has(id));
    const rows = ids.filter((id) => !shown.has(id)).map((id) => rowOf(rules, on, id));
    for (const id of ids) shown.add(id);
    return { title, gates, rows, alsoAsked };
  });
  return { ...given, sections: sections.filter(({ rows, alsoAsked }) => rows.length + alsoAsked.length > 0) };
}

interface Part {
  readonly title: string;
  readonly gates: readonly Gate[];
  readonly ids: readonly string[];
}

function stateParts(rules: RuleSet, place: Place, service: ServiceCode | null): Part[] {
  const asked = decisions.map(({ title, gates }): Part => {
    const keys = new Set(gates.flatMap((gate) => fieldsAsked[gate]));
    const ofState = [...keys].map((key) => `${place.code}.${key}`);
    const federal = gates.flatMap((gate) => federalAsked(gate, rules, service, place));
    return { title, gates, ids: [...ofState, ...new Set(federal)] };
  });
  const others = rules.rules.filter(({ jurisdiction }) => jurisdiction === place.code).map(({ id }) => id);
  const open = stateKeys.map((key) => `${place.code}.${key}`);
  const known = new Set(asked.flatMap(({ ids }) => ids));
  const rest = [...new Set([...open, ...others])].filter((id) => !known.has(id) && concerns(id, service));
  return [...asked, { title: NOBODY_ASKS, gates: [], ids: rest }];
}

// What a decision asks of federal law depends on the service: without one, the table stays with the state.
function federalAsked(gate: Gate, rules: RuleSet, service: ServiceCode | null, place: Place): string[] {
  const recorded = (ids: readonly string[]) => ids.filter((id) => rules.entries(id).length > 0);
  // A fee is asked whatever the service.
  if (gate === 'engagement') {
    const asked = ['fee.fixed', 'fee.per-patient', 'fee.percentage'].flatMap((key) => [
      `${place.code}.${key}`,
      `${unitedStates.code}.${key}`,
    ]);
    return recorded([...asked, ...fieldsRaised.map((key) => `${place.code}.${key}`)]);
  }
  if (service === null) return [];
  if (gate === 'delegation') {
    return recorded(credentials.map((credential) => `${unitedStates.code}.delegation.${service}.${credential}`));
  }
  if (gate !== 'substances') return [];
  const ordered = substancesOf(service);
  const compounded = ['503A', 'conditions', '503B'] as const;
  const ids = recorded(ordered.flatMap((one) => compounded.map((what) => `US.${substanceRuleKey(one, what)}`)));
  return [...ids, ...controlledAsked(rules, ordered, place)];
}

const federalTitles: Readonly<Partial<Record<Subject, string>>> = {
  delegation: 'Delegating the treatment',
  substances: 'Compounding',
  'controlled-substances': 'Controlled substances',
  'beyond-use-dates': 'Beyond-use dates',
  'prescription-content': 'Prescription and label',
  'chart-review': 'Chart review',
  'adverse-events': 'Adverse events',
  'corporate-practice': 'Management fees',
};

function federalParts(rules: RuleSet, service: ServiceCode | null): Part[] {
  return subjects.map((subject): Part => {
    const found = rules.rules.filter((rule) => rule.subject === subject && rule.jurisdiction === unitedStates.code);
    const ids = new Set(found.map(({ id }) => id).filter((id) => concerns(id, service)));
    return { title: federalTitles[subject] ?? subject, gates: [], ids: [...ids] };
  });
}

/** Whether a rule has to do with the service: one about another service, or a substance it does not use, has not. */
function concerns(id: string, service: ServiceCode | null): boolean {
  if (service === null) return true;
  const [, about, what] = id.split('.');
  if (about === 'delegation') return what === service;
  if (about === 'procedure' && isService(what)) return what === service;
  if (about === 'substance') return substancesOf(service).some(({ key }) => key === what);
  return true;
}

function substancesOf(service: ServiceCode) {
  const classes = classesOf(service);
  return substances.filter((one) => classes.includes(ingredientClass(one) ?? ''));
}

function rowOf(rules: RuleSet, on: string, id: string): ExplainRow {
  const found = rules.find(id, on);
  const { rule } = found;
  return {
    ruleId: id,
    question: questionOf(id),
    answer: rule === null ? null : valueInWords(rule),
    standing: standingOf(rules, id, on),
    confidence: rule?.confidence ?? null,
    asOf: rule?.asOf ?? null,
    from: rule?.effectiveFrom ?? null,
    to: rule?.effectiveTo ?? null,
    citation: rule?.citation ?? null,
    source: rule?.source ?? null,
    note: noteOf(rule),
    release: rule?.since ?? null,
  };
}

function noteOf(rule: Rule | null): string | null {
  const parts = [rule?.basis ? `basis: ${rule.basis}` : null, rule?.note ?? null].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join('; ');
}

// A key with a part that varies says in that part what it is about.
function questionOf(id: string): string {
  const key = id.slice(id.indexOf('.') + 1);
  const definition = definitionOf(key);
  if (definition === null) return key;
  if (!definition.key.includes('*')) return definition.title;
  const parts = key.split('.');
  const about = definition.key
    .split('.')
    .flatMap((part, index) => (part === '*' ? [parts[index] ?? ''] : []))
    .join(', ');
  return `${substanceName(key) ?? about}: ${definition.title}`;
}
