import { audit, auditAll } from '#kernel/audit.ts';
import type { WriteOptions } from '#kernel/context.ts';
import type { Ctx } from '../builder.ts';
import type { OpenFulfillment } from '../claim/held-order.ts';
import { type Check, verdictOf } from './check.ts';
import { documentIn, type Evidence } from './evidence.ts';
import type { Verified } from './verification.ts';

/** What was given to verify: the order's id, its document, or its short form. */
export type VerifiedBy = 'ORDER' | 'DOCUMENT' | 'SHORT_FORM';

/** Keeps what was found: that somebody looked, and what they were told. The document names the patient and is not kept. */
export async function keepVerification(
  ctx: Ctx,
  row: OpenFulfillment,
  evidence: Evidence,
  checks: readonly Check[],
  write: WriteOptions,
  by: VerifiedBy = 'ORDER',
): Promise<Verified> {
  const verdict = verdictOf(checks);
  const { id: fulfillmentId, orderId, pharmacyId, clinicId, patientId } = row;
  const kept = await ctx.write(write, async (tx) => {
    const made = await tx.verification.create({
      data: {
        ...{ id: ctx.newId(), fulfillmentId, orderId, pharmacyId, clinicId, patientId, verdict },
        checks: checks.map((check) => ({ ...check })),
        documentDigest: documentIn(evidence)?.digest ?? null,
        checkedBy: ctx.actor.sub,
        checkedAt: ctx.now(),
      },
    });
    await audit(tx, ctx, {
      action: 'order.verified',
      tenantId: pharmacyId,
      subjectKind: 'order',
      subjectId: orderId,
      patientId,
      detail: { verdict, verification: made.id, by },
    });
    return made;
  });
  return { id: kept.id, orderId, verdict, checkedAt: kept.checkedAt, checks, document: evidence.order?.signature?.jws ?? null };
}

/** As `keepVerification` for several orders, in one transaction of as many statements as for one. */
export async function keepVerifications(
  ctx: Ctx,
  found: readonly { evidence: Evidence; checks: readonly Check[] }[],
  write: WriteOptions,
): Promise<Verified[]> {
  if (found.length === 0) return [];
  const checkedAt = ctx.now();
  const rows = found.map(({ evidence, checks }) => {
    const { id: fulfillmentId, orderId, pharmacyId, clinicId, patientId } = evidence.fulfillment;
    return {
      ...{ id: ctx.newId(), fulfillmentId, orderId, pharmacyId, clinicId, patientId, verdict: verdictOf(checks), checkedAt },
      checks: checks.map((check) => ({ ...check })),
      ...{ documentDigest: documentIn(evidence)?.digest ?? null, checkedBy: ctx.actor.sub },
    };
  });
  await ctx.write(write, async (tx) => {
    await tx.verification.createMany({ data: rows });
    await auditAll(
      tx,
      ctx,
      rows.map(({ id, orderId, pharmacyId, patientId, verdict }) => ({
        ...{ action: 'order.verified', tenantId: pharmacyId, subjectKind: 'order', subjectId: orderId, patientId },
        detail: { verdict, verification: id, by: 'ORDER' },
      })),
    );
    return { id: rows[0]?.id ?? '' };
  });
  return rows.map(({ id, orderId, verdict }, index) => ({
    ...{ id, orderId, verdict, checkedAt },
    checks: found[index]?.checks ?? [],
    document: found[index]?.evidence.order?.signature?.jws ?? null,
  }));
}
