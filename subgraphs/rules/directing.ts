/** What some states ask of whoever oversees a clinic: of how many at a time, certified in what, practising where. Elsewhere nothing is asked. */

import type { Asking, Place } from './asking.ts';
import { dayOf } from './dates.ts';
import type { EngagementFacts, EngagementStanding } from './engagement.ts';
import type { Fact } from './facts.ts';
import { askRule, isRaised, readRule, ruleId } from './reading.ts';
import { isBlocked, notKnown, passed, type RuleResult } from './results.ts';
import { isMainlySkinCare } from './skin-care.ts';
import { wholeList } from './whole-list.ts';

/** The rules of each state of an engagement, in their order. */
export function directing(
  facts: EngagementFacts,
  standing: Fact<EngagementStanding>,
  places: readonly Place[],
  asking: Asking,
): RuleResult[] {
  return places.flatMap((place) => [
    ...directorships(facts, standing, place, asking),
    ...skinCareCertification(facts, standing, place, asking),
    ...activePractice(place, asking),
  ]);
}

const ALL_CLINICS = 'clinics';
const SKIN_CARE = 'skin-care offices';

function directorships(facts: EngagementFacts, standing: Fact<EngagementStanding>, place: Place, asking: Asking): RuleResult[] {
  const key = 'md.directorships';
  if (facts.role !== 'MEDICAL_DIRECTOR' || standing?.directorships === 'counted-before' || !isRaised(asking, place, key)) return [];
  const reading = readRule(asking, place, key);
  if (reading.result !== null) return [reading.result];
  const limits = Object.entries(reading.value as Record<string, number>);
  const results = limits.map(([heading, most]) => underHeading(heading, most, { facts, standing, place, asking }));
  // A state that counts under several headings is answered by the first that stands in the way.
  return [results.find((result) => isBlocked([result])) ?? results[0]].filter((result) => result !== undefined);
}

interface Directing {
  readonly facts: EngagementFacts;
  readonly standing: Fact<EngagementStanding>;
  readonly place: Place;
  readonly asking: Asking;
}

function underHeading(heading: string, most: number, { facts, standing, place, asking }: Directing): RuleResult {
  const id = ruleId(place, 'md.directorships');
  const rule = cited(asking, place, 'md.directorships');
  if (heading !== ALL_CLINICS && heading !== SKIN_CARE) {
    return notKnown(id, `${place.name} counts "${heading}", which nothing here counts`, 'Read the rule and attest it.', ...rule);
  }
  const asked = heading === SKIN_CARE ? isSkinCareOffice(facts, place) : true;
  if (asked === false) return passed(id, `${place.name} counts ${heading} beside the primary practice, and this is none`, ...rule);
  const counted = heading === SKIN_CARE ? standing?.skinCareOffices : standing?.directorships;
  const others = counted == null || counted === 'counted-before' ? undefined : counted[place.code];
  if (asked === null) return servicesNotKnown(place, 'md.directorships', asking);
  if (others == null) {
    return notKnown(id, `Of how many ${heading} in ${place.name} they are director is not known`, 'Count them.', ...rule);
  }
  const message = `${place.name} lets a physician be director of ${most} ${heading} at a time, and they are of ${others} others`;
  return askRule(asking, place, 'md.directorships', () =>
    others < most ? { means: 'permits', message } : { means: 'forbids', message, remedy: 'Wait until another directorship has ended.' },
  );
}

function skinCareCertification(facts: EngagementFacts, standing: Fact<EngagementStanding>, place: Place, asking: Asking): RuleResult[] {
  const key = 'md.skinCareCertification';
  const asked = isRaised(asking, place, key) ? isSkinCareOffice(facts, place) : false;
  if (asked === false) return [];
  if (asked === null) return [servicesNotKnown(place, key, asking)];
  return [
    askRule(asking, place, key, (value) => {
      const fields = (value as readonly string[]).map((field) => field.toLowerCase());
      const message = `${place.name} on who oversees an office mainly for skin care: certified in ${fields.join(' or ')}, or eligible`;
      const held = (wholeList(standing?.boardCertifications) ?? []).some(
        ({ specialty, expiresOn, noEnd }) =>
          fields.includes(specialty?.trim().toLowerCase() ?? '') &&
          (noEnd === true || (dayOf(expiresOn) ?? '') >= (dayOf(asking.on) ?? '9')),
      );
      return { means: held ? 'permits' : 'on-condition', message };
    }),
  ];
}

function activePractice(place: Place, asking: Asking): RuleResult[] {
  const key = 'md.activePractice';
  if (!isRaised(asking, place, key)) return [];
  return [
    askRule(asking, place, key, (value) =>
      value === true
        ? { means: 'on-condition', message: `${place.name}: a director or supervising physician practises actively in the state` }
        : { means: 'permits', message: `${place.name} does not ask where a director practises` },
    ),
  ];
}

// An office counts where it stands: an engagement for a second state adds none there. Null where it is not known what the clinic offers.
function isSkinCareOffice({ clinicState, clinicServices, primaryPractice }: EngagementFacts, place: Place): boolean | null {
  if (clinicState !== place.code || primaryPractice === true) return false;
  return isMainlySkinCare(clinicServices);
}

function servicesNotKnown(place: Place, key: string, asking: Asking): RuleResult {
  const message = 'Whether the clinic is mainly for skin care is not known';
  return notKnown(ruleId(place, key), message, 'Record what the clinic offers.', ...cited(asking, place, key));
}

function cited(asking: Asking, place: Place, key: string): readonly [string | null, string | undefined] {
  const { rule } = asking.rules.find(ruleId(place, key), asking.on);
  return [rule?.citation ?? null, rule?.since];
}
