/**
 * How a state's field becomes an answer. A value that is null, unknown, out of its dates, or uncertain without a live
 * attestation is no value; a condition is unmet until somebody attests that it holds.
 */

import { type Attestation, liveAttestation } from './attestation.ts';
import { dayOf } from './dates.ts';
import type { AttestedFacts } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { type FieldKey, fitsField } from './state-fields.ts';
import type { StateField, StateRecord } from './state-pack.ts';

/** What a value means for the question asked: it permits, forbids, or permits on a condition that must be attested. */
export type Verdict =
  | { readonly means: 'permits'; readonly message: string }
  | { readonly means: 'forbids'; readonly message: string; readonly remedy: string }
  | { readonly means: 'on-condition'; readonly message: string };

/** A field that has a value one may rely on, or the result that says why it has none. */
export type Reading =
  | { readonly value: unknown; readonly citation: string | null; readonly attested: boolean; readonly result: null }
  | { readonly result: RuleResult };

/** The rule id of a state's field, as results and attestations name it. */
export function fieldRuleId(state: string, key: FieldKey): string {
  return `${state}.${key}`;
}

/** Whom to ask, in words for people. */
export function complianceOfficer(facts: AttestedFacts): string {
  return `the compliance officer of ${facts.entityName || 'the professional entity'}`;
}

/** Reads one field on one date, with the entity's attestations. Every state field is read here and nowhere else. */
export function readField(record: StateRecord, key: FieldKey, facts: AttestedFacts, on: string): Reading {
  const id = fieldRuleId(record.code, key);
  const field = record.fields[key];
  const attestation = liveAttestation(facts.attestations, record.code, id, on);
  if (field === undefined || !inForce(field, on)) {
    const why =
      field === undefined ? `No record of ${key} for ${record.name}` : `The recorded ${key} of ${record.name} is not in force on that date`;
    return { result: notKnown(id, why, 'Load rule data that covers this date.', field?.citation ?? null) };
  }
  if (field.value === null || field.confidence === 'unknown') return readOpen(id, record, key, field, attestation, facts);
  if (!fitsField(key, field.value)) {
    return { result: notKnown(id, `The recorded ${key} of ${record.name} cannot be read`, 'Correct the rule data.', field.citation) };
  }
  const confirmed = attestation !== null && confirms(attestation, field.value);
  if (field.confidence === 'uncertain' && !confirmed) {
    const message = `${record.name}: ${key} is recorded as ${inWords(field.value)}, but sources disagree or support it only in part`;
    return { result: notKnown(id, message, `Ask ${complianceOfficer(facts)} to attest ${id}.`, field.citation) };
  }
  return { value: field.value, citation: field.citation, attested: confirmed, result: null };
}

/** Asks one field one question. */
export function askField(
  record: StateRecord,
  key: FieldKey,
  facts: AttestedFacts,
  on: string,
  judge: (value: unknown) => Verdict,
): RuleResult {
  const id = fieldRuleId(record.code, key);
  const reading = readField(record, key, facts, on);
  if (reading.result !== null) return reading.result;
  const verdict = judge(reading.value);
  switch (verdict.means) {
    case 'permits':
      return passed(id, verdict.message, reading.citation);
    case 'forbids':
      return failed(id, verdict.message, verdict.remedy, reading.citation);
    case 'on-condition':
      if (reading.attested) return passed(id, `${verdict.message}; the condition is attested`, reading.citation);
      return notKnown(
        id,
        conditionOf(record, key, verdict.message),
        `Ask ${complianceOfficer(facts)} to attest ${id}: that the condition holds.`,
        reading.citation,
      );
  }
}

function readOpen(
  id: string,
  record: StateRecord,
  key: FieldKey,
  field: StateField,
  attestation: Attestation | null,
  facts: AttestedFacts,
): Reading {
  if (attestation !== null && fitsField(key, attestation.value)) {
    // A value the entity set is also its word that the value's condition, if it has one, holds.
    return { value: attestation.value, citation: field.citation, attested: true, result: null };
  }
  const message = `${record.name}: no value is recorded for ${key}`;
  return { result: notKnown(id, message, `Ask ${complianceOfficer(facts)} to set and attest ${id}.`, field.citation) };
}

function inForce(field: StateField, on: string): boolean {
  const today = dayOf(on);
  if (today === null) return false;
  if (field.effectiveFrom !== null && field.effectiveFrom > today) return false;
  return field.effectiveTo === null || field.effectiveTo >= today;
}

// Where the pack has a value, an attestation confirms it or says nothing: another value would be a looser rule in disguise.
function confirms(attestation: Attestation, packValue: unknown): boolean {
  return attestation.value === null || JSON.stringify(attestation.value) === JSON.stringify(packValue);
}

function conditionOf(record: StateRecord, key: FieldKey, message: string): string {
  const note = record.fields[key]?.note;
  return note ? `${message}: ${note}` : message;
}

function inWords(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}
