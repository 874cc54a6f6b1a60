/**
 * How a rule's value becomes an answer. A value that is missing, out of its dates, or uncertain without a live attestation is
 * no value; a condition is unmet until somebody attests that it holds; an entity may be stricter than its state, never looser.
 */

import { type Asking, complianceOfficer, type Place } from './asking.ts';
import { type Attestation, liveAttestation } from './attestation.ts';
import { compare, definitionOf, fits, type Kind } from './definitions.ts';
import { oncePerAsking } from './once.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { type Rule, reliedUponFrom } from './rule.ts';

/** What a value means for the question asked: it permits, forbids, or permits on a condition that must be attested. */
export type Verdict =
  | { readonly means: 'permits'; readonly message: string }
  | { readonly means: 'forbids'; readonly message: string; readonly remedy: string }
  | { readonly means: 'on-condition'; readonly message: string };

/** A rule that has a value one may rely on, or the result that says why it has none. */
export type Reading =
  | {
      readonly value: unknown;
      /** Whether the entity has confirmed value and condition, or set the value itself. */
      readonly attested: boolean;
      /** The recorded value, where the entity has set a stricter one over it. */
      readonly stricterThan: unknown;
      /** The attestation that no longer counts, since the rule has changed under it. */
      readonly suspended: Attestation | null;
      readonly rule: Rule | null;
      readonly result: null;
    }
  | { readonly result: RuleResult };

/** The id of a place's rule, as results and attestations name it. */
export function ruleId(place: Place, key: string): string {
  return `${place.code}.${key}`;
}

/**
 * Whether a question that only some jurisdictions raise is raised here. Once a release has raised it, it stays open when the answer is
 * taken out again: an answer that went missing must not read like a question that was never asked.
 */
export function isRaised(asking: Asking, place: Place, key: string): boolean {
  const id = ruleId(place, key);
  return asking.rules.entries(id).length > 0 || asking.rules.changedIn(id) !== null;
}

/** The same rules are read for every service and clinic of an entity. */
const readOnce = oncePerAsking<Reading>();

/** Reads one rule. Every rule is read here and nowhere else. */
export function readRule(asking: Asking, place: Place, key: string): Reading {
  return readOnce(asking, ruleId(place, key), () => readAnew(asking, place, key));
}

function readAnew(asking: Asking, place: Place, key: string): Reading {
  const id = ruleId(place, key);
  const kind = definitionOf(key)?.kind;
  if (kind === undefined) return { result: notKnown(id, `Nobody has defined ${key}`, 'Define the key before it is asked.') };
  const found = asking.rules.find(id, asking.on);
  const attestation = liveAttestation(asking.attestations, place.code, id, asking.on);
  if (found.why === 'no-release') {
    return { result: notKnown(id, 'No rules had been released by that date', 'Ask as of a date that has a release.') };
  }
  if (found.why === 'not-in-force') {
    const message = `The recorded ${key} of ${place.name} is not in force on that date`;
    return { result: notKnown(id, message, 'Load rule data that covers this date.', found.rule.citation, found.rule.since) };
  }
  const { rule } = found;
  const suspended = attestation !== null && hasChanged(asking.rules, attestation, rule) ? attestation : null;
  if (suspended !== null && suspended.value !== null) return { result: suspension(asking, place, key, rule, suspended) };
  const standing = suspended === null ? attestation : null;
  if (rule === null || rule.value === null || rule.confidence === 'unknown') return readOpen(asking, place, key, kind, rule, standing);
  if (!fits(kind, rule.value)) {
    return {
      result: notKnown(id, `The recorded ${key} of ${place.name} cannot be read`, 'Correct the rule data.', rule.citation, rule.since),
    };
  }
  const set = standing !== null && standing.value !== null && fits(kind, standing.value) ? compare(kind, rule.value, standing.value) : null;
  if (standing !== null && set === 'stricter') {
    return { value: standing.value, attested: true, stricterThan: rule.value, suspended, rule, result: null };
  }
  const confirmed = standing !== null && (standing.value === null || set === 'same');
  const doubtful = rule.confidence === 'uncertain' || rule.confidence === 'design';
  if (doubtful && !confirmed) {
    if (suspended !== null) return { result: suspension(asking, place, key, rule, suspended) };
    const why = rule.confidence === 'design' ? 'that is our proposal, not law' : 'but sources disagree or support it only in part';
    const message = `${place.name}: ${key} is recorded as ${inWords(rule.value)}, ${why}`;
    return { result: notKnown(id, message, `Ask ${complianceOfficer(asking)} to attest ${id}.`, rule.citation, rule.since) };
  }
  return { value: rule.value, attested: confirmed, stricterThan: null, suspended, rule, result: null };
}

