import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { remembering } from '#kernel/remembered-tokens.ts';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-03-02T10:00:00Z'), toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** A verifier that knows one good token, good for ten minutes, and how often it was looked at. */
function verifier(keys?: object) {
  const expiresAt = Date.now() / 1000 + 600;
  const looked: string[] = [];
  const verify = remembering(async (token) => {
    looked.push(token);
    return token === 'good' ? { expiresAt } : null;
  }, keys);
  return { verify, looked };
}

test('a good token is looked at once in half a minute', async () => {
  const { verify, looked } = verifier();
  const first = await verify('good');
  vi.advanceTimersByTime(29_999);
  expect(await verify('good')).toBe(first);
  expect(looked).toEqual(['good']);
  vi.advanceTimersByTime(1);
  await verify('good');
  expect(looked).toEqual(['good', 'good']);
});

test('a remembered token ends when it says so', async () => {
  const { verify, looked } = verifier();
  vi.advanceTimersByTime(590_000);
  await verify('good');
  vi.advanceTimersByTime(9_999);
  await verify('good');
  expect(looked).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await verify('good');
  expect(looked).toHaveLength(2);
});

test('a token that was not good is looked at each time, and so is one that differs in a letter', async () => {
  const { verify, looked } = verifier();
  await verify('good');
  expect([await verify('bad'), await verify('bad'), await verify('Good')]).toEqual([null, null, null]);
  expect(looked).toEqual(['good', 'bad', 'bad', 'Good']);
});

test('only verifiers over the same object of keys remember together', async () => {
  const keys = {};
  const [one, two, other] = [verifier(keys), verifier(keys), verifier({})];
  await one.verify('good');
  await two.verify('good');
  await other.verify('good');
  expect([one.looked, two.looked, other.looked]).toEqual([['good'], [], ['good']]);
});
