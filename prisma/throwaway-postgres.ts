import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, type PostgresOptions, startPostgres } from './postgres.ts';

/** A server for tests and checks, faster than it is durable, that takes its folder with it when it stops. */
export async function startThrowawayPostgres(options: PostgresOptions = {}): Promise<EmbeddedPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'goodfaith-'));
  await chmod(folder, 0o711); // as root, PostgreSQL runs as another user, who has to pass
  const server = await startPostgres(folder, undefined, { durable: false, ...options });
  return {
    ...server,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
