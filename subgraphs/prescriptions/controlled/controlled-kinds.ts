/** What can be recorded about a controlled prescription: codes as rows have them, and as the graph shows them. */

import { builder } from '../builder.ts';

/** What came of a query. */
export const PdmpOutcome = builder.enumType('PdmpOutcome', {
  description: 'What came of a query of a monitoring program.',
  values: {
    REVIEWED: { description: 'A history came, and was read.' },
    NO_HISTORY: { description: 'The program has no history of this patient.' },
    FAILED: { description: 'The program did not answer.' },
  },
});

/** Whether what came is the patient's. */
export const PdmpMatch = builder.enumType('PdmpMatch', {
  description: 'Whether the history that came is the patient’s.',
  values: {
    EXACT: { description: 'One person, who is the patient.' },
    CONFIRMED: { description: 'Several, of whom the patient was made out.' },
    UNSURE: { description: 'It may be another person’s.' },
    NONE: { description: 'Nobody was found, or nothing came.' },
  },
});

/** What the prescriber decided on it. */
export const PdmpDecision = builder.enumType('PdmpDecision', {
  description: 'What the prescriber decided after the query.',
  values: ['PRESCRIBE', 'WITHHOLD'] as const,
});

/** Why an evaluation is taken back. */
export const EvaluationWithdrawalReason = builder.enumType('EvaluationWithdrawalReason', {
  description: 'Why an evaluation in person is taken back.',
  values: ['WRONG_PATIENT', 'WRONG_EVALUATOR', 'WRONG_DAY', 'NOT_HELD', 'OTHER'] as const,
});

/** Where somebody's access stands. */
export const ControlledAccessStatus = builder.enumType('ControlledAccessStatus', {
  description: 'Whether somebody may sign controlled prescriptions at a clinic: proposed by one person, granted by another.',
  values: ['PROPOSED', 'GRANTED', 'REVOKED'] as const,
});

/** Why access is revoked. */
export const ControlledAccessReason = builder.enumType('ControlledAccessReason', {
  description: 'Why access is revoked: authority expired; credential lost or compromised; the person left.',
  values: ['EXPIRED', 'LOST', 'COMPROMISED', 'LEFT', 'OTHER'] as const,
});
