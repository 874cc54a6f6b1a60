import type { ServiceContext } from '#kernel/context.ts';
import type { CredentialFile } from '#kernel/env.ts';
import { toId } from '#kernel/ids.ts';
import type { Tx } from '../builder.ts';
import { readList } from './read-list.ts';
import { runVerification } from './run-verification.ts';
import { ListRefused } from './source.ts';

/**
 * Looks through every configured list; trouble with one keeps nobody from the others. One that is refused is logged, and what it would have said
 * grows old until it blocks by itself. Whatever else went wrong makes the run as a whole fail at the end, so that it is tried again.
 */
export async function verifyConfigured(service: ServiceContext<Tx>, files: readonly CredentialFile[]): Promise<void> {
  const failed: string[] = [];
  for (const file of files) {
    const about = { requestId: service.requestId, source: file.source, state: file.state };
    try {
      const report = await runVerification(service, await readList(file, service.now()));
      const { rows, lookedUp, results, differences, unkept } = report;
      service.log.info({ code: 'CREDENTIALS_VERIFIED', ...about, rows, lookedUp, results, differences: differences.length });
      if (unkept.length === 0) continue;
      service.log.warn({ code: 'CREDENTIALS_NOT_KEPT', ...about, practitioners: unkept.map((id) => toId('practitioner', id)) });
    } catch (error) {
      if (error instanceof ListRefused) {
        service.log.warn({
          code: 'CREDENTIAL_LIST_REFUSED',
          ...about,
          reasons: error.reasons.slice(0, 10),
          more: Math.max(0, error.reasons.length - 10),
        });
        continue;
      }
      service.log.warn({ code: 'CREDENTIAL_LIST_FAILED', ...about, error: error instanceof Error ? error.name : 'unknown' });
    }
    failed.push(file.state === null ? file.source : `${file.source} ${file.state}`);
  }
  if (failed.length > 0) throw new Error(`Not everything of these lists could be kept: ${failed.join(', ')}.`);
}
