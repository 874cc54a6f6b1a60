/** What is asked of stock for a clinic beside facility, licence and substances: who buys, and what may not be bought so. */

import type { Fact, LicenceFact } from './facts.ts';
import { licenceIn } from './licence.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** Facts on a purchase. Null is not known and blocks. */
export interface OfficeStockFacts {
  readonly clinicState: string;
  /** The licences under which the purchaser practises. */
  readonly purchaserLicences: Fact<readonly LicenceFact[]>;
  /** Whether the facility fills for the clinic. */
  readonly accountOpen: Fact<boolean>;
  /** Of every ingredient of every line; null in it is one that is not controlled. */
  readonly schedules: Fact<readonly (string | null)[]>;
}

/** Purchaser, account and controlled substances, in this order. */
export function officeStock({ clinicState, purchaserLicences, accountOpen, schedules }: OfficeStockFacts, on: string): RuleResult[] {
  return [
    licenceIn({ id: 'licence.purchaser', holder: 'The purchaser', state: clinicState }, purchaserLicences, on),
    account(accountOpen),
    controlled(schedules),
  ];
}

function account(open: Fact<boolean>): RuleResult {
  const id = 'account.facility';
  if (open == null)
    return notKnown(id, 'Whether the facility fills for the clinic could not be read', 'Try again; if it lasts, ask the facility.');
  return open
    ? passed(id, 'The facility fills for the clinic')
    : failed(id, 'The facility does not fill for the clinic', 'Apply for an account with the facility.');
}

function controlled(schedules: Fact<readonly (string | null)[]>): RuleResult {
  const id = 'officeStock.controlled';
  if (schedules == null)
    return notKnown(id, 'Whether an ingredient is controlled could not be read', 'Try again; if it lasts, ask the facility.');
  return schedules.every((schedule) => schedule === null)
    ? passed(id, 'Nothing in it is controlled')
    : failed(
        id,
        'Controlled substances are not ordered as office stock here',
        'Order them under the registration of whoever is to keep them.',
      );
}
