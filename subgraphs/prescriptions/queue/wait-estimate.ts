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

/**
 * How many minutes an exam may expect to wait in this line; null when unknown, or not in it. Examiners are shared: whoever has waited longer for any of them is
 * ahead, whatever for. As many of the examiners are counted on, from the one with the fewest ahead on, as promise the shortest wait: the others
 * have enough to do elsewhere.
 */
export function waitInLine(id: string, { waiting, turns, onDuty }: Line): number | null {
  const ahead = waiting.slice(
    0,
    Math.max(
      0,
      waiting.findIndex((one) => one.id === id),
    ),
  );
  if (!waiting.some((one) => one.id === id)) return null;
  const loadOf = new Map(onDuty.map((examiner) => [examiner, ahead.filter(({ takers }) => takers.has(examiner.id)).length]));
  const byLoad = onDuty.toSorted((a, b) => (loadOf.get(a) ?? 0) - (loadOf.get(b) ?? 0) || Number(a.busy) - Number(b.busy));
  const firstTakers = ahead.map(({ takers }) => byLoad.findIndex((examiner) => takers.has(examiner.id)));
  const estimates = byLoad.flatMap((_, index) => {
    const place = 1 + firstTakers.filter((taker) => taker >= 0 && taker <= index).length;
    const busy = byLoad.slice(0, index + 1).filter((examiner) => examiner.busy).length;
    return estimatedWait(place, { turns, onDuty: index + 1, busy }) ?? [];
  });
  return estimates.length === 0 ? null : Math.min(...estimates);
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
