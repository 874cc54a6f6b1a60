/**
 * The gateway's proof: a token says who asks, the proof says that the request came through the gateway and its limits.
 * It is bound to one subgraph, one moment, one request, one caller and one body.
 */
import { createHmac } from 'node:crypto';
import { isSameText, sha256Of } from './keys.ts';
import type { SubgraphName } from './names.ts';

/** What a proof is a proof of. The body is the text as sent, not what it parses to. */
export interface HopFacts {
  subgraph: SubgraphName;
  requestId: string;
  authorization: string | undefined;
  body: string;
}

const validMs = 30_000;
/** How far the gateway's clock may run ahead of the subgraph's. */
const skewMs = 5_000;
/** More mutations than this within 30 s are refused rather than forgotten: a forgotten proof could be played again. */
const rememberedAtMost = 100_000;

/** The value of `x-goodfaith-proof` for one request: `v1.<ms>.<mac>`. */
export function makeProof(key: Buffer, facts: HopFacts, atMs: number): string {
  // As a JSON array no two lists of facts give the same text, whatever the request id contains.
  const text = JSON.stringify(['v1', facts.subgraph, atMs, facts.requestId, sha256Of(facts.authorization ?? ''), sha256Of(facts.body)]);
  return `v1.${atMs}.${createHmac('sha256', key).update(text, 'utf8').digest('base64url')}`;
}

/**
 * A check that remembers: with `once` a proof is good a single time in its 30 s. Keep one check a process and key;
 * a second one would not know what the first has seen.
 */
export function createProofCheck(
  key: Buffer,
): (proof: string | undefined, facts: HopFacts, options: { once: boolean; nowMs: number }) => boolean {
  const seenUntil = new Map<string, number>();

  // Proofs come nearly in the order of their times, so the oldest stand first and each is looked at about once.
  const forgetExpired = (nowMs: number): void => {
    for (const [proof, until] of seenUntil) {
      if (until >= nowMs) return;
      seenUntil.delete(proof);
    }
  };

  return (proof, facts, { once, nowMs }) => {
    const atMs = Number(/^v1\.(\d{13})\.[\w-]{43}$/.exec(proof ?? '')?.[1] ?? Number.NaN);
    if (proof === undefined || Number.isNaN(atMs)) return false;
    if (atMs > nowMs + skewMs || nowMs > atMs + validMs) return false;
    // The text is compared, not the decoded bytes: base64url spells the same bytes in several ways.
    if (!isSameText(proof, makeProof(key, facts, atMs))) return false;
    if (!once) return true;
    if (seenUntil.has(proof)) return false;
    forgetExpired(nowMs);
    if (seenUntil.size >= rememberedAtMost) return false;
    seenUntil.set(proof, atMs + validMs);
    return true;
  };
}
