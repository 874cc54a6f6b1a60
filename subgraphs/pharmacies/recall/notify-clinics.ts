import { type AuditActor, auditAll } from '#kernel/audit.ts';
import type { Tx } from '../builder.ts';

/** A recall as far as its notices go. */
export interface Noticed {
  readonly id: string;
  readonly pharmacyId: string;
}

/** Tells clinics of a recall, each once: those that know already are told nothing. Answers how many were told. */
export async function noticeClinics(tx: Tx, ctx: AuditActor, recall: Noticed, clinicIds: readonly string[]): Promise<number> {
  const { id: recallId, pharmacyId } = recall;
  const sent = { recallId, pharmacyId, status: 'SENT', sentAt: ctx.now() };
  const told = await tx.recallNotice.createManyAndReturn({
    data: [...new Set(clinicIds)].map((clinicId) => ({ ...sent, id: ctx.newId(), clinicId })),
    skipDuplicates: true,
    select: { clinicId: true },
  });
  await auditAll(
    tx,
    ctx,
    told.map(({ clinicId: tenantId }) => ({
      ...{ action: 'recall.noticed', tenantId, subjectKind: 'recall', subjectId: recallId },
      detail: { pharmacyId },
    })),
  );
  return told.length;
}
