/**
 * What a standing order cannot carry, whoever signs it. It says who does which act on everybody it fits; what is compounded or dispensed is
 * ordered for one identified patient (21 USC 353a(a)), and nobody is given an act that the table of delegation never gives them.
 */

import type { Credential } from './facts.ts';
import { library } from './packs.ts';
import { failed, type RuleResult } from './results.ts';
import type { ServiceCode } from './service-codes.ts';
import { ingredientClass, slugOf, substances } from './substance-table.ts';

/** A standing order as far as these rules read it. */
export interface StandingOrderTerms {
  readonly service: ServiceCode;
  /** What is done, and by whom. */
  readonly acts: readonly { readonly act: string; readonly credentials: readonly Credential[] }[];
  /** What is given, by name. */
  readonly drugs: readonly string[];
}

/** Everything that stands in the way, as the rules are on that day. An empty list is a standing order that may be drafted. */
export function standingOrderProblems({ service, acts, drugs }: StandingOrderTerms, on: string): RuleResult[] {
  const named = [...drugs, ...acts.map(({ act }) => act)].flatMap((text) => classedIn(text));
  const credentials = [...new Set(acts.flatMap((one) => one.credentials))];
  return [
    ...[...new Set(named)].map((name) =>
      failed(
        'standingOrder.patientSpecific',
        `${name} is ordered for one patient at a time, after an exam that covers it`,
        'Leave it out of the standing order: draft an order for each patient.',
        '21 USC 353a(a)',
      ),
    ),
    ...credentials.flatMap((credential) => neverDelegated(service, credential, on)),
  ];
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

function neverDelegated(service: ServiceCode, credential: Credential, on: string): RuleResult[] {
  const found = library.on(on).find(`US.delegation.${service}.${credential}`, on);
  if (found === null || found.why !== null || found.rule.value !== 0) return [];
  const { id, citation, since } = found.rule;
  return [failed(id, `${service} is not delegated to the credential ${credential}`, 'Choose other credentials.', citation, since)];
}
