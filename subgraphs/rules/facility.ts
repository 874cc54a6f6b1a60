/** The licences of a clinic's site: one that has lapsed closes the services that stand on it, and no others. */

import type { ClinicServiceFacts } from './clinic-facts.ts';
import { dayOf } from './dates.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import type { ServiceCode } from './service-codes.ts';
import { wholeList } from './whole-list.ts';

/** Kinds that only some services stand on. Everything else on file is the site's own: without it nothing is done there. */
const onlyFor: Readonly<Record<string, readonly ServiceCode[]>> = {
  LASER_REGISTRATION: ['laser-ipl'],
};

/** Each licence on file that the service stands on. None on file is a pass: which ones a state asks of a site is not researched yet. */
export function facilityLicences(facts: Pick<ClinicServiceFacts, 'facilityLicences' | 'service'>, on: string): RuleResult[] {
  const licences = wholeList(facts.facilityLicences);
  if (licences === null) {
    return [notKnown('facility.licence', "The clinic's facility licences could not be read", 'Try again; if it lasts, check the record.')];
  }
  const today = dayOf(on);
  const judged = licences
    .filter(({ kind }) => !Object.hasOwn(onlyFor, kind) || facts.service == null || onlyFor[kind]?.some((code) => code === facts.service))
    .map((one) => {
      const id = `facility.licence.${one.kind}`;
      const expires = dayOf(one.expiresOn);
      if (today === null || one.status == null || expires === null)
        return notKnown(id, `The ${one.kind} is not fully recorded`, 'Record status and expiry.');
      if (one.status !== 'ACTIVE' || expires < today) return failed(id, `The ${one.kind} is not in force`, 'Renew it.');
      return passed(id, `The ${one.kind} is in force until ${expires}`);
    });
  return judged.length > 0 ? judged : [passed('facility.licence', 'No facility licence is on file that could have lapsed')];
}
