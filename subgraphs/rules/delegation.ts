/** May this person do this here, under that physician? A plan, not yet a record: whether somebody was trained is asked where people are kept. */

import { type Asking, type Place, unitedStates } from './asking.ts';
import type { DelegationFacts } from './clinic-facts.ts';
import { notExcluded } from './exclusion.ts';
import type { Credential, Fact } from './facts.ts';
import { licenceIn } from './licence.ts';
import { placeOf, serviceProblems } from './place.ts';
import { askRule, isRaised, readRule } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { isService } from './service-codes.ts';

const levels = ['never delegated', 'in the room', 'on the premises', 'off site, reachable at once', 'on their own licence'];

/** The supervision level of the act, the state's supervision rules, both licences, and the ratio where it counts. */
export function delegation(facts: DelegationFacts, asking: Asking): RuleResult[] {
  const problems = serviceProblems(facts.service);
  const { place, result } = placeOf('jurisdiction.clinic', facts.state, "The clinic's state");
  if (place === null) return [...problems, result];
  const credential = facts.delegate?.credential;
  return [
    ...problems,
    ...level(facts.service, credential, place, asking),
    ...narrower(facts.service, place, asking),
    ...oversight(place, asking),
    licenceIn({ id: 'licence.delegate', holder: 'The delegate', state: place.code }, facts.delegate?.licences, asking.on),
    ...notExcluded('delegate', 'The delegate', facts.delegate),
    physician('delegator', 'The one who delegates', facts.delegator?.credential),
    licenceIn({ id: 'licence.delegator', holder: 'The delegating physician', state: place.code }, facts.delegator?.licences, asking.on),
    ...notExcluded('delegator', 'The delegating physician', facts.delegator),
    ...(credential === 'NP' || credential === 'PA' ? [ratio((heading) => facts.supervised?.[heading], credential, place, asking)] : []),
  ];
}

/** The level at which the act is done by this credential: the general table's, and the state's own where it has one. */
export function level(service: Fact<string>, credential: Fact<Credential>, place: Place, asking: Asking): RuleResult[] {
  if (!service || !credential) {
    return [notKnown('delegation.level', 'It is not known what is to be delegated to whom', 'State service and delegate.')];
  }
  if (!isService(service)) return [];
  const key = `delegation.${service}.${credential}`;
  // A state may close what the general table opens, so its own entry is asked besides, where it has one.
  const own = isRaised(asking, place, key);
  return [unitedStates, ...(own ? [place] : [])].map((at) =>
    askRule(asking, at, key, (value) =>
      value === 0
        ? { means: 'forbids', message: `${service} is not delegated to the credential ${credential}`, remedy: 'Choose another delegate.' }
        : { means: 'permits', message: `${service} by the credential ${credential}: ${levels[value as number]}` },
    ),
  );
}

/** What a state says of this one act, where it says anything. */
export function narrower(service: Fact<string>, place: Place, asking: Asking): RuleResult[] {
  const key = `procedure.${service}`;
  if (!isRaised(asking, place, key)) return [];
  return [askRule(asking, place, key, (value) => ({ means: 'on-condition', message: `${place.name} on ${service}: ${value}` }))];
}

/** What a state asks of supervision whatever the act. Both rules are prose or conditions: that they hold here is for a person to say. */
export function oversight(place: Place, asking: Asking): RuleResult[] {
  return [
    askRule(asking, place, 'md.supervision', (value) => ({ means: 'on-condition', message: `${place.name} on supervision: ${value}` })),
    askRule(asking, place, 'md.onSite', (value) =>
      value === 'not-required'
        ? { means: 'permits', message: `${place.name} asks for no physician on site` }
        : { means: 'on-condition', message: `${place.name}: a physician on site is ${value}` },
    ),
  ];
}

/** Whether the one who delegates or supervises is a physician. */
export function physician(part: 'delegator' | 'supervisor', holder: string, credential: Fact<Credential>): RuleResult {
  const id = `credential.${part}`;
  if (credential == null) return notKnown(id, `${holder} has no credential on record`, 'Record the credential.');
  if (credential === 'MD' || credential === 'DO') return passed(id, `${holder} is a physician`);
  return failed(id, `${holder} is a ${credential}`, 'Name a physician.');
}

const headings = { NP: /\b(NP|APRN)/, PA: /\bPA\b/ } as const;

/** Heads under a state's heading, from how many there are of each credential. A head is never less than the part of a full time it works. */
export function headsUnder(counted: Fact<Readonly<Record<'NP' | 'PA', number>>>): (heading: string) => number | undefined {
  return (heading) =>
    counted == null || counted.NP == null || counted.PA == null
      ? undefined
      : (headings.NP.test(heading) ? counted.NP : 0) + (headings.PA.test(heading) ? counted.PA : 0);
}

// States count under their own headings ("APRN+PA (FTE)"): a heading that names the credential is the one that counts it.
/** Whether the physician has room for one more under each heading that counts this credential. */
export function ratio(
  supervised: (heading: string) => number | undefined,
  credential: 'NP' | 'PA',
  place: Place,
  asking: Asking,
): RuleResult {
  const reading = readRule(asking, place, 'md.ratio');
  if (reading.result !== null) return reading.result;
  const names = headings[credential];
  const id = `${place.code}.md.ratio`;
  const cited = [reading.rule?.citation ?? null, reading.rule?.since] as const;
  const limits = Object.entries(reading.value as Record<string, number>).filter(([heading]) => names.test(heading));
  if (limits.length === 0) {
    return notKnown(id, `${place.name} counts nobody under ${credential}`, 'Read the rule and attest what it means here.', ...cited);
  }
  const inWords = limits.map(([heading, most]) => `${heading} ${most}`).join(', ');
  const full = limits.find(([heading, most]) => (supervised(heading) ?? Number.POSITIVE_INFINITY) >= most);
  if (limits.some(([heading]) => supervised(heading) == null)) {
    return notKnown(id, `${place.name} lets a physician supervise ${inWords}; how many there are is not counted`, 'Count them.', ...cited);
  }
  const message = `${place.name} lets a physician supervise ${inWords}`;
  return askRule(asking, place, 'md.ratio', () =>
    full
      ? { means: 'forbids', message, remedy: 'Name a physician with room for one more.' }
      : { means: 'permits', message: `${message}, and there is room` },
  );
}
