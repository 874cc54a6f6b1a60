/** Whether a facility can show what its work asks for: papers in force, and no open finding that stops it. */

import { dayOf } from './dates.ts';
import { type Coverage, type FacilityDuty, facilityDuties } from './facility-duties.ts';
import type { FacilityClass, Fact, OrderRoutingFacts } from './facts.ts';
import { bestOf, failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** A paper of a facility; withdrawn ones are not told. */
export interface FacilityEvidenceFact {
  readonly kind: string;
  /** `YYYY-MM-DD`. */
  readonly validFrom: Fact<string>;
  /** The last day, `YYYY-MM-DD`. */
  readonly expiresOn: Fact<string>;
}

/** A finding of an inspection that is not closed. */
export interface OpenFindingFact {
  readonly id: string;
  readonly foundOn: Fact<string>;
  /** `'NOTHING'` for one that stops nothing. */
  readonly stops: Fact<Coverage | 'NOTHING'>;
}

/** What a facility can show, and what the preparation asks of it. */
export interface FacilityFact {
  readonly evidence: Fact<readonly FacilityEvidenceFact[]>;
  readonly openFindings: Fact<readonly OpenFindingFact[]>;
  /** Whether an ingredient is on the list of hazardous drugs. */
  readonly hazardous: Fact<boolean>;
  /** Whether the formula is in a schedule. */
  readonly controlled: Fact<boolean>;
}

/** What gates that a pharmacy passes are told of it. */
export interface FacilityStandingFacts {
  /** Null blocks. Left out, it is not asked: decisions kept before it was asked answer as they did. */
  readonly facility?: FacilityFact | null;
}

/** The same with what decides which duties are asked. */
export interface FacilityWorkFacts extends FacilityStandingFacts {
  readonly facilityClass?: Fact<FacilityClass>;
  readonly sterile?: Fact<boolean>;
}

const READ_AGAIN = 'Try again; if it lasts, check the facility’s record.';

/** What a pharmacy is licensed as, and where an order goes. */
export type PharmacyLicensingFacts = Pick<OrderRoutingFacts, 'shipToState' | 'homeState' | 'facilityClass' | 'licences'>;

/** What a gate is told of it besides. */
export interface LicensingAskedFacts {
  /** As of that day. Left out, it is not asked. */
  readonly licensing?: PharmacyLicensingFacts;
}

/** One answer for each duty of this kind of facility that the preparation touches, then one for the findings. */
export function facilityStanding({ facility, facilityClass, sterile }: FacilityWorkFacts, on: string): RuleResult[] {
  if (facility === undefined) return [];
  if (facility === null || facilityClass == null)
    return [notKnown('facility.standing', 'What the facility can show could not be read', READ_AGAIN)];
  const parts = partsOf(facility, sterile);
  if (parts === null) {
    return [notKnown('facility.standing', 'It is not known what the preparation asks of the facility', 'Record it on the formulary item.')];
  }
  const duties = facilityDuties.filter((one) => one.of === facilityClass && parts.includes(one.covers));
  return [...duties.map((one) => shown(one, facility, on)), findings(facility, parts)];
}

/** The parts of the facility's work that a preparation is; null when that is not known. */
function partsOf({ hazardous, controlled }: FacilityFact, sterile: Fact<boolean>): Coverage[] | null {
  if (sterile == null || hazardous == null || controlled == null) return null;
  return [
    'ALL',
    sterile ? 'STERILE' : 'NONSTERILE',
    ...(hazardous ? (['HAZARDOUS'] as const) : []),
    ...(controlled ? (['CONTROLLED'] as const) : []),
  ];
}

function shown({ kind, what, citation }: FacilityDuty, facility: FacilityFact, on: string): RuleResult {
  const id = `facility.evidence.${kind}`;
  const evidence = wholeList(facility.evidence);
  const today = dayOf(on);
  if (evidence === null || today === null)
    return notKnown(id, `Whether the facility shows ${what} could not be read`, READ_AGAIN, citation);
  const judged = evidence.filter((one) => one.kind === kind).map((one) => inForce(id, what, citation, one, today));
  return bestOf(judged) ?? failed(id, `The facility has nothing on record that shows ${what}`, 'Record the evidence.', citation);
}

function inForce(id: string, what: string, citation: string, { validFrom, expiresOn }: FacilityEvidenceFact, today: string): RuleResult {
  const [first, last] = [dayOf(validFrom), dayOf(expiresOn)];
  if (first === null || last === null) return notKnown(id, `What shows ${what} has no dates`, 'Record them.', citation);
  if (today < first) return failed(id, `What shows ${what} holds from ${first} on`, 'Wait for that day.', citation);
  if (today > last) return failed(id, `What showed ${what} ended on ${last}`, 'Record what renews it.', citation);
  return passed(id, `The facility shows ${what} until ${last}`, citation);
}

function findings(facility: FacilityFact, parts: readonly Coverage[]): RuleResult {
  const id = 'facility.findings';
  const open = wholeList(facility.openFindings);
  if (open === null || open.some(({ stops }) => stops == null)) {
    return notKnown(id, 'The findings of inspections could not be read', READ_AGAIN);
  }
  const stopping = open.filter(({ stops }) => parts.some((part) => part === stops));
  const [first] = stopping;
  if (first === undefined) return passed(id, 'No open finding of an inspection stops this work');
  const since = first.foundOn == null ? '' : ` of ${first.foundOn}`;
  const more = stopping.length > 1 ? ` and ${stopping.length - 1} more` : '';
  return failed(
    id,
    `A finding${since}${more} stops ${String(first.stops).toLowerCase()} work until it is closed`,
    'Correct it, and close the finding.',
  );
}
