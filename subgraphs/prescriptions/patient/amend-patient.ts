import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Patient as PatientRow, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { dateOf } from '../calendar-day.ts';
import { allergyList, demographics, requirePossibleBirth } from './demographics.ts';
import { homeAddress } from './home-address.ts';
import { Patient, SexAtBirth } from './patient.ts';
import { searchName } from './search-name.ts';

const AmendPatientInput = builder.inputType('AmendPatientInput', {
  description: 'Corrected demographics. What is left out stays; e-mail and phone are taken away by null.',
  fields: (t) => ({
    patientId: t.id({ required: true, description: 'The patient.' }),
    version: t.int({ required: true, description: 'The version the correction was made on.' }),
    givenName: t.string({ description: 'Given name.' }),
    familyName: t.string({ description: 'Family name.' }),
    birthDate: t.field({ type: 'Date', description: 'Date of birth.' }),
    sexAtBirth: t.field({ type: SexAtBirth, description: 'Sex as recorded at birth.' }),
    email: t.string({ description: 'E-mail address.' }),
    phone: t.string({ description: 'Telephone number, E.164.' }),
    address: t.field({ type: graph.AddressInput, description: 'Home address.' }),
  }),
  validate: z.looseObject({ ...demographics, givenName: demographics.givenName.nullish(), familyName: demographics.familyName.nullish() }),
});

const RecordAllergiesInput = builder.inputType('RecordAllergiesInput', {
  description: 'The patient’s allergies as they are now known.',
  fields: (t) => ({
    patientId: t.id({ required: true, description: 'The patient.' }),
    version: t.int({ required: true, description: 'The version the list was made on.' }),
    allergies: t.stringList({ required: true, description: 'All of them, those known before included; empty for none.' }),
  }),
  validate: z.looseObject({ allergies: allergyList }),
});

builder.mutationField('amendPatient', (t) =>
  t.field({
    type: Patient,
    description: 'Corrects a patient’s demographics. What an exam or order has frozen stays as it was.',
    authScopes: { may: 'patient:amend' },
    args: { input: t.arg({ type: AmendPatientInput, required: true, description: 'The correction.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'patient' }, (tx) => {
        const { patientId, version, address, birthDate, givenName, familyName, sexAtBirth, ...contact } = args.input;
        if (birthDate) requirePossibleBirth(birthDate, ctx.now());
        return amend(tx, ctx, { patientId, version, action: 'patient.amended' }, (was) => ({
          ...contact,
          ...(address ? homeAddress(address) : {}),
          ...(sexAtBirth ? { sexAtBirth } : {}),
          ...(birthDate ? { birthDate: dateOf(birthDate) } : {}),
          givenName: givenName ?? was.givenName,
          familyName: familyName ?? was.familyName,
          searchName: searchName({ givenName: givenName ?? was.givenName, familyName: familyName ?? was.familyName }),
        }));
      }),
  }),
);

builder.mutationField('recordAllergies', (t) =>
  t.field({
    type: Patient,
    description: 'Replaces the list of a patient’s allergies.',
    authScopes: { may: 'patient:amend' },
    args: { input: t.arg({ type: RecordAllergiesInput, required: true, description: 'The list.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'patient' }, (tx) => {
        const { patientId, version, allergies } = args.input;
        return amend(tx, ctx, { patientId, version, action: 'patient.allergies-recorded' }, () => ({ allergies: [...allergies] }));
      }),
  }),
);

/** Changes a patient that nobody else changed since the caller read it. The trail names the columns, never what is in them. */
async function amend(
  tx: Tx,
  ctx: Ctx,
  what: { patientId: string; version: number; action: string },
  changesOf: (was: PatientRow) => Prisma.PatientUpdateInput,
): Promise<PatientRow> {
  const id = fromId('patient', what.patientId);
  const was = await tx.patient.findFirst({ where: { id, clinicId: { in: [...ctx.actor.places('patient:amend')] } } });
  if (was === null) throw new NotFound();
  if (was.version !== what.version) throw new Conflict();
  const changes = changesOf(was);
  const fields = Object.keys(changes).filter((field) => changes[field as keyof typeof changes] !== undefined);
  await audit(tx, ctx, {
    action: what.action,
    tenantId: was.clinicId,
    subjectKind: 'patient',
    subjectId: id,
    patientId: id,
    detail: { version: was.version + 1, fields: fields.filter((field) => field !== 'searchName') },
  });
  const { count } = await tx.patient.updateMany({
    where: { id, version: was.version },
    data: { ...changes, version: was.version + 1, amendedAt: ctx.now() },
  });
  if (count === 0) throw new Conflict();
  return tx.patient.findUniqueOrThrow({ where: { id } });
}
