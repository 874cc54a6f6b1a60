/** How much of what a 503A pharmacy dispenses leaves its state: a limit that is shown and blocks nothing, as it is not enforced. */

import data from './data/interstate.json' with { type: 'json' };

/** The limit as it was read: how much, of what, by which law, and whether it is enforced. */
export const interstateLimit: {
  readonly asOf: string;
  readonly maxPercent: number;
  readonly of: string;
  readonly citation: string;
  readonly status: string;
  readonly statusConfidence: string;
  readonly source: string;
  readonly confidence: string;
} = data;

/** The share of orders that left, in percent; null of none. */
export function interstatePercent(outOfState: number, total: number): number | null {
  return total === 0 ? null : (100 * outOfState) / total;
}
