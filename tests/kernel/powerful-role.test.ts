import { expect, test } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { createLog } from '#kernel/log.ts';
import { subgraphNames } from '#kernel/names.ts';
import { signingPairOf } from '#kernel/keys.ts';
import { startSubgraph } from '#kernel/serve.ts';
import type { SubgraphOptions } from '#kernel/subgraph.ts';
import { loadDefinition } from '../../gateway/in-process.ts';
import { testDatabase } from '../support/postgres.ts';

test('a subgraph does not start as the owner of its tables: row-level security would not hold', async () => {
  await using database = await testDatabase();
  const secret = Buffer.alloc(32, 3).toString('base64url');
  const options: SubgraphOptions = {
    database: { appUrl: database.ownerUrl, workerUrl: database.addresses.clinics.workerUrl },
    secret,
    tokens: { verify: async () => null },
    askKeys: Object.fromEntries(subgraphNames.map((name) => [name, signingPairOf(secret, name).publicKey])) as SubgraphOptions['askKeys'],
    ask: async () => ({}),
    clock: systemClock,
    log: createLog('silent', 'test'),
  };
  await expect(startSubgraph(await loadDefinition('clinics'), options)).rejects.toThrow(
    /is a superuser, so row-level security would not hold/,
  );
});
