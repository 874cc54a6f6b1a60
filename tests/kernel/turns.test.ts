import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTurns, OutOfTime, within } from '#kernel/turns.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('so many at once, and the others in the order in which they came', async () => {
  const turns = createTurns(2);
  const [leaveFirst, leaveSecond] = await Promise.all([turns.take(100), turns.take(100)]);
  const order: string[] = [];
  const inLine = ['third', 'fourth'].map(async (name) => {
    const leave = await turns.take(100);
    order.push(name);
    return leave;
  });
  leaveFirst?.();
  const leaveThird = await inLine[0];
  expect(order).toEqual(['third']);
  leaveSecond?.();
  leaveThird?.();
  (await inLine[1])?.();
  expect(await Promise.all([turns.take(0), turns.take(0)])).toEqual([expect.any(Function), expect.any(Function)]);
});

test('whoever waited too long has left the line, and takes no turn from those behind', async () => {
  const turns = createTurns(1);
  const leave = await turns.take(100);
  const [impatient, patient] = [turns.take(50), turns.take(100)];
  await vi.advanceTimersByTimeAsync(60);
  expect(await impatient).toBeNull();
  leave?.();
  expect(await patient).toBeTypeOf('function');
});

test('what takes too long is given up, and what it comes to later is heard by nobody', async () => {
  expect(await within(100, Promise.resolve('in time'))).toBe('in time');
  const slow = Promise.withResolvers<string>();
  const answer = within(100, slow.promise);
  const refused = expect(answer).rejects.toThrow(OutOfTime);
  await vi.advanceTimersByTimeAsync(100);
  await refused;
  slow.reject(new Error('too late to matter'));
  expect(vi.getTimerCount()).toBe(0);
});
