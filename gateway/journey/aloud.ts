import { contractVariables } from './documents.ts';
import type { FrontEnd } from './front-end.ts';
import { tellStory } from './story.ts';

/** Plays the whole story through a front end, saying each step as a line; answers how many steps it has. */
export async function tellAloud(frontEnd: FrontEnd, say: (line: string) => void): Promise<number> {
  let count = 0;
  await tellStory(
    frontEnd,
    await contractVariables(),
    () => new Date(),
    ({ who, operation, outcome }) => {
      count += 1;
      say(`${String(count).padStart(2)}  ${who.padEnd(12)} ${operation.padEnd(20)} ${outcome}`);
    },
  );
  return count;
}
