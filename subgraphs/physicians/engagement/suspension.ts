/** Who holds an engagement suspended. Each side suspends for itself, and what one side suspended the other does not put in force. */

import type { EngagementEvent as EngagementEventRow } from '#prisma/generated/physicians/client.ts';
import type { Side } from './parties.ts';

/** Whether a side holds it suspended, from what happened, newest first. Of a suspension nobody recorded the clinic does. */
export function isHeldBy(side: Side, happened: readonly Pick<EngagementEventRow, 'kind' | 'side'>[]): boolean {
  const turns = happened.filter(({ kind }) => kind === 'SUSPENDED' || kind === 'RESUMED');
  if (!turns.some(({ kind }) => kind === 'SUSPENDED')) return side === 'CLINIC';
  return turns.find((one) => one.side === side)?.kind === 'SUSPENDED';
}

/** The other side. */
export const otherSide = { CLINIC: 'PRACTITIONER', PRACTITIONER: 'CLINIC' } as const satisfies Record<Side, Side>;
