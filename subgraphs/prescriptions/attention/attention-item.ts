import { toId } from '#kernel/ids.ts';
import type {
  ChangeRequest as RequestRow,
  OfficeStockOrder as StockRow,
  Order as OrderRow,
} from '#prisma/generated/prescriptions/client.ts';
import { type Acting, actingRoles } from '../at-risk/must-act.ts';
import { builder } from '../builder.ts';
import { ChangeRequest, requestVisibleTo } from '../change-request/change-request.ts';
import { OfficeStockOrder, stockVisibleTo } from '../office-stock/office-stock-order.ts';
import type { RuleResult } from '#rules/results.ts';
import { Order } from '../order/order.ts';
import { orderVisibleTo } from '../order/visible-to.ts';
import { Practitioner, practitionerOf } from '../references.ts';
import { type WaitingFor, waitingKinds } from './waiting-kinds.ts';
import type { WaitingRow } from './waiting-rows.ts';

const HOUR_MS = 3_600_000;

/** An order that waits, with what stands in its way where its gate is broken. */
export interface Attention {
  readonly row: WaitingRow;
  readonly broken: BrokenGate | null;
}

/** What stands in an order's way, since when by the dates on record, and who acts on it first. */
export interface BrokenGate {
  readonly blockers: readonly RuleResult[];
  /** YYYY-MM-DD. */
  readonly since: string | null;
  readonly mustAct: readonly Pick<Acting, 'role'>[];
}

const AttentionKind = builder.enumType('AttentionKind', {
  description: 'What an order waits for.',
  values: Object.fromEntries(Object.entries(waitingKinds).map(([kind, { description }]) => [kind, { description }])) as Record<
    WaitingFor,
    { description: string }
  >,
});

const AttentionRole = builder.enumType('AttentionRole', {
  description: 'As what somebody is to act.',
  values: actingRoles,
});

/** One line of the list. */
export const AttentionItem = builder.objectRef<Attention>('AttentionItem').implement({
  description: 'An order, for a patient or for the clinic’s stock, that waits for a person: for what, since when, and what to do.',
  authScopes: { may: 'attention:read' },
  fields: (t) => ({
    kind: t.field({ type: AttentionKind, resolve: ({ row }) => row.kind, description: 'What it waits for.' }),
    order: t.field({
      type: Order,
      nullable: true,
      resolve: ({ row }, _args, ctx) => (row.orderId === null ? null : ctx.load<OrderRow>('order', row.orderId, orderVisibleTo(ctx))),
      description: 'The order; of an approved change, the amendment that is to be signed. Empty of office stock, which is never one.',
    }),
    officeStockOrder: t.field({
      type: OfficeStockOrder,
      nullable: true,
      resolve: ({ row }, _args, ctx) =>
        row.stockOrderId === null ? null : ctx.load<StockRow>('officeStockOrder', row.stockOrderId, stockVisibleTo(ctx)),
      description: 'The order for the clinic’s stock, where it is that which waits.',
    }),
    changeRequest: t.field({
      type: ChangeRequest,
      nullable: true,
      resolve: ({ row }, _args, ctx) =>
        row.orderId === null || row.subjectId === row.orderId
          ? null
          : ctx.load<RequestRow>('changeRequest', row.subjectId, requestVisibleTo(ctx)),
      description: 'What its pharmacy asks, where that is what it waits for.',
    }),
    since: t.field({
      type: 'DateTime',
      resolve: ({ row }) => row.since,
      description:
        'Since when it waits; of a broken gate, when the order was signed or placed: `brokenSince` says since when it is broken.',
    }),
    ageHours: t.int({
      resolve: ({ row }, _args, ctx) => Math.max(0, Math.floor((ctx.now().getTime() - row.since.getTime()) / HOUR_MS)),
      description: 'Whole hours since then.',
    }),
    until: t.field({
      type: 'Date',
      nullable: true,
      resolve: ({ row }) => row.until,
      description: 'The last day on which it can still be done; empty where none is set.',
    }),
    brokenSince: t.field({
      type: 'Date',
      nullable: true,
      resolve: ({ broken }) => broken?.since ?? null,
      description: 'Of a broken gate: the first day on which something of it had lapsed; empty where no date on record says.',
    }),
    ruleIds: t.stringList({
      resolve: ({ broken }) => broken?.blockers.map(({ id }) => id) ?? [],
      description: 'Of a broken gate: the rules that say no.',
    }),
    verbs: t.stringList({ resolve: ({ row }) => [...waitingKinds[row.kind].verbs], description: 'The mutations that settle it.' }),
    role: t.field({
      type: AttentionRole,
      resolve: ({ row, broken }) => broken?.mustAct[0]?.role ?? waitingKinds[row.kind].role,
      description: 'As what somebody is to act first.',
    }),
    prescriber: t.field({
      type: Practitioner,
      nullable: true,
      resolve: ({ row }) => practitionerOf(row.prescriberId),
      description: 'Whose order it is; of stock, who answers for the purchase.',
    }),
    orderId: t.id({
      nullable: true,
      resolve: ({ row }) => (row.orderId === null ? null : toId('order', row.orderId)),
      description: 'Id of the order; empty of office stock.',
    }),
  }),
});
