import type { Refusal } from '#kernel/errors.ts';
import { SlotTaken } from './slot-taken.ts';

interface Line {
  /** Those who asked before the attempt that is under way began: its answer is theirs too. */
  batch: Told[];
  /** Those who have asked since. */
  since: Told[];
}

/** Tells somebody in line to try, or that the time is taken. */
type Told = (attempt: boolean) => void;

/**
 * Of many who want one time for exams of one kind, which is what a key names, one tries and the others wait. When that one gets it, or finds it taken, all who asked before are told
 * so, without a connection and without a lock; when it fails for reasons of its own, the next one tries. Nobody gets an answer
 * older than their question. It only spares work: what decides is the claim.
 */
export function oneAtATime(): <R>(key: string, attempt: () => Promise<R>, taken: () => Refusal) => Promise<R> {
  const lines = new Map<string, Line>();

  function next(key: string, line: Line): void {
    if (line.batch.length === 0) {
      line.batch = line.since;
      line.since = [];
    }
    const told = line.batch.shift();
    if (told === undefined) lines.delete(key);
    else told(true);
  }

  function refuseAll(told: Told[]): void {
    for (const one of told.splice(0)) one(false);
  }

  return async (key, attempt, taken) => {
    const before = lines.get(key);
    const line = before ?? { batch: [], since: [] };
    lines.set(key, line);
    if (before !== undefined && !(await new Promise<boolean>((resolve) => line.since.push(resolve)))) throw taken();
    try {
      const got = await attempt();
      refuseAll(line.batch);
      refuseAll(line.since);
      return got;
    } catch (error) {
      if (error instanceof SlotTaken) refuseAll(line.batch);
      throw error;
    } finally {
      next(key, line);
    }
  };
}
