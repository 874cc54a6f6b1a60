import type { DoseStep } from '#rules/dose-steps.ts';
import type { DosageInput } from './dosage-input.ts';

/** Steps as an order keeps them, as a prescriber would give them again: nothing of what they decided is left out. */
export function dosageAsGiven(steps: readonly DoseStep[]): (typeof DosageInput.$inferInput)[] {
  return steps.map(({ amount, ingredient, timing, duration, site, method, asNeeded, maxDosePerPeriod, repeatFrom }) => ({
    ...{ amount, ingredient, duration, site, method, asNeeded, repeatFrom },
    timing: timing && { ...timing, dayOfWeek: [...timing.dayOfWeek], timeOfDay: [...timing.timeOfDay], when: [...timing.when] },
    maxDosePerPeriod: maxDosePerPeriod && { amount: maxDosePerPeriod.numerator, period: maxDosePerPeriod.denominator },
  }));
}
