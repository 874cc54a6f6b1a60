import { expect, test } from 'vitest';
import { Conflict } from '#kernel/errors.ts';
import { SlotTaken } from '../../subgraphs/prescriptions/slot/slot-taken.ts';
import { oneAtATime } from '../../subgraphs/prescriptions/slot/one-at-a-time.ts';

const taken = () => new SlotTaken({} as ConstructorParameters<typeof SlotTaken>[0], {} as ConstructorParameters<typeof SlotTaken>[1]);
const codes = (all: PromiseSettledResult<string>[]) => all.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code));

/** Attempts that end when they are told to. */
function attempts() {
  const open: { end: (how: string | Error) => void }[] = [];
  const attempt = () =>
    new Promise<string>((resolve, reject) => {
      open.push({ end: (how) => (typeof how === 'string' ? resolve(how) : reject(how)) });
    });
  return { open, attempt };
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('one tries, and when it gets the time all others are told, those who came meanwhile too', async () => {
  const { open, attempt } = attempts();
  const inLine = oneAtATime();
  const all = Promise.allSettled(Array.from({ length: 5 }, () => inLine('a', attempt, taken)));
  await settle();
  expect(open).toHaveLength(1);
  open[0]?.end('got');
  expect(codes(await all)).toEqual(['got', 'SLOT_TAKEN', 'SLOT_TAKEN', 'SLOT_TAKEN', 'SLOT_TAKEN']);
  const again = inLine('a', attempt, taken);
  open[1]?.end('got again');
  expect(await again).toBe('got again');
});

test('whoever asks while another finds the time taken is not answered by what was found before they asked', async () => {
  const { open, attempt } = attempts();
  const inLine = oneAtATime();
  const first = inLine('a', attempt, taken);
  const others = Promise.allSettled([inLine('a', attempt, taken), inLine('a', attempt, taken)]);
  const refused = Promise.allSettled([first]);
  open[0]?.end(taken());
  await settle();
  // The second tries itself, and its answer is the third's, who asked before it began.
  expect(open).toHaveLength(2);
  open[1]?.end(taken());
  expect([codes(await refused), codes(await others)]).toEqual([['SLOT_TAKEN'], ['SLOT_TAKEN', 'SLOT_TAKEN']]);
  expect(open).toHaveLength(2);
});

test('when one fails for reasons of its own, the next one tries', async () => {
  const { open, attempt } = attempts();
  const inLine = oneAtATime();
  const all = Promise.allSettled(Array.from({ length: 3 }, () => inLine('a', attempt, taken)));
  await settle();
  open[0]?.end(new Conflict());
  await settle();
  open[1]?.end(new Conflict());
  await settle();
  open[2]?.end('got');
  expect(codes(await all)).toEqual(['CONFLICT', 'CONFLICT', 'got']);
});

test('who wants another time does not wait', async () => {
  const { open, attempt } = attempts();
  const inLine = oneAtATime();
  const both = [inLine('a', attempt, taken), inLine('b', attempt, taken)];
  expect(open).toHaveLength(2);
  for (const one of open) one.end('got');
  expect(await Promise.all(both)).toEqual(['got', 'got']);
});
