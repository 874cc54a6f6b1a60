import { describe, expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import type { ExamBookingFacts, GateFacts } from '#rules/facts.ts';
import { blockers } from '#rules/results.ts';
import { libraryOf } from '#rules/rule-set.ts';
import type { PackEntry } from '#rules/rule.ts';
import { attested, attestedIn, booking, delegation, type FactsOf, now, nurse, physician, routing } from './given.ts';

/** Ids and outcomes of what stands in the way. */
const stops = (facts: FactsOf<'exam-booking'>) => blockers(evaluate(facts, now)).map(({ id, outcome }) => `${id} ${outcome}`);

describe('attestations', () => {
  const az = (attestations: ExamBookingFacts['attestations']) => stops({ ...booking('AZ'), examiner: physician('AZ'), attestations });
  const open = ['AZ.gfe.telehealthAllowed UNKNOWN'];
  test.each([
    ['confirmed', [attested('AZ.gfe.telehealthAllowed')], []],
    ["confirmed by repeating the pack's value", [attested('AZ.gfe.telehealthAllowed', 'conditional')], []],
    ['of another value', [attested('AZ.gfe.telehealthAllowed', 'yes')], open],
    ['of another jurisdiction', [attested('AZ.gfe.telehealthAllowed', null, { jurisdiction: 'TX' })], open],
    ['of another rule', [attested('AZ.gfe.syncAudioVideo')], open],
    ['expired yesterday', [attested('AZ.gfe.telehealthAllowed', null, { expiresOn: '2026-11-21' })], open],
    ['expiring today', [attested('AZ.gfe.telehealthAllowed', null, { expiresOn: '2026-11-22' })], []],
    ['without an end', [attested('AZ.gfe.telehealthAllowed', null, { expiresOn: null })], []],
    ['with an end that is no day', [attested('AZ.gfe.telehealthAllowed', null, { expiresOn: 'never' })], open],
    ['revoked', [attested('AZ.gfe.telehealthAllowed', null, { revokedAt: '2026-11-22T09:00:00Z' })], open],
    ['given later', [attested('AZ.gfe.telehealthAllowed', null, { attestedAt: '2026-11-22T16:00:00Z' })], open],
    [
      'replaced by a later one that is looser',
      [attested('AZ.gfe.telehealthAllowed'), attested('AZ.gfe.telehealthAllowed', 'yes', { attestedAt: '2026-11-22T09:00:00Z' })],
      open,
    ],
    [
      'replaced by a later one that is stricter',
      [attested('AZ.gfe.telehealthAllowed'), attested('AZ.gfe.telehealthAllowed', 'no', { attestedAt: '2026-11-22T09:00:00Z' })],
      ['AZ.gfe.telehealthAllowed FAIL'],
    ],
    ['given under a release nobody knows', [attested('AZ.gfe.telehealthAllowed', null, { packVersion: '' })], open],
    ['not read', null, open],
  ] as [string, ExamBookingFacts['attestations'], string[]][])('%s', (_what, attestations, expected) => {
    expect(az(attestations)).toEqual(expected);
  });

  test('stricter than the state say so, and close', () => {
    const strict = evaluate({ ...booking(), attestations: [attested('TX.gfe.performers', ['MD', 'DO'])] }, now);
    expect(blockers(strict)).toEqual([
      {
        id: 'TX.gfe.performers',
        outcome: 'FAIL',
        message:
          'Texas lets MD, DO hold the exam, not NP (Lone Star Clinicians PLLC is stricter here than Texas, which has ["MD","DO","NP","PA"])',
        citation: '22 TAC 169.26; Occ. Code ch. 157',
        remedy: 'Choose another examiner.',
        version: '2026-11-22.1',
      },
    ]);
  });

  test.each([
    ['WA.np.practiceAuthority', 'reduced', { ...booking('WA'), examiner: nurse('WA') }, 'Washington: NP practice authority is reduced'],
    ['VA.pharmacy.nonResidentSterilePermit', true, routing('VA'), 'Virginia asks for a separate permit to ship sterile compounds in'],
    ['FL.md.ratio', { PA: 2 }, assistantIn('FL'), 'Florida lets a physician supervise PA 2, and there is room'],
  ] as [string, unknown, GateFacts, string][])('stricter than the state are shown as the entity’s own: %s', (id, value, facts, message) => {
    const results = evaluate({ ...facts, attestations: [attested(id, value)] } as GateFacts, now);
    expect(results.find((result) => result.id === id)?.message).toMatch(`${message} (Lone Star Clinicians PLLC is stricter here than `);
  });

  test('of a rule that changed since are suspended, and say so', () => {
    const entry = { id: 'TX.gfe.audioOnly', jurisdiction: 'TX', citation: '§ 1', confidence: 'verified', asOf: '2026-01-01' } as const;
    const { library: changed } = changing([
      { ...entry, value: 'conditional', since: '1', until: '2' },
      { ...entry, value: 'conditional', note: 'and only on weekdays', effectiveTo: '2026-12-31', since: '2' },
      { ...entry, value: 'conditional', note: 'and only on Sundays', effectiveFrom: '2027-01-01', since: '2' },
    ]);
    const asked = (packVersion: string, on: string, value: unknown = null) =>
      evaluate(
        {
          ...booking(),
          modality: 'SYNC_AUDIO',
          attestations: [attested(entry.id, value, { packVersion, attestedAt: '2026-03-02T00:00:00Z' })],
        },
        on,
        changed.latest,
      ).find(({ id }) => id === entry.id);
    expect(asked('2', now)?.outcome).toBe('PASS');
    expect(asked('1', now)).toMatchObject({
      outcome: 'UNKNOWN',
      message:
        'TX.gfe.audioOnly was attested under 1 and has changed since (release 2, relied upon from 2026-01-01): the attestation is suspended',
      remedy:
        'Ask the compliance officer of Lone Star Clinicians PLLC to read the rule as it is now, then attest it again or revoke the attestation.',
    });
    // What was set stricter may not fall back to the new value unseen.
    expect(asked('1', now, 'prohibited')?.outcome).toBe('UNKNOWN');
    expect(asked('a release nobody knows', now)?.outcome).toBe('UNKNOWN');
    // Within one release another entry's day comes too.
    expect(asked('2', '2027-01-01')?.message).toContain('relied upon from 2027-01-01');
  });

  test('stand when a release only adds what was before', () => {
    const entry = { id: 'TX.gfe.audioOnly', jurisdiction: 'TX', citation: '§ 1', confidence: 'verified', asOf: '2026-01-01' } as const;
    const { library: grown } = changing([
      { ...entry, value: 'conditional', effectiveFrom: '2026-01-01', since: '1' },
      { ...entry, value: 'prohibited', asOf: '2020-01-01', effectiveTo: '2025-12-31', since: '2' },
    ]);
    const results = evaluate(
      {
        ...booking(),
        modality: 'SYNC_AUDIO',
        attestations: [attested(entry.id, null, { packVersion: '1', attestedAt: '2026-03-02T00:00:00Z' })],
      },
      now,
      grown.latest,
    );
    expect(results.find(({ id }) => id === entry.id)?.outcome).toBe('PASS');
  });

  test('never turn a failure into a pass', () => {
    const facts: FactsOf<'exam-booking'> = { ...booking(), modality: 'QUESTIONNAIRE_ONLY' };
    for (const value of [null, 'allowed', 'prohibited']) {
      expect(stops({ ...facts, attestations: [...attestedIn('TX'), attested('TX.gfe.questionnaireOnly', value)] })).toEqual([
        'TX.gfe.questionnaireOnly FAIL',
      ]);
    }
  });
});

/** A physician assistant's injection, planned under a physician who supervises nobody. */
function assistantIn(state: string): GateFacts {
  const facts = delegation(state);
  return { ...facts, delegate: facts.delegate ? { ...facts.delegate, credential: 'PA' } : null };
}

/** Two releases, one in January and one in June, with these entries. */
function changing(rules: PackEntry[]) {
  const releases = [
    { version: '1', on: '2026-01-02', summary: 'the first' },
    { version: '2', on: '2026-06-01', summary: 'the second' },
  ];
  return { library: libraryOf([{ file: 'exam.json', subject: 'exam', title: 'Exams', owner: 'Nobody', rules }], releases) };
}
