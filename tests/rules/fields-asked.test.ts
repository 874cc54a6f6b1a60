import { describe, expect, test } from 'vitest';
import { definitionOf, stateKeys } from '#rules/definitions.ts';
import { evaluate, gateNames } from '#rules/evaluate.ts';
import type { Gate, GateFacts, Modality, PractitionerFact } from '#rules/facts.ts';
import { attestableFields, fieldsAsked } from '#rules/fields-asked.ts';
import { jurisdictions, library } from '#rules/packs.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import * as given from './given.ts';

const { now, nurse, physician } = given;

/** A rule set that writes down which rules it was asked for. */
function watched(rules: RuleSet, asked: Set<string>): RuleSet {
  return {
    ...rules,
    find(id, on) {
      asked.add(id);
      return rules.find(id, on);
    },
    entries(id) {
      asked.add(id);
      return rules.entries(id);
    },
  };
}

/** The keys that a gate asks of that jurisdiction, over all these facts. */
function keysAsked(jurisdiction: string, questions: readonly GateFacts[]): string[] {
  const asked = new Set<string>();
  for (const facts of questions) evaluate(facts, now, watched(library.on(now), asked));
  const prefix = `${jurisdiction}.`;
  return [...asked].filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
}

const modalities: readonly Modality[] = ['IN_PERSON', 'SYNC_VIDEO', 'SYNC_AUDIO', 'ASYNC', 'QUESTIONNAIRE_ONLY'];

/** Everyone who may turn up, by credential. */
function people(state: string): PractitionerFact[] {
  return [
    physician(state),
    nurse(state),
    { ...nurse(state), credential: 'PA' },
    { ...nurse(state), credential: 'RN' },
    { ...nurse(state), agreements: null },
  ];
}

// Restricted, full, full with a transition, and the two with a limit of their own reach every branch that asks a rule.
const states = ['TX', 'CA', 'FL', 'AZ', 'WA', 'CO', 'GA', 'NV', 'NY'];

const testosterone = { name: 'Testosterone cypionate', unii: 'M0XW1UBI14' };

const exams = <F extends GateFacts>(facts: F, state: string) =>
  modalities.flatMap((modality) => people(state).map((examiner) => ({ ...facts, modality, examiner })));

const routes = <F extends GateFacts>(facts: F, state: string) =>
  [true, false, null].flatMap((sterile) => [state, 'NY', 'AZ'].map((homeState) => ({ ...facts, sterile, homeState })));

/** Facts that lead each gate down every path that asks a rule. */
const questions: { readonly [G in Gate]: (state: string) => readonly GateFacts[] } = {
  'exam-booking': (state) => exams(given.booking(state), state),
  'exam-start': (state) => exams(given.starting(state), state),
  'exam-completion': (state) => exams(given.completion(state), state),
  'screening-resolution': (state) => people(state).map((resolver) => ({ ...given.resolving(state), resolver })),
  'order-signing': (state) => {
    const facts = given.signing(state);
    const ingredients = [facts.ingredients, [testosterone]];
    return modalities.flatMap((modality) =>
      people(state).flatMap((prescriber) =>
        ingredients.map((formula) => ({
          ...facts,
          prescriber,
          ingredients: formula,
          exam: facts.exam ? { ...facts.exam, modality } : null,
        })),
      ),
    );
  },
  'order-routing': (state) => routes(given.routing(state), state),
  'order-sending': (state) => people(state).flatMap((prescriber) => routes({ ...given.sending(state), prescriber }, state)),
  'order-claiming': (state) => routes(given.claiming(state), state),
  'order-shipping': (state) => routes(given.shipping(state), state),
  'order-dispensing': () => [given.dispensing()],
  'clinic-service': (state) => [{ ...given.clinicService(state), modalities }],
  delegation: (state) =>
    people(state).flatMap((delegate) =>
      ['weight-loss', 'iv-therapy', 'microneedling'].map((service) => ({ ...given.delegation(state), delegate, service })),
    ),
  'may-perform': (state) =>
    people(state).flatMap((performer) =>
      ['weight-loss', 'iv-therapy', 'microneedling'].map((service) => {
        const facts = given.performing(state);
        return { ...facts, performer, service, delegations: facts.delegations?.map((one) => ({ ...one, service })) };
      }),
    ),
  collaboration: (state) => people(state).map((supervisee) => ({ ...given.collaborating(state), supervisee })),
  engagement: (state) =>
    (['FIXED_MONTHLY', 'HOURLY', 'PER_CASE', 'PER_PRESCRIPTION', 'PERCENTAGE'] as const).map((feeBasis) => ({
      ...given.engaging(state),
      feeBasis,
    })),
  placement: (state) => {
    const facts = given.placing(state);
    return [facts, { ...facts, prescribers: ['PA'] }, { ...facts, feeBasis: 'PERCENTAGE' }, { ...facts, feeBasis: 'PER_CASE' }];
  },
  substances: (state) => [given.substances(state)],
};

