/** On which days a service's readiness may change by dates alone: it is asked on those, and on no others. */

import type { ClinicServiceFacts } from './clinic-facts.ts';
import { addDays, dayOf } from './dates.ts';
import type { Fact } from './facts.ts';
import { LICENCE_STALE_AFTER_DAYS } from './licence.ts';
import { library } from './packs.ts';
import { reliedUponFrom } from './rule.ts';

/** The days after `from`, soonest first, on which something the gate was told of, or one of these rules, begins or no longer holds. */
export function turningDays(facts: ClinicServiceFacts, ruleIds: readonly string[], from: string): string[] {
  const today = dayOf(from);
  if (today === null) return [];
  const days = [...told(facts, new Set(ruleIds)), ...released(ruleIds, today)];
  return [...new Set(days.filter((day) => day !== null && day > today) as string[])].sort();
}

function told({ directors, protocols, facilityLicences, attestations }: ClinicServiceFacts, asked: ReadonlySet<string>): (string | null)[] {
  return [
    ...(directors ?? []).flatMap((one) => [
      begins(one.engagementStartsOn),
      ends(one.engagementEndsOn),
      ends(one.insuredUntil),
      ...(one.insured ?? []).flatMap(({ from, until }) => [begins(from), ends(until)]),
      ...(one.licences ?? []).flatMap(({ expiresOn, verifiedAt, notActiveFrom }) => [
        ends(expiresOn),
        ends(verifiedAt, LICENCE_STALE_AFTER_DAYS),
        begins(notActiveFrom),
      ]),
    ]),
    ...(protocols ?? []).flatMap(({ effectiveFrom, effectiveUntil }) => [begins(effectiveFrom), ends(effectiveUntil)]),
    ...(facilityLicences ?? []).map(({ expiresOn }) => ends(expiresOn)),
    ...(attestations ?? []).filter(({ ruleId }) => asked.has(ruleId)).map(({ expiresOn }) => ends(expiresOn)),
  ];
}

function released(ruleIds: readonly string[], today: string): (string | null)[] {
  const later = library.releases.filter(({ on }) => on > today);
  const sets = [library.on(today), ...later.flatMap(({ version }) => library.of(version) ?? [])];
  const entries = sets.flatMap((set) => ruleIds.flatMap((id) => set.entries(id)));
  return [...later.map(({ on }) => on), ...entries.flatMap((rule) => [begins(reliedUponFrom(rule)), ends(rule.effectiveTo)])];
}

function begins(day: Fact<string> | undefined): string | null {
  return dayOf(day);
}

/** The day after the last one. */
function ends(last: Fact<string>, longer = 0): string | null {
  const day = dayOf(last);
  return day === null ? null : addDays(day, longer + 1);
}
