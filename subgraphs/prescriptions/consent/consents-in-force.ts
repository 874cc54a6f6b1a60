import type { Tx } from '../builder.ts';
import { isCurrent } from './consent-kinds.ts';

/** A consent as a gate relies on it. */
export interface ConsentInForce {
  readonly id: string;
  readonly kind: string;
  readonly version: string;
  readonly givenAt: Date;
}

/** The patient's consents to current texts that were not taken back, locked so that none is taken back before the transaction ends. */
export async function consentsInForce(tx: Tx, patientId: string): Promise<ConsentInForce[]> {
  const rows = await tx.$queryRawUnsafe<{ id: string; kind: string; version: string; given_at: Date }[]>(
    `select id::text, kind, version, given_at from consent where patient_id = $1::uuid and revoked_at is null order by given_at, id for share`,
    patientId,
  );
  return rows
    .filter((row) => isCurrent(row.kind, row.version))
    .map((row) => ({ id: row.id, kind: row.kind, version: row.version, givenAt: row.given_at }));
}
