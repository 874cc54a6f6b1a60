import { fromId, toId } from '#kernel/ids.ts';
import { NotFound } from '#kernel/errors.ts';
import { builder, type Ctx } from '../builder.ts';
import { ExpirableStop, RenewalOwner } from '../expirable/expirable.ts';
import type { Owner, Stop } from '../expirable/paper.ts';

/** What is stored of a lapse beside its columns, as this subgraph wrote it. */
function stored<Shape>(json: unknown): Shape {
  return json as Shape;
}

function reached(ctx: Ctx): ReadonlySet<string> {
  return new Set(ctx.actor.places('expirable:read'));
}

/** A lapse, as those of its clinics see it. */
export const Lapse = builder.prismaObject('Lapse', {
  description:
    'That something a clinic’s work stands on ended or was put out of force. It is noted within a minute; the work itself stops at the moment, noted or not.',
  authScopes: { may: 'expirable:read' },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('lapse', id), description: 'Id of the lapse.' }),
    kind: t.exposeString('kind', { description: 'What it was, for example LICENSE or PROTOCOL; as of `Expirable.kind`.' }),
    recordId: t.exposeID('recordId', { description: 'The record that lapsed.' }),
    label: t.exposeString('label', { description: 'Whose it is, in words.' }),
    cause: t.exposeString('cause', { description: 'ENDED past its last day, otherwise the status it took, for example SUSPENDED.' }),
    day: t.field({
      type: 'Date',
      nullable: true,
      resolve: ({ day }) => day,
      description: 'The last day it was good when it ended; otherwise the first day of that status, null where nobody recorded one.',
    }),
    clinicIds: t.field({
      type: ['ID'],
      resolve: ({ clinicIds }, _args, ctx) => {
        const own = reached(ctx);
        return clinicIds.filter((id) => own.has(id)).map((id) => toId('clinic', id));
      },
      description: 'The clinics it is about, of those the caller knows of.',
    }),
    stops: t.field({
      type: [ExpirableStop],
      resolve: ({ stops }, _args, ctx) => {
        const own = reached(ctx);
        return stored<Stop[]>(stops).filter(({ clinicId }) => clinicId === null || own.has(fromId('clinic', clinicId)));
      },
      description: 'What it stopped when it was noted. What is open today is in `Clinic.readiness`.',
    }),
    owner: t.field({ type: RenewalOwner, resolve: ({ owner }) => stored<Owner>(owner), description: 'Whose it is to put right.' }),
    notedAt: t.field({ type: 'DateTime', resolve: ({ notedAt }) => notedAt, description: 'When it was noted.' }),
  }),
});

builder.queryField('lapses', (t) =>
  t.prismaConnection(
    {
      type: Lapse,
      cursor: 'id',
      nullable: true,
      description: 'What a clinic’s work stood on and lapsed, the last noted first: what it stopped, and who must act.',
      authScopes: { may: 'expirable:read' },
      args: {
        clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
        since: t.arg({ type: 'DateTime', description: 'Only what was noted at this moment or later.' }),
      },
      resolve: (query, _root, args, ctx) => {
        const clinicId = fromId('clinic', args.clinicId);
        if (!reached(ctx).has(clinicId)) throw new NotFound();
        const since = args.since == null ? {} : { notedAt: { gte: args.since } };
        return ctx.db.lapse.findMany({ ...query, where: { clinicIds: { has: clinicId }, ...since }, orderBy: { id: 'desc' } });
      },
    },
    { name: 'LapseConnection' },
    { name: 'LapseEdge' },
  ),
);
