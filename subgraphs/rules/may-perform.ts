/** May this person do this here, on that day? Asked over what is on record: licence, agreement, delegation, training, protocol. */

import { type Asking, type Place, unitedStates } from './asking.ts';
import { authority } from './authority.ts';
import type { DelegationRecordFact, MayPerformFacts } from './clinic-facts.ts';
import { dayOf } from './dates.ts';
import { headsUnder, level, narrower, oversight, physician, ratio } from './delegation.ts';
import { notExcluded } from './exclusion.ts';
import type { Credential, Fact } from './facts.ts';
import { licenceIn } from './licence.ts';
import { placeOf, serviceProblems } from './place.ts';
import { protocolInForce } from './protocol.ts';
import { isRaised, readRule } from './reading.ts';
import { bestOf, blockers, failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** On their own licence: nobody has to delegate it. */
const INDEPENDENT = 4;

/** The level of the act for the credential, their own authority, and below level 4, for all but physicians, the delegation with everything it stands on. */
export function mayPerform(facts: MayPerformFacts, asking: Asking): RuleResult[] {
  const problems = serviceProblems(facts.service);
  const { place, result } = placeOf('jurisdiction.clinic', facts.state, "The clinic's state");
  if (place === null) return [...problems, result];
  const credential = facts.performer?.credential;
  const own = [
    ...problems,
    ...level(facts.service, credential, place, asking),
    ...narrower(facts.service, place, asking),
    ...authorityOf(facts, place, asking),
    ...(facts.worksThere === undefined ? [] : [worksThere(facts.worksThere)]),
    ...(facts.insuredUntil === undefined ? [] : [insured('performer', 'The one who acts', facts.insuredUntil, asking.on)]),
  ];
  // Nobody delegates to a physician: of one whose level is not known, that alone is said.
  if (credential === 'MD' || credential === 'DO') return own;
  const most = highestLevel(facts.service, credential, place, asking);
  return most === INDEPENDENT || most === 0 ? own : [...own, ...oversight(place, asking), ...delegated(facts, most, place, asking)];
}

// A nurse has a licence and no instrument of their own: what lets them act is the delegation.
function authorityOf({ performer }: MayPerformFacts, place: Place, asking: Asking): RuleResult[] {
  if (performer?.credential !== 'RN') return authority('performer', performer, place, asking);
  const holder = 'The one who acts';
  return [
    licenceIn({ id: 'licence.performer', holder, state: place.code }, performer.licences, asking.on),
    ...notExcluded('performer', holder, performer),
  ];
}

/** The strictest level of those that may be relied upon; null when one of them may not, which `level` has said already. */
function highestLevel(service: Fact<string>, credential: Fact<Credential>, place: Place, asking: Asking): number | null {
  if (!service || !credential) return null;
  const key = `delegation.${service}.${credential}`;
  const readings = [unitedStates, ...(isRaised(asking, place, key) ? [place] : [])].map((at) => readRule(asking, at, key));
  const levels = readings.flatMap((reading) => (reading.result === null ? [Number(reading.value)] : []));
  return levels.length === readings.length ? Math.min(...levels) : null;
}

/** The delegation that is nearest to carrying the act. */
function delegated(facts: MayPerformFacts, most: number | null, place: Place, asking: Asking): RuleResult[] {
  const id = 'delegation.record';
  const records = wholeList(facts.delegations);
  if (records === null) return [notKnown(id, 'What was delegated could not be read', 'Try again; if it lasts, check the delegations.')];
  const judged = records.map((record) => judge(record, facts, most, place, asking));
  const best = judged.toSorted((one, other) => blockers(one).length - blockers(other).length)[0];
  return best ?? [failed(id, 'Nobody has delegated this to them here', 'Ask a physician engaged by the clinic to delegate it.')];
}

function judge(record: DelegationRecordFact, facts: MayPerformFacts, most: number | null, place: Place, asking: Asking): RuleResult[] {
  const { delegator } = record;
  const credential = facts.performer?.credential;
  const holder = 'The delegating physician';
  return [
    inForce(record, facts, place, asking.on),
    levelOf(record, most),
    physician('delegator', 'The one who delegates', delegator?.credential),
    licenceIn({ id: 'licence.delegator', holder, state: place.code }, delegator?.licences, asking.on),
    ...notExcluded('delegator', holder, delegator),
    engaged(delegator, facts.service, asking.on),
    ...(delegator?.insuredUntil === undefined ? [] : [insured('delegator', holder, delegator.insuredUntil, asking.on)]),
    trained(record, facts, asking.on),
    protocolInForce(record.protocol, facts.service, asking.on),
    ...(credential === 'NP' || credential === 'PA' ? [ratio(headsUnder(record.supervised), credential, place, asking)] : []),
  ];
}

function inForce(record: DelegationRecordFact, { service, device }: MayPerformFacts, place: Place, on: string): RuleResult {
  const id = 'delegation.record';
  const states = wholeList(record.states);
  const days = [on, record.startsOn, record.endsOn].map(dayOf);
  const [today, from, until] = days;
  const revoked = record.revokedOn === 'none' ? 'none' : dayOf(record.revokedOn);
  if (!today || !from || !until || revoked === null || states === null || record.service == null) {
    return notKnown(id, 'The delegation is not fully recorded', 'Record service, states and dates of the delegation.');
  }
  const remedy = 'Ask a physician engaged by the clinic to delegate it anew.';
  if (record.service !== service) return failed(id, `The delegation is for ${record.service}`, remedy);
  if (record.device != null && record.device !== device) {
    return failed(
      id,
      `The delegation is for the device ${record.device} alone`,
      'Name that device, or ask for the act to be delegated without one.',
    );
  }
  if (!states.includes(place.code)) return failed(id, `The delegation does not reach ${place.name}`, remedy);
  if (revoked !== 'none' && revoked <= today) return failed(id, `The delegation was taken back on ${revoked}`, remedy);
  if (from > today) return failed(id, `The delegation begins on ${from}`, 'Wait for its first day.');
  if (until < today) return failed(id, `The delegation ended on ${until}`, remedy);
  return passed(id, `It is delegated to them here until ${until}`);
}

function levelOf({ level: recorded }: DelegationRecordFact, most: number | null): RuleResult {
  const id = 'delegation.recordedLevel';
  if (recorded == null || most === null) {
    return notKnown(
      id,
      'It is not known whether the delegation is strict enough',
      'Attest the level of the act, and record the delegation’s.',
    );
  }
  if (recorded >= 1 && recorded <= most) return passed(id, `Delegated at level ${recorded}, which is no looser than level ${most}`);
  return failed(id, `Delegated at level ${recorded}, which is looser than level ${most}`, `Delegate it at level ${most} or stricter.`);
}

function engaged(delegator: DelegationRecordFact['delegator'], service: Fact<string>, on: string): RuleResult {
  const id = 'engagement.delegator';
  const [today, starts, ends] = [on, delegator?.engagementStartsOn, delegator?.engagementEndsOn].map(dayOf);
  // An engagement that is known to be none has no days to read.
  if (delegator?.engagementStatus === 'NONE') {
    return failed(id, 'The delegating physician is not engaged by the clinic', 'Ask a physician engaged by the clinic to delegate it.');
  }
  if (!today || delegator?.engagementStatus == null || !starts || (!ends && delegator.engagementNoEnd !== true)) {
    return notKnown(id, "The delegating physician's engagement is not fully recorded", 'Record status, start and end of the engagement.');
  }
  const runs = delegator.engagementStatus === 'ACTIVE' || delegator.engagementStatus === 'ENDING';
  if (!runs || starts > today || (ends && ends < today)) {
    return failed(id, "The delegating physician's engagement is not in force", 'Ask a physician engaged by the clinic to delegate it.');
  }
  // An empty list is an engagement for all that the clinic offers; left out, its scope is not asked.
  const scope = delegator.engagementServices;
  if (scope === null) return notKnown(id, 'It is not known for which services they are engaged', 'Record the services of the engagement.');
  if (scope !== undefined && scope.length > 0 && !scope.includes(service ?? '')) {
    return failed(id, 'The delegating physician is not engaged for this service', 'Ask a physician who is engaged for it.');
  }
  return passed(id, 'The delegating physician is engaged by the clinic');
}

// One who was seen with another device was not seen with this one, and whoever was seen with one device was not seen with all.
function worksThere(known: Fact<boolean>): RuleResult {
  const id = 'membership.performer';
  if (known === true) return passed(id, 'The one who acts works at the clinic');
  const remedy = 'Invite them as one who treats at this clinic, or engage them.';
  if (known === false) return failed(id, 'The one who acts does not work at the clinic', remedy);
  return notKnown(id, 'Whether the one who acts works at the clinic is not known', remedy);
}

function insured(part: 'performer' | 'delegator', holder: string, insuredUntil: Fact<string>, on: string): RuleResult {
  const id = `insurance.${part}`;
  const remedy = 'Record a professional liability policy that is in force, and have it verified.';
  const [today, until] = [dayOf(on), dayOf(insuredUntil)];
  if (insuredUntil === 'none') return failed(id, `${holder} is not insured`, remedy);
  if (today === null || until === null) return notKnown(id, `${holder}'s insurance is not verified`, remedy);
  if (until < today) return failed(id, `${holder}'s insurance ended on ${until}`, remedy);
  return passed(id, `${holder} is insured until ${until}`);
}

function trained({ device }: DelegationRecordFact, { competencies, service }: MayPerformFacts, on: string): RuleResult {
  const id = 'competency.performer';
  const remedy = 'Have their competency assessed and recorded.';
  const all = wholeList(competencies);
  if (all === null) return notKnown(id, 'Their training could not be read', 'Try again; if it lasts, check the competency records.');
  const today = dayOf(on);
  const judged = all
    .filter((one) => (one.service == null || one.service === service) && (one.device ?? null) === (device ?? null))
    .map((one): RuleResult => {
      const [from, until] = [dayOf(one.assessedOn), dayOf(one.expiresOn)];
      if (today === null || one.service == null || from === null || until === null) {
        return notKnown(id, 'Their training is not fully recorded', 'Record service and dates of the assessment.');
      }
      if (from > today || until < today) return failed(id, `Their competency counts from ${from} until ${until}`, remedy);
      return passed(id, `Their competency was assessed and counts until ${until}`);
    });
  const what = device == null ? 'this' : `the device ${device}`;
  return bestOf(judged) ?? failed(id, `No training of theirs in ${what} is on record`, remedy);
}
