/** What is known of one line: the walk-ins of one clinic for one service, of patients in one state. */
export interface Line {
  /** All of the clinic who wait for one of these examiners, whatever for, longest first. */
  readonly waiting: readonly Waiting[];
  /** How many minutes each of the last exams of the line took its examiner, from the claim to the end. */
  readonly turns: readonly number[];
  /** Examiners of the clinic's panel who are there for this line now. */
  readonly onDuty: readonly Examiner[];
}

/** Somebody who waits, and which of a line's examiners they may be given to. */
export interface Waiting {
  readonly id: string;
  readonly takers: ReadonlySet<string>;
}

/** An examiner who is there. Busy: with a patient, or about to be. */
export interface Examiner {
  readonly id: string;
  readonly busy: boolean;
}

/** Some of a line's examiners, and what is known of their turns. */
interface Crew {
  readonly turns: readonly number[];
  readonly onDuty: number;
  readonly busy: number;
}

/** With fewer turns than this nobody can say what the next will take. */
export const FEWEST_TURNS = 5;

/** What lies further ahead than two hours is not known, whatever the sum says. */
export const LONGEST_MINUTES = 120;

/** Of more crews than this a line is not asked: ten kinds of patients who wait for different examiners make at most as many. */
const MOST_CREWS = 1_024;

/**
 * How many minutes an exam may expect to wait in this line; null when unknown, or not in it. Examiners are shared: whoever has waited longer for any of them is
 * ahead, whatever for. Those examiners are counted on who promise the shortest wait: the others have enough to do elsewhere. Which crews are
 * looked at depends on the whole line and on no place in it, so nobody further back is promised less.
 */
export function waitInLine(id: string, { waiting, turns, onDuty }: Line): number | null {
  const place = waiting.findIndex((one) => one.id === id);
  if (place < 0) return null;
  const kinds = kindsOf(waiting, place, onDuty);
  const estimates = crewsOf(kinds, onDuty).flatMap((crew) => {
    const theirs = kinds.filter(({ takers }) => crew.some((examiner) => takers.has(examiner.id)));
    const before = theirs.reduce((sum, { ahead }) => sum + ahead, 0);
    const busy = crew.filter((examiner) => examiner.busy).length;
    return estimatedWait(1 + before, { turns, onDuty: crew.length, busy }) ?? [];
  });
  return estimates.length === 0 ? null : Math.min(...estimates);
}

/** Patients for whom the same of the examiners on duty are asked, and how many of them wait before a place. */
interface Kind {
  readonly takers: ReadonlySet<string>;
  readonly ahead: number;
}

/** A long line has few kinds: each crew is held against these, not against everybody. */
function kindsOf(waiting: readonly Waiting[], place: number, onDuty: readonly Examiner[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const [index, { takers }] of waiting.entries()) {
    const key = keyOf(onDuty.filter(({ id }) => takers.has(id)));
    kinds.set(key, { takers, ahead: (kinds.get(key)?.ahead ?? 0) + (index < place ? 1 : 0) });
  }
  return [...kinds.values()];
}

/**
 * The examiners with whom some of the patients have nothing to do, for each choice of such patients: no other crew promises less, since whom
 * nobody else waits for only shortens the wait.
 */
function crewsOf(kinds: readonly Kind[], onDuty: readonly Examiner[]): Examiner[][] {
  const crews = new Map([[keyOf(onDuty), [...onDuty]]]);
  for (const { takers } of kinds) {
    for (const crew of [...crews.values()]) {
      const others = crew.filter((examiner) => !takers.has(examiner.id));
      if (others.length > 0 && crews.size < MOST_CREWS) crews.set(keyOf(others), others);
    }
  }
  return [...crews.values()];
}

function keyOf(examiners: readonly Examiner[]): string {
  return examiners.map(({ id }) => id).join(' ');
}

/**
 * How many minutes whoever stands at this place before these examiners, from 1, may expect to wait; null when unknown. Whoever finds an examiner free
 * waits for none. All others wait until enough turns have ended: with as many examiners as are on duty, one ends every `turn / onDuty`
 * minutes, `turn` being the median. Rounded up: to five minutes up to half an hour, to a quarter of an hour beyond, since the sum is no better than that.
 */
export function estimatedWait(place: number, { turns, onDuty, busy }: Crew): number | null {
  if (place < 1 || onDuty < 1 || turns.length < FEWEST_TURNS) return null;
  const free = Math.max(0, onDuty - busy);
  const turnsAhead = Math.max(0, place - free);
  const minutes = (median(turns) * turnsAhead) / onDuty;
  const step = minutes <= 30 ? 5 : 15;
  const rounded = Math.max(5, Math.ceil(minutes / step) * step);
  return rounded <= LONGEST_MINUTES ? rounded : null;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0];
  return (low + high) / 2;
}
