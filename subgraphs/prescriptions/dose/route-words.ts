import type { DoseMethod } from '#rules/dose-steps.ts';

/** How a route is said to a patient, and by which methods it is used: the first one when nothing else is said. */
export interface RouteWords {
  readonly methods: readonly [DoseMethod, ...DoseMethod[]];
  readonly phrase: string;
  /** Other ways of saying it, as people write. */
  readonly also: readonly string[];
}

const byRoute: Readonly<Record<string, RouteWords>> = {
  subcutaneous: { methods: ['INJECT', 'INFUSE'], phrase: 'subcutaneously', also: ['under the skin'] },
  intramuscular: { methods: ['INJECT'], phrase: 'intramuscularly', also: ['into the muscle'] },
  intravenous: { methods: ['INFUSE', 'INJECT'], phrase: 'intravenously', also: ['into the vein'] },
  intradermal: { methods: ['INJECT'], phrase: 'intradermally', also: ['into the skin'] },
  oral: { methods: ['TAKE'], phrase: 'by mouth', also: ['orally'] },
  sublingual: { methods: ['PLACE', 'TAKE'], phrase: 'under the tongue', also: ['sublingually'] },
  buccal: { methods: ['PLACE'], phrase: 'inside the cheek', also: ['buccally'] },
  topical: { methods: ['APPLY'], phrase: 'to the skin', also: ['topically'] },
  transdermal: { methods: ['APPLY'], phrase: 'to the skin', also: ['transdermally'] },
  vaginal: { methods: ['INSERT', 'APPLY'], phrase: 'vaginally', also: ['into the vagina'] },
  rectal: { methods: ['INSERT', 'APPLY'], phrase: 'rectally', also: ['into the rectum'] },
  nasal: { methods: ['SPRAY', 'INSTILL'], phrase: 'into the nose', also: ['nasally'] },
  ophthalmic: { methods: ['INSTILL', 'APPLY'], phrase: 'into the eye', also: ['into the eyes'] },
};

/** The words of a route of the formulary; null for one that has none here, which is used and not named. */
export function wordsOf(route: string): RouteWords | null {
  return byRoute[route.toLowerCase()] ?? null;
}

/** Every route with its words, to read what people wrote. */
export const routesInWords: readonly (readonly [route: string, words: RouteWords])[] = Object.entries(byRoute);

/** The methods by which a route may be used. */
export function methodsOf(route: string): readonly DoseMethod[] {
  return [...(wordsOf(route)?.methods ?? []), 'USE'];
}
