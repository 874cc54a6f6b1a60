import { sha256Of } from '#kernel/keys.ts';
import type { InteractionFact } from '#rules/drug-screening-facts.ts';
import { canonicalText } from '../document/canonical.ts';
import type { InteractionRequest, InteractionScreener } from './interaction-port.ts';

/** How often one request may ask the screener: a page of drafts sends no more lists of medicines than this out. */
export const MOST_PER_REQUEST = 10;
const KEPT_MS = 5 * 60_000;
const MOST_KEPT = 1_000;

/** Answers that a process keeps for five minutes, by the digest of what was asked: no medicine is kept as a key. */
export class KeptAnswers {
  readonly #kept = new Map<string, { readonly until: number; readonly answer: InteractionFact }>();

  /** The answer, if it is not too old. */
  get(key: string, at: Date): InteractionFact | null {
    const found = this.#kept.get(key);
    if (found !== undefined && found.until > at.getTime()) return found.answer;
    this.#kept.delete(key);
    return null;
  }

  /** Keeps what was screened. What was not is asked again. */
  keep(key: string, answer: InteractionFact, at: Date): void {
    if (answer.outcome !== 'SCREENED') return;
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, { until: at.getTime() + KEPT_MS, answer });
  }
}

/**
 * A screener for one request: the same question is asked once, whichever field asks it, and answered from what is kept where it can be. Questions beyond
 * the bound are not sent, and not screened.
 */
export function sparingScreener(screener: InteractionScreener, kept: KeptAnswers, source: string, now: () => Date): InteractionScreener {
  const asked = new Map<string, Promise<InteractionFact>>();
  let sent = 0;

  async function answerTo(key: string, request: InteractionRequest): Promise<InteractionFact> {
    const known = kept.get(key, now());
    if (known !== null) return known;
    if (sent >= MOST_PER_REQUEST) return notSent(source, request);
    sent += 1;
    const answer = await screener.screen(request);
    kept.keep(key, answer, now());
    return answer;
  }

  return {
    screen(request) {
      const key = sha256Of(canonicalText([source, request.ingredients, request.medications.toSorted()]));
      const answer = asked.get(key) ?? answerTo(key, request);
      asked.set(key, answer);
      return answer;
    },
  };
}

function notSent(screener: string, { medications }: InteractionRequest): InteractionFact {
  return { screener, version: 'unknown', asOf: null, outcome: 'NOT_SCREENED', medications, findings: [] };
}
