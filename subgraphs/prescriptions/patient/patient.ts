import { NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { clinicOf, Clinic } from '../references.ts';
import { possibleDuplicates } from './possible-duplicates.ts';
import { patientVisibleTo } from './visible-to.ts';

export const SexAtBirth = builder.enumType('SexAtBirth', {
  description: 'Sex as recorded at birth.',
  values: ['FEMALE', 'MALE', 'UNKNOWN'] as const,
});

const ofTheClinic = { may: 'patient:read' } as const;

/** A person a clinic treats. A pharmacist sees name and birth date of whom an order is for, and nothing else. */
export const Patient = builder.prismaObject('Patient', {
  description: 'A person a clinic treats.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['patient:read', 'order:verify'] },
  extensions: { apollo: { subgraph: { resolveReference } } },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('patient', row.id), description: 'Id of the patient.' }),
    givenName: t.exposeString('givenName', { description: 'Given name.' }),
    familyName: t.exposeString('familyName', { description: 'Family name.' }),
    birthDate: t.expose('birthDate', { type: 'Date', description: 'Date of birth.' }),
    sexAtBirth: t.field({
      type: SexAtBirth,
      authScopes: ofTheClinic,
      resolve: (row) => row.sexAtBirth as 'FEMALE',
      description: 'Sex as recorded at birth.',
    }),
    email: t.exposeString('email', { nullable: true, authScopes: ofTheClinic, description: 'E-mail address.' }),
    phone: t.exposeString('phone', { nullable: true, authScopes: ofTheClinic, description: 'Telephone number, E.164.' }),
    address: t.field({ type: graph.Address, authScopes: ofTheClinic, resolve: (row) => row, description: 'Home address.' }),
    allergies: t.exposeStringList('allergies', { authScopes: ofTheClinic, description: 'Allergies as the patient tells them.' }),
    version: t.exposeInt('version', {
      authScopes: ofTheClinic,
      description: 'Grows with every change; a change says which one it was made on.',
    }),
    registeredAt: t.expose('registeredAt', {
      type: 'DateTime',
      authScopes: ofTheClinic,
      description: 'When the clinic registered the patient.',
    }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      authScopes: ofTheClinic,
      resolve: (row) => clinicOf(row.clinicId),
      description: 'The clinic whose patient this is.',
    }),
  }),
});

builder.objectField(Patient, 'possibleDuplicates', (t) =>
  t.field({
    type: [Patient],
    authScopes: ofTheClinic,
    resolve: (row, _args, ctx) => possibleDuplicates(ctx, row),
    description:
      'Patients of the caller’s clinics who may be the same person: same birth date and a similar family name, or the same phone.',
  }),
);

async function resolveReference(reference: { id: string }, ctx: Ctx) {
  const id = tryId('patient', reference.id);
  return id === null ? null : ctx.load('patient', id, patientVisibleTo(ctx));
}

builder.queryField('patient', (t) =>
  t.field({
    type: Patient,
    nullable: true,
    description: 'One patient.',
    authScopes: { may: 'patient:read' },
    args: { id: t.arg.id({ required: true, description: 'Id of the patient.' }) },
    resolve: async (_root, { id }, ctx) => {
      const patient = await ctx.load<typeof Patient.$inferType>('patient', fromId('patient', id), patientVisibleTo(ctx));
      if (patient === null) throw new NotFound();
      return patient;
    },
  }),
);
