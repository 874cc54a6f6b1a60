/** A whole set of answers against the items they answer: which can be taken, which questions are asked after them, which are still open. */

import { isEmpty, misfit } from './answer-fits.ts';
import type { FhirEnableWhen, FhirItem } from './questionnaire-item.ts';

/** An answer as front ends send it. A question that may be answered more than once has one of these for each answer. */
export interface Answer {
  readonly linkId: string;
  readonly value: unknown;
}

/** What a set of answers comes to. */
export interface AnswersRead {
  /** The usable answers, by question. */
  readonly taken: ReadonlyMap<string, readonly unknown[]>;
  /** The questions that are asked, given these answers, in order. */
  readonly asked: readonly FhirItem[];
  /** Answers that cannot be taken: unknown question, one that is not asked, wrong type or range, given twice. Paths are link ids. */
  readonly issues: readonly { readonly path: string; readonly message: string }[];
}

/** Reads answers against a tree of items. Only an answer to a question that is itself asked makes another one be asked. */
export function readAnswers(items: readonly FhirItem[], answers: readonly Answer[]): AnswersRead {
  const placed = placesOf(items, []);
  const issues: { path: string; message: string }[] = [];
  const taken = new Map<string, unknown[]>();
  const seen = new Set<string>();
  for (const { linkId, value } of answers) {
    const item = placed.get(linkId)?.item;
    const problem =
      item === undefined
        ? 'is not a question of this questionnaire'
        : seen.has(linkId) && item.repeats !== true
          ? 'is answered twice'
          : misfit(item, value);
    seen.add(linkId);
    if (problem !== null) issues.push({ path: linkId, message: problem });
    else if (!isEmpty(value)) taken.set(linkId, [...(taken.get(linkId) ?? []), value]);
  }
  const isAsked = asking(placed, taken);
  for (const linkId of [...taken.keys()].filter((one) => !isAsked(one))) {
    issues.push({ path: linkId, message: 'is not asked after the other answers' });
    taken.delete(linkId);
  }
  const asked = [...placed.values()].map(({ item }) => item).filter((item) => takesAnswers(item) && isAsked(item.linkId));
  return { taken, asked, issues };
}

interface Place {
  readonly item: FhirItem;
  /** The items around it, outermost first. */
  readonly within: readonly FhirItem[];
}

function placesOf(items: readonly FhirItem[], within: readonly FhirItem[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const item of items) {
    places.set(item.linkId, { item, within });
    for (const [linkId, place] of placesOf(item.item ?? [], [...within, item])) places.set(linkId, place);
  }
  return places;
}

function takesAnswers({ type }: FhirItem): boolean {
  return type !== 'group' && type !== 'display';
}

function asking(placed: ReadonlyMap<string, Place>, taken: ReadonlyMap<string, readonly unknown[]>): (linkId: string) => boolean {
  const known = new Map<string, boolean>();
  const isAsked = (linkId: string): boolean => {
    const before = known.get(linkId);
    if (before !== undefined) return before;
    // Two items that wait for each other are both asked: a definition's mistake must not hide a question.
    known.set(linkId, true);
    const place = placed.get(linkId);
    const asked = place !== undefined && [...place.within, place.item].every(isEnabled);
    known.set(linkId, asked);
    return asked;
  };
  const isEnabled = ({ enableWhen = [], enableBehavior = 'all' }: FhirItem): boolean => {
    if (enableWhen.length === 0) return true;
    const met = (condition: FhirEnableWhen) => holds(condition, isAsked(condition.question) ? (taken.get(condition.question) ?? []) : []);
    return enableBehavior === 'any' ? enableWhen.some(met) : enableWhen.every(met);
  };
  return isAsked;
}

function holds(condition: FhirEnableWhen, given: readonly unknown[]): boolean {
  if (condition.operator === 'exists') return given.length > 0 === (condition.answerBoolean ?? true);
  const wanted =
    condition.answerBoolean ??
    condition.answerDecimal ??
    condition.answerInteger ??
    condition.answerDate ??
    condition.answerDateTime ??
    condition.answerTime ??
    condition.answerString ??
    condition.answerCoding?.code;
  return given.some((value) => compares(condition.operator, value, wanted));
}

function compares(operator: FhirEnableWhen['operator'], value: unknown, wanted: unknown): boolean {
  if (operator === '=') return value === wanted;
  if (operator === '!=') return value !== wanted;
  const order = orderOf(value, wanted);
  if (order === null) return false;
  switch (operator) {
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '>=':
      return order >= 0;
    default:
      return order <= 0;
  }
}

/** Below, at or above zero as the first is less, equal or more; null for two that are of different kinds. */
function orderOf(a: unknown, b: unknown): number | null {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return null;
}
