import { z } from 'zod';

/** One line of text that must be there. */
export const line = (what: string, longest: number) =>
  z.string().trim().min(1, `${what} is empty.`).max(longest, `${what} has at most ${longest} characters.`);

/** One that may be left out. */
export const lineOrNone = (what: string, longest: number) => line(what, longest).nullish();
