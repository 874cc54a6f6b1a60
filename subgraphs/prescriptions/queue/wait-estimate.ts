/** What is known of one line: the walk-ins of one clinic for one service, of patients in one state. */
export interface Line {
  /** Ids of those who wait, longest first. */
  readonly waiting: readonly string[];
  /** How many minutes each of the last exams of the line took its examiner, from the claim to the end. */
  readonly turns: readonly number[];
  /** Examiners of the clinic's panel who are there for this line now. */
  readonly onDuty: number;
  /** How many of these are with a patient, or about to be. */
  readonly busy: number;
}

/** With fewer turns than this nobody can say what the next will take. */
export const FEWEST_TURNS = 5;

/** What lies further ahead than two hours is not known, whatever the sum says. */
export const LONGEST_MINUTES = 120;

/**
 * How many minutes whoever stands at this place of the line, from 1, may expect to wait; null when unknown. Whoever finds an examiner free
 * waits for none. All others wait until enough turns have ended: with as many examiners as are on duty, one ends every `turn / onDuty`
 * minutes, `turn` being the median. Rounded up: to five minutes up to half an hour, to a quarter of an hour beyond, since the sum is no better than that.
 */
export function estimatedWait(place: number, { turns, onDuty, busy }: Omit<Line, 'waiting'>): number | null {
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
