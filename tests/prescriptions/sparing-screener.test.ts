import { expect, test } from 'vitest';
import type { InteractionFact } from '#rules/drug-screening-facts.ts';
import type { InteractionRequest } from '../../subgraphs/prescriptions/drug-screening/interaction-port.ts';
import { KeptAnswers, MOST_PER_REQUEST, sparingScreener } from '../../subgraphs/prescriptions/drug-screening/sparing-screener.ts';

const start = new Date('2026-11-22T12:00:00Z');
const asks = (...medications: string[]): InteractionRequest => ({
  ingredients: [{ name: 'Semaglutide', unii: '53AXN4NNHX' }],
  medications,
});

/** A screener that counts, with a clock that the test moves, and one request after another. */
function counted(outcome: InteractionFact['outcome'] = 'SCREENED') {
  const world = { calls: 0, at: start };
  const kept = new KeptAnswers();
  const screener = {
    screen({ medications }: InteractionRequest): Promise<InteractionFact> {
      world.calls += 1;
      return Promise.resolve({ screener: 's', version: '1', asOf: null, outcome, medications, findings: [] });
    },
  };
  return { world, request: () => sparingScreener(screener, kept, 'screener.example', () => world.at) };
}

test('one request sends the same question once, whichever fields ask it', async () => {
  const { world, request } = counted('NOT_SCREENED');
  const one = request();
  await Promise.all([one.screen(asks('insulin')), one.screen(asks('insulin')), one.screen(asks('warfarin'))]);
  expect(world.calls).toBe(2);
});

test('an answer is kept for five minutes, and no longer', async () => {
  const { world, request } = counted();
  await request().screen(asks('insulin'));
  world.at = new Date(start.getTime() + 4 * 60_000);
  await request().screen(asks('insulin'));
  expect(world.calls).toBe(1);
  world.at = new Date(start.getTime() + 5 * 60_000);
  await request().screen(asks('insulin'));
  expect(world.calls).toBe(2);
});

test('what was not screened is asked again by the next request', async () => {
  const { world, request } = counted('NOT_SCREENED');
  await request().screen(asks('insulin'));
  await request().screen(asks('insulin'));
  expect(world.calls).toBe(2);
});

test('beyond the bound nothing is sent, and it is not screened', async () => {
  const { world, request } = counted();
  const one = request();
  const answers = await Promise.all(Array.from({ length: MOST_PER_REQUEST + 2 }, (_none, index) => one.screen(asks(`medicine ${index}`))));
  expect(world.calls).toBe(MOST_PER_REQUEST);
  expect(answers.map(({ outcome }) => outcome).slice(-3)).toEqual(['SCREENED', 'NOT_SCREENED', 'NOT_SCREENED']);
});
