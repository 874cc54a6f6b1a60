import { permissions } from '#kernel/permissions.ts';
import { idPrefixes } from '#kernel/ids.ts';
import { builder } from './builder.ts';
import { ClinicConnection } from './clinic/clinic.ts';
import { Membership } from './member/membership.ts';
import { Pharmacy } from './references.ts';

const MOST_MEMBERSHIPS = 200;

const Viewer = builder.objectRef<Record<string, never>>('Viewer').implement({
  description: 'Whoever is asking, and what they may do here.',
  authScopes: { may: 'viewer:read' },
  fields: (t) => ({
    id: t.id({ resolve: (_viewer, _args, ctx) => ctx.actor.sub, description: 'The subject of the token.' }),
    displayName: t.string({ resolve: (_viewer, _args, ctx) => ctx.actor.name, description: 'The name in the token.' }),
    permissions: t.stringList({
      resolve: (_viewer, _args, ctx) => permissions.filter((permission) => ctx.actor.may(permission)),
      description: 'Every verb the viewer may use somewhere, for example exam:book.',
    }),
    clinics: t.prismaConnection(
      {
        type: 'Clinic',
        cursor: 'id',
        description: 'The clinics the viewer’s grants reach, by name.',
        resolve: (query, _viewer, _args, ctx) =>
          ctx.db.clinic.findMany({
            ...query,
            where: { id: { in: [...ctx.actor.places('clinic:read')] } },
            orderBy: [{ name: 'asc' }, { id: 'asc' }],
          }),
      },
      ClinicConnection,
    ),
    msos: t.prismaConnection(
      {
        type: 'Mso',
        cursor: 'id',
        description: 'The management organisations the viewer works for, by name.',
        resolve: (query, _viewer, _args, ctx) =>
          ctx.db.mso.findMany({
            ...query,
            where: { id: { in: [...ctx.actor.places('mso:read')] } },
            orderBy: [{ name: 'asc' }, { id: 'asc' }],
          }),
      },
      { name: 'MsoConnection' },
      { name: 'MsoEdge' },
    ),
    memberships: t.field({
      type: [Membership],
      resolve: (_viewer, _args, ctx) =>
        ctx.db.membership.findMany({
          where: { sub: ctx.actor.sub },
          orderBy: [{ startsAt: 'desc' }, { id: 'desc' }],
          take: MOST_MEMBERSHIPS,
        }),
      description: 'The viewer’s own memberships, newest first, those that have ended included; the newest 200.',
    }),
    pharmacies: t.field({
      type: [Pharmacy],
      nullable: { list: false, items: true },
      resolve: (_viewer, _args, ctx) => {
        const places = ctx.actor.grants.map((grant) => grant.at).filter((at) => at.startsWith(`${idPrefixes.pharmacy}_`));
        return [...new Set(places)].map((id) => ({ id }));
      },
      description: 'The pharmacies the viewer works at.',
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: Viewer,
    nullable: true,
    description: 'Whoever is asking.',
    authScopes: { may: 'viewer:read' },
    resolve: () => ({}),
  }),
);
