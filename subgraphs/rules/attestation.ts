/** What a compliance officer has put their name to. An attestation confirms or fills in; it never turns a `FAIL` into a `PASS`. */

import { dayOf, isInstant } from './dates.ts';

/** One attestation of a professional entity, as `clinics` keeps it. */
export interface Attestation {
  /** The rule as results name it: `TX.gfe.syncAudioVideo`, `US.substance.53AXN4NNHX.503A`. */
  readonly ruleId: string;
  readonly jurisdiction: string;
  /** Null confirms the pack's value, or that its condition holds; otherwise the value set where the pack has none. */
  readonly value: unknown;
  /** Why it was given, and by whom. No gate asks; who is not of the entity is not told. */
  readonly note?: string | undefined;
  readonly attestedBy?: string | undefined;
  /** RFC 3339. */
  readonly attestedAt: string;
  /** Last day on which it stands, `YYYY-MM-DD`; null stands until revoked. */
  readonly expiresOn: string | null;
  /** RFC 3339. */
  readonly revokedAt: string | null;
  /** The release it was given under. A rule that changed in a later one is no longer what was attested. */
  readonly packVersion: string;
}

/** Whether an attestation stands on that date. An unreadable date never stands. */
export function isLive(attestation: Attestation, on: string): boolean {
  const today = dayOf(on);
  if (today === null || !wasGiven(attestation, on, today)) return false;
  if (attestation.revokedAt !== null && isPast(attestation.revokedAt, on, today)) return false;
  if (attestation.expiresOn === null) return true;
  const last = dayOf(attestation.expiresOn);
  return last !== null && last >= today;
}

function wasGiven({ attestedAt }: Attestation, on: string, today: string): boolean {
  const given = dayOf(attestedAt);
  if (given === null || given > today) return false;
  return !(isInstant(on) && isInstant(attestedAt) && Date.parse(attestedAt) > Date.parse(on));
}

// Of a day, not a moment, the whole day counts: what was revoked on it does not stand on it.
function isPast(revokedAt: string, on: string, today: string): boolean {
  if (isInstant(on) && isInstant(revokedAt)) return Date.parse(revokedAt) <= Date.parse(on);
  const day = dayOf(revokedAt);
  return day === null || day <= today;
}

const byRule = new WeakMap<readonly Attestation[], ReadonlyMap<string, readonly Attestation[]>>();

/** Those about one rule. A list is sorted by rule once: it is asked rule after rule, for service after service. */
function about(attestations: readonly Attestation[], ruleId: string): readonly Attestation[] {
  const sorted = byRule.get(attestations) ?? Map.groupBy(attestations, (one) => one.ruleId);
  byRule.set(attestations, sorted);
  return sorted.get(ruleId) ?? [];
}

/**
 * The attestation of one rule that stands on that date. A later one replaces those before it for good: when it expires or is taken
 * back, none of them, which may be looser, comes back.
 */
export function liveAttestation(
  attestations: readonly Attestation[] | null | undefined,
  jurisdiction: string,
  ruleId: string,
  on: string,
): Attestation | null {
  const today = dayOf(on);
  if (today === null) return null;
  let latest: Attestation | null = null;
  for (const attestation of about(attestations ?? [], ruleId)) {
    if (attestation.jurisdiction !== jurisdiction || !wasGiven(attestation, on, today)) continue;
    if (latest === null || Date.parse(attestation.attestedAt) > Date.parse(latest.attestedAt)) latest = attestation;
  }
  return latest !== null && isLive(latest, on) ? latest : null;
}
