import type { KeyObject } from 'node:crypto';
import type { Actor } from './actor.ts';
import { signAsk } from './ask.ts';
import type { Graph, Question } from './context.ts';
import type { Log } from './log.ts';
import type { SubgraphName } from './names.ts';
import type { AskTransport } from './subgraph.ts';
import type { TokenClaims } from './token.ts';

const DEADLINE_MS = 8_000;

/** Who asks, and what must hold before a question may leave. */
export interface Asker {
  readonly service: SubgraphName;
  readonly key: KeyObject;
  readonly transport: AskTransport;
  readonly requestId: string;
  readonly log: Log;
  actor(): Actor;
  /** Whether this request is itself an ask: asks do not nest. */
  readonly isAsk: boolean;
  isWriting(): boolean;
  beforeAsking(): Promise<void>;
}

function claimsOf(actor: Actor): TokenClaims {
  const { sub, name, grants, authTime, amr, expiresAt, tokenHash } = actor;
  return { sub, name, grants, authTime, amr, expiresAt, tokenHash };
}

/** Questions to the graph, each signed with the subgraph's own key and answered within the deadline or not at all. */
export function createGraph(asker: Asker): Graph {
  return {
    beforeWaiting: () => asker.beforeAsking(),
    async ask<Answer, Variables extends Record<string, unknown>>(
      question: Question<Answer, Variables>,
      variables: Variables,
    ): Promise<Answer | null> {
      if (asker.isAsk) throw new Error('An ask inside an ask: the first asker must ask for both facts.');
      if (asker.isWriting()) throw new Error('An ask inside a write transaction: ask first, then write.');
      await asker.beforeAsking();
      const user = question.by === 'user' ? claimsOf(asker.actor()) : null;
      const token = await signAsk(asker.key, {
        service: asker.service,
        as: question.by,
        user,
        document: question.document,
        nowMs: Date.now(),
      });
      try {
        const result = await asker.transport(
          token,
          { query: question.document, variables },
          asker.requestId,
          AbortSignal.timeout(DEADLINE_MS),
        );
        if (!result.errors?.length && result.data) return result.data as Answer;
        asker.log.warn({
          code: 'ASK_FAILED',
          requestId: asker.requestId,
          codes: result.errors?.map((error) => error.extensions?.['code'] ?? 'NO_CODE'),
        });
      } catch (error) {
        asker.log.warn({ code: 'ASK_UNANSWERED', requestId: asker.requestId, error: error instanceof Error ? error.name : 'unknown' });
      }
      return null;
    },
  };
}