describe('the rules each gate asks', () => {
  test.each(gateNames)('%s asks of a state what it says, no more and no less', (gate) => {
    const asked = new Set(states.flatMap((state) => keysAsked(state, questions[gate](state))));
    expect([...asked].filter((key) => stateKeys.includes(key)).sort()).toEqual([...fieldsAsked[gate]].sort());
  });

  test('beside the questions put to every state are these', () => {
    const others = (gate: Gate) => {
      const ofStates = states.flatMap((state) => keysAsked(state, questions[gate](state)));
      const keys = [...ofStates.filter((key) => !stateKeys.includes(key)), ...keysAsked('US', questions[gate]('TX'))];
      return [...new Set(keys.map((key) => definitionOf(key)?.key))].sort();
    };
    expect(Object.fromEntries(gateNames.map((gate) => [gate, others(gate)]))).toEqual({
      'exam-booking': [],
      'exam-start': [],
      'exam-completion': [],
      'screening-resolution': [],
      'order-signing': [
        'controlled.*',
        'controlled.telemedicine',
        'np.controlled',
        'pa.controlled',
        'prescription.validityMonths',
        'substance.*.503A',
        'substance.*.503B',
        'substance.*.conditions',
        'substance.*.schedule',
      ],
      'order-sending': [],
      'order-routing': [],
      'order-claiming': [],
      'order-dispensing': ['bud.*'],
      'order-shipping': [],
      'clinic-service': [],
      delegation: ['delegation.*.*', 'procedure.*'],
      'may-perform': ['delegation.*.*', 'procedure.*'],
      collaboration: [],
      engagement: ['fee.*', 'md.activePractice', 'md.directorships', 'md.skinCareCertification'],
      placement: ['fee.*', 'md.activePractice', 'md.directorships', 'md.skinCareCertification'],
      substances: ['substance.*.503A', 'substance.*.503B', 'substance.*.conditions'],
    });
  });

  test('are these questions put to every state', () => {
    expect(fieldsAsked).toMatchInlineSnapshot(`
      {
        "clinic-service": [
          "gfe.telehealthAllowed",
          "gfe.syncAudioVideo",
          "gfe.audioOnly",
          "gfe.asynchronous",
          "gfe.questionnaireOnly",
          "gfe.performers",
          "gfe.validityMonths",
          "prescribing.inPersonBeforeFirstRx",
          "md.onSite",
          "md.supervision",
        ],
        "collaboration": [
          "md.ratio",
        ],
        "delegation": [
          "md.supervision",
          "md.onSite",
          "md.ratio",
        ],
        "engagement": [],
        "exam-booking": [
          "gfe.telehealthAllowed",
          "gfe.syncAudioVideo",
          "gfe.audioOnly",
          "gfe.asynchronous",
          "gfe.questionnaireOnly",
          "gfe.performers",
          "np.practiceAuthority",
          "np.transition",
          "pa.supervision",
        ],
        "exam-completion": [
          "gfe.telehealthAllowed",
          "gfe.syncAudioVideo",
          "gfe.audioOnly",
          "gfe.asynchronous",
          "gfe.questionnaireOnly",
          "gfe.performers",
          "np.practiceAuthority",
          "np.transition",
          "pa.supervision",
          "gfe.validityMonths",
        ],
        "exam-start": [
          "gfe.telehealthAllowed",
          "gfe.syncAudioVideo",
          "gfe.audioOnly",
          "gfe.asynchronous",
          "gfe.questionnaireOnly",
          "gfe.performers",
          "np.practiceAuthority",
          "np.transition",
          "pa.supervision",
        ],
        "may-perform": [
          "np.practiceAuthority",
          "np.transition",
          "pa.supervision",
          "md.supervision",
          "md.onSite",
          "md.ratio",
        ],
        "order-claiming": [
          "pharmacy.nonResidentLicence",
          "pharmacy.nonResidentSterilePermit",
        ],
        "order-dispensing": [],
        "order-routing": [
          "pharmacy.nonResidentLicence",
          "pharmacy.nonResidentSterilePermit",
        ],
        "order-sending": [
          "pharmacy.nonResidentLicence",
          "pharmacy.nonResidentSterilePermit",
          "np.practiceAuthority",
          "np.transition",
          "pa.supervision",
        ],
        "order-shipping": [
          "pharmacy.nonResidentLicence",
          "pharmacy.nonResidentSterilePermit",
        ],
        "order-signing": [
          "gfe.validityMonths",
          "gfe.telehealthAllowed",
          "gfe.syncAudioVideo",
          "gfe.audioOnly",
          "gfe.asynchronous",
          "gfe.questionnaireOnly",
          "gfe.performers",
          "prescribing.inPersonBeforeFirstRx",
          "np.practiceAuthority",
          "np.transition",
          "pa.supervision",
          "prescribing.controlledTelehealth",
          "pdmp.mandate",
        ],
        "placement": [
          "md.onSite",
          "md.ratio",
        ],
        "screening-resolution": [
          "gfe.performers",
          "np.practiceAuthority",
          "np.transition",
          "pa.supervision",
        ],
        "substances": [],
      }
    `);
  });
});

