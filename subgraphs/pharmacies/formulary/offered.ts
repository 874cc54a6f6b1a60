import { builder } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';

/** What a beyond-use limit can rest on. */
export const beyondUseBases = ['USP_DEFAULT', 'STABILITY_STUDY', 'USP_MONOGRAPH', 'CGMP_STABILITY'] as const;

export const BeyondUseBasis = builder.enumType('BeyondUseBasis', {
  description: 'What the beyond-use limit of an item rests on.',
  values: {
    USP_DEFAULT: { description: 'The default limit of USP for its category and storage.' },
    STABILITY_STUDY: { description: 'A stability study of this formula.' },
    USP_MONOGRAPH: { description: 'A compounded monograph of the USP–NF.' },
    CGMP_STABILITY: { description: 'Stability data under current good manufacturing practice.' },
  } satisfies Record<(typeof beyondUseBases)[number], object>,
});

/** Whether an item is offered on that day: not taken off, and within its dates. */
export function isOffered(
  { active, effectiveFrom, effectiveTo }: { active: boolean; effectiveFrom: Date | null; effectiveTo: Date | null },
  now: Date,
): boolean {
  const today = dayOf(now);
  return active && (effectiveFrom === null || dayOf(effectiveFrom) <= today) && (effectiveTo === null || today <= dayOf(effectiveTo));
}

/** The same for a query. */
export function offeredOn(now: Date) {
  const today = storedDay(dayOf(now));
  return {
    active: true,
    AND: [
      { OR: [{ effectiveFrom: null }, { effectiveFrom: { lte: today } }] },
      { OR: [{ effectiveTo: null }, { effectiveTo: { gte: today } }] },
    ],
  };
}
