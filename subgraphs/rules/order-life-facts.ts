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

/** An order's fills so far. */
export interface RefillFact {
  /** Fills that were completed. */
  readonly filled: Fact<number>;
  /** How often it may be filled again after the first time. */
  readonly refills: Fact<number>;
  /** The day on which the last one was completed, `YYYY-MM-DD`. */
  readonly completedOn: Fact<string>;
  readonly daysSupply: Fact<number>;
  /** Whether a signed renewal has taken its place. */
  readonly renewed: Fact<boolean>;
}

/** An order as its clinic has it, for the steps of its pharmacy. */
export interface OrderStandingFact {
  readonly status: Fact<string>;
  /** Reasons of the holds on record; an empty list is none. */
  readonly holds: Fact<readonly string[]>;
  /** The last day on which it may be filled, `YYYY-MM-DD`. Left out, it is not asked. */
  readonly lastDay?: Fact<string>;
  /** Whether anything of it is controlled: then the last day is also that of the filling itself. */
  readonly controlled?: Fact<boolean>;
}

/** Facts of an order's place among others of its patient, and of its fills. */
export interface OrderLifeFacts {
  readonly replaces?: Fact<ReplacedOrderFact>;
  /** Of a completed order that is to go out again. */
  readonly refill?: Fact<RefillFact>;
  /** The last day on which it may be filled, `YYYY-MM-DD`. */
  readonly lastDay?: Fact<string>;
}
