import { describe, expect, test } from 'vitest';
import type { DifferenceWordingFact } from '#rules/difference-facts.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { ClinicalDifferenceFact, OrderSigningFacts } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { blockers } from '#rules/results.ts';
import { now, signing } from './given.ts';

const stops = (change: Partial<OrderSigningFacts>, on = now) =>
  blockers(evaluate({ ...signing(), ...change }, on)).map(({ id, outcome }) => `${id} ${outcome}`);
const differing = (change: Partial<ClinicalDifferenceFact>): Partial<OrderSigningFacts> => ({
  clinicalDifference: { ...(signing().clinicalDifference as ClinicalDifferenceFact), ...change },
});

describe('a clinical difference', () => {
  test.each<[string, Partial<ClinicalDifferenceFact>, string[]]>([
    ['of no kind', { kind: 'UNSPECIFIED' }, []],
    ['told before kinds were', {}, []],
    ['of a kind that could not be read', { kind: null }, ['difference.kind UNKNOWN']],
    ['of an allergy with a coded finding', { kind: 'ALLERGY', findingCoded: true }, []],
    ['of an allergy in words alone', { kind: 'ALLERGY', findingCoded: false }, ['difference.finding FAIL']],
    ['of an intolerance whose finding could not be read', { kind: 'INTOLERANCE', findingCoded: null }, ['difference.finding UNKNOWN']],
    ['of a strength against a product', { kind: 'STRENGTH_NOT_SOLD', comparator: 'A pen of 0.5 mg', change: '0.1 mg' }, []],
    ['of a strength against nothing', { kind: 'STRENGTH_NOT_SOLD', comparator: null, change: '0.1 mg' }, ['difference.comparator FAIL']],
    ['of a form that is not told', { kind: 'FORM_NOT_SOLD', comparator: 'Tablets', change: ' ' }, ['difference.comparator FAIL']],
    ['of a shortage that is over', { kind: 'SHORTAGE' }, ['US.substance.53AXN4NNHX.shortage FAIL']],
  ])('%s', (_name, change, expected) => {
    expect(stops(differing(change))).toEqual(expected);
  });

  test('of a shortage stands only while the list has it, and a doubtful list blocks', () => {
    const shortage = 'US.substance.53AXN4NNHX.shortage';
    const [listed] = library.latest.entries(shortage);
    if (listed === undefined) throw new Error('There is no such entry.');
    const under = (change: object) =>
      blockers(
        evaluate(
          { ...signing(), ...differing({ kind: 'SHORTAGE' }) },
          now,
          library.latest.replacing({ ...listed, effectiveFrom: '2026-11-01', effectiveTo: null, ...change }),
        ),
      ).map(({ id, outcome }) => `${id} ${outcome}`);
    expect(under({ confidence: 'verified' })).toEqual([]);
    expect(under({ confidence: 'uncertain' })).toEqual([`${shortage} UNKNOWN`]);
    expect(under({ confidence: 'verified', effectiveTo: '2026-11-21' })).toEqual([`${shortage} UNKNOWN`]);
  });

  test('of a shortage of something nobody has looked up is unknown', () => {
    const facts = { ...differing({ kind: 'SHORTAGE' }), ingredients: [{ name: 'Minoxidil', unii: '5965120SH1' }] };
    expect(stops(facts)).toContain('US.substance.5965120SH1.shortage UNKNOWN');
  });

  test('is needed where an ingredient asks for it, although the formula is recorded as no copy', () => {
    expect(stops({ essentiallyACopy: false, clinicalDifference: 'none' })).toEqual(['copy.clinicalDifference FAIL']);
    expect(stops({ essentiallyACopy: false })).toEqual([]);
    // Before the release that brought the question it was not asked.
    const before = library.of('2026-11-22.3');
    if (before === null) throw new Error('There is no such release.');
    expect(blockers(evaluate({ ...signing(), essentiallyACopy: false, clinicalDifference: 'none' }, now, before))).toEqual([]);
  });
});

describe('how a difference is worded', () => {
  const worded = (change: Partial<DifferenceWordingFact>): Partial<OrderSigningFacts> => ({
    wording: { alikePrescriber: 0, alikeProduct: 0, alikeClinic: 0, review: 'none', ...change },
  });

  test.each<[string, Partial<OrderSigningFacts>, string[]]>([
    ['like nobody else', worded({}), []],
    ['like seven others of the prescriber', worded({ alikePrescriber: 7, alikeProduct: 7, alikeClinic: 15 }), []],
    ['like eight others of the prescriber', worded({ alikePrescriber: 8 }), ['difference.wording UNKNOWN']],
    ['like eight others of the preparation', worded({ alikeProduct: 8 }), ['difference.wording UNKNOWN']],
    ['like sixteen others of the clinic', worded({ alikeClinic: 16 }), ['difference.wording UNKNOWN']],
    ['found distinct by a second person', worded({ alikePrescriber: 8, review: 'DISTINCT' }), []],
    ['found to be boilerplate', worded({ alikePrescriber: 8, review: 'BOILERPLATE' }), ['difference.wording FAIL']],
    ['and never compared', { wording: null }, ['difference.wording UNKNOWN']],
    ['where none is stated', { wording: 'none' }, []],
  ])('%s', (_name, facts, expected) => {
    expect(stops(facts)).toEqual(expected);
  });
});
