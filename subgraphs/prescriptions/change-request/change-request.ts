import type { ChangeRequest as RequestRow, Order as OrderRow, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { Order } from '../order/order.ts';
import { mayReadContent, orderVisibleTo } from '../order/visible-to.ts';
import { Pharmacy, Practitioner, practitionerOf } from '../references.ts';
import { changeKinds, changeStatuses, type ChangeKind as Kind, scriptCodes, scriptNameOf, statusOf } from './change-kinds.ts';

/** What a pharmacy asks to have changed, in the graph. */
export const ChangeKind = builder.enumType('ChangeKind', {
  description: 'What a pharmacy asks to have changed.',
  values: changeKinds,
});

/** Where a request stands, in the graph. */
export const ChangeRequestStatus = builder.enumType('ChangeRequestStatus', {
  description: 'Where a request stands. Only an OPEN one can still be answered or withdrawn.',
  values: changeStatuses,
});

/** The field’s own type of a change, in the graph. */
export const ChangeRequestType = builder.enumType('ChangeRequestType', {
  description: 'The type of a change as NCPDP SCRIPT codes it in RxChangeRequest.',
  values: Object.fromEntries(
    Object.entries(scriptCodes).map(([name, code]) => [name, { description: `Code ${code}.` }]),
  ) as unknown as Record<keyof typeof scriptCodes, object>,
});

/** Why a change is denied, in the graph. */
export const ChangeDenialReason = builder.enumType('ChangeDenialReason', {
  description: 'Why a prescriber leaves an order as it is.',
  values: {
    NOT_APPROPRIATE: { description: 'The change is not right for this patient.' },
    PATIENT_NEED: { description: 'The patient needs it as it is written.' },
    ALREADY_CLEAR: { description: 'The order says so already.' },
    ORDER_TO_BE_CANCELLED: { description: 'The order is to be cancelled instead.' },
    OTHER: { description: 'Something else: the answer says what.' },
  } as const,
});

const seen = { may: ['order:read', 'order:query'] } as const;

/** The requests of the orders at the caller’s clinics, and those that the caller’s pharmacy asked. */
export function requestVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.ChangeRequestWhereInput {
  return {
    OR: [{ clinicId: { in: [...ctx.actor.places('order:read')] } }, { pharmacyId: { in: [...ctx.actor.places('order:query')] } }],
  };
}

/** What was asked and answered is of the chart: front desks see that something was asked, and not what. */
function words(ctx: Ctx, request: RequestRow, text: string | null): string | null {
  return mayReadContent(ctx, request) ? text : null;
}

function orderOf(ctx: Ctx, request: RequestRow): Promise<OrderRow | null> {
  return ctx.load<OrderRow>('order', request.orderId, orderVisibleTo(ctx));
}

/** A pharmacy’s question about an order it works on. */
export const ChangeRequest = builder.prismaObject('ChangeRequest', {
  description: 'What the pharmacy that works on an order asks its prescriber to change.',
  directives: { key: { fields: 'id' } },
  authScopes: seen,
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('changeRequest', id);
          return uuid === null ? null : ctx.load('changeRequest', uuid, requestVisibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('changeRequest', row.id), description: 'Id of the request.' }),
    status: t.field({
      type: ChangeRequestStatus,
      resolve: async (row, _args, ctx) => statusOf(row, await orderOf(ctx, row)),
      description: 'Where it stands. An open one ends when the order leaves that pharmacy.',
    }),
    kind: t.field({ type: ChangeKind, resolve: (row) => row.kind as Kind, description: 'What it is about.' }),
    type: t.field({ type: ChangeRequestType, resolve: (row) => scriptNameOf(row.code), description: 'Its type as the field codes it.' }),
    note: t.string({
      nullable: true,
      resolve: (row, _args, ctx) => words(ctx, row, row.note),
      description: 'In the pharmacist’s words; empty for who does not read the chart.',
    }),
    order: t.field({
      type: Order,
      nullable: true,
      resolve: (row, _args, ctx) => orderOf(ctx, row),
      description: 'The order it is about; empty for who may not see that any more.',
    }),
    pharmacy: t.field({
      type: Pharmacy,
      nullable: true,
      resolve: (row) => ({ id: toId('pharmacy', row.pharmacyId) }),
      description: 'Who asks.',
    }),
    prescriber: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.prescriberId),
      description: 'Who is asked.',
    }),
    askedAt: t.expose('askedAt', { type: 'DateTime', description: 'When it was asked.' }),
    askedBy: t.exposeString('askedByName', { description: 'The name the pharmacist was signed in under.' }),
    answeredAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: (row) => (row.answeredBy === null ? null : row.statusSince),
      description: 'When the prescriber answered.',
    }),
    answer: t.string({
      nullable: true,
      resolve: (row, _args, ctx) => words(ctx, row, row.answer),
      description: 'In the prescriber’s words; empty for who does not read the chart.',
    }),
    denialReason: t.field({
      type: ChangeDenialReason,
      nullable: true,
      resolve: (row) => row.denyReason as 'OTHER' | null,
      description: 'Why it was denied.',
    }),
    amendment: t.field({
      type: Order,
      nullable: true,
      resolve: (row, _args, ctx) => (row.amendmentId === null ? null : ctx.load<OrderRow>('order', row.amendmentId, orderVisibleTo(ctx))),
      description: 'The order that an approval opened; the pharmacy sees it once it was sent.',
    }),
  }),
});

builder.objectField(Order, 'changeRequests', (t) =>
  t.field({
    type: [ChangeRequest],
    nullable: true,
    authScopes: seen,
    description: 'What its pharmacies asked to have changed, the oldest first; a pharmacy sees its own.',
    resolve: (order, _args, ctx) =>
      ctx.db.changeRequest.findMany({
        where: { AND: [{ orderId: order.id }, requestVisibleTo(ctx)] },
        orderBy: [{ askedAt: 'asc' }, { id: 'asc' }],
      }),
  }),
);
