import type { Clinic as ClinicRow } from '#prisma/generated/clinics/client.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import type { Reference } from '../references.ts';

/** Clinics whose name and address the caller may read: a pharmacy's people all of them, others those their grants reach. */
export function visibleTo(ctx: Ctx) {
  return ctx.actor.everywhere('clinic:read') ? {} : { id: { in: [...ctx.actor.places('clinic:read')] } };
}

/** A location; readiness adds its field in ../readiness. */
export const Clinic = builder.prismaObject('Clinic', {
  description: 'A location where patients are treated.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'clinic:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: (reference: Reference, ctx: Ctx): Promise<ClinicRow | null> | null => {
          const id = tryId('clinic', reference.id);
          return id === null ? null : ctx.load<ClinicRow>('clinic', id, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (clinic) => toId('clinic', clinic.id), description: 'Id of the clinic.' }),
    name: t.exposeString('name', { description: 'What patients know it by.' }),
    timeZone: t.exposeString('timeZone', { description: 'IANA time zone, for example America/Chicago.' }),
    address: t.field({ type: graph.Address, resolve: (clinic) => clinic, description: 'Where it is.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'Its telephone number, E.164; null where nobody recorded it.' }),
    entity: t.relation('entity', { description: 'The professional entity that practises here.' }),
    services: t.relatedConnection(
      'services',
      {
        cursor: 'id',
        description: 'What it offers, by code. Whether it may offer it today is in `readiness`.',
        query: { orderBy: [{ code: 'asc' }, { id: 'asc' }] },
      },
      { name: 'ServiceOfferingConnection' },
      { name: 'ServiceOfferingEdge' },
    ),
    facilityLicenses: t.relatedConnection(
      'facilityLicenses',
      {
        cursor: 'id',
        authScopes: { may: 'expirable:read' },
        description: 'The licences of its site, those that were replaced, suspended or revoked included, the one that lasts longest first.',
        query: { orderBy: [{ expiresOn: 'desc' }, { id: 'desc' }] },
      },
      { name: 'FacilityLicenseConnection' },
      { name: 'FacilityLicenseEdge' },
    ),
    devices: t.relatedConnection(
      'devices',
      {
        cursor: 'id',
        authScopes: { may: 'readiness:read' },
        description: 'Its machines by code, those that were taken out of use included.',
        query: { orderBy: [{ code: 'asc' }, { id: 'asc' }] },
      },
      { name: 'DeviceConnection' },
      { name: 'DeviceEdge' },
    ),
  }),
});

/** Clinics page by page, wherever they are listed. */
export const ClinicConnection = builder.connectionObject(
  { type: Clinic, name: 'ClinicConnection', description: 'A page of clinics.' },
  { name: 'ClinicEdge' },
);

builder.queryField('clinic', (t) =>
  t.prismaField({
    type: 'Clinic',
    nullable: true,
    description: 'One clinic.',
    authScopes: { may: 'clinic:read' },
    args: { id: t.arg.id({ required: true, description: 'Id of the clinic.' }) },
    resolve: async (query, _root, { id }, ctx) => {
      const clinic = await ctx.db.clinic.findFirst({ ...query, where: { AND: [{ id: fromId('clinic', id) }, visibleTo(ctx)] } });
      if (clinic === null) throw new NotFound();
      return clinic;
    },
  }),
);
