import type { Attestation as AttestationRow } from '#prisma/generated/clinics/client.ts';
import { toId } from '#kernel/ids.ts';
import type { Attestation } from '#rules/attestation.ts';
import { dayText } from '../business-day.ts';

const known = new WeakMap<readonly AttestationRow[], readonly Attestation[]>();

/** The rows of an entity as the gates read them, once for all its clinics and services: what was read of the list is kept with it. */
export function attestationFacts(rows: readonly AttestationRow[]): readonly Attestation[] {
  const facts = known.get(rows) ?? rows.map(attestationFact);
  known.set(rows, facts);
  return facts;
}

/** An attestation's row as the gates read it. Whoever gave it is named by the attestation, not by name. */
export function attestationFact(row: AttestationRow): Attestation {
  return {
    ruleId: row.ruleId,
    jurisdiction: row.jurisdiction,
    value: row.value,
    note: row.note,
    attestedBy: toId('attestation', row.id),
    attestedAt: row.attestedAt.toISOString(),
    expiresOn: row.expiresOn && dayText(row.expiresOn),
    revokedAt: row.revokedAt?.toISOString() ?? null,
    packVersion: row.packVersion,
  };
}
