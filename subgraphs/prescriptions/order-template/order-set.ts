import { NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Clinic, clinicOf, Practitioner, practitionerOf, ProtocolVersion, protocolVersionOf } from '../references.ts';
import { OrderTemplate, OrderTemplateRetireReason } from './order-template.ts';

/** Templates that are offered together. */
export const OrderSet = builder.prismaObject('OrderSet', {
  description: 'Templates that are offered together, all of one version of a protocol.',
  authScopes: { may: 'order-template:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('orderSet', row.id), description: 'Id of the order set.' }),
    name: t.exposeString('name', { description: 'What it is called at its clinic.' }),
    clinic: t.field({ type: Clinic, nullable: true, resolve: (row) => clinicOf(row.clinicId), description: 'Whose it is.' }),
    protocol: t.field({
      type: ProtocolVersion,
      nullable: true,
      resolve: (row) => protocolVersionOf(row.protocolId),
      description: 'The version of the protocol that all its templates are bound to.',
    }),
    templates: t.field({
      type: [OrderTemplate],
      select: (_args, _ctx, nested) => ({ items: { orderBy: { position: 'asc' }, select: { template: nested() } } }),
      resolve: ({ items }) => items.map(({ template }) => template),
      description: 'Its templates in order; one that was retired since is there too, and drafts nothing.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was put together.' }),
    createdBy: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(tryId('practitioner', row.createdBy)),
      description: 'Who put it together.',
    }),
    retiredAt: t.expose('retiredAt', { type: 'DateTime', nullable: true, description: 'Since when it is offered no longer.' }),
    retireReason: t.field({
      type: OrderTemplateRetireReason,
      nullable: true,
      resolve: (row) => row.retireReason as 'REPLACED' | null,
      description: 'Why it is offered no longer.',
    }),
  }),
});

builder.queryField('orderSets', (t) =>
  t.prismaConnection({
    type: 'OrderSet',
    cursor: 'id',
    description: 'A clinic’s order sets that are in use, by name.',
    authScopes: { may: 'order-template:read' },
    args: { clinicId: t.arg.id({ required: true, description: 'The clinic.' }) },
    resolve: (query, _root, args, ctx) => {
      const clinicId = fromId('clinic', args.clinicId);
      if (!ctx.actor.places('order-template:read').includes(clinicId)) throw new NotFound();
      return ctx.db.orderSet.findMany({ ...query, where: { clinicId, retiredAt: null }, orderBy: [{ name: 'asc' }, { id: 'asc' }] });
    },
  }),
);
