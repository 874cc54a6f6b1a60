import { fromId } from '#kernel/ids.ts';
import { protocolInForce } from '#rules/protocol.ts';
import type { StandingClinic } from './gate-facts.ts';

/** One version of a protocol, to the letter. */
interface BoundProtocol {
  /** Stored id. */
  readonly id: string;
  readonly digest: string;
}

/**
 * The version an exam begins under: of those in force at its clinic for its service, by the rule the gate has just asked, the newest. Null
 * when there is none, which the gate refuses.
 */
export function protocolOf(clinic: StandingClinic | undefined, service: string, at: Date): BoundProtocol | null {
  const inForce = (clinic?.oversight?.protocols ?? []).filter(({ expiresOn, ...told }) => {
    const fact = { ...told, effectiveUntil: expiresOn, noEnd: expiresOn === null };
    return protocolInForce(fact, service, at.toISOString()).outcome === 'PASS';
  });
  const newest = inForce.toSorted((a, b) => a.effectiveFrom.localeCompare(b.effectiveFrom) || a.id.localeCompare(b.id)).at(-1);
  return newest === undefined ? null : { id: fromId('protocolVersion', newest.id), digest: newest.digest };
}
