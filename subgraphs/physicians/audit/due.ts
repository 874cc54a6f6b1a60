import type { Engagement } from '#prisma/generated/physicians/client.ts';
import type { Tx } from '../builder.ts';
import { living } from '../engagement/engagement-moves.ts';

type Directing = Pick<Engagement, 'clinicId' | 'practitionerId'>;

/** By when the open audit of a director at a clinic must be recorded; null where none is open, and for whoever directs nothing. */
export async function openAuditDueOn(
  tx: Tx,
  { clinicId, practitionerId, role }: Directing & Pick<Engagement, 'role'>,
): Promise<Date | null> {
  if (role !== 'MEDICAL_DIRECTOR') return null;
  const open = await tx.chartAudit.findFirst({ where: { clinicId, practitionerId, recordedAt: null } });
  return open?.dueOn ?? null;
}

/** Writes that day beside every living engagement of the director there: its status is read with it. */
export async function keepDueOn(tx: Tx, { clinicId, practitionerId }: Directing, auditDueOn: Date | null): Promise<void> {
  await tx.engagement.updateMany({
    where: { clinicId, practitionerId, role: 'MEDICAL_DIRECTOR', status: { in: living } },
    data: { auditDueOn },
  });
}

/** One change of a director's audits at a clinic at a time. */
export async function oneAuditAtATime(tx: Tx, { clinicId, practitionerId }: Directing): Promise<void> {
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended($1, 0))::text`, `audit/${clinicId}/${practitionerId}`);
}
