import { describe, expect, test } from 'vitest';
import { evaluateClinicService } from '#rules/clinic-service.ts';
import { evaluateDispensing } from '#rules/dispensing.ts';
import { evaluateBooking } from '#rules/exam-booking.ts';
import { evaluateCompletion } from '#rules/exam-completion.ts';
import type { Modality, PractitionerFact } from '#rules/facts.ts';
import { attestableFields, fieldsAsked, type GateName } from '#rules/fields-asked.ts';
import { evaluateRouting } from '#rules/order-routing.ts';
import { evaluateSigning } from '#rules/order-signing.ts';
import { jurisdictions, stateRecord } from '#rules/state-pack.ts';
import { booking, clinicService, completion, dispensing, now, nurse, physician, routing, signing } from './given.ts';

/** Asks, and says which fields of a state were read, by watching the record itself. */
function watch(state: string, questions: (() => unknown)[]): string[] {
  const record = stateRecord(state) as { fields: Record<string, unknown> };
  const fields = record.fields;
  const read = new Set<string>();
  record.fields = new Proxy(fields, {
    get: (target, key) => {
      read.add(String(key));
      return target[String(key)];
    },
  });
  try {
    for (const ask of questions) ask();
  } finally {
    record.fields = fields;
  }
  return [...read].sort();
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

// Restricted, full, and full with a transition between them reach every branch that reads a field.
const states = ['TX', 'CA', 'FL', 'AZ', 'WA', 'CO', 'GA'];

// Facts are made before anything is watched: making them reads the records too.
const gates: Record<GateName, (state: string) => (() => unknown)[]> = {
  'exam-booking': (state) => {
    const given = booking(state);
    return modalities.flatMap((modality) => people(state).map((examiner) => () => evaluateBooking({ ...given, modality, examiner }, now)));
  },
  'exam-completion': (state) => {
    const given = completion(state);
    return modalities.flatMap((modality) =>
      people(state).map((examiner) => () => evaluateCompletion({ ...given, modality, examiner }, now)),
    );
  },
  'order-signing': (state) => {
    const given = signing(state);
    const exams = modalities.map((modality) => (given.exam ? { ...given.exam, modality } : null));
    return exams.flatMap((exam) => people(state).map((prescriber) => () => evaluateSigning({ ...given, exam, prescriber }, now)));
  },
  'order-routing': (state) => {
    const given = routing(state);
    return [true, false, null].flatMap((sterile) =>
      [state, 'NY'].map((homeState) => () => evaluateRouting({ ...given, sterile, homeState }, now)),
    );
  },
  'clinic-service': (state) => {
    const given = clinicService(state);
    return [() => evaluateClinicService({ ...given, modalities }, now)];
  },
  dispensing: () => [() => evaluateDispensing(dispensing(), now)],
};

describe('the fields each gate asks', () => {
  test.each(Object.keys(gates) as GateName[])('%s asks what it says, no more and no less', (gate) => {
    const read = new Set(states.flatMap((state) => watch(state, gates[gate](state))));
    expect([...read].sort()).toEqual([...fieldsAsked[gate]].sort());
  });

  test('are these', () => {
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
        "dispensing": [],
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
        "order-routing": [
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
        ],
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
          "TX.md.onSite confirmation",
          "TX.md.supervision confirmation",
        ],
        [
          "CA.gfe.audioOnly confirmation (SYNC_AUDIO)",
          "CA.gfe.asynchronous confirmation (ASYNC)",
          "CA.gfe.questionnaireOnly confirmation (QUESTIONNAIRE_ONLY)",
          "CA.gfe.validityMonths value",
          "CA.md.onSite confirmation",
          "CA.md.supervision confirmation",
        ],
        [
          "FL.gfe.audioOnly confirmation (SYNC_AUDIO)",
          "FL.gfe.asynchronous confirmation (ASYNC)",
          "FL.gfe.questionnaireOnly confirmation (QUESTIONNAIRE_ONLY)",
          "FL.gfe.validityMonths value",
          "FL.md.supervision confirmation",
        ],
        [
          "AZ.gfe.telehealthAllowed confirmation",
          "AZ.gfe.audioOnly confirmation (SYNC_AUDIO)",
          "AZ.gfe.asynchronous confirmation (ASYNC)",
          "AZ.np.transition value",
          "AZ.gfe.validityMonths value",
          "AZ.pharmacy.nonResidentSterilePermit value",
          "AZ.md.onSite value",
          "AZ.md.supervision value",
        ],
      ]
    `);
  });
  test('covers every field that any gate asks, in every state', () => {
    const asked = new Set(Object.values(fieldsAsked).flat());
    expect(jurisdictions).toHaveLength(51);
    for (const state of jurisdictions)
      expect(
        attestableFields(state)
          .map(({ ruleId }) => ruleId)
          .sort(),
      ).toEqual([...asked].map((key) => `${state}.${key}`).sort());
  });
  test('is nothing for a territory, and the conditional substances for the United States', () => {
    expect(attestableFields('PR')).toEqual([]);
    const federal = attestableFields('US');
    expect(federal).toContainEqual({
      ruleId: 'US.substance.53AXN4NNHX.503A',
      jurisdiction: 'US',
      packValue: 'conditional',
      needs: 'confirmation',
      kind: null,
      onlyFor: null,
    });
    expect(federal.map(({ ruleId }) => ruleId).filter((id) => id.includes('8ED8NXK95P') || id === 'US.substance.53AXN4NNHX.503B')).toEqual(
      [],
    );
    expect(federal.find(({ ruleId }) => ruleId === 'US.substance.98PI200987.503A')?.needs).toBe('nothing');
  });
});
