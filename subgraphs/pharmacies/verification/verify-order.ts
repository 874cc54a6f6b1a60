import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { findOwn, type OpenFulfillment } from '../claim/held-order.ts';
import { Order, orderOf } from '../references.ts';
import { type Check, type Verdict, verdictOf } from './check.ts';
import { documentChecks } from './document-checks.ts';
import { documentIn, type Evidence, gatherEvidence } from './evidence.ts';
import { inTurn } from './in-turn.ts';
import { standingChecks } from './standing-checks.ts';

/** Every check, in one order. */
export async function allChecks(evidence: Evidence, now: Date): Promise<Check[]> {
  return [...(await documentChecks(evidence)), ...standingChecks(evidence, now.toISOString())];
}

interface Verified {
  readonly id: string;
  readonly orderId: string;
  readonly verdict: Verdict;
  readonly checkedAt: Date;
  readonly checks: readonly Check[];
  readonly document: string | null;
}

const CheckOutcome = builder.enumType('CheckOutcome', {
  description: 'Whether a check held, did not hold, or could not be made.',
  values: ['PASS', 'FAIL', 'UNKNOWN'] as const,
});

const VerdictEnum = builder.enumType('Verdict', {
  description: 'Whether to fill the order: only when every check passed. One that could not be made leaves it open.',
  values: ['VERIFIED', 'NOT_VERIFIED', 'UNKNOWN'] as const,
});

const VerificationCheck = builder.objectRef<Check>('VerificationCheck').implement({
  description: 'One thing that was checked.',
  authScopes: { may: 'order:verify' },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable, for example PRESCRIBER_SIGNATURE.' }),
    outcome: t.field({ type: CheckOutcome, resolve: (check) => check.outcome, description: 'Whether it held.' }),
    detail: t.exposeString('detail', { description: 'What was found, in words.' }),
    citation: t.exposeString('citation', { nullable: true, description: 'The section of law or standard it rests on.' }),
    remedy: t.exposeString('remedy', { nullable: true, description: 'What would make it pass.' }),
    reason: t.string({
      nullable: true,
      resolve: (check) => check.reason ?? null,
      description:
        'Of a check of the document that does not pass, what exactly was found, for example DOCUMENT_VERSION_UNKNOWN or SIGNATURE_WRONG. Stable; the README lists them. Null of every other check.',
    }),
  }),
});

const Verification = builder.objectRef<Verified>('Verification').implement({
  description: 'Whether to fill an order, and why. Each one is kept.',
  authScopes: { may: 'order:verify' },
  fields: (t) => ({
    id: t.id({ resolve: (verified) => toId('verification', verified.id), description: 'Id of this verification.' }),
    verdict: t.field({ type: VerdictEnum, resolve: (verified) => verified.verdict, description: 'What the checks come to.' }),
    checkedAt: t.expose('checkedAt', { type: 'DateTime', description: 'When.' }),
    checks: t.field({
      type: [VerificationCheck],
      resolve: (verified) => [...verified.checks],
      description: 'Every check, passes included, always in the same order.',
    }),
    document: t.exposeString('document', {
      nullable: true,
      description: 'The signed order: JWS General JSON that any JOSE library can verify with the public keys.',
    }),
    order: t.field({ type: Order, nullable: true, resolve: (verified) => orderOf(verified.orderId), description: 'The order.' }),
  }),
});

/** Keeps what was found: that somebody looked, and what they were told. The document names the patient and is not kept. */
async function record(
  ctx: Ctx,
  row: OpenFulfillment,
  evidence: Evidence,
  checks: readonly Check[],
  write: Parameters<Ctx['write']>[0],
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
      detail: { verdict, verification: made.id },
    });
    return made;
  });
  return { id: kept.id, orderId, verdict, checkedAt: kept.checkedAt, checks, document: evidence.order?.signature?.jws ?? null };
}

builder.queryField('verifyOrder', (t) =>
  t.field({
    description:
      'Whether this pharmacy should fill an order it was sent: the signed document, both signatures, and everything that must stand then and now. Asking is recorded.',
    type: Verification,
    nullable: true,
    authScopes: { may: 'order:verify' },
    args: { orderId: t.arg.id({ required: true, description: 'Id of the order.' }) },
    resolve: (_root, args, ctx, info) =>
      inTurn(ctx, async () => {
        const row = await findOwn(ctx.db, ctx, fromId('order', args.orderId), 'order:verify');
        if (!row) throw new NotFound();
        const evidence = await gatherEvidence(ctx, row);
        const checks = await allChecks(evidence, ctx.now());
        return record(ctx, row, evidence, checks, { info, args, answer: 'verification' });
      }),
  }),
);
