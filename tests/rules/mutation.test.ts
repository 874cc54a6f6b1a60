import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import type { GateFacts } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { blockers } from '#rules/results.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import type { Rule } from '#rules/rule.ts';
import {
  attested,
  booking,
  claiming,
  clinicService,
  completion,
  delegation,
  dispensing,
  momentOf,
  now,
  nurse,
  physician,
  routing,
  sending,
  shipping,
  signing,
  starting,
} from './given.ts';

/** The release that decides on the day of the tests, so that a later one moves nothing here. */
const packs = library.on(now);

const outsourced = { ingredients: [{ name: 'Lidocaine', unii: '98PI200987' }], facilityClass: 'OUTSOURCING_503B' as const };
const lidocaine = ['503A', '503B'].map((section) => attested(`US.substance.98PI200987.${section}`));

function testosterone(): GateFacts {
  const facts = signing();
  const service = 'hormone-therapy';
  return {
    ...facts,
    service,
    exam: facts.exam ? { ...facts.exam, services: [service] } : null,
    protocol: facts.protocol ? { ...facts.protocol, service } : null,
    ingredients: [{ name: 'Testosterone cypionate', unii: 'M0XW1UBI14' }],
    attestations: [...(facts.attestations ?? []), attested('US.substance.M0XW1UBI14.503A')],
    prescriber: {
      ...physician('TX'),
      deaRegistrations: [{ state: 'TX', status: 'ACTIVE', expiresOn: '2028-01-01', schedules: ['III'] }],
    },
  };
}

/** One decision of every sort, all of Texas. Each passes as long as no rule moves, but for the controlled order, which is never signed. */
const decisions: Readonly<Record<string, GateFacts>> = {
  'book video, physician': { ...booking(), examiner: physician('TX') },
  'book video, nurse': booking(),
  'book video, assistant': { ...booking(), examiner: { ...nurse('TX'), credential: 'PA' } },
  'book in person': { ...booking(), modality: 'IN_PERSON', examiner: physician('TX') },
  'start video': starting(),
  'complete video': completion(),
  'sign semaglutide': signing(),
  'sign testosterone': testosterone(),
  'compound lidocaine, outsourced': {
    ...signing(),
    gate: 'substances',
    ...outsourced,
    essentiallyACopy: false,
    attestations: lidocaine,
  },
  'send from Arizona': sending(),
  'route from Arizona': routing(),
  'route within Texas': {
    ...routing(),
    homeState: 'TX',
    licences: [{ ...routing().licences?.[0], state: 'TX', kind: 'PHARMACY' }],
  } as GateFacts,
  'claim in Arizona': claiming(),
  'ship from Arizona': shipping(),
  dispense: dispensing(),
  'offer weight loss': clinicService(),
  'delegate to a nurse': delegation(),
};

/** What stands in the way of every decision. */
function stopsOf(rules: RuleSet): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(decisions).map(([name, facts]) => {
      const stops = blockers(evaluate(facts, momentOf(facts.gate), rules));
      return [name, stops.map(({ id, outcome }) => `${id} ${outcome}`)];
    }),
  );
}

const asTheyAre = stopsOf(packs);

/** What else each rule might say, in the words of the table: the strictest where it can forbid. */
const otherwise: Readonly<Record<string, (value: unknown) => { readonly words: string; readonly value: unknown }>> = {
  'TX.gfe.telehealthAllowed': () => ({ words: 'no', value: 'no' }),
  'TX.gfe.syncAudioVideo': () => ({ words: 'prohibited', value: 'prohibited' }),
  'TX.gfe.performers': () => ({ words: 'physicians only', value: ['MD', 'DO'] }),
  'TX.prescribing.inPersonBeforeFirstRx': () => ({ words: 'required', value: 'required' }),
  'TX.np.practiceAuthority': () => ({ words: 'full', value: 'full' }),
  'TX.pa.supervision': () => ({ words: 'other words', value: 'as the board says' }),
  'TX.md.onSite': () => ({ words: 'required', value: 'required' }),
  'TX.md.supervision': () => ({ words: 'other words', value: 'as the board says' }),
  'TX.md.ratio': (value) => ({ words: 'none at all', value: mapped(value, () => 0) }),
  'TX.pharmacy.nonResidentLicence': () => ({ words: 'not needed', value: false }),
  'TX.pharmacy.nonResidentSterilePermit': () => ({ words: 'not needed', value: false }),
  'US.substance.53AXN4NNHX.503A': () => ({ words: 'not eligible', value: 'not-eligible' }),
  'US.substance.98PI200987.503A': () => ({ words: 'not eligible', value: 'not-eligible' }),
  'US.substance.98PI200987.503B': () => ({ words: 'not listed', value: 'not-listed' }),
  'US.substance.M0XW1UBI14.schedule': () => ({ words: 'schedule I', value: 'I' }),
  'US.controlled.telemedicine': (value) => ({ words: 'for nothing', value: mapped(value, () => []) }),
  'US.bud.797-C2-ASEP-ST-NONE-REF': (value) => ({ words: 'may not be kept so', value: { ...object(value), maxBudValue: null } }),
  'US.delegation.weight-loss.NP': () => ({ words: 'never', value: 0 }),
};

