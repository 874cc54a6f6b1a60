/** May this clinic offer this service: the readiness of one service, with a reason for everything that keeps it closed. */

import type { Asking, Place } from './asking.ts';
import { validity } from './exam-validity.ts';
import { director } from './clinic-director.ts';
import type { ClinicLegs, ClinicServiceFacts } from './clinic-facts.ts';
import { facilityLicences } from './facility.ts';
import type { ExamBookingFacts, Modality } from './facts.ts';
import { modality, modalityFields } from './modality.ts';
import { oncePerAsking } from './once.ts';
import { placeOf, serviceProblems } from './place.ts';
import { protocolInForce } from './protocol.ts';
import { askRule, type Verdict } from './reading.ts';
import { bestOf, failed, notKnown, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** State fields, medical director, protocol, facility. */
export function clinicService(facts: ClinicServiceFacts, asking: Asking): RuleResult[] {
  const { on } = asking;
  const problems = [...serviceProblems(facts.service), ...offered(facts)];
  const { place, result } = placeOf('jurisdiction.clinic', facts.state, "The clinic's state");
  const rest = [protocol(facts, on), ...facilityLicences(facts, on)];
  if (place === null) return [...problems, result, ...rest];
  return [...problems, ...stateRules(facts, place, asking), ...director(facts, place, on), ...rest];
}

/**
 * The same for one way of examining, as booking asks it: what another way of examining would need closes nothing here. Results that
 * `asked` gave already are not given twice.
 */
export function clinicOpen(facts: ExamBookingFacts, asking: Asking, asked: readonly RuleResult[]): RuleResult[] {
  const { legs, service, modality: way, clinicServices } = facts;
  if (legs === undefined) return [];
  const unknown: ClinicLegs = { state: null, directors: null, protocols: null, facilityLicences: null };
  const modalities = wholeList(clinicServices)?.find(({ code }) => code === service)?.modalities as readonly Modality[] | undefined;
  const told = { ...(legs ?? unknown), service, offered: true, modalities, attestations: facts.attestations, entityName: facts.entityName };
  const fields = Object.entries(modalityFields).flatMap(([how, field]) => (how === way ? [] : [field]));
  const others = way === 'IN_PERSON' ? ['gfe.telehealthAllowed', ...fields] : fields;
  const known = new Set([
    ...asked.map(({ id }) => id),
    ...others.map((field) => `${legs?.state}.${field}`),
    'modality',
    'modality.in-person',
  ]);
  return clinicService(told, asking).filter(({ id }) => !known.has(id));
}

function offered(facts: ClinicServiceFacts): RuleResult[] {
  if (facts.offered === true) return [];
  if (facts.offered === false) return [failed('service.offered', 'The clinic does not offer this service', 'Offer the service.')];
  return [notKnown('service.offered', 'It is not known whether the clinic offers this service', 'Record what the clinic offers.')];
}

const stateRulesOnce = oncePerAsking<readonly RuleResult[]>();

/** What the state asks of a service depends on how its exams are held, and not on which service or clinic it is. */
function stateRules({ modalities }: ClinicServiceFacts, place: Place, asking: Asking): readonly RuleResult[] {
  return stateRulesOnce(asking, `${place.code} ${modalities?.join(' ') ?? ''}`, () => stateRulesFor({ modalities }, place, asking));
}

function stateRulesFor(facts: Pick<ClinicServiceFacts, 'modalities'>, place: Place, asking: Asking): RuleResult[] {
  const modes = new Map<string, RuleResult>();
  for (const how of facts.modalities ?? []) for (const result of modality(how, place, asking)) modes.set(result.id, result);
  if (modes.size === 0)
    modes.set(
      'modality',
      notKnown('modality', 'It is not known how exams for this service are held', 'Record the modalities of the service.'),
    );
  return [
    ...modes.values(),
    askRule(asking, place, 'gfe.performers', (value) => ({
      means: 'permits',
      message: `${place.name} lets ${(value as readonly string[]).join(', ')} hold the exam`,
    })),
    validity(place, asking),
    askRule(asking, place, 'prescribing.inPersonBeforeFirstRx', (value) => visitFirst(value, facts, place)),
    askRule(asking, place, 'md.onSite', (value) =>
      value === 'not-required'
        ? { means: 'permits', message: `${place.name} asks for no physician on site` }
        : { means: 'on-condition', message: `${place.name}: a physician on site is ${value}` },
    ),
    // The rule is prose: that this clinic's supervision fits it is for a person to say.
    askRule(asking, place, 'md.supervision', (value) => ({
      means: 'on-condition',
      message: `${place.name} on supervision: ${value}`,
    })),
  ];
}

function visitFirst(value: unknown, facts: Pick<ClinicServiceFacts, 'modalities'>, place: Place): Verdict {
  const message = `${place.name}: a visit in person before a first prescription is ${value}`;
  if (value === 'not-required' || facts.modalities?.includes('IN_PERSON') === true) return { means: 'permits', message };
  if (value === 'required-with-exceptions') return { means: 'on-condition', message };
  return { means: 'forbids', message, remedy: 'Offer exams in person.' };
}

function protocol(facts: ClinicServiceFacts, on: string): RuleResult {
  const protocols = wholeList(facts.protocols);
  if (protocols === null)
    return notKnown('protocol.inForce', "The clinic's protocols could not be read", 'Try again; if it lasts, check the protocols.');
  const possible = protocols.filter((one) => one.service == null || one.service === facts.service);
  return (
    bestOf(possible.map((one) => protocolInForce(one, facts.service, on))) ??
    failed('protocol.inForce', 'The clinic has no protocol for this service', 'Ask the medical director to sign a protocol.')
  );
}
