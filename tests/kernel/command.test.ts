import { afterEach, expect, test, vi } from 'vitest';
import { runHere } from '#kernel/command.ts';

afterEach(() => vi.unstubAllEnvs());

test('a database that a command started is stopped again, also where the command fails unexpectedly', async () => {
  vi.stubEnv('DATABASE_URL', undefined);
  const stop = vi.fn(() => Promise.resolve());
  const failing = runHere(
    async (_given, database) => {
      await database();
      throw new Error('unexpected');
    },
    () => Promise.resolve({ url: 'postgres://nowhere', stop }),
  );
  await expect(failing).rejects.toThrow('unexpected');
  expect(stop).toHaveBeenCalledTimes(1);
});
