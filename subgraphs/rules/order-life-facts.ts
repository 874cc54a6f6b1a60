/** What is told of an order that takes the place of another. All of it is left out where it does not apply, and is then not asked. */

import type { Fact } from './facts.ts';

/** The signed order whose place another takes. */
export interface ReplacedOrderFact {
  /** `AMENDS`: it counts no more once the other is signed. `RENEWS`: it has run its course. */
  readonly relation: Fact<string>;
  readonly status: Fact<string>;
  /** What its pharmacy has told of the present sending: `NONE`, `CLAIMED` or `DISPENSED`. */
  readonly atPharmacy: Fact<string>;
  /** Whether that pharmacy itself has asked for a change. */
  readonly changeAsked: Fact<boolean>;
  /** False while it is itself an amendment that waits for a pharmacy's answer. */
  readonly settled: Fact<boolean>;
}

/** Facts of an order's place among others of its patient. */
export interface OrderLifeFacts {
  readonly replaces?: Fact<ReplacedOrderFact>;
}
