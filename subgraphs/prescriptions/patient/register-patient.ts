import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { dateOf } from '../calendar-day.ts';
import { allergyList, demographics, requireAdult, requirePossibleBirth } from './demographics.ts';
import { homeAddress } from './home-address.ts';
import { Patient, SexAtBirth } from './patient.ts';
import { searchName } from './search-name.ts';

const RegisterPatientInput = builder.inputType('RegisterPatientInput', {
  description: 'A new patient of a clinic.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic that registers the patient.' }),
    givenName: t.string({ required: true, description: 'Given name.' }),
    familyName: t.string({ required: true, description: 'Family name.' }),
    birthDate: t.field({ type: 'Date', required: true, description: 'Date of birth.' }),
    sexAtBirth: t.field({ type: SexAtBirth, required: true, description: 'Sex as recorded at birth.' }),
    email: t.string({ description: 'E-mail address.' }),
    phone: t.string({ description: 'Telephone number, E.164.' }),
    address: t.field({ type: graph.AddressInput, required: true, description: 'Home address.' }),
    allergies: t.stringList({ description: 'Allergies as the patient tells them.' }),
  }),
  validate: z.looseObject({ ...demographics, allergies: allergyList.nullish() }),
});

builder.mutationField('registerPatient', (t) =>
  t.field({
    type: Patient,
    description: 'A clinic takes an adult as its patient. Ask for `possibleDuplicates` and look before going on.',
    authScopes: { may: 'patient:register' },
    args: { input: t.arg({ type: RegisterPatientInput, required: true, description: 'The patient.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'patient' }, async (tx) => {
        const { clinicId, address, birthDate, allergies, ...person } = args.input;
        const clinic = fromId('clinic', clinicId);
        if (!ctx.actor.places('patient:register').includes(clinic)) throw new NotFound();
        requirePossibleBirth(birthDate, ctx.now());
        requireAdult(birthDate, ctx.now());
        const id = ctx.newId();
        await audit(tx, ctx, { action: 'patient.registered', tenantId: clinic, subjectKind: 'patient', subjectId: id, patientId: id });
        return tx.patient.create({
          data: {
            ...person,
            ...homeAddress(address),
            id,
            clinicId: clinic,
            birthDate: dateOf(birthDate),
            allergies: [...(allergies ?? [])],
            searchName: searchName(person),
            registeredAt: ctx.now(),
            amendedAt: ctx.now(),
          },
        });
      }),
  }),
);
