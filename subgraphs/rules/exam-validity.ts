/** How long an exam may be relied upon: asked when one is approved, and before a clinic may examine at all. */

import type { Asking, Place } from './asking.ts';
import { askRule } from './reading.ts';
import type { RuleResult } from './results.ts';

/** Whether anyone has said how long an exam may be relied upon: no state does, so the entity's attestation must. */
export function validity(place: Place, asking: Asking): RuleResult {
  return askRule(asking, place, 'gfe.validityMonths', (value) => ({
    means: 'permits',
    message: `An exam in ${place.name} may be relied upon for ${value} months`,
  }));
}
