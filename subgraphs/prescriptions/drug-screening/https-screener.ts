import { z } from 'zod';
import type { InteractionFact } from '#rules/drug-screening-facts.ts';
import type { InteractionRequest, InteractionScreener } from './interaction-port.ts';
import { postJson } from './outbound.ts';

/** Where a deployment's own service answers, and the key it is asked with. */
export interface ScreenerAddress {
  readonly url: URL;
  readonly key: string | null;
}

const TIMEOUT_MS = 3_000;
const MOST_BYTES = 256 * 1024;
const MOST_FINDINGS = 200;

const words = (most: number) => z.string().trim().min(1).max(most);

const answered = z.object({
  screener: words(100),
  version: words(100),
  asOf: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/)
    .nullish(),
  findings: z
    .array(
      z.object({
        severity: z.enum(['CONTRAINDICATED', 'MAJOR', 'MODERATE', 'MINOR']),
        ingredient: words(200),
        medication: words(200),
        text: words(1_000),
      }),
    )
    .max(MOST_FINDINGS),
});

/**
 * A screener behind an https address. It is sent `{ ingredients, medications }` and answers `{ screener, version, asOf, findings }`; anything else, an error or
 * silence for three seconds is not screened.
 */
export function httpsScreener({ url, key }: ScreenerAddress, post: typeof postJson = postJson): InteractionScreener {
  return {
    async screen(request: InteractionRequest): Promise<InteractionFact> {
      try {
        const body = await post(url, request, { timeoutMs: TIMEOUT_MS, mostBytes: MOST_BYTES, key });
        const { screener, version, asOf, findings } = answered.parse(body);
        return { screener, version, asOf: asOf ?? null, outcome: 'SCREENED', medications: request.medications, findings };
      } catch {
        // Whatever went wrong may repeat what was asked about the patient, so no word of it is kept.
        return {
          screener: url.hostname,
          version: 'unknown',
          asOf: null,
          outcome: 'NOT_SCREENED',
          medications: request.medications,
          findings: [],
        };
      }
    },
  };
}
