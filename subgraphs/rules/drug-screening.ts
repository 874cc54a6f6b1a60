/** Whether screening lets a drug be ordered for a patient: one result for each kind, and what the prescriber waived of it. */

import { type DrugFinding, findingsOf } from './drug-findings.ts';
import {
  type DrugScreeningFact,
  type DrugScreeningFacts,
  type DrugScreeningKind,
  drugScreeningKinds,
  type ScreeningWaiverFact,
} from './drug-screening-facts.ts';
import { canonical } from './digest.ts';
import { sha256 } from './digest-sha256.ts';
import type { Fact, IngredientFact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** What screening for one kind came to. */
export interface DrugScreen {
  readonly kind: DrugScreeningKind;
  readonly ruleId: string;
  readonly findings: readonly DrugFinding[];
  /** What a waiver of this kind must be bound to. */
  readonly basis: string;
  /** The waiver that stands over all of its findings; null where there is none, or it does not cover them. */
  readonly waiver: ScreeningWaiverFact | null;
  readonly result: RuleResult;
}

const ruleIds: Readonly<Record<DrugScreeningKind, string>> = {
  ALLERGY: 'order.allergy',
  DUPLICATE_THERAPY: 'order.duplicateTherapy',
  CONTRAINDICATION: 'order.contraindication',
  PREGNANCY: 'order.pregnancy',
  INTERACTION: 'order.interaction',
};

const clear: Readonly<Record<DrugScreeningKind, string>> = {
  ALLERGY: 'No recorded allergy is to an ingredient or excipient',
  DUPLICATE_THERAPY: 'No other order or medicine of the patient has the same or an equivalent ingredient',
  CONTRAINDICATION: 'No answer of the patient stands open against it',
  PREGNANCY: 'Nothing is known against it by pregnancy or breast-feeding',
  INTERACTION: 'No grave interaction with another medicine of the patient is known',
};

/** The results of screening, when an order is asked about. Left out, nothing is asked; null is unknown. */
export function drugScreeningResults(facts: DrugScreeningFacts & { readonly ingredients: Fact<readonly IngredientFact[]> }): RuleResult[] {
  const { drugScreening, ingredients } = facts;
  if (drugScreening === undefined) return [];
  if (drugScreening === null) {
    return drugScreeningKinds.map((kind) =>
      notKnown(ruleIds[kind], 'The patient’s chart could not be read', 'Try again; if it lasts, check the chart.'),
    );
  }
  return screenDrug(ingredients, drugScreening).map(({ result }) => result);
}

/** Screens a drug for one patient, kind by kind. */
export function screenDrug(ingredients: Fact<readonly IngredientFact[]>, facts: DrugScreeningFact): DrugScreen[] {
  return drugScreeningKinds.map((kind) => {
    const findings = findingsOf(kind, ingredients, facts);
    const basis = basisOf(kind, findings, facts);
    const waiver = waiverFor(kind, basis, findings, facts);
    return { kind, ruleId: ruleIds[kind], findings, basis, waiver, result: resultOf(kind, findings, waiver) };
  });
}

/** What stands in the way of one kind, waived or not. */
export function standing(findings: readonly DrugFinding[]): DrugFinding[] {
  return findings.filter(({ outcome }) => outcome !== 'PASS');
}

/** Who may waive all of these findings: the strictest of each. */
export function waivedBy(findings: readonly DrugFinding[]): DrugFinding['waivedBy'] {
  const asked = new Set(standing(findings).map((one) => one.waivedBy));
  return asked.has('NOBODY') ? 'NOBODY' : asked.has('PHYSICIAN') ? 'PHYSICIAN' : 'PRESCRIBER';
}

function basisOf(
  kind: DrugScreeningKind,
  findings: readonly DrugFinding[],
  { intakeId, drugDigest, waiversHoldWhatWasTold }: DrugScreeningFact,
): string {
  const found = standing(findings).map(({ substance, unii, about, outcome, told }) =>
    canonical([substance, unii, about, outcome, ...(waiversHoldWhatWasTold ? [told ?? null] : [])]),
  );
  return sha256(canonical([kind, intakeId ?? null, drugDigest, found.toSorted()]));
}

function waiverFor(
  kind: DrugScreeningKind,
  basis: string,
  findings: readonly DrugFinding[],
  facts: DrugScreeningFact,
): ScreeningWaiverFact | null {
  const who = waivedBy(findings);
  if (standing(findings).length === 0 || who === 'NOBODY') return null;
  const given = (wholeList(facts.waivers) ?? []).filter((one) => one.kind === kind && one.basis === basis);
  return given.find(({ credential }) => who === 'PRESCRIBER' || credential === 'MD' || credential === 'DO') ?? null;
}

function resultOf(kind: DrugScreeningKind, findings: readonly DrugFinding[], waiver: ScreeningWaiverFact | null): RuleResult {
  const id = ruleIds[kind];
  const open = standing(findings);
  if (open.length === 0) return passed(id, clear[kind]);
  const message = open.map((one) => one.message).join('; ');
  if (waiver !== null) return passed(id, `Waived by the prescriber on ${waiver.at.slice(0, 10)} with a reason: ${message}`);
  const remedy = [...new Set(open.map((one) => one.remedy ?? ''))].join(' ');
  return open.some(({ outcome }) => outcome === 'FAIL') ? failed(id, message, remedy) : notKnown(id, message, remedy);
}
