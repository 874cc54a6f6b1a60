import type { OutsideExam, Patient } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx, Tx } from '../builder.ts';
import { fold } from '../patient/search-name.ts';
import { type Match, matchOf } from './match-score.ts';

/** Below this nothing but a name in common is left, which says nothing. */
const LEAST_SCORE = 30;
/** Enough to look through by eye. */
const SHOWN = 10;
/** Enough for every patient of a large clinic with one birth date or one family name. */
const LOOKED_AT = 200;

/** A patient, and how well they fit. */
type Likely = Match & { readonly patient: Patient };

/** Patients of the clinic who may be the person, the likeliest first; none once somebody has decided. */
export async function proposedMatches(ctx: Ctx, row: OutsideExam): Promise<Likely[]> {
  if (row.status !== 'PROPOSED' || !ctx.actor.places('patient:read').includes(row.clinicId)) return [];
  return likelyPatients(ctx.db, row);
}

/** Patients of the clinic who may be the person, the likeliest first. */
export async function likelyPatients(db: Pick<Tx, 'patient'>, row: OutsideExam): Promise<Likely[]> {
  const familyName = fold(row.familyName);
  const alike = await db.patient.findMany({
    where: {
      clinicId: row.clinicId,
      OR: [
        { birthDate: row.birthDate },
        ...(familyName === '' ? [] : [{ searchName: { startsWith: `${familyName} ` } }]),
        ...(row.phone === null ? [] : [{ phone: row.phone }]),
      ],
    },
    orderBy: { id: 'asc' },
    take: LOOKED_AT,
  });
  return alike
    .map((patient) => ({ patient, ...matchOf(row, patient) }))
    .filter(({ score }) => score >= LEAST_SCORE)
    .toSorted((a, b) => b.score - a.score || a.patient.id.localeCompare(b.patient.id))
    .slice(0, SHOWN);
}