/** Asks one rule one question. */
export function askRule(asking: Asking, place: Place, key: string, judge: (value: unknown) => Verdict): RuleResult {
  const id = ruleId(place, key);
  const reading = readRule(asking, place, key);
  if (reading.result !== null) return reading.result;
  const verdict = judge(reading.value);
  const { rule } = reading;
  const cited = [rule?.citation ?? null, rule?.since] as const;
  const message = reading.stricterThan === null ? verdict.message : stricterMessage(asking, place, reading.stricterThan, verdict.message);
  switch (verdict.means) {
    case 'permits':
      return passed(id, message, ...cited);
    case 'forbids':
      return failed(id, message, verdict.remedy, ...cited);
    case 'on-condition': {
      if (reading.attested) return passed(id, `${message}; the condition is attested`, ...cited);
      if (reading.suspended !== null) return suspension(asking, place, key, rule, reading.suspended);
      const remedy = `Ask ${complianceOfficer(asking)} to attest ${id}: that the condition holds.`;
      return notKnown(id, rule?.note ? `${message}: ${rule.note}` : message, remedy, ...cited);
    }
  }
}

/**
 * Whether the rule is no longer the one that was attested: another release brought another entry, or its day came for another entry of
 * the same one. What was given under a release nobody knows is suspended too, unless no release ever answered the question.
 */
export function isSuspended({ rules, on }: Pick<Asking, 'rules' | 'on'>, attestation: Attested): boolean {
  const found = rules.find(attestation.ruleId, on);
  return hasChanged(rules, attestation, found.why === null ? found.rule : null);
}

type Attested = Pick<Attestation, 'ruleId' | 'packVersion' | 'attestedAt'>;

function hasChanged(rules: Asking['rules'], { ruleId: id, packVersion, attestedAt }: Attested, now: Rule | null): boolean {
  const seen = rules.seenUnder(packVersion, id, attestedAt);
  if (seen === undefined) return rules.changedIn(id) !== null;
  if (seen === null || now === null) return seen !== now;
  return seen.since !== now.since || reliedUponFrom(seen) !== reliedUponFrom(now);
}

function suspension(asking: Asking, place: Place, key: string, rule: Rule | null, attestation: Attestation): RuleResult {
  const id = ruleId(place, key);
  const from = rule === null ? '' : ` (release ${rule.since}, relied upon from ${reliedUponFrom(rule)})`;
  const message = `${id} was attested under ${attestation.packVersion || 'a release that is not known'} and has changed since${from}: the attestation is suspended`;
  const remedy = `Ask ${complianceOfficer(asking)} to read the rule as it is now, then attest it again or revoke the attestation.`;
  return notKnown(id, message, remedy, rule?.citation ?? null, rule?.since);
}

function readOpen(asking: Asking, place: Place, key: string, kind: Kind, rule: Rule | null, attestation: Attestation | null): Reading {
  if (attestation !== null && attestation.value !== null && fits(kind, attestation.value)) {
    // A value the entity set is also its word that the value's condition, if it has one, holds.
    return { value: attestation.value, attested: true, stricterThan: null, suspended: null, rule, result: null };
  }
  const id = ruleId(place, key);
  const message = `${place.name}: no value is recorded for ${key}`;
  return {
    result: notKnown(id, message, `Ask ${complianceOfficer(asking)} to set and attest ${id}.`, rule?.citation ?? null, rule?.since),
  };
}

function stricterMessage({ entityName }: Asking, place: Place, recorded: unknown, message: string): string {
  return `${message} (${entityName || 'the professional entity'} is stricter here than ${place.name}, which has ${inWords(recorded)})`;
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}
