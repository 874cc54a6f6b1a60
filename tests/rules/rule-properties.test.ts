import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attestation } from '#rules/attestation.ts';
import { addDays } from '#rules/dates.ts';
import { recordOf, replay } from '#rules/decision.ts';
import { compare, definitionOf, fits, type Kind } from '#rules/definitions.ts';
import { evaluate, gateNames } from '#rules/evaluate.ts';
import type { Gate, GateFacts } from '#rules/facts.ts';
import { jurisdictions, library } from '#rules/packs.ts';
import { isBlocked, type Outcome, type RuleResult } from '#rules/results.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import { reliedUponFrom, type Rule } from '#rules/rule.ts';
import { attested, delegation, momentOf, now, passing, signing } from './given.ts';
import { anyFacts } from './spoiled.ts';

/** The release that decides on the days of the tests. */
const packs = library.on(now);

const rank: Record<Outcome, number> = { FAIL: 0, UNKNOWN: 1, PASS: 2 };

/** Ids of results that are better than they were. */
function improved(before: readonly RuleResult[], after: readonly RuleResult[]): string[] {
  const was = new Map(before.map(({ id, outcome }) => [id, rank[outcome]]));
  return after.filter(({ id, outcome }) => rank[outcome] === rank.PASS && (was.get(id) ?? rank.PASS) < rank.PASS).map(({ id }) => id);
}

const given = (facts: GateFacts) => ('attestations' in facts ? (facts.attestations ?? []) : []);
const withAttestations = (facts: GateFacts, attestations: readonly Attestation[]): GateFacts =>
  'attestations' in facts ? { ...facts, attestations } : facts;

/** The rules of a set that a gate's facts make it ask for. */
function rulesAsked(facts: GateFacts, rules: RuleSet): readonly Rule[] {
  const asked = new Set<string>();
  const note = (id: string) => asked.add(id);
  evaluate(facts, momentOf(facts.gate), {
    ...rules,
    find: (id, on) => {
      note(id);
      return rules.find(id, on);
    },
    entries: (id) => {
      note(id);
      return rules.entries(id);
    },
  });
  return rules.rules.filter(({ id }) => asked.has(id));
}

const controlled = (state: string): GateFacts => ({
  ...signing(state),
  ingredients: [{ name: 'Testosterone cypionate', unii: 'M0XW1UBI14' }],
});
const outsourced = (state: string): GateFacts => ({
  ...passing.substances(state),
  facilityClass: 'OUTSOURCING_503B',
  essentiallyACopy: false,
  ingredients: [
    { name: 'Lidocaine', unii: '98PI200987' },
    { name: 'BPC-157', unii: '8ED8NXK95P' },
  ],
  attestations: packs.rules.filter(({ subject }) => subject === 'substances').map(({ id }) => attested(id)),
});
const narrowed = (state: string): GateFacts => ({ ...delegation(state), service: 'iv-therapy' });
const closed = (state: string): GateFacts => {
  const facts = delegation(state);
  return { ...facts, service: 'microneedling', delegate: facts.delegate ? { ...facts.delegate, credential: 'RN' } : null };
};

/** Facts of any gate, spoiled or not; among them those whose rules only some states or substances have. */
const anyDecision: fc.Arbitrary<GateFacts> = fc.oneof(
  ...gateNames.map((gate) => anyFacts(gate)),
  fc
    .tuple(fc.constantFrom(controlled, outsourced, narrowed, closed), fc.constantFrom('TX', 'NY', 'NV', 'CA', 'FL'))
    .map(([make, state]) => make(state)),
);

/** Values an entity might attest where that one is recorded, looser and stricter ones. */
function valuesOf(kind: Kind | undefined, recorded: unknown): readonly unknown[] {
  switch (kind?.kind) {
    case 'one-of':
      return kind.values;
    case 'boolean':
      return [true, false];
    case 'months':
      return [1, 6, kind.most, kind.most + 1];
    case 'level':
      return [0, 1, 2, 3, 4, 5];
    case 'credentials':
      return [['MD'], ['MD', 'DO'], ['NP', 'PA'], ['MD', 'DO', 'NP', 'PA'], ['RN']];
    case 'ratio': {
      const limits = Object.entries(recorded as Record<string, number>);
      return [-1, 0, 1].map((more) => Object.fromEntries(limits.map(([heading, most]) => [heading, most + more])));
    }
    default:
      return ['none', 'as the entity reads it', { summary: 'other' }];
  }
}

