/** What a verification is shown as, whichever way it was asked for. */

import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Order, orderOf } from '../references.ts';
import type { Check, Verdict } from './check.ts';

/** A verification as it is told. */
export interface Verified {
  readonly id: string;
  /** Null where no order of this pharmacy is meant. */
  readonly orderId: string | null;
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
  description:
    'Whether to fill the order: only when it is VERIFIED, every check passed. One that could not be made leaves it open. AUTHENTIC is signed as it says and counts still, but was not sent to this pharmacy, which must not fill it: only `verifyDocument` and `verifyShortForm` answer so.',
  values: ['VERIFIED', 'NOT_VERIFIED', 'UNKNOWN', 'AUTHENTIC'] as const,
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

/** The answer of every way to verify. */
export const Verification = builder.objectRef<Verified>('Verification').implement({
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
    order: t.field({
      type: Order,
      nullable: true,
      resolve: ({ orderId }) => (orderId === null ? null : orderOf(orderId)),
      description: 'The order; empty where it was not sent to this pharmacy.',
    }),
  }),
});
