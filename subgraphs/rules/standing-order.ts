/**
 * What a standing order cannot carry, whoever signs it. It says who does which act on everybody it fits; what is compounded or dispensed is
 * ordered for one identified patient (21 USC 353a(a)). Who may do an act at all is asked when it is done.
 */

import { failed, type RuleResult } from './results.ts';
import { ingredientClass, slugOf, substances } from './substance-table.ts';

/** One failure for each substance that these texts (acts, drugs with a limit) name and that is ordered for one patient; none is a pass. */
export function standingOrderProblems(texts: readonly string[]): RuleResult[] {
  return [...new Set(texts.flatMap(classedIn))].map((name) =>
    failed(
      'standingOrder.patientSpecific',
      `${name} is ordered for one patient at a time, after an exam that covers it`,
      'Leave it out of the standing order: draft an order for each patient.',
      '21 USC 353a(a)',
    ),
  );
}

// By the names of the table: whether a product of that name comes from a manufacturer or was compounded, a text does not say.
function classedIn(text: string): string[] {
  const words = `-${singular(slugOf(text))}-`;
  return substances
    .filter((substance) => ingredientClass(substance) !== null)
    .filter(({ name, unii }) =>
      [...spellings(name), ...(unii === null ? [] : [slugOf(unii)])].some((one) => words.includes(`-${singular(one)}-`)),
    )
    .map(({ name }) => name);
}

// A name with its abbreviation in brackets is written either way, and a list names each of its members; how one is given names none.
function spellings(name: string): string[] {
  const parts = name.split(/[(),]/).map(slugOf);
  return parts.filter((part) => part.length > 2 && !howGiven.has(part) && !/^up-to-/.test(part));
}

const singular = (slug: string): string => slug.replace(/([a-z]{3})s(?=-|$)/g, '$1');

const howGiven: ReadonlySet<string> = new Set(['topical', 'pellet', 'injectable', 'low-dose']);
