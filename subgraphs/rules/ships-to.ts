import type { Fact } from './facts.ts';
import { failed, passed, type RuleResult } from './results.ts';

/** What routing is told of where a preparation is offered. */
export interface ShipsToFacts {
  /** The states its pharmacy ships it to; an empty list is wherever the pharmacy is licensed. Left out or null, it is not asked. */
  readonly shipsTo?: Fact<readonly string[]>;
}

/** The pharmacy's own word on where a preparation goes: a licence there does not make it offer it there. */
export function shipsThere(shipsTo: Fact<readonly string[]>, state: string): RuleResult[] {
  const id = 'formulary.shipsTo';
  if (shipsTo == null || shipsTo.length === 0) return [];
  return shipsTo.includes(state)
    ? [passed(id, `The pharmacy ships this preparation to ${state}`)]
    : [
        failed(
          id,
          `The pharmacy ships this preparation to ${shipsTo.join(', ')}, not to ${state}`,
          'Choose another preparation or pharmacy.',
        ),
      ];
}
