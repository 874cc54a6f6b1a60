/** May so much of this container be recorded as thrown away? */

import { type ContainerFact, containerLeft, left, type ParcelFact } from './administering.ts';
import { isInstant } from './dates.ts';
import type { Amount } from './dose-units.ts';
import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** Facts for `recordWastage`. */
export interface WastingFacts {
  /** When it was thrown away, RFC 3339. */
  readonly wastedAt: Fact<string>;
  /** Of what came for one patient alone: where its parcel stands. Left out of the clinic's stock. */
  readonly parcel?: Fact<ParcelFact>;
  readonly amount: Amount;
  readonly received: Fact<Amount>;
  /** What was given or thrown away of the lot before. */
  readonly given: Fact<readonly Amount[]>;
  readonly container: ContainerFact;
  /** Names of what is in it that any release has in a schedule, of the nation or of a state. */
  readonly controlled: readonly string[];
  /** Whether somebody else saw it. */
  readonly witnessed: boolean;
}

/** As of the moment of recording. Whether a lot is recalled, past its date or held is not asked: then it is thrown away with reason. */
export function wasting(facts: WastingFacts, on: string): RuleResult[] {
  const { amount, received, given, container } = facts;
  return [
    ...(facts.parcel === undefined ? [] : [there(facts.parcel)]),
    inTime(facts, on),
    left({ amount, received, given }, 'wastage.quantityLeft'),
    containerLeft(amount, container, 'wastage.containerLeft'),
    witness(facts),
  ];
}

function there(parcel: Fact<ParcelFact>): RuleResult {
  const id = 'wastage.parcel';
  if (parcel == null) return notKnown(id, 'Nothing was told of this parcel', 'Wait until the pharmacy has shipped it.');
  if (parcel.status === 'LOST') return failed(id, 'The parcel is LOST', 'What never came is not thrown away.');
  if (parcel.status === 'IN_TRANSIT') return failed(id, 'The parcel is not recorded as delivered', 'Record that it was delivered.');
  return passed(id, 'The parcel has come');
}

function inTime({ wastedAt }: WastingFacts, on: string): RuleResult {
  const id = 'wastage.at';
  if (!isInstant(wastedAt) || !isInstant(on)) return notKnown(id, 'It is not known when it was thrown away', 'Give the time.');
  if (Date.parse(wastedAt) > Date.parse(on)) return failed(id, 'The time lies in the future', 'Correct the time.');
  return passed(id, `Thrown away at ${wastedAt}`);
}

// This deployment's policy: the domain's data name no source for it, so none is cited.
function witness({ controlled, witnessed }: WastingFacts): RuleResult {
  const id = 'wastage.witness';
  if (witnessed) return passed(id, 'Another person saw it');
  if (controlled.length === 0) return passed(id, 'Nothing in it is controlled: it needs no witness');
  const message = `${controlled.join(', ')}: what is controlled is thrown away before a witness, by this deployment’s policy`;
  return failed(id, message, 'Name who saw it: `witnessId`.');
}
