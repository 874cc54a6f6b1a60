/** Thrown where something took longer than it was given. */
export class OutOfTime extends Error {}

/** The answer, or `OutOfTime` after so many milliseconds; what was begun goes on, and how it ends is nobody's business. */
export async function within<R>(ms: number, work: Promise<R>): Promise<R> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OutOfTime()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** So many at once; whoever comes then waits in line. */
export interface Turns {
  /** A turn, with what gives it back; null when none was to be had in so many milliseconds. */
  take(ms: number): Promise<(() => void) | null>;
}

/** Turns are given in the order in which they were asked for. */
export function createTurns(atOnce: number): Turns {
  let free = atOnce;
  const line = new Set<() => void>();
  const leave = () => {
    const [first] = line;
    if (first === undefined) free += 1;
    else first();
  };
  return {
    take(ms) {
      if (free > 0) {
        free -= 1;
        return Promise.resolve(leave);
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          line.delete(called);
          resolve(null);
        }, ms);
        const called = () => {
          clearTimeout(timer);
          line.delete(called);
          resolve(leave);
        };
        line.add(called);
      });
    },
  };
}
