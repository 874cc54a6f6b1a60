import type { ServiceContext } from '#kernel/context.ts';
import type { CredentialFile } from '#kernel/env.ts';
import type { Tx } from '../builder.ts';
import { readList } from './read-list.ts';
import { runVerification } from './run-verification.ts';
import { ListRefused } from './source.ts';

/**
 * Looks through every configured list. One that is refused keeps nobody from the others: it is logged, and what it would have said
 * grows old until it blocks by itself.
 */
export async function verifyConfigured(service: ServiceContext<Tx>, files: readonly CredentialFile[]): Promise<void> {
  for (const file of files) {
    const about = { requestId: service.requestId, source: file.source, state: file.state };
    try {
      const { rows, lookedUp, results, differences } = await runVerification(service, await readList(file));
      service.log.info({ code: 'CREDENTIALS_VERIFIED', ...about, rows, lookedUp, results, differences: differences.length });
    } catch (error) {
      if (!(error instanceof ListRefused)) throw error;
      service.log.warn({
        code: 'CREDENTIAL_LIST_REFUSED',
        ...about,
        reasons: error.reasons.slice(0, 10),
        more: Math.max(0, error.reasons.length - 10),
      });
    }
  }
}
