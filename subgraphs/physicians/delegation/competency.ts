import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { builder, type Context } from '../builder.ts';
import { isCurrent } from './competency-term.ts';

/** The records a caller may read: those of their own clinics, of people engaged there, and their own. */
export function competenciesVisibleTo(ctx: Context): Prisma.CompetencyWhereInput {
  const places = [...ctx.actor.places('delegation:read')];
  const own = tryId('practitioner', ctx.actor.sub);
  return {
    OR: [
      { clinicId: { in: places } },
      { practitioner: { engagements: { some: { clinicId: { in: places } } } } },
      ...(own === null ? [] : [{ practitionerId: own }]),
    ],
  };
}

/** A certificate of a course is not enough: somebody able has seen the person do it. */
export const Competency = builder.prismaObject('Competency', {
  description: 'That somebody saw a person do a service and found them able. Never changed once recorded; it can be withdrawn.',
  authScopes: { may: 'delegation:read' },
  fields: (t) => ({
    id: t.id({ resolve: (competency) => toId('competency', competency.id), description: 'The record’s id.' }),
    practitioner: t.relation('practitioner', { description: 'Who was found able.' }),
    service: t.exposeString('service', { description: 'Code of the service.' }),
    device: t.exposeString('device', { nullable: true, description: 'Code of the one device it is about; empty where it is about none.' }),
    course: t.exposeString('course', { description: 'Where they learnt it.' }),
    handsOnCount: t.exposeInt('handsOnCount', { description: 'How often they did it under the eyes of somebody able.' }),
    assessor: t.relation('assessor', { description: 'Who saw them do it.' }),
    assessedOn: t.expose('assessedOn', { type: 'Date', description: 'The day of the assessment.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it counts.' }),
    current: t.boolean({
      select: { withdrawal: true, expiresOn: true },
      resolve: (competency, _args, ctx) => isCurrent(competency, ctx.now()),
      description: 'Whether it counts today.',
    }),
    withdrawnAt: t.field({
      type: 'DateTime',
      nullable: true,
      select: { withdrawal: true },
      resolve: ({ withdrawal }) => withdrawal?.withdrawnAt ?? null,
      description: 'When it was withdrawn; empty when it was not.',
    }),
    withdrawalReason: t.string({
      nullable: true,
      select: { withdrawal: true },
      resolve: ({ withdrawal }) => withdrawal?.reason ?? null,
      description: 'Why it was withdrawn.',
    }),
  }),
});
