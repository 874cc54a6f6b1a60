import { expect, test } from 'vitest';
import { inTurns } from '../../subgraphs/prescriptions/exam/in-turns.ts';

function question() {
  const answers: ((answer: number) => void)[] = [];
  return { answers, ask: () => new Promise<number>((resolve) => answers.push(resolve)) };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('who asks while a question is out gets the next answer, all of them the same', async () => {
  const turns = inTurns<number>();
  const { answers, ask } = question();
  const first = turns('a', ask);
  const later = [turns('a', ask), turns('a', ask), turns('a', ask)];
  expect(answers).toHaveLength(1);
  answers[0]?.(1);
  await settled();
  expect(answers).toHaveLength(2);
  const latest = turns('a', ask);
  answers[1]?.(2);
  await settled();
  answers[2]?.(3);
  expect(await Promise.all([first, ...later, latest])).toEqual([1, 2, 2, 2, 3]);
});

test('another question does not wait, and a finished one leaves nothing behind', async () => {
  const turns = inTurns<number>();
  expect(await Promise.all([turns('a', async () => 1), turns('b', async () => 2)])).toEqual([1, 2]);
  await settled();
  expect(await turns('a', async () => 3)).toBe(3);
});

test('a question that fails fails for who asked it, and the next begins all the same', async () => {
  const turns = inTurns<number>();
  const first = turns('a', async () => Promise.reject(new Error('no answer')));
  const second = turns('a', async () => 2);
  await expect(first).rejects.toThrow('no answer');
  expect(await second).toBe(2);
});
