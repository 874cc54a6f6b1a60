import type { Attestation as AttestationRow } from '#prisma/generated/clinics/client.ts';
import { toId } from '#kernel/ids.ts';
import type { Attestation } from '#rules/attestation.ts';
import { dayText } from '../business-day.ts';

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
