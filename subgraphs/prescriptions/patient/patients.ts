import { z } from 'zod';
import { fromId } from '#kernel/ids.ts';
import { NotFound } from '#kernel/errors.ts';
import type { Prisma } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../builder.ts';
import { dateOf } from '../calendar-day.ts';
import { fold } from './search-name.ts';

const PatientSearch = builder.inputType('PatientSearch', {
  description: 'How a patient is looked for. Everything given must fit.',
  fields: (t) => ({
    name: t.string({ description: 'Parts of given or family name, in any order; accents and case do not matter.' }),
    birthDate: t.field({ type: 'Date', description: 'Date of birth.' }),
    phone: t.string({ description: 'Telephone number or its last digits, at least four.' }),
  }),
  validate: z.looseObject({
    name: z.string().max(200, 'A name to look for has at most 200 characters.').nullish(),
    phone: z
      .string()
      .refine((phone) => digitsOf(phone).length >= 4, 'Give at least four digits.')
      .nullish(),
  }),
});

builder.queryField('patients', (t) =>
  t.prismaConnection({
    type: 'Patient',
    cursor: 'id',
    description: 'The patients of a clinic by name, or those who fit a search.',
    authScopes: { may: 'patient:read' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      search: t.arg({ type: PatientSearch, description: 'Whom to look for; everybody when left out.' }),
    },
    resolve: (query, _root, { clinicId, search }, ctx) => {
      const clinic = fromId('clinic', clinicId);
      if (!ctx.actor.places('patient:read').includes(clinic)) throw new NotFound();
      return ctx.db.patient.findMany({
        ...query,
        where: { clinicId: clinic, AND: conditions(search ?? {}) },
        orderBy: [{ searchName: 'asc' }, { id: 'asc' }],
      });
    },
  }),
);

function conditions(search: { name?: string | null; birthDate?: string | null; phone?: string | null }): Prisma.PatientWhereInput[] {
  const words = fold(search.name ?? '')
    .split(' ')
    .filter((word) => word !== '');
  return [
    ...words.map((word) => ({ searchName: { contains: word } })),
    ...(search.birthDate ? [{ birthDate: dateOf(search.birthDate) }] : []),
    ...(search.phone ? [{ phone: { endsWith: digitsOf(search.phone) } }] : []),
  ];
}

function digitsOf(phone: string): string {
  return phone.replace(/\D/g, '');
}
