/** When the call of an exam is open, who may join it, and whether what happened in it was an examination. */

import type { LiveContactFacts } from './call-facts.ts';
import type { Fact, Modality } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** How long before its beginning a call can be joined, in minutes. Design. */
const OPENS_BEFORE = 15;
/** How long after its planned end a call can still be joined, in minutes: exams begin late and run over. Design. */
const OPEN_AFTER = 30;
/** How long a walk-in is planned for, in minutes: it has no booked end. Design. */
const WALK_IN = 30;
/** Less than this together is no examination, in seconds. Design: no rule of a state says how long an exam takes, and none allows one that was not held. */
const LEAST_TOGETHER = 60;

const MINUTE_MS = 60_000;

/** An exam as far as its call's hours hang on it. */
export interface CallTimes {
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly claimedAt: Date | null;
  readonly startedAt: Date | null;
}

/** From when until when the call of an exam can be joined: from a quarter of an hour before it begins until half an hour after it should have ended. Null while nobody holds the exam. */
export function callWindow({
  startsAt,
  endsAt,
  claimedAt,
  startedAt,
}: CallTimes): { readonly opensAt: Date; readonly closesAt: Date } | null {
  // An exam may begin before or after its time, and its call moves with it.
  const begins = startedAt ?? startsAt ?? claimedAt;
  if (begins === null) return null;
  const lasts = startsAt !== null && endsAt !== null ? endsAt.getTime() - startsAt.getTime() : WALK_IN * MINUTE_MS;
  return {
    opensAt: new Date(begins.getTime() - OPENS_BEFORE * MINUTE_MS),
    closesAt: new Date(begins.getTime() + lasts + OPEN_AFTER * MINUTE_MS),
  };
}

/** Whether an exam of this kind is held by a call: in person nobody calls, and the written ways have nobody to see. */
export function isLive(modality: Fact<string>): boolean {
  return modality === 'SYNC_VIDEO' || modality === 'SYNC_AUDIO';
}

/** Whether the call can be joined at that moment at all. */
export function callOpen(exam: CallTimes & { readonly modality: Fact<Modality> }, at: Date): RuleResult[] {
  const how = isLive(exam.modality)
    ? passed('call.modality', 'The exam is held by a call')
    : failed('call.modality', 'This exam is not held by a call', 'Book a live video or audio exam instead.');
  const window = callWindow(exam);
  if (window === null) {
    return [
      how,
      notKnown('call.window', 'It is not known when the call is held', 'Book a time, or wait until an examiner takes the exam.'),
    ];
  }
  const { opensAt, closesAt } = window;
  if (at < opensAt) {
    return [how, failed('call.window', `The call opens at ${opensAt.toISOString()}`, 'Join from 15 minutes before the exam.')];
  }
  if (at > closesAt) {
    return [how, failed('call.window', `The call closed at ${closesAt.toISOString()}`, 'Book another time, or ask for an exam now.')];
  }
  return [how, passed('call.window', `The call is open until ${closesAt.toISOString()}`)];
}

/** Whether the caller may join as what they ask to be. */
export function callParticipant(facts: {
  readonly part: 'EXAMINER' | 'PATIENT' | 'OBSERVER';
  readonly isExaminer: boolean;
  readonly isInvited: boolean;
}): RuleResult {
  const id = 'call.participant';
  if (facts.part === 'EXAMINER') {
    if (facts.isExaminer) return passed(id, 'The exam is the caller’s own');
    return failed(id, 'Another examiner holds this exam', 'Join as an observer, once its examiner has invited you.');
  }
  if (facts.part === 'PATIENT') {
    // One person who spoke for both sides would be a call of nobody with nobody.
    if (facts.isExaminer) return failed(id, 'The examiner does not present the patient', 'Have the front desk let the patient in.');
    return passed(id, 'The clinic presents its patient');
  }
  if (facts.isExaminer) return failed(id, 'The examiner does not observe their own exam', 'Join as the examiner.');
  if (facts.isInvited) return passed(id, 'The examiner has invited the caller');
  return failed(id, 'Nobody has invited the caller', 'Ask the examiner, who asks the patient.');
}

/** For a live exam: were patient and examiner in the call together, confirmed, for long enough to examine, and did neither drop out of it? Left out, it is not asked. */
export function liveContact({ modality, liveContact: told }: LiveContactFacts): RuleResult[] {
  if (told === undefined || !isLive(modality)) return [];
  const id = 'exam.liveContact';
  const again = 'Have both join the call again, or end the exam as not completed.';
  if (told === null) return [notKnown(id, 'It is not known who was in the call', again)];
  const absent = told.patient === 'NEVER' ? 'patient' : told.examiner === 'NEVER' ? 'examiner' : null;
  if (absent !== null) return [failed(id, `The ${absent} never joined the call`, again)];
  const lost = told.patient === 'DROPPED' ? 'patient' : told.examiner === 'DROPPED' ? 'examiner' : null;
  if (lost !== null) return [failed(id, `The call broke off: the ${lost} dropped out and did not come back`, again)];
  const seconds = told.togetherSeconds;
  if (seconds >= LEAST_TOGETHER) return [passed(id, `Patient and examiner were in the call together for ${seconds} seconds`)];
  const message = `Only ${seconds} seconds of patient and examiner together are confirmed; an examination takes ${LEAST_TOGETHER} at the least`;
  return [told.silent ? notKnown(id, message, again) : failed(id, message, again)];
}
