import type { Tx } from '../builder.ts';
import { lastingReasons } from './claim-return.ts';
import { silentBefore, waitingSql } from './claim-standing.ts';

/** For how many minutes somebody whose patient was not ready is given others first. */
const NOT_READY_MINUTES = 5;

/** What waits, as far as it decides who may take it: every exam of one kind is allowed or none is. */
export interface Kind {
  readonly clinicId: string;
  readonly service: string;
  readonly patientState: string;
  readonly modality: string;
}

/** Two exams of one key are of one kind. */
export function keyOf(kind: Kind): string {
  return [kind.clinicId, kind.service, kind.patientState, kind.modality].join('/');
}

/** The clinic asks this examiner ($1) to take exams like `e`: of that service, for patients in that state. */
const onPanel = `exists (select from examiner_clinic p where p.clinic_id = e.clinic_id and p.examiner_id = $1::uuid
  and (cardinality(p.services) = 0 or e.service = any (p.services)) and (cardinality(p.states) = 0 or e.patient_state = any (p.states)))`;

/** The kinds that wait at these clinics and that the clinic's panel asks this examiner to take. */
export function kindsWaiting(
  db: Tx,
  { examinerId, clinics, now }: { examinerId: string; clinics: readonly string[]; now: Date },
): Promise<Kind[]> {
  return db.$queryRawUnsafe<Kind[]>(
    `select distinct e.clinic_id::text as "clinicId", e.service, e.patient_state as "patientState", e.modality
     from good_faith_exam e where e.clinic_id = any ($3::uuid[]) and ${waitingSql('$2')} and ${onPanel}`,
    examinerId,
    silentBefore(now).toISOString(),
    [...clinics],
  );
}

/**
 * The waiting exam of these kinds that is this examiner's to take next, locked: the oldest that nobody else is taking at this moment. What they
 * gave back for good is passed over; what they gave back because the patient was not ready comes last for some minutes. Null for none.
 */
export async function takeOldest(
  tx: Tx,
  { examinerId, kinds, now }: { examinerId: string; kinds: readonly Kind[]; now: Date },
): Promise<string | null> {
  if (kinds.length === 0) return null;
  const notReady = `exists (select from exam_claim_return r where r.exam_id = e.id and r.examiner_id = $1::uuid
    and r.reason = 'PATIENT_NOT_READY' and r.returned_at > $8::timestamptz)`;
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `select e.id::text from good_faith_exam e
     where ${waitingSql('$2')} and ${onPanel}
       and (e.clinic_id, e.service, e.patient_state, e.modality) in (select * from unnest($3::uuid[], $4::text[], $5::text[], $6::text[]))
       and not exists (select from exam_claim_return r where r.exam_id = e.id and r.examiner_id = $1::uuid and r.reason = any ($7::text[]))
     order by ${notReady}, e.requested_at, e.id limit 1 for update of e skip locked`,
    examinerId,
    silentBefore(now).toISOString(),
    kinds.map((kind) => kind.clinicId),
    kinds.map((kind) => kind.service),
    kinds.map((kind) => kind.patientState),
    kinds.map((kind) => kind.modality),
    lastingReasons,
    new Date(now.getTime() - NOT_READY_MINUTES * 60_000).toISOString(),
  );
  return rows[0]?.id ?? null;
}
