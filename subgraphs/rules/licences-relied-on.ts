/** Which licences a decision stood on: what must be found again when a board takes one back. */

import { dayOf } from './dates.ts';
import { isGateFacts } from './decision.ts';
import type { AgreementFact, ExamCompletionFacts, Fact, LicenceFact, OutsideExamFact, PractitionerFact } from './facts.ts';
import { licenceIn } from './licence.ts';
import type { RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** A licence and whose it was in the decision. `COLLABORATOR` is the physician of an NP's or PA's agreement. */
export interface Reliance {
  readonly licenceId: string;
  readonly part: 'EXAMINER' | 'PRESCRIBER' | 'COLLABORATOR';
}

/** The moment for which licences had to be good: that of the decision or, of an exam that was held elsewhere before, when it was held. */
export function reliedOnAt({ facts }: { readonly facts: unknown }, decidedAt: Date): Date {
  if (!isGateFacts(facts) || facts.gate !== 'exam-completion' || facts.outside === undefined) return decidedAt;
  return facts.startsAt == null || dayOf(facts.startsAt) === null ? decidedAt : new Date(facts.startsAt);
}

/**
 * The licences without which the decision might have been another: those good in the deciding state at that moment, of the
 * examiner or prescriber and, where an agreement was asked for and found, of its physician. Of several that would have done,
 * every one is named. A record of a time before gates were named in the facts stood on none that can be found.
 */
export function licencesReliedOn(decision: { readonly facts: unknown; readonly results: unknown }, on: string): Reliance[] {
  const { facts, results } = decision;
  if (!isGateFacts(facts) || !Array.isArray(results)) return [];
  const passed = (id: string) => (results as readonly RuleResult[]).some((result) => result.id === id && result.outcome === 'PASS');
  switch (facts.gate) {
    case 'exam-completion':
      if (facts.outside !== undefined) return heldElsewhere(facts, facts.outside, on, passed);
      return reliedOn('EXAMINER', facts.examiner, facts.patientState, facts.startsAt, on, passed);
    case 'exam-booking':
    case 'exam-start':
      return reliedOn('EXAMINER', facts.examiner, facts.patientState, facts.startsAt, on, passed);
    case 'order-signing':
      return reliedOn('PRESCRIBER', facts.prescriber, facts.patientState, on, on, passed);
    case 'order-sending':
      return reliedOn('PRESCRIBER', facts.prescriber, facts.shipToState, on, on, passed);
    default:
      return [];
  }
}

function reliedOn(
  part: 'EXAMINER' | 'PRESCRIBER',
  practitioner: Fact<PractitionerFact>,
  state: Fact<string>,
  until: Fact<string>,
  on: string,
  passed: (id: string) => boolean,
): Reliance[] {
  if (practitioner == null || state == null) return [];
  const own = passed(`licence.${part.toLowerCase()}`) ? goodIn(state, practitioner.licences, on, laterOf(until, on)) : [];
  const agreements = passed(`agreement.${part.toLowerCase()}`) ? (wholeList(practitioner.agreements) ?? []) : [];
  const physicians = agreements
    .filter((agreement) => isInForce(agreement, state, on))
    .flatMap(({ physicianLicences }) => goodIn(state, physicianLicences, on, on));
  return [
    ...[...new Set(own)].map((licenceId): Reliance => ({ licenceId, part })),
    ...[...new Set(physicians)].map((licenceId): Reliance => ({ licenceId, part: 'COLLABORATOR' })),
  ];
}

// Of the examiner those that were good on the day it was held; an agreement had to be in force that day and when it was confirmed.
function heldElsewhere(facts: ExamCompletionFacts, outside: OutsideExamFact, on: string, passed: (id: string) => boolean): Reliance[] {
  const { examiner, patientState, startsAt } = facts;
  if (examiner == null || patientState == null || startsAt == null) return [];
  const then = examiner.agreements?.filter((agreement) => agreement != null && isInForce(agreement, patientState, startsAt)) ?? null;
  const relied = reliedOn('EXAMINER', { ...examiner, agreements: then }, patientState, on, on, passed);
  const own = wholeList(outside.licencesThen);
  if (own === null || !passed('exam.examinerLicence')) return relied;
  const named = [...new Set(own)].map((licenceId): Reliance => ({ licenceId, part: 'EXAMINER' }));
  return [...named, ...relied.filter(({ part }) => part !== 'EXAMINER')];
}

function goodIn(state: string, licences: Fact<readonly LicenceFact[]>, on: string, until: string): string[] {
  const question = { id: 'licence', holder: 'The holder', state, until };
  return (wholeList(licences) ?? []).flatMap((licence) =>
    licence.id != null && licence.state === state && licenceIn(question, [licence], on).outcome === 'PASS' ? [licence.id] : [],
  );
}

function isInForce({ state, status, startsOn, endsOn }: AgreementFact, where: string, on: string): boolean {
  const [today, starts, ends] = [dayOf(on), dayOf(startsOn), dayOf(endsOn)];
  return state === where && status === 'ACTIVE' && today !== null && starts !== null && starts <= today && (ends === null || ends >= today);
}

function laterOf(until: Fact<string>, on: string): string {
  const [then, today] = [dayOf(until), dayOf(on)];
  return then !== null && today !== null && then > today ? then : on;
}
