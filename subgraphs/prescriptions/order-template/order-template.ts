import { NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import type { OrderTemplate as TemplateRow, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { Order } from '../order/order.ts';
import { Clinic, clinicOf, Practitioner, practitionerOf, ProtocolVersion, protocolVersionOf } from '../references.ts';
import { contentOf } from './template-content.ts';

/** Why a template or an order set is offered no longer, in the graph. */
export const OrderTemplateRetireReason = builder.enumType('OrderTemplateRetireReason', {
  description: 'Why a template or an order set is offered no longer.',
  values: {
    REPLACED: { description: 'Another stands in for it.' },
    NOT_USED: { description: 'Nobody needs it.' },
    UNSAFE: { description: 'Orders should not be written like this.' },
    PROTOCOL_CHANGED: { description: 'The protocol says something else now.' },
  } as const,
});

/** What orders of one kind have in common. */
export const OrderTemplate = builder.prismaObject('OrderTemplate', {
  description:
    'What orders of one kind have in common under one version of a protocol: the preparation, directions and amounts. It has nothing of a patient, and no clinical difference: that is each patient’s own.',
  authScopes: { may: 'order-template:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('orderTemplate', row.id), description: 'Id of the template.' }),
    name: t.exposeString('name', { description: 'What it is called at its clinic.' }),
    digest: t.exposeString('digest', { description: 'SHA-256 of its name and content, hex: what orders drafted from it keep.' }),
    clinic: t.field({ type: Clinic, nullable: true, resolve: (row) => clinicOf(row.clinicId), description: 'Whose it is.' }),
    service: t.exposeString('service', { description: 'Code of the service its orders are for.' }),
    protocol: t.field({
      type: ProtocolVersion,
      nullable: true,
      resolve: (row) => protocolVersionOf(row.protocolId),
      description: 'The version of the protocol it is bound to: once that is no longer in force, no order is drafted from it.',
    }),
    formularyItemId: t.id({ resolve: (row) => contentOf(row).formularyItemId, description: 'The preparation, as in `formulary`.' }),
    sig: t.string({ resolve: (row) => contentOf(row).sig, description: 'Directions for the patient.' }),
    dosage: t.field({
      type: 'JSON',
      nullable: true,
      resolve: (row) => contentOf(row).given.dosage,
      description: 'The dose as data, as it was given; empty where the directions were given in words.',
    }),
    quantity: t.field({ type: graph.Quantity, resolve: (row) => contentOf(row).quantity, description: 'How much is dispensed each time.' }),
    daysSupply: t.int({ resolve: (row) => contentOf(row).daysSupply, description: 'How many days that lasts.' }),
    refills: t.int({ resolve: (row) => contentOf(row).refills, description: 'How often it may be filled again.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was written.' }),
    createdBy: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(tryId('practitioner', row.createdBy)),
      description: 'Who wrote it.',
    }),
    retiredAt: t.expose('retiredAt', { type: 'DateTime', nullable: true, description: 'Since when it is offered no longer.' }),
    retireReason: t.field({
      type: OrderTemplateRetireReason,
      nullable: true,
      resolve: (row) => row.retireReason as 'REPLACED' | null,
      description: 'Why it is offered no longer.',
    }),
    favorite: t.boolean({
      resolve: async (row, _args, ctx) => (await favoritesOf(ctx)).has(row.id),
      description: 'Whether the caller wants to see it first.',
    }),
  }),
});

const favorites = new WeakMap<Ctx, Promise<ReadonlySet<string>>>();

/** The caller's own favourites by stored id, read once a request. */
function favoritesOf(ctx: Ctx): Promise<ReadonlySet<string>> {
  const known = favorites.get(ctx);
  if (known !== undefined) return known;
  const read = ctx.db.orderTemplateFavorite
    .findMany({ where: { prescriber: ctx.actor.sub }, select: { templateId: true } })
    .then((rows) => new Set(rows.map(({ templateId }) => templateId)));
  favorites.set(ctx, read);
  return read;
}

/** The templates of the clinics where the caller reads them; of these only at one clinic, when it is named. */
export function templatesVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.OrderTemplateWhereInput {
  return { clinicId: { in: [...ctx.actor.places('order-template:read')] } };
}

/** A template by its public id, where the caller has the given right; throws NotFound otherwise. */
export async function templateOf(
  db: Pick<Tx, 'orderTemplate'>,
  ctx: Pick<Ctx, 'actor'>,
  id: string,
  permission: 'order-template:read' | 'order-template:keep' | 'order:draft',
): Promise<TemplateRow> {
  const where = {
    AND: [templatesVisibleTo(ctx), { id: fromId('orderTemplate', id), clinicId: { in: [...ctx.actor.places(permission)] } }],
  };
  const template = await db.orderTemplate.findFirst({ where });
  if (template === null) throw new NotFound();
  return template;
}

const OrderTemplateUse = builder.prismaObject('OrderTemplateUse', {
  description: 'From which template an order was drafted.',
  authScopes: { may: 'order-template:read' },
  fields: (t) => ({
    template: t.relation('template', { description: 'The template.' }),
    digest: t.exposeString('digest', { description: 'Its digest when the order was drafted; it never changes.' }),
  }),
});

builder.objectField(Order, 'draftedFrom', (t) =>
  t.field({
    type: OrderTemplateUse,
    nullable: true,
    authScopes: { may: 'order-template:read' },
    description: 'The template it was drafted from; null when it was written without one.',
    resolve: (order, _args, ctx) =>
      ctx.actor.places('order-template:read').includes(order.clinicId)
        ? ctx.db.orderTemplateUse.findUnique({ where: { orderId: order.id } })
        : null,
  }),
);
