import { contractVariables } from '../../gateway/journey/documents.ts';
import type { FrontEnd } from '../../gateway/journey/front-end.ts';
import { tellStory } from '../../gateway/journey/story.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test names the fields the operation asks for
type Answer = any;

class Enough extends Error {}

/** Plays the story up to a step that is not taken any more, and answers what each operation before it was last answered. */
export async function storyUntil(frontEnd: FrontEnd, operation: string): Promise<Record<string, Answer>> {
  const answers: Record<string, Answer> = {};
  const partly: FrontEnd = {
    async send(persona, next, variables, options) {
      if (next === operation) throw new Enough();
      const reply = await frontEnd.send(persona, next, variables, options);
      answers[next] = Object.values(reply.data ?? {})[0];
      return reply;
    },
  };
  const told = tellStory(
    partly,
    await contractVariables(),
    () => new Date(),
    () => undefined,
  );
  await told.catch((error: unknown) => {
    if (!(error instanceof Enough)) throw error;
  });
  return answers;
}
