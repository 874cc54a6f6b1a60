/** What dispensing is told of amounts and of people. */

import type { Amount } from './dose-units.ts';
import type { Fact } from './facts.ts';

/** Each is optional: left out, it is not asked, so that decisions kept before answer as they did. Null is unknown and blocks. */
export interface FillFacts {
  /** What is handed out now. Asked of together with `ordered` or `lotLeft`. */
  readonly quantity?: Fact<Amount>;
  /** What one fill of the order comes to, as it was signed. */
  readonly ordered?: Fact<Amount>;
  /** What was handed out on this fill before; an empty list is nothing. */
  readonly handedOut?: Fact<readonly Amount[]>;
  /** How much of the lot was made and handed out, in one unit; `'not-recorded'` of a lot that came without its compounding record. */
  readonly lotLeft?: Fact<{ readonly made: Amount; readonly out: readonly Amount[] } | 'not-recorded'>;
  /** Who put the fill together: another than whoever dispenses, or the same. */
  readonly preparedBy?: Fact<'ANOTHER' | 'DISPENSER'>;
}
