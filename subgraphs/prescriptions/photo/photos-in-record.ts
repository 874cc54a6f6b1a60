import { toId } from '#kernel/ids.ts';
import type { ExamPhoto } from '#prisma/generated/prescriptions/client.ts';
import type { Tx } from '../builder.ts';
import { codingSystems } from '../exam/decision/clinical-codes.ts';

/** The photographs that are part of an exam: neither withdrawn nor out of consent, in their order. Read with the exam locked. */
export function standingPhotos(tx: Tx, examId: string): Promise<ExamPhoto[]> {
  return tx.examPhoto.findMany({ where: { examId, withdrawal: null, consent: { revokedAt: null } }, orderBy: { position: 'asc' } });
}

/** Photographs as the record of their exam freezes them: each by its digest. */
export function photosForRecord(photos: readonly ExamPhoto[]): readonly object[] {
  return photos.map((photo) => ({
    id: toId('examPhoto', photo.id),
    ...{ digest: photo.digest, mediaType: photo.mediaType, size: photo.size, takenAt: photo.takenAt.toISOString() },
    bodySite: { system: codingSystems.SNOMED_CT, code: photo.bodySite, display: photo.bodySiteDisplay },
    ...{ consent: toId('consent', photo.consentId), addedBy: photo.addedBy, addedAt: photo.addedAt.toISOString() },
  }));
}

/** Whether the frozen record of an exam names that photograph. Records of before photographs were kept name none. */
export function isInRecord(exam: { readonly record: string | null } | null, photoId: string): boolean {
  if (exam?.record == null) return false;
  const { photographs } = JSON.parse(exam.record) as { readonly photographs?: readonly { readonly id: string }[] };
  return photographs?.some(({ id }) => id === toId('examPhoto', photoId)) === true;
}
