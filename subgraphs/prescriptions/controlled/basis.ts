import type { Decided } from '../decided.ts';
import type { Chart } from '../order/chart.ts';

/** What carries a controlled prescription without, or with, the prescriber having seen the patient in person. */
export interface Basis {
  readonly kind: 'IN_PERSON' | 'TELEMEDICINE';
  /** The stored id of the evaluation on record; null where the exam itself was in person, and for telemedicine. */
  readonly evaluationId: string | null;
  /** The rule relied upon, as it answered. */
  readonly ruleId: string;
  readonly citation: string | null;
  readonly version: string;
}

const RULE = 'US.controlled.telemedicine';

/** The basis the gate let it pass on, from its own answer: kept per prescription, with citation and version. */
export function basisOf({ exam, order, controlled }: Pick<Chart, 'exam' | 'order' | 'controlled'>, { results, at }: Decided): Basis {
  const said = results.find(({ id }) => id === RULE);
  const relied = { ruleId: RULE, citation: said?.citation ?? null, version: said?.version ?? '' };
  if (exam?.modality === 'IN_PERSON' && exam.examinerId === order.prescriberId) return { kind: 'IN_PERSON', evaluationId: null, ...relied };
  const [latest] = controlled.evaluations;
  if (latest !== undefined && latest.evaluatedOn <= at) return { kind: 'IN_PERSON', evaluationId: latest.id, ...relied };
  return { kind: 'TELEMEDICINE', evaluationId: null, ...relied };
}
