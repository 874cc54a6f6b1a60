import { describe, expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import type { ExamCompletionFacts, GateFacts } from '#rules/facts.ts';
import { legalGround, sortedBlocks } from '#rules/legal-blocks.ts';
import { leavesOf } from '#rules/questionnaire-item.ts';
import { questionnaireReleases } from '#rules/questionnaire-releases.ts';
import { blockers } from '#rules/results.ts';
import type { SettledFact } from '#rules/screening-resolution.ts';
import { ruleOf } from '#rules/screening-rule.ts';
import { completion, now, nurse, overriding, physician, resolving } from './given.ts';

const stops = (facts: GateFacts) => blockers(evaluate(facts, now)).map(({ id, outcome }) => `${id} ${outcome}`);

test('every block of every questionnaire is sorted by whether it rests on the law, and nothing else is', () => {
  const items = questionnaireReleases.flatMap(({ bundle }) => bundle.entry.flatMap(({ resource }) => leavesOf(resource.item)));
  const blocks = items.filter((item) => ruleOf(item)?.action === 'block').map(({ linkId }) => linkId);
  expect([...sortedBlocks].toSorted()).toEqual([...new Set(blocks)].toSorted());
  expect(legalGround('core.new')).toBe('nobody has said yet whether this block rests on the law');
});

describe('a flag for review', () => {
  test.each([
    ['is resolved by a nurse practitioner', resolving(), []],
    ['and by a physician, whatever the protocol says', { ...resolving(), resolver: physician('TX'), protocolSays: 'BLOCKS' }, []],
    ['and where no protocol names it', { ...resolving(), protocolSays: 'NOTHING' }, []],
    [
      'by no nurse practitioner where the protocol gives no treatment',
      { ...resolving(), protocolSays: 'BLOCKS' },
      ['resolution.reviewer FAIL'],
    ],
    ['nor where the protocol cannot be read', { ...resolving(), protocolSays: null }, ['resolution.reviewer UNKNOWN']],
    [
      'nor by a registered nurse',
      { ...resolving(), resolver: { ...nurse('TX'), credential: 'RN' } },
      ['credential.examiner FAIL', 'TX.gfe.performers FAIL'],
    ],
    ['nor without a licence there', { ...resolving(), resolver: physician('CA') }, ['licence.examiner FAIL']],
    ['nor for a state that is not known', { ...resolving(), patientState: null }, ['jurisdiction.patient UNKNOWN']],
    [
      'nor by anybody not known',
      { ...resolving(), resolver: null },
      ['resolution.reviewer UNKNOWN', 'licence.examiner UNKNOWN', 'TX.gfe.performers UNKNOWN'],
    ],
    ['is none where the answer blocks', { ...resolving(), severity: 'block' }, ['resolution.flag FAIL']],
    ['nor where it only deserves a note', { ...resolving(), severity: 'flag' }, ['resolution.flag FAIL']],
    ['nor where it hit nothing', { ...resolving(), severity: 'none' }, ['resolution.flag FAIL']],
  ] as [string, GateFacts, string[]][])('%s', (_what, facts, expected) => {
    expect(stops(facts)).toEqual(expected);
  });
});

describe('a block', () => {
  test.each([
    ['is overridden by a physician', overriding(), []],
    ['by no nurse practitioner', { ...overriding(), resolver: nurse('TX') }, ['resolution.physician FAIL']],
    ['not by whoever gives the treatment', { ...overriding(), performerId: 'phy_1' }, ['resolution.performer FAIL']],
    ['not where it is not known who does', { ...overriding(), performerId: null }, ['resolution.performer UNKNOWN']],
    ['not where it rests on the law', { ...overriding(), linkId: 'hrt-testosterone.hr-basis' }, ['resolution.legal FAIL']],
    ['not where nobody has sorted it', { ...overriding(), linkId: 'core.new' }, ['resolution.legal FAIL']],
    ['not without a licence there', { ...overriding(), resolver: physician('CA') }, ['licence.examiner FAIL']],
    ['and is none where the answer needs review', { ...overriding(), severity: 'physician-review' }, ['resolution.flag FAIL']],
  ] as [string, GateFacts, string[]][])('%s', (_what, facts, expected) => {
    expect(stops(facts)).toEqual(expected);
  });
});

describe('an approval', () => {
  const linkId = 'glp1-weight-loss.gl-pancreas';
  const settled: SettledFact = { linkId, kind: 'RESOLUTION', credential: 'NP', state: 'TX', sameAnswer: true };
  const block: SettledFact = { ...settled, linkId: 'glp1-weight-loss.gl-mtc', kind: 'OVERRIDE', credential: 'MD' };
  const flagged = (severity: 'block' | 'physician-review' | 'flag', which = severity === 'block' ? block.linkId : linkId) => ({
    screening: { flags: [{ linkId: which, severity, message: 'Found' }], unanswered: [], unansweredBlocking: [], issues: [] },
  });
  test.each([
    [
      'stops at a flag that nobody resolved, whatever the rationale',
      { ...flagged('physician-review'), settled: [] },
      [`screening.${linkId} UNKNOWN`],
    ],
    ['passes one that was resolved', { ...flagged('physician-review'), settled: [settled] }, []],
    ['not one of which it cannot be read', { ...flagged('physician-review'), settled: null }, [`screening.${linkId} UNKNOWN`]],
    [
      'not by the resolution of another',
      { ...flagged('physician-review'), settled: [{ ...settled, linkId: 'x' }] },
      [`screening.${linkId} UNKNOWN`],
    ],
    [
      'not by one of another answer',
      { ...flagged('physician-review'), settled: [{ ...settled, sameAnswer: false }] },
      [`screening.${linkId} FAIL`],
    ],
    [
      'not by one for another state',
      { ...flagged('physician-review'), settled: [{ ...settled, state: 'FL' }] },
      [`screening.${linkId} FAIL`],
    ],
    ['by the one of several that fits', { ...flagged('physician-review'), settled: [{ ...settled, state: 'FL' }, settled] }, []],
    ['stops at a block', { ...flagged('block'), settled: [] }, [`screening.${block.linkId} FAIL`]],
    ['passes one that a physician overrode', { ...flagged('block'), settled: [block] }, []],
    [
      'not one that somebody else overrode',
      { ...flagged('block'), settled: [{ ...block, credential: 'NP' }] },
      [`screening.${block.linkId} FAIL`],
    ],
    [
      'not one that was only resolved',
      { ...flagged('block'), settled: [{ ...block, kind: 'RESOLUTION' }] },
      [`screening.${block.linkId} FAIL`],
    ],
    [
      'never one that rests on the law',
      { ...flagged('block', 'core.adult'), settled: [{ ...block, linkId: 'core.adult' }] },
      ['screening.core.adult FAIL'],
    ],
    ['passes what only deserves a note', { ...flagged('flag'), settled: [] }, []],
    ['of before answers were settled one by one goes by its rationale', flagged('physician-review'), []],
    ['and stopped at every block', flagged('block'), [`screening.${block.linkId} FAIL`]],
  ] as [string, Partial<ExamCompletionFacts>, string[]][])('%s', (_what, change, expected) => {
    expect(stops({ ...completion(), ...change })).toEqual(expected);
  });
});
