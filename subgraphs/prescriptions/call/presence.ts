import type { LiveContactFact } from '#rules/call-facts.ts';
import type { CallPart } from './video-provider.ts';

/** What is known of one participant at one moment: that they came, went, or were still there (`SIGN`). */
export interface CallMark {
  readonly part: CallPart;
  readonly person: string;
  readonly kind: 'JOINED' | 'REJOINED' | 'LEFT' | 'DROPPED' | 'SIGN';
  readonly at: Date;
}

/** Between two marks at most this far apart somebody is taken to have been there all the time. Clients tell each minute. */
const LONGEST_SILENCE_MS = 2 * 60_000;

type Stretch = readonly [from: number, to: number];

/** Where one participant stands, and when they are confirmed to have been in the call. */
export interface Presence {
  readonly state: LiveContactFact['patient'];
  /** Apart from each other and in order, in milliseconds. */
  readonly confirmed: readonly Stretch[];
  /** Whether they were inside for a time of which nothing is known. */
  readonly silent: boolean;
}

/**
 * What one participant's marks prove. Time counts only between two marks that are close together: after the last one nothing is known, so a
 * client that fell silent adds nothing. Marks are in the order in which they were made.
 */
export function presenceOf(marks: readonly Pick<CallMark, 'kind' | 'at'>[], now: Date): Presence {
  const confirmed: Stretch[] = [];
  let state: Presence['state'] = 'NEVER';
  let silent = false;
  let last = 0;
  for (const { kind, at } of marks) {
    const moment = at.getTime();
    if (kind === 'SIGN' && state !== 'INSIDE') continue;
    if (state === 'INSIDE') {
      // Whoever comes back without having gone had dropped out, nobody knows when.
      const known = kind !== 'JOINED' && kind !== 'REJOINED' && moment - last <= LONGEST_SILENCE_MS;
      if (!known) silent = true;
      else if (moment > last) confirmed.push([last, moment]);
    }
    state = kind === 'LEFT' || kind === 'DROPPED' ? kind : 'INSIDE';
    last = moment;
  }
  if (state === 'INSIDE' && now.getTime() - last > LONGEST_SILENCE_MS) silent = true;
  return { state, confirmed: joined(confirmed), silent };
}

/** For how many whole seconds both are confirmed to have been there. */
export function secondsTogether(one: readonly Stretch[], other: readonly Stretch[]): number {
  let milliseconds = 0;
  for (const [from, to] of one) {
    for (const [otherFrom, otherTo] of other) milliseconds += Math.max(0, Math.min(to, otherTo) - Math.max(from, otherFrom));
  }
  return Math.floor(milliseconds / 1000);
}

/** The fact that the rule on live contact asks for: the patient, and the examiner whose exam it is now. */
export function contactFact(marks: readonly CallMark[], examiner: string, now: Date): LiveContactFact {
  const patient = presenceOf(
    marks.filter((mark) => mark.part === 'PATIENT'),
    now,
  );
  const own = presenceOf(
    marks.filter((mark) => mark.part === 'EXAMINER' && mark.person === examiner),
    now,
  );
  return {
    patient: patient.state,
    examiner: own.state,
    togetherSeconds: secondsTogether(patient.confirmed, own.confirmed),
    silent: patient.silent || own.silent,
  };
}

function joined(stretches: readonly Stretch[]): Stretch[] {
  const whole: Stretch[] = [];
  for (const [from, to] of stretches) {
    const before = whole.at(-1);
    if (before !== undefined && before[1] === from) whole[whole.length - 1] = [before[0], to];
    else whole.push([from, to]);
  }
  return whole;
}
