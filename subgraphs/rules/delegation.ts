/** May this person do this here, under that physician? A plan, not yet a record: whether somebody was trained is asked where people are kept. */

import { type Asking, type Place, unitedStates } from './asking.ts';
import type { DelegationFacts } from './clinic-facts.ts';
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
    askRule(asking, place, 'md.supervision', (value) => ({ means: 'on-condition', message: `${place.name} on supervision: ${value}` })),
    askRule(asking, place, 'md.onSite', (value) =>
      value === 'not-required'
        ? { means: 'permits', message: `${place.name} asks for no physician on site` }
        : { means: 'on-condition', message: `${place.name}: a physician on site is ${value}` },
    ),
    licenceIn({ id: 'licence.delegate', holder: 'The delegate', state: place.code }, facts.delegate?.licences, asking.on),
    physician(facts.delegator?.credential),
    licenceIn({ id: 'licence.delegator', holder: 'The delegating physician', state: place.code }, facts.delegator?.licences, asking.on),
    ...(credential === 'NP' || credential === 'PA' ? [ratio(facts, credential, place, asking)] : []),
  ];
}

function level(service: Fact<string>, credential: Fact<Credential>, place: Place, asking: Asking): RuleResult[] {
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

function narrower(service: Fact<string>, place: Place, asking: Asking): RuleResult[] {
  const key = `procedure.${service}`;
  if (!isRaised(asking, place, key)) return [];
  return [askRule(asking, place, key, (value) => ({ means: 'on-condition', message: `${place.name} on ${service}: ${value}` }))];
}

function physician(credential: Fact<Credential>): RuleResult {
  const id = 'credential.delegator';
  if (credential == null) return notKnown(id, "The delegating physician's credential is not recorded", 'Record the credential.');
  if (credential === 'MD' || credential === 'DO') return passed(id, 'The one who delegates is a physician');
  return failed(id, `The one who delegates is a ${credential}`, 'Name a physician.');
}

// States count under their own headings ("APRN+PA (FTE)"): a heading that names the credential is the one that counts it.
function ratio({ supervised }: DelegationFacts, credential: 'NP' | 'PA', place: Place, asking: Asking): RuleResult {
  const reading = readRule(asking, place, 'md.ratio');
  if (reading.result !== null) return reading.result;
  const names = credential === 'NP' ? /\b(NP|APRN)/ : /\bPA\b/;
  const id = `${place.code}.md.ratio`;
  const cited = [reading.rule?.citation ?? null, reading.rule?.since] as const;
  const limits = Object.entries(reading.value as Record<string, number>).filter(([heading]) => names.test(heading));
  if (limits.length === 0) {
    return notKnown(id, `${place.name} counts nobody under ${credential}`, 'Read the rule and attest what it means here.', ...cited);
  }
  const inWords = limits.map(([heading, most]) => `${heading} ${most}`).join(', ');
  const full = limits.find(([heading, most]) => (supervised?.[heading] ?? Number.POSITIVE_INFINITY) >= most);
  if (supervised == null || limits.some(([heading]) => supervised[heading] === undefined)) {
    return notKnown(id, `${place.name} lets a physician supervise ${inWords}; how many there are is not counted`, 'Count them.', ...cited);
  }
  const message = `${place.name} lets a physician supervise ${inWords}`;
  return askRule(asking, place, 'md.ratio', () =>
    full
      ? { means: 'forbids', message, remedy: 'Name a physician with room for one more.' }
      : { means: 'permits', message: `${message}, and there is room` },
  );
}
