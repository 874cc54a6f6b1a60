import { NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';

export const FacilityClass = builder.enumType('FacilityClass', {
  description:
    'Under which section of the Food, Drug, and Cosmetic Act a facility compounds: 503A for identified patients, 503B also for office stock.',
  values: ['PHARMACY_503A', 'OUTSOURCING_503B'] as const,
});

/** Pharmacies are a register: everyone who may look one up may look all of them up. */
export function visibleTo(ctx: Ctx) {
  return ctx.actor.everywhere('pharmacy:read') ? {} : { id: { in: [...ctx.actor.places('fulfillment:read')] } };
}

export const Pharmacy = builder.prismaObject('Pharmacy', {
  description: 'A compounding pharmacy or outsourcing facility.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'pharmacy:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('pharmacy', id);
          return uuid === null ? null : ctx.load('pharmacy', uuid, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('pharmacy', row.id), description: 'Id of the pharmacy.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    facilityClass: t.field({
      type: FacilityClass,
      resolve: (row) => row.facilityClass as 'PHARMACY_503A',
      description: 'Whether it fills for identified patients only.',
    }),
    npi: t.exposeString('npi', { description: 'National Provider Identifier.' }),
    ncpdpId: t.exposeString('ncpdpId', { nullable: true, description: 'NCPDP provider id, where it has one.' }),
    homeState: t.field({ type: graph.UsState, resolve: (row) => row.homeState, description: 'The state it stands in.' }),
    address: t.field({
      type: graph.Address,
      select: { line1: true, line2: true, city: true, homeState: true, postalCode: true },
      resolve: ({ homeState, ...row }) => ({ ...row, state: homeState }),
      description: 'Where it stands.',
    }),
    phone: t.exposeString('phone', { description: 'Its telephone, E.164.' }),
    status: t.exposeString('status', {
      description: 'REGISTERED, REFUSED, ACTIVE, SUSPENDED or CLOSED. Only an active one is offered and sent to.',
    }),
    statusReason: t.exposeString('statusReason', {
      nullable: true,
      description: 'Code of why it was suspended, reinstated or closed; empty where it never was.',
    }),
    statusSince: t.expose('statusSince', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was last suspended, reinstated or closed; empty where it never was.',
    }),
    licenses: t.relation('licenses', {
      query: { orderBy: [{ state: 'asc' }, { kind: 'asc' }, { id: 'asc' }] },
      description: 'Its licences and permits, by state.',
    }),
  }),
});

export const PharmacyLicense = builder.prismaObject('PharmacyLicense', {
  description: 'A licence or permit of a pharmacy in one state.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'pharmacy:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Ctx) => {
          const uuid = tryId('pharmacyLicense', id);
          return uuid === null ? null : ctx.load('pharmacyLicense', uuid, { pharmacy: visibleTo(ctx) });
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('pharmacyLicense', row.id), description: 'Id of the licence.' }),
    state: t.field({ type: graph.UsState, resolve: (row) => row.state, description: 'The state that gave it.' }),
    number: t.exposeString('number', { description: 'Its number.' }),
    kind: t.exposeString('kind', { description: 'PHARMACY (resident), NON_RESIDENT, STERILE (a separate permit) or OUTSOURCING.' }),
    status: t.exposeString('status', { description: 'As last read at the board.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day on which it is good.' }),
    verifiedAt: t.expose('verifiedAt', { type: 'DateTime', nullable: true, description: 'When it was last checked at the board.' }),
  }),
});

builder.queryField('pharmacy', (t) =>
  t.prismaField({
    description: 'A pharmacy by its id.',
    type: Pharmacy,
    nullable: true,
    authScopes: { may: 'pharmacy:read' },
    args: { id: t.arg.id({ required: true, description: 'Id of the pharmacy.' }) },
    resolve: async (query, _root, { id }, ctx) => {
      const row = await ctx.db.pharmacy.findFirst({ ...query, where: { id: fromId('pharmacy', id), ...visibleTo(ctx) } });
      if (!row) throw new NotFound();
      return row;
    },
  }),
);
