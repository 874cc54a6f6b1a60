import type { Patient } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';
import { areSimilar } from './search-name.ts';
import { patientVisibleTo } from './visible-to.ts';

/** Enough to look through by eye; a phone shared by more people is a household or a care home. */
const SHOWN = 10;

/** Patients the caller may see who may be the same person. A hint for a person to judge, never a reason to refuse. */
export async function possibleDuplicates(ctx: Ctx, patient: Patient): Promise<Patient[]> {
  const alike = await ctx.db.patient.findMany({
    where: {
      AND: [
        patientVisibleTo(ctx),
        { id: { not: patient.id }, OR: [{ birthDate: patient.birthDate }, ...(patient.phone === null ? [] : [{ phone: patient.phone }])] },
      ],
    },
    orderBy: { id: 'asc' },
  });
  return alike.filter((other) => isAlike(patient, other)).slice(0, SHOWN);
}

function isAlike(one: Patient, other: Patient): boolean {
  if (one.phone !== null && one.phone === other.phone) return true;
  return one.birthDate.getTime() === other.birthDate.getTime() && areSimilar(one.familyName, other.familyName);
}
