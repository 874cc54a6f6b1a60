import { audit, type AuditActor } from '#kernel/audit.ts';
import type { Tx } from '../builder.ts';

/** A recall as far as its notices go. */
export interface Noticed {
  readonly id: string;
  readonly pharmacyId: string;
}

/** Tells clinics of a recall, each once: those that know already are told nothing. Answers how many were told. */
export async function noticeClinics(tx: Tx, ctx: AuditActor, recall: Noticed, clinicIds: readonly string[]): Promise<number> {
  const { id: recallId, pharmacyId } = recall;
  let told = 0;
  for (const clinicId of clinicIds) {
    const notice = { id: ctx.newId(), recallId, pharmacyId, clinicId, status: 'SENT', sentAt: ctx.now() };
    const { count } = await tx.recallNotice.createMany({ data: [notice], skipDuplicates: true });
    if (count === 0) continue;
    told += 1;
    await audit(tx, ctx, {
      ...{ action: 'recall.noticed', tenantId: clinicId, subjectKind: 'recall', subjectId: recallId },
      detail: { pharmacyId },
    });
  }
  return told;
}
