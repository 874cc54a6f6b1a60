import { z } from 'zod';

/** A line that somebody types, such as the name of an insurer: neither empty nor endless. */
export const lineOf = (what: string, longest: number) =>
  z.string().trim().min(1, `${what} is empty.`).max(longest, `${what} has at most ${longest} characters.`);

/** SHA-256 of a paper, as front ends send it. */
export const digestOfPaper = z.string().regex(/^[0-9a-f]{64}$/, 'A digest is 64 hexadecimal digits in lower case.');