/** Another value, of the same shape where the shape is how a rule is found. */
function somethingElse(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? { ...value, maxBudValue: 9999, months: 999, modalities: [] } : `not ${JSON.stringify(value)}`;
}

describe('whatever is decided', () => {
  const rules = packs;

  test('taking a rule away never turns a block, or any result that was none, into a pass', () => {
    fc.assert(
      fc.property(anyDecision, fc.nat(), (facts, pick) => {
        const asked = rulesAsked(facts, rules);
        const gone = asked[pick % Math.max(1, asked.length)];
        if (gone === undefined) return;
        const [before, after] = [rules, rules.without(gone.id)].map((set) => evaluate(facts, momentOf(facts.gate), set));
        expect(improved(before ?? [], after ?? [])).toEqual([]);
        if (isBlocked(before ?? [])) expect(isBlocked(after ?? [])).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  test('a rule outside its dates decides nothing: it answers as if nobody had recorded it for that day', () => {
    fc.assert(
      fc.property(anyDecision, fc.nat(), fc.integer({ min: 1, max: 400 }), fc.boolean(), (facts, pick, days, ended) => {
        const asked = rulesAsked(facts, rules);
        const rule = asked[pick % Math.max(1, asked.length)];
        if (rule === undefined) return;
        const on = momentOf(facts.gate);
        const dates = ended
          ? { asOf: '2020-01-01', effectiveFrom: '2020-01-01', effectiveTo: addDays(on.slice(0, 10), -days) }
          : { asOf: '2020-01-01', effectiveFrom: addDays(on.slice(0, 10), days), effectiveTo: null };
        const outside = rules.replacing({ ...rule, ...dates });
        const ask = (set: RuleSet) => evaluate(facts, on, set);
        const after = ask(outside);
        expect(improved(ask(rules), after)).toEqual([]);
        // Its value can't be seen in the answer: with any other the bytes are the same.
        expect(ask(rules.replacing({ ...rule, ...dates, value: somethingElse(rule.value) }))).toEqual(after);
        // After a visit in person the flexibility is not needed, so that one passes without being read.
        if (rule.id !== 'US.controlled.telemedicine') expect(after.find(({ id }) => id === rule.id)?.outcome).not.toBe('PASS');
      }),
      { numRuns: 600 },
    );
  });

  test('a rule in force is relied upon from its first to its last day, and on no other', () => {
    fc.assert(
      fc.property(fc.constantFrom(...rules.rules), fc.integer({ min: -5, max: 5 }), (rule, days) => {
        for (const edge of [reliedUponFrom(rule), rule.effectiveTo ?? '2030-01-01']) {
          const on = addDays(edge, days);
          const found = rules.find(rule.id, on);
          const inForce = rules
            .entries(rule.id)
            .filter((one) => reliedUponFrom(one) <= on && (one.effectiveTo === null || one.effectiveTo >= on));
          expect(found.why === null ? [found.rule] : []).toEqual(inForce);
        }
      }),
    );
  });

  test('the record keeps only the attestations that were asked for, and asking again gives the same answer', () => {
    fc.assert(
      fc.property(anyDecision, (facts) => {
        const at = new Date(momentOf(facts.gate));
        const results = evaluate(facts, at.toISOString());
        const record = recordOf({ facts, results }, at);
        const kept = record.facts as GateFacts;
        expect(evaluate(kept, at.toISOString())).toEqual(results);
        expect(given(kept).length).toBeLessThanOrEqual(given(facts).length);
        expect(replay({ ...record, at })).toEqual({ same: true, results, packVersion: rules.version, differs: [] });
      }),
      { numRuns: 500 },
    );
  });

  test('a record that was tampered with says which rule differs', () => {
    fc.assert(
      fc.property(anyDecision, fc.nat(), (facts, pick) => {
        const at = new Date(momentOf(facts.gate));
        const record = recordOf({ facts, results: evaluate(facts, at.toISOString()) }, at);
        const results = structuredClone(record.results) as { id: string; outcome: string }[];
        const one = results[pick % results.length];
        if (one === undefined) return;
        one.outcome = one.outcome === 'PASS' ? 'UNKNOWN' : 'PASS';
        expect(replay({ ...record, results, at })).toMatchObject({ same: false, differs: [one.id] });
      }),
    );
  });
});

describe('whatever is attested', () => {
  /** Facts with one of the rules they ask attested in another way, next to how they were when it was merely confirmed. */
  const attesting = fc.tuple(anyDecision, fc.nat(), fc.nat(), fc.jsonValue()).map(([facts, pick, choice, anything]) => {
    const asked = rulesAsked(facts, packs);
    const rule = asked[pick % Math.max(1, asked.length)] ?? null;
    const values = rule === null ? [] : [...valuesOf(definitionOf(rule.key)?.kind, rule.value), anything];
    const value = values[choice % values.length];
    const others = given(facts).filter(({ ruleId }) => ruleId !== rule?.id);
    const by = (...more: Attestation[]) =>
      evaluate(withAttestations(facts, [...others, ...more]), momentOf(facts.gate)).filter(({ id }) => id === rule?.id);
    return { rule, value, by };
  });

  test('a value looser than the recorded one opens nothing that leaving it out would not', () => {
    fc.assert(
      fc.property(attesting, ({ rule, value, by }) => {
        const kind = rule && definitionOf(rule.key)?.kind;
        if (!rule || !kind || !fits(kind, value) || compare(kind, rule.value, value) !== 'looser') return;
        expect(by(attested(rule.id, value))).toEqual(by());
      }),
      { numRuns: 600 },
    );
  });

  test('a value stricter than the recorded one opens nothing that confirming the recorded one would not', () => {
    fc.assert(
      fc.property(attesting, ({ rule, value, by }) => {
        const kind = rule && definitionOf(rule.key)?.kind;
        if (!rule || !kind || !fits(kind, value) || compare(kind, rule.value, value) !== 'stricter') return;
        expect(improved(by(attested(rule.id)), by(attested(rule.id, value)))).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('a value that is none of the rule’s kind counts for nothing', () => {
    fc.assert(
      fc.property(attesting, ({ rule, value, by }) => {
        const kind = rule && definitionOf(rule.key)?.kind;
        if (!rule || !kind || value === null || fits(kind, value)) return;
        expect(by(attested(rule.id, value))).toEqual(by());
      }),
    );
  });

  test('nothing turns a recorded prohibition into a pass', () => {
    fc.assert(
      fc.property(attesting, ({ rule, value, by }) => {
        if (!rule || by().every(({ outcome }) => outcome !== 'FAIL')) return;
        expect(by(attested(rule.id, value)).map(({ outcome }) => outcome)).toEqual(['FAIL']);
      }),
      { numRuns: 600 },
    );
  });

  test('what was attested before the rule changed opens nothing', () => {
    fc.assert(
      fc.property(attesting, fc.constantFrom('2026-11-22.1', '', 'none', '2099-01-01.1'), ({ rule, value, by }, packVersion) => {
        if (!rule || packVersion === rule.since || (packVersion === '2026-11-22.1' && packs.changedIn(rule.id) === packVersion)) {
          return;
        }
        expect(improved(by(), by(attested(rule.id, null, { packVersion })))).toEqual([]);
        expect(improved(by(), by(attested(rule.id, value, { packVersion })))).toEqual([]);
      }),
    );
  });

  test('what has expired, was revoked or was given later opens nothing', () => {
    const dead = fc.constantFrom<Partial<Attestation>>(
      { expiresOn: '2026-11-21' },
      { revokedAt: '2026-11-22T12:00:00Z' },
      { attestedAt: '2027-01-01T00:00:00Z' },
      { expiresOn: 'soon' },
    );
    fc.assert(
      fc.property(attesting, dead, ({ rule, value, by }, change) => {
        if (!rule) return;
        expect(by(attested(rule.id, value, change))).toEqual(by());
      }),
    );
  });
});

test.each(gateNames)('before the first release %s answers nothing, in any state', (gate: Gate) => {
  for (const { code } of jurisdictions) {
    for (const on of ['2026-11-21', '2020-02-29T12:00:00Z', '1999-12-31', 'no date']) {
      const results = evaluate(passing[gate](code), on);
      expect(results.length).toBeGreaterThan(0);
      expect([...new Set(results.map(({ outcome, version }) => `${outcome} ${version}`))]).toEqual(['UNKNOWN none']);
    }
  }
});
