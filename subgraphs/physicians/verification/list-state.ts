/** States as lists of excluded persons write them. */

import { jurisdictions } from '#rules/packs.ts';

const lettersOf = (text: string) => text.toUpperCase().replace(/[^A-Z]/g, '');

/** By its name, which SAM's extract has where a code is meant. */
const codes: ReadonlyMap<string, string> = new Map(jurisdictions.map(({ code, name }) => [lettersOf(name), code]));

/** The state that a list means: two letters, or empty where it does not say one, which may be any. */
export function stateRead(text: string): string {
  const letters = lettersOf(text);
  return letters.length === 2 ? letters : (codes.get(letters) ?? '');
}
