/** From the chart's own rows to what the gates of an order ask of them. Nothing is judged here. */

import type { FormularyStanding } from '#rules/chart-standing.ts';
import type { ChartFacts, Fact, Modality } from '#rules/facts.ts';
import { canonicalText } from '../document/canonical.ts';
import type { Chart, ChartRead } from './chart.ts';
import { snapshotOf } from './drug-snapshot.ts';
import type { FormularyItemAnswer } from './neighbour-facts.ts';

/** The patient's consents and holds now, and how the exam was held; an exam that cannot be read asks for both consents. */
export function chartFacts({ exam, consents, holds }: ChartRead): ChartFacts {
  return {
    modality: (exam?.modality ?? null) as Modality | null,
    consents: consents.map(({ kind }) => kind),
    safetyHolds: holds.map(({ reason }) => reason),
  };
}

/** Whether what was drafted is still what its pharmacy offers; null when that cannot be read. */
export function formularyStanding({ order }: Chart, item: FormularyItemAnswer | null): Fact<FormularyStanding> {
  if (item === null) return null;
  if (!item.active) return 'WITHDRAWN';
  return canonicalText(snapshotOf(item)) === canonicalText(order.drug) ? 'OFFERED' : 'CHANGED';
}
