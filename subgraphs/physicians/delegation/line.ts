import { z } from 'zod';

/** A line of text that somebody has to write: not empty, and no longer than this. */
export const line = (what: string, longest: number) =>
  z.string().trim().min(1, `${what} is empty.`).max(longest, `${what} has at most ${longest} characters.`);
