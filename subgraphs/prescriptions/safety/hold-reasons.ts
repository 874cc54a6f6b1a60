import { builder } from '../builder.ts';

/** Why a person holds an order. Holds for an exam that was taken back are placed by taking it back, and stay. */
export const holdReasons = ['CLINICAL_CONCERN', 'ADVERSE_EVENT', 'IDENTITY_QUESTION', 'RESULT_PENDING', 'PATIENT_REQUEST'] as const;

/** One such reason. */
export type HoldReason = (typeof holdReasons)[number];

/** Nobody's safety hangs on these: whoever may hold an order releases them. */
const lesserReasons: readonly string[] = ['RESULT_PENDING', 'PATIENT_REQUEST'];

/** Whether only a medical director who did not place it lifts a hold of this reason. */
export function isOfSafety(reason: string): boolean {
  return !lesserReasons.includes(reason);
}

/** Whether a person placed it for a reason of their own: holds of exams that were taken back are nobody's to lift. */
export function isLiftable(reason: string): boolean {
  return (holdReasons as readonly string[]).includes(reason);
}

/** Reasons as the graph takes them. */
export const OrderHoldReason = builder.enumType('OrderHoldReason', {
  description:
    'Why an order is held. RESULT_PENDING and PATIENT_REQUEST are released by whoever may hold it, all others by a medical director who did not place the hold.',
  values: holdReasons,
});
