/** One screening rule as the questionnaire's extension states it, and whether an answer triggers it. */

import type { FhirItem } from './questionnaire-item.ts';

/** What an item's rule does when triggered, and by what. */
export interface ScreeningRule {
  readonly action: 'block' | 'physician-review' | 'flag';
  readonly reason: string;
  readonly booleans: readonly boolean[];
  readonly codes: readonly string[];
  /** Comparisons joined by `|`: `>=180|<90`. */
  readonly expressions: readonly string[];
}

const COMPARISON = /^(<=|>=|<|>)(-?\d+(?:\.\d+)?)$/;

/** Whether an extension of that address is a screening rule. */
export function isScreeningRule(url: string): boolean {
  return url.endsWith('/gfe-screening-rule');
}

/** The rule of an item; null for an item without one. */
export function ruleOf(item: FhirItem): ScreeningRule | null {
  const parts = item.extension?.find((extension) => isScreeningRule(extension.url))?.extension;
  if (parts === undefined) return null;
  const action = parts.find((part) => part.url === 'action')?.valueCode;
  return {
    // An action that cannot be read is taken for the strictest.
    action: action === 'flag' || action === 'physician-review' ? action : 'block',
    reason: parts.find((part) => part.url === 'reason')?.valueString ?? item.text,
    booleans: parts.flatMap((part) => (part.url === 'triggerBoolean' && part.valueBoolean !== undefined ? [part.valueBoolean] : [])),
    codes: parts.flatMap((part) => (part.url === 'triggerCode' && part.valueCode !== undefined ? [part.valueCode] : [])),
    expressions: parts.flatMap((part) => (part.url === 'triggerExpression' && part.valueString !== undefined ? [part.valueString] : [])),
  };
}

/** Whether an answer of the item's own type triggers the rule. */
export function triggers(rule: ScreeningRule, value: unknown): boolean {
  if (typeof value === 'boolean') return rule.booleans.includes(value);
  if (typeof value === 'string') return rule.codes.includes(value);
  if (typeof value === 'number') return rule.expressions.some((expression) => matches(expression, value));
  return false;
}

/** Whether a number meets one of the comparisons. A comparison that cannot be read counts as met: it must not let anything through. */
export function matches(expression: string, value: number): boolean {
  return expression.split('|').some((part) => {
    const [, operator, bound] = COMPARISON.exec(part.trim()) ?? [];
    if (operator === undefined || bound === undefined) return true;
    const limit = Number(bound);
    switch (operator) {
      case '<':
        return value < limit;
      case '<=':
        return value <= limit;
      case '>':
        return value > limit;
      default:
        return value >= limit;
    }
  });
}
