import type { Mso as MsoRow } from '#prisma/generated/clinics/client.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { ClinicConnection, visibleTo as visibleClinics } from '../clinic/clinic.ts';
import { today } from '../business-day.ts';
import type { Reference } from '../references.ts';
import { inForceOn } from './management-agreement.ts';

function visibleTo(ctx: Ctx) {
  return { id: { in: [...ctx.actor.places('mso:read')] } };
}

/** Clinics that the MSO manages today, as far as the caller may see them. */
export function clinicsOf(mso: { readonly id: string }, ctx: Ctx) {
  return { AND: [visibleClinics(ctx), { entity: { agreements: { some: { msoId: mso.id, ...inForceOn(today(ctx)) } } } }] };
}

/** A management organisation: its view of all its clinics, without a chart. What expires is added in ./expirables.ts. */
export const Mso = builder.prismaObject('Mso', {
  description: 'A management services organisation: it runs the business side of clinics and never opens a chart.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'mso:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: (reference: Reference, ctx: Ctx): Promise<MsoRow | null> | null => {
          const id = tryId('mso', reference.id);
          return id === null ? null : ctx.load<MsoRow>('mso', id, visibleTo(ctx));
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (mso) => toId('mso', mso.id), description: 'Id of the organisation.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    clinicIds: t.idList({
      directives: { inaccessible: {} },
      description: 'The clinics it manages today: what other subgraphs need to add fields of their own.',
      resolve: async (mso, _args, ctx) => {
        const clinics = await ctx.db.clinic.findMany({ where: clinicsOf(mso, ctx), select: { id: true }, orderBy: { id: 'asc' } });
        return clinics.map((clinic) => toId('clinic', clinic.id));
      },
    }),
    clinics: t.prismaConnection(
      {
        type: 'Clinic',
        cursor: 'id',
        description: 'The clinics it manages today, by name.',
        resolve: (query, mso, _args, ctx) =>
          ctx.db.clinic.findMany({ ...query, where: clinicsOf(mso, ctx), orderBy: [{ name: 'asc' }, { id: 'asc' }] }),
      },
      ClinicConnection,
    ),
  }),
});

builder.queryField('mso', (t) =>
  t.prismaField({
    type: 'Mso',
    nullable: true,
    description: 'One management organisation.',
    authScopes: { may: 'mso:read' },
    args: { id: t.arg.id({ required: true, description: 'Id of the organisation.' }) },
    resolve: async (query, _root, { id }, ctx) => {
      const mso = await ctx.db.mso.findFirst({ ...query, where: { AND: [{ id: fromId('mso', id) }, visibleTo(ctx)] } });
      if (mso === null) throw new NotFound();
      return mso;
    },
  }),
);
