import type { GoodFaithExam as ExamRow, LicenseReliance, Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { examVisibleTo } from '../exam/visible-to.ts';
import { Order } from '../order/order.ts';
import { orderVisibleTo } from '../order/visible-to.ts';
import { Clinic, clinicOf } from '../references.ts';

/** A decision that stood on the licence, with what the licence was then. */
interface Affected {
  readonly reliance: LicenseReliance;
  /** Null when nothing was on record of that day. */
  readonly status: string | null;
}

const Kind = builder.enumType('AffectedKind', {
  description: 'What stood on a licence.',
  values: { EXAM: { description: 'A good-faith exam.' }, ORDER: { description: 'An order.' } },
});

const Part = builder.enumType('LicensePart', {
  description: 'Whose licence it was in a decision.',
  values: {
    EXAMINER: { description: 'Who examined.' },
    PRESCRIBER: { description: 'Who prescribed.' },
    COLLABORATOR: { description: 'The physician under whose agreement a nurse practitioner or physician assistant worked.' },
  },
});

const statuses = ['ACTIVE', 'UNVERIFIED', 'EXPIRED', 'RESTRICTED', 'SUSPENDED', 'REVOKED'] as const;

const BoardStatus = builder.enumType('BoardStatus', {
  description: 'What is on record of a licence, whenever it was looked up.',
  values: {
    ACTIVE: { description: 'Good and unrestricted.' },
    UNVERIFIED: { description: 'Never confirmed at its board, or no longer.' },
    EXPIRED: { description: 'Its term was over.' },
    RESTRICTED: { description: 'Limited by the board.' },
    SUSPENDED: { description: 'Suspended by the board.' },
    REVOKED: { description: 'Revoked by the board.' },
  } satisfies Record<(typeof statuses)[number], object>,
});

/** An exam or order that a licence's history touches. It names no patient; who may open the exam or the order sees the rest there. */
export const AffectedRecord = builder.objectRef<Affected>('AffectedRecord').implement({
  description: 'A decision about an exam or an order that stood on a licence which was not good then.',
  authScopes: { may: 'affected:read' },
  fields: (t) => ({
    kind: t.field({ type: Kind, resolve: ({ reliance }) => reliance.kind as typeof Kind.$inferType, description: 'What it is.' }),
    subjectId: t.id({
      resolve: ({ reliance }) => toId(reliance.kind === 'EXAM' ? 'exam' : 'order', reliance.subjectId),
      description: 'Id of the exam or order, for those too who may not open it.',
    }),
    exam: t.field({
      type: GoodFaithExam,
      nullable: true,
      resolve: ({ reliance }, _args, ctx) =>
        reliance.kind === 'EXAM' && ctx.actor.may('exam:read')
          ? ctx.load<ExamRow>('goodFaithExam', reliance.subjectId, examVisibleTo(ctx))
          : null,
      description: 'The exam; null for an order, and for callers who may not see exams.',
    }),
    order: t.field({
      type: Order,
      nullable: true,
      resolve: ({ reliance }, _args, ctx) =>
        reliance.kind === 'ORDER' && ctx.actor.may('order:read')
          ? ctx.load<OrderRow>('order', reliance.subjectId, orderVisibleTo(ctx))
          : null,
      description: 'The order; null for an exam, and for callers who may not see orders.',
    }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: ({ reliance }) => clinicOf(reliance.clinicId),
      description: 'The clinic it belongs to.',
    }),
    gate: t.string({
      resolve: ({ reliance }) => reliance.gate,
      description:
        'The gate that decided: BOOK, REQUEST, RESCHEDULE, CLAIM, START or COMPLETE of an exam, SIGN, SEND or REFILL of an order.',
    }),
    at: t.field({
      type: 'DateTime',
      resolve: ({ reliance }) => reliance.at,
      description: 'The moment for which the licence had to be good: of the decision or, for an examiner’s part in an order, of the exam.',
    }),
    part: t.field({ type: Part, resolve: ({ reliance }) => reliance.part as typeof Part.$inferType, description: 'Whose licence it was.' }),
    status: t.field({
      type: BoardStatus,
      nullable: true,
      resolve: ({ status }) => statuses.find((known) => known === status) ?? null,
      description: 'What the licence was on that day (UTC), as known at the moment asked for; empty when nobody knew.',
    }),
  }),
});
