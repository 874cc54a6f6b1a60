import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import type { Tx } from '../builder.ts';
import { examChanged } from '../exam/exam-updated.ts';
import { silentBefore } from './claim-standing.ts';
import { queueChanged } from './queue-changed.ts';

/** As many as are put back in one transaction. */
const AT_ONCE = 100;

interface PutBack {
  readonly id: string;
  readonly clinicId: string;
  readonly examinerId: string;
  readonly claimedAt: Date;
}

/**
 * Puts back what silent examiners have claimed. To everybody who reads it waits already, by the clock; this writes it down and tells those who
 * follow. What somebody changes at this moment is left for the next run, and an exam that has begun is no claim.
 */
export async function tidyClaims(service: ServiceContext<Tx>): Promise<void> {
  for (let more = true; more; ) {
    more = await service.write(async (tx) => {
      const rows = await tx.$queryRawUnsafe<PutBack[]>(
        `select id::text, clinic_id::text as "clinicId", examiner_id::text as "examinerId", claimed_at as "claimedAt"
         from prescriptions_queue.put_back($1::timestamptz, $2::integer)`,
        silentBefore(service.now()).toISOString(),
        AT_ONCE,
      );
      for (const row of rows) await note(tx, service, row);
      return rows.length === AT_ONCE;
    });
  }
}

async function note(tx: Tx, service: ServiceContext<Tx>, { id: examId, clinicId, examinerId, claimedAt }: PutBack): Promise<void> {
  const said = { reason: 'SILENT', returnedAt: service.now(), returnedBy: service.actor.sub };
  // createMany, since a plain create reads the row back, and the subgraph by its own right reads no exam's history.
  await tx.examClaimReturn.createMany({ data: [{ id: service.newId(), clinicId, examId, examinerId, claimedAt, ...said }] });
  await audit(tx, service, {
    ...{ action: 'exam.claim-lapsed', tenantId: clinicId, subjectKind: 'exam', subjectId: examId },
    detail: { examiner: examinerId, reason: 'SILENT' },
  });
  await examChanged(tx, service, examId);
  await queueChanged(tx, service, clinicId);
}