describe('what must be attested', () => {
  const toAttest = (state: string) =>
    attestableFields(state)
      .filter(({ needs }) => needs !== 'nothing')
      .map(({ ruleId, needs, onlyFor }) => `${ruleId} ${needs}${onlyFor ? ` (${onlyFor})` : ''}`);

  test('in Texas, California, Florida and Arizona', () => {
    expect(['TX', 'CA', 'FL', 'AZ'].map(toAttest)).toMatchInlineSnapshot(`
      [
        [
          "TX.gfe.audioOnly confirmation (SYNC_AUDIO)",
          "TX.gfe.asynchronous confirmation (ASYNC)",
          "TX.gfe.validityMonths value",
          "TX.prescribing.controlledTelehealth confirmation",
          "TX.md.onSite confirmation",
          "TX.md.supervision confirmation",
        ],
        [
          "CA.gfe.audioOnly confirmation (SYNC_AUDIO)",
          "CA.gfe.asynchronous confirmation (ASYNC)",
          "CA.gfe.questionnaireOnly confirmation (QUESTIONNAIRE_ONLY)",
          "CA.gfe.validityMonths value",
          "CA.prescribing.controlledTelehealth value",
          "CA.md.onSite confirmation",
          "CA.md.supervision confirmation",
        ],
        [
          "FL.gfe.audioOnly confirmation (SYNC_AUDIO)",
          "FL.gfe.asynchronous confirmation (ASYNC)",
          "FL.gfe.questionnaireOnly confirmation (QUESTIONNAIRE_ONLY)",
          "FL.gfe.validityMonths value",
          "FL.prescribing.controlledTelehealth confirmation",
          "FL.md.supervision confirmation",
          "FL.md.skinCareCertification confirmation",
        ],
        [
          "AZ.gfe.telehealthAllowed confirmation",
          "AZ.gfe.audioOnly confirmation (SYNC_AUDIO)",
          "AZ.gfe.asynchronous confirmation (ASYNC)",
          "AZ.np.transition value",
          "AZ.gfe.validityMonths value",
          "AZ.prescribing.controlledTelehealth value",
          "AZ.pharmacy.nonResidentSterilePermit value",
          "AZ.md.onSite value",
          "AZ.md.supervision value",
          "AZ.md.ratio value",
        ],
      ]
    `);
  });
  test('covers every field that any gate asks, in every state, and beside those what the state has raised of directors', () => {
    const asked = new Set(Object.values(fieldsAsked).flat());
    const raised: Record<string, string[]> = { FL: ['md.directorships', 'md.skinCareCertification'], TN: ['md.activePractice'] };
    expect(jurisdictions).toHaveLength(51);
    for (const { code } of jurisdictions)
      expect(
        attestableFields(code)
          .map(({ ruleId }) => ruleId)
          .sort(),
      ).toEqual([...asked, ...(raised[code] ?? [])].map((key) => `${code}.${key}`).sort());
  });
  test('is nothing for a territory, and the conditional substances for the United States', () => {
    expect(attestableFields('PR')).toEqual([]);
    const federal = attestableFields('US');
    expect(federal).toContainEqual({
      ruleId: 'US.substance.53AXN4NNHX.503A',
      jurisdiction: 'US',
      packValue: 'conditional',
      needs: 'nothing',
      kind: null,
      onlyFor: null,
    });
    // What no fact can say, and what is doubtful, waits for a word.
    const needs = (id: string) => federal.find(({ ruleId }) => ruleId === `US.substance.${id}.503A`)?.needs;
    expect([needs('BR1SN1JS2W'), needs('0U46U6E8UK'), needs('4G7DS2Q64Y')]).toEqual(['confirmation', 'confirmation', 'nothing']);
    expect(federal.map(({ ruleId }) => ruleId).filter((id) => id.includes('8ED8NXK95P') || id === 'US.substance.53AXN4NNHX.503B')).toEqual(
      [],
    );
    expect(federal.find(({ ruleId }) => ruleId === 'US.substance.98PI200987.503A')?.needs).toBe('nothing');
  });
});
