import { describe, expect, test } from 'vitest';
import { evaluate, gateNames } from '#rules/evaluate.ts';
import type { GateFacts } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import { substances } from '#rules/substance-table.ts';
import { momentOf, nurse, passing, signing } from './given.ts';

/** How often each rule is looked up in one evaluation. Counted, because a machine's speed says nothing about the code. */
function lookups(facts: GateFacts): ReadonlyMap<string, number> {
  const on = momentOf(facts.gate);
  const counts = new Map<string, number>();
  const rules = library.on(on);
  const count = (id: string) => counts.set(id, (counts.get(id) ?? 0) + 1);
  const counted: RuleSet = {
    ...rules,
    find: (id, day) => {
      count(id);
      return rules.find(id, day);
    },
    entries: (id) => {
      count(id);
      return rules.entries(id);
    },
  };
  evaluate(facts, on, counted);
  return counts;
}

const most = (counts: ReadonlyMap<string, number>) => Math.max(0, ...counts.values());
const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((all, one) => all + one, 0);

describe('one evaluation', () => {
  test.each(gateNames)('of %s looks no rule up more than three times', (gate) => {
    expect(most(lookups(passing[gate]('TX')))).toBeLessThanOrEqual(3);
  });

  test('of a full order looks up no more than three rules a result, however many attestations there are', () => {
    const facts: GateFacts = { ...signing(), prescriber: nurse('TX') };
    const results = evaluate(facts, momentOf('order-signing')).length;
    const few = sum(lookups(facts));
    expect(few).toBeLessThanOrEqual(3 * results);
    const many = Array.from({ length: 500 }, (_, index) => ({ ...facts.attestations?.[0], ruleId: `TX.other.${index}` }));
    expect(sum(lookups({ ...facts, attestations: [...(facts.attestations ?? []), ...many] } as GateFacts))).toBe(few);
  });

  test('of an order with ten ingredients looks up more, but no rule more often', () => {
    const [one, ten] = [substances.slice(0, 1), substances.slice(0, 10)].map((ingredients) => lookups({ ...signing(), ingredients }));
    expect([one, ten].map((counts) => most(counts ?? new Map()))).toEqual([2, 2]);
  });
});
