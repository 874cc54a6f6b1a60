import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { preparationKinds } from '#rules/beyond-use-table.ts';
import { addDays } from '#rules/dates.ts';
import { evaluate, gateNames } from '#rules/evaluate.ts';
import type { GateFacts, StorageCondition } from '#rules/facts.ts';
import { isBlocked } from '#rules/results.ts';
import { attestedIn, booking, dispensing, momentOf, now } from './given.ts';
import { anyFacts, forget, pathsOf } from './spoiled.ts';

const ask = (facts: GateFacts) => evaluate(facts, momentOf(facts.gate));

describe.each(gateNames)('%s', (gate) => {
  test('the same facts and date give the same bytes', () => {
    fc.assert(
      fc.property(anyFacts(gate), (facts) => {
        expect(JSON.stringify(ask(facts))).toBe(JSON.stringify(ask(structuredClone(facts))));
      }),
    );
  });

  test('forgetting a fact never turns a block into a pass', () => {
    fc.assert(
      fc.property(anyFacts(gate), fc.nat(), (facts, place) => {
        const paths = pathsOf(facts);
        const forgotten = forget(facts, paths[place % paths.length] ?? []);
        if (isBlocked(ask(facts))) expect(isBlocked(ask(forgotten))).toBe(true);
      }),
    );
  });

  test('taking an attestation away never opens anything', () => {
    fc.assert(
      fc.property(anyFacts(gate), fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (facts, keep) => {
        const attestations = 'attestations' in facts ? (facts.attestations ?? []) : [];
        const fewer = { ...facts, attestations: attestations.filter((_one, index) => keep[index]) };
        if (isBlocked(ask(facts))) expect(isBlocked(ask(fewer))).toBe(true);
      }),
    );
  });

  test('every block says what would lift it, every result has a version, no id comes twice', () => {
    fc.assert(
      fc.property(anyFacts(gate), (facts) => {
        const results = ask(facts);
        for (const { outcome, remedy, message, version } of results) {
          expect(outcome === 'PASS' ? remedy === null : (remedy ?? '').length > 10).toBe(true);
          expect(message.length > 10 && version.length > 0).toBe(true);
        }
        expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
      }),
    );
  });
});

test('an attestation of any value whatsoever turns no failure into a pass', () => {
  const failing = evaluate({ ...booking(), modality: 'QUESTIONNAIRE_ONLY' }, now);
  expect(failing.find(({ id }) => id === 'TX.gfe.questionnaireOnly')?.outcome).toBe('FAIL');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const attestations = attestedIn('TX').map((one) => ({ ...one, ruleId: 'TX.gfe.questionnaireOnly', value }));
      const results = evaluate({ ...booking(), modality: 'QUESTIONNAIRE_ONLY', attestations }, now);
      expect(results.find(({ id }) => id === 'TX.gfe.questionnaireOnly')?.outcome).toBe('FAIL');
    }),
  );
});

test('a later beyond-use date never turns a failed maximum into a pass', () => {
  const storages: StorageCondition[] = ['CONTROLLED_ROOM_TEMPERATURE', 'REFRIGERATED', 'FROZEN'];
  const outcomes = { FAIL: 0, UNKNOWN: 1, PASS: 2 };
  fc.assert(
    fc.property(
      fc.constantFrom(...preparationKinds),
      fc.constantFrom(...storages),
      fc.nat({ max: 200 }),
      fc.nat({ max: 200 }),
      fc.integer({ min: 1, max: 60 }),
      (preparationKind, storage, days, more, formulaDays) => {
        const at = (beyondUseDate: string) =>
          evaluate({ ...dispensing(), preparationKind, storage, formulaDays, beyondUseDate }, now).filter(
            ({ id }) => id === 'bud.uspMaximum' || id === 'bud.formula',
          );
        const earlier = at(addDays('2026-12-02', days));
        const later = at(addDays('2026-12-02', days + more));
        later.forEach(({ outcome }, index) => {
          expect(outcomes[outcome]).toBeLessThanOrEqual(outcomes[earlier[index]?.outcome ?? 'FAIL']);
        });
      },
    ),
  );
});
