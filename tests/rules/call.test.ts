import { describe, expect, test } from 'vitest';
import { callOpen, callParticipant, callWindow, isLive, liveContact } from '#rules/call.ts';
import type { LiveContactFact } from '#rules/call-facts.ts';
import type { Modality } from '#rules/facts.ts';

const time = (text: string) => new Date(`2026-12-01T${text}:00Z`);
const booked = { startsAt: time('15:00'), endsAt: time('15:20'), claimedAt: null, startedAt: null };

describe('the call of an exam is open', () => {
  test.each([
    ['booked: a quarter of an hour before until half an hour after its end', booked, '14:45', '15:50'],
    ['begun early: the hours move with it', { ...booked, startedAt: time('14:30') }, '14:15', '15:20'],
    ['begun late: the hours move with it', { ...booked, startedAt: time('15:40') }, '15:25', '16:30'],
    [
      'a walk-in: from when an examiner took it',
      { startsAt: null, endsAt: null, claimedAt: time('10:00'), startedAt: null },
      '09:45',
      '11:00',
    ],
  ])('%s', (_what, exam, opens, closes) => {
    expect(callWindow(exam)).toEqual({ opensAt: time(opens), closesAt: time(closes) });
  });

  test('never while nobody holds the exam', () => {
    expect(callWindow({ startsAt: null, endsAt: null, claimedAt: null, startedAt: null })).toBeNull();
  });

  test.each([
    ['a millisecond early', new Date(time('14:45').getTime() - 1), 'SYNC_VIDEO', ['FAIL call.window']],
    ['on the minute', time('14:45'), 'SYNC_VIDEO', []],
    ['at its last moment', time('15:50'), 'SYNC_AUDIO', []],
    ['a millisecond late', new Date(time('15:50').getTime() + 1), 'SYNC_AUDIO', ['FAIL call.window']],
    ['in person', time('15:00'), 'IN_PERSON', ['FAIL call.modality']],
    ['in writing', time('15:00'), 'ASYNC', ['FAIL call.modality']],
    ['in an unknown way', time('15:00'), null, ['FAIL call.modality']],
  ])('%s', (_what, at, modality, blockers) => {
    const results = callOpen({ ...booked, modality: modality as Modality | null }, at);
    expect(results.filter(({ outcome }) => outcome !== 'PASS').map(({ id, outcome }) => `${outcome} ${id}`)).toEqual(blockers);
    expect(results.map(({ id }) => id)).toEqual(['call.modality', 'call.window']);
  });

  test('unknown, when nobody knows when', () => {
    const results = callOpen({ ...booked, startsAt: null, modality: 'SYNC_VIDEO' }, time('15:00'));
    expect(results.map(({ id, outcome }) => `${outcome} ${id}`)).toEqual(['PASS call.modality', 'UNKNOWN call.window']);
  });
});

describe('who joins as what', () => {
  test.each([
    ['EXAMINER', true, false, 'PASS'],
    ['EXAMINER', false, true, 'FAIL'],
    ['PATIENT', false, false, 'PASS'],
    ['PATIENT', true, false, 'FAIL'],
    ['OBSERVER', false, true, 'PASS'],
    ['OBSERVER', false, false, 'FAIL'],
    ['OBSERVER', true, true, 'FAIL'],
  ] as const)('%s, the examiner: %s, invited: %s', (part, isExaminer, isInvited, outcome) => {
    expect(callParticipant({ part, isExaminer, isInvited })).toMatchObject({ id: 'call.participant', outcome });
  });
});

describe('an approval of a live exam', () => {
  const good: LiveContactFact = { patient: 'LEFT', examiner: 'INSIDE', togetherSeconds: 600, silent: false };
  const asked = (told: LiveContactFact | null | undefined, modality: Modality = 'SYNC_VIDEO') =>
    liveContact({ modality, liveContact: told }).map(({ id, outcome }) => `${outcome} ${id}`);

  test.each([
    ['both together for ten minutes', good, 'PASS'],
    ['a minute to the second', { ...good, togetherSeconds: 60 }, 'PASS'],
    ['a second less', { ...good, togetherSeconds: 59 }, 'FAIL'],
    ['a second less, and a time of which nothing is known', { ...good, togetherSeconds: 59, silent: true }, 'UNKNOWN'],
    ['long enough, and a time of which nothing is known', { ...good, silent: true }, 'PASS'],
    ['a patient who never came', { ...good, patient: 'NEVER' }, 'FAIL'],
    ['an examiner who never came', { ...good, examiner: 'NEVER' }, 'FAIL'],
    ['a patient who dropped out and did not come back', { ...good, patient: 'DROPPED' }, 'FAIL'],
    ['an examiner who did', { ...good, examiner: 'DROPPED' }, 'FAIL'],
    ['nothing that could be told', null, 'UNKNOWN'],
  ] as const)('%s', (_what, told, outcome) => {
    expect(asked(told)).toEqual([`${outcome} exam.liveContact`]);
    expect(asked(told, 'SYNC_AUDIO')).toEqual([`${outcome} exam.liveContact`]);
  });

  test('is not asked about a call where there is none', () => {
    expect(asked(undefined)).toEqual([]);
    for (const modality of ['IN_PERSON', 'ASYNC', 'QUESTIONNAIRE_ONLY'] as const) {
      expect(isLive(modality)).toBe(false);
      expect(asked({ ...good, patient: 'NEVER' }, modality)).toEqual([]);
    }
  });

  test('what blocks says what would help', () => {
    expect(liveContact({ modality: 'SYNC_VIDEO', liveContact: { ...good, patient: 'DROPPED' } })).toEqual([
      {
        ...{ id: 'exam.liveContact', outcome: 'FAIL', citation: null, version: '' },
        message: 'The call broke off: the patient dropped out and did not come back',
        remedy: 'Have both join the call again, or end the exam as not completed.',
      },
    ]);
  });
});
