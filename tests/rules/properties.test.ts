import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attestation } from '#rules/attestation.ts';
import { preparationKinds } from '#rules/beyond-use-table.ts';
import { evaluateClinicService } from '#rules/clinic-service.ts';
import { addDays } from '#rules/dates.ts';
import { evaluateDispensing } from '#rules/dispensing.ts';
import { evaluateBooking } from '#rules/exam-booking.ts';
import { evaluateCompletion } from '#rules/exam-completion.ts';
import type { AttestedFacts, StorageCondition } from '#rules/facts.ts';
import { evaluateRouting } from '#rules/order-routing.ts';
import { evaluateSigning } from '#rules/order-signing.ts';
import { isBlocked, type RuleResult } from '#rules/results.ts';
import { jurisdictions } from '#rules/state-pack.ts';
import { attestedIn, booking, clinicService, completion, dispensing, now, routing, signing } from './given.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const gates: Record<string, { given: (state: string) => AttestedFacts; evaluate: (facts: never, on: string) => RuleResult[] }> = {
  'exam-booking': { given: booking, evaluate: evaluateBooking },
  'exam-completion': { given: completion, evaluate: evaluateCompletion },
  'order-signing': { given: signing, evaluate: evaluateSigning },
  'order-routing': { given: routing, evaluate: evaluateRouting },
  'clinic-service': { given: clinicService, evaluate: evaluateClinicService },
  dispensing: { given: () => dispensing() as unknown as AttestedFacts, evaluate: evaluateDispensing },
};

const moment = (gate: string) => (gate === 'dispensing' ? '2026-12-02T18:00:00Z' : now);
const ask = (gate: string, facts: unknown) => gates[gate]?.evaluate(facts as never, moment(gate)) ?? [];

/** Paths to every value inside facts, so that any one of them can be forgotten. Attestations are removed whole, elsewhere. */
function pathsOf(value: Json, path: readonly string[] = []): string[][] {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'attestations' ? [] : [[...path, key], ...pathsOf(inner, [...path, key])],
  );
}

function forget(facts: unknown, path: readonly string[]): unknown {
  const copy = structuredClone(facts) as Record<string, never>;
  let at: Record<string, never> = copy;
  for (const key of path.slice(0, -1)) {
    if (at === null || typeof at !== 'object') return copy;
    at = at[key] as never;
  }
  if (at !== null && typeof at === 'object') at[path.at(-1) ?? ''] = null as never;
  return copy;
}

/** Facts that pass in some state, with some of them spoiled. */
const spoiled = (gate: string) =>
  fc.record({ state: fc.constantFrom(...jurisdictions), places: fc.array(fc.nat(), { maxLength: 3 }) }).map(({ state, places }) => {
    const facts = gates[gate]?.given(state);
    const paths = pathsOf(facts as unknown as Json);
    return places.reduce<unknown>((spoilt, place) => forget(spoilt, paths[place % paths.length] ?? []), facts);
  });

describe.each(Object.keys(gates))('%s', (gate) => {
  test('the same facts and date give the same bytes', () => {
    fc.assert(
      fc.property(spoiled(gate), (facts) => {
        expect(JSON.stringify(ask(gate, facts))).toBe(JSON.stringify(ask(gate, structuredClone(facts))));
      }),
    );
  });

  test('forgetting a fact never turns a block into a pass', () => {
    fc.assert(
      fc.property(spoiled(gate), fc.nat(), (facts, place) => {
        const paths = pathsOf(facts as Json);
        const forgotten = forget(facts, paths[place % paths.length] ?? []);
        if (isBlocked(ask(gate, facts))) expect(isBlocked(ask(gate, forgotten))).toBe(true);
      }),
    );
  });

  test('taking an attestation away never opens anything', () => {
    fc.assert(
      fc.property(spoiled(gate), fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (facts, keep) => {
        const attestations = (facts as { attestations?: Attestation[] | null }).attestations ?? [];
        const fewer = { ...(facts as object), attestations: attestations.filter((_one, index) => keep[index]) };
        if (isBlocked(ask(gate, facts))) expect(isBlocked(ask(gate, fewer))).toBe(true);
      }),
    );
  });

  test('every block says what would lift it, every result has a version, no id comes twice', () => {
    fc.assert(
      fc.property(spoiled(gate), (facts) => {
        const results = ask(gate, facts);
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
  const failing = evaluateBooking({ ...booking(), modality: 'QUESTIONNAIRE_ONLY' }, now);
  expect(failing.find(({ id }) => id === 'TX.gfe.questionnaireOnly')?.outcome).toBe('FAIL');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const attestations = attestedIn('TX').map((one) => ({ ...one, ruleId: 'TX.gfe.questionnaireOnly', value }));
      const results = evaluateBooking({ ...booking(), modality: 'QUESTIONNAIRE_ONLY', attestations }, now);
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
          evaluateDispensing({ ...dispensing(), preparationKind, storage, formulaDays, beyondUseDate }, now).filter(
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
