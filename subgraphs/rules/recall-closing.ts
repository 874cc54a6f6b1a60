/** May this recall be closed? Whoever closes it although something is open says why. */

import { failed, passed, type RuleResult } from './results.ts';

/** How far a recall has come. */
export interface RecallClosingFacts {
  /** Clinics that were told and have not said that they know. */
  readonly clinicsSilent: number;
  /** Counts that clinics still owe: of each lot one of each clinic that something of it was sent for. */
  readonly countsDue: number;
  /** Patients whom nobody has reached, nor given up. */
  readonly patientsOpen: number;
  /** Numbers of the lots that were not counted. */
  readonly lotsUncounted: readonly string[];
}

/** One result for each thing that has to be done first. */
export function recallClosing({ clinicsSilent, countsDue, patientsOpen, lotsUncounted }: RecallClosingFacts): RuleResult[] {
  return [
    clinicsSilent === 0
      ? passed('recall.acknowledged', 'Every clinic has said that it knows')
      : failed(
          'recall.acknowledged',
          `${clinicsSilent} clinics have not said that they know`,
          'Call them, or say why it is closed without them.',
        ),
    countsDue === 0
      ? passed('recall.counted', 'Every clinic has said where its part of each lot is')
      : failed(
          'recall.counted',
          `${countsDue} counts of clinics are missing`,
          'Have the clinics say where their part is (recordRecallDisposition), or say why it is closed without it.',
        ),
    patientsOpen === 0
      ? passed('recall.patientsReached', 'Every patient was reached, or given up')
      : failed(
          'recall.patientsReached',
          `${patientsOpen} patients were neither reached nor given up`,
          'Have their clinics record what came of it, or say why it is closed without it.',
        ),
    lotsUncounted.length === 0
      ? passed('recall.reconciled', 'Every lot is counted')
      : failed(
          'recall.reconciled',
          `Not counted: ${lotsUncounted.join(', ')}`,
          'Count them (reconcileRecall), or say why it is closed without it.',
        ),
  ];
}
