/** May this agreement be signed: is the one who supervises a physician with room for one more, and are both licensed where it is for? */

import type { Asking } from './asking.ts';
import type { CollaborationFacts } from './clinic-facts.ts';
import { headsUnder, physician, ratio } from './delegation.ts';
import { notExcluded } from './exclusion.ts';
import { licenceIn } from './licence.ts';
import { placeOf } from './place.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** Both credentials, both licences, and the ratio. */
export function collaboration(facts: CollaborationFacts, asking: Asking): RuleResult[] {
  const { place, result } = placeOf('jurisdiction.agreement', facts.state, "The agreement's state");
  if (place === null) return [result];
  const credential = facts.supervisee?.credential;
  return [
    physician('supervisor', 'The one who supervises', facts.supervisor?.credential),
    licenceIn({ id: 'licence.supervisor', holder: 'The supervising physician', state: place.code }, facts.supervisor?.licences, asking.on),
    ...notExcluded('supervisor', 'The supervising physician', facts.supervisor),
    supervisee(credential),
    licenceIn({ id: 'licence.supervisee', holder: 'The one supervised', state: place.code }, facts.supervisee?.licences, asking.on),
    ...notExcluded('supervisee', 'The one supervised', facts.supervisee),
    ...(credential === 'NP' || credential === 'PA' ? [ratio(headsUnder(facts.supervised), credential, place, asking)] : []),
  ];
}

function supervisee(credential: string | null | undefined): RuleResult {
  const id = 'credential.supervisee';
  if (credential == null) return notKnown(id, 'The one supervised has no credential on record', 'Record the credential.');
  if (credential === 'NP' || credential === 'PA') return passed(id, `The one supervised is a ${credential}`);
  return failed(id, `The one supervised is a ${credential}`, 'An agreement is for a nurse practitioner or a physician assistant.');
}