const object = (value: unknown) => value as Readonly<Record<string, unknown>>;
const mapped = (value: unknown, to: () => unknown) => Object.fromEntries(Object.keys(object(value)).map((key) => [key, to()]));

/** The ways a rule can move. Attestations stay as they are: those given for the rule as it was. */
function moves(rule: Rule): readonly (readonly [string, RuleSet])[] {
  const other = otherwise[rule.id]?.(rule.value);
  return [
    [other?.words ?? '', packs.replacing({ ...rule, value: other?.value })],
    ['taken out', packs.without(rule.id)],
    ['out of date', packs.replacing({ ...rule, effectiveTo: '2026-11-21' })],
    ['uncertain', packs.replacing({ ...rule, confidence: 'uncertain' })],
  ];
}

/** One line for each way in which decisions move together: what comes to stand in the way (+), what no longer does (-), and where. */
function linesOf(rule: Rule, [becomes, rules]: readonly [string, RuleSet]): string[] {
  const after = stopsOf(rules);
  const together = Map.groupBy(Object.keys(decisions), (name) => {
    const [was, is] = [asTheyAre.get(name) ?? [], after.get(name) ?? []];
    return [
      ...is.filter((stop) => !was.includes(stop)).map((stop) => `+ ${stop}`),
      ...was.filter((stop) => !is.includes(stop)).map((stop) => `- ${stop}`),
    ].join(', ');
  });
  const moved = [...together].filter(([difference]) => difference !== '');
  const lines = moved.length === 0 ? [['nothing moves', []] as const] : moved;
  return lines.map(([difference, names]) => [rule.id, becomes, difference, names.join('; ')].join(' | '));
}

const rules = Object.keys(otherwise).map((id) => packs.entries(id).at(-1) as Rule);

test('as the packs are, every decision passes but the controlled order', () => {
  expect(Object.fromEntries([...asTheyAre].filter(([, stops]) => stops.length > 0))).toEqual({
    'sign testosterone': ['US.controlled.signing UNKNOWN', 'pdmp.query UNKNOWN'],
  });
});

describe('when one rule moves, exactly the decisions of the table move:', () => {
  const table = readFileSync(new URL('tables/mutations.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .join(' | '),
    )
    .slice(1);

  test.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
    expect(moves(rule).flatMap((move) => linesOf(rule, move))).toEqual(table.filter((line) => line.startsWith(`${id} |`)));
  });

  test('and the table speaks of no other rule', () => {
    expect([...new Set(table.map((line) => line.split(' | ')[0]))]).toEqual(Object.keys(otherwise));
  });

  test('nothing that went missing, out of date or uncertain opens anything', () => {
    for (const rule of rules) {
      for (const [becomes, set] of moves(rule).slice(1)) {
        const opened = [...stopsOf(set)].filter(([name, stops]) => (asTheyAre.get(name) ?? []).some((stop) => !stops.includes(stop)));
        expect([rule.id, becomes, opened]).toEqual([rule.id, becomes, []]);
      }
    }
  });

  test('a rule of another state, or one that no gate asks, moves nothing in Texas', () => {
    for (const id of [
      'CA.gfe.syncAudioVideo',
      'US.substance.8ED8NXK95P.503A',
      'TX.cpom.strictness',
      'US.fee.fixed',
      'US.chartReview.default',
    ]) {
      const rule = packs.entries(id).at(-1) as Rule;
      expect(linesOf(rule, ['taken out', packs.without(id)])).toEqual([`${id} | taken out | nothing moves |`].map((line) => `${line} `));
    }
  });
});
