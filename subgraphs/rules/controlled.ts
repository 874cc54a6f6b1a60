/** Controlled substances. Signing them electronically is not offered, so every one of them blocks; the reasons are all shown. */

import { dayOf } from './dates.ts';
import type { DeaFact, Fact, OrderSigningFacts } from './facts.ts';
import { bestOf, failed, notKnown, passed, type RuleResult } from './results.ts';
import type { StateRecord } from './state-pack.ts';
import { type Substance, substanceOf } from './substance-table.ts';
import { wholeList } from './whole-list.ts';

/** Fourth temporary extension of the telemedicine flexibilities: first and last day (90 FR 61301). What follows is not known. */
export const TELEMEDICINE_FLEXIBILITY = { from: '2026-01-01', to: '2026-12-31', citation: '90 FR 61301; 21 CFR 1307.41' } as const;

/** The results that only a controlled ingredient adds; none for a formula without one. */
export function controlledResults(facts: OrderSigningFacts, record: StateRecord, on: string): RuleResult[] {
  const controlled = (wholeList(facts.ingredients) ?? []).map(substanceOf).filter((one): one is Substance => one?.csSchedule != null);
  if (controlled.length === 0) return [];
  const named = controlled.map((one) => `${one.name} (schedule ${one.csSchedule})`).join(', ');
  return [
    notKnown(
      'US.controlled.signing',
      `${named}: signing controlled substances electronically is not offered yet`,
      'Prescribe it through a system certified for electronic prescribing of controlled substances.',
      '21 CFR part 1311',
    ),
    telemedicine(facts, on),
    deaRegistration(facts.prescriber?.deaRegistrations, controlled, record, on),
  ];
}

function telemedicine(facts: OrderSigningFacts, on: string): RuleResult {
  const id = 'US.controlled.telemedicine';
  const { from, to, citation } = TELEMEDICINE_FLEXIBILITY;
  const today = dayOf(on);
  const seen = dayOf(facts.inPersonEvaluationOn);
  if (today !== null && seen !== null && seen <= today)
    return passed(id, `An in-person evaluation of ${seen} is on record`, '21 USC 829(e)');
  if (facts.exam?.modality === 'IN_PERSON') return passed(id, 'The exam was held in person', '21 USC 829(e)');
  if (today === null || today < from || today > to) {
    const message = `No in-person evaluation is on record, and the telemedicine flexibility runs from ${from} to ${to}`;
    return notKnown(id, message, 'Record an in-person evaluation, or load the rule that succeeds the flexibility.', citation);
  }
  if (facts.exam?.modality !== 'SYNC_VIDEO') {
    return notKnown(
      id,
      'The telemedicine flexibility is relied upon for live video only',
      'Hold the exam by live video or in person.',
      citation,
    );
  }
  return passed(id, `The telemedicine flexibility covers a live video exam until ${to}`, citation);
}

function deaRegistration(given: Fact<readonly DeaFact[]>, controlled: readonly Substance[], record: StateRecord, on: string): RuleResult {
  const id = 'dea.prescriber';
  const citation = '21 CFR 1301.12, 1306.03';
  const registrations = wholeList(given);
  if (registrations === null) {
    return notKnown(
      id,
      "The prescriber's DEA registrations could not be read",
      'Try again; if it lasts, check the registration record.',
      citation,
    );
  }
  const wanted = controlled.map((one) => one.csSchedule as string);
  const today = dayOf(on);
  const possible = registrations.filter((one) => one.state == null || one.state === record.code);
  const judged = possible.map((one) => {
    const expires = dayOf(one.expiresOn);
    if (today === null || one.state == null || one.status == null || expires === null || one.schedules == null) {
      return notKnown(id, 'A DEA registration is not fully recorded', 'Record state, status, schedules and expiry.', citation);
    }
    const good = one.status === 'ACTIVE' && expires >= today && wanted.every((schedule) => one.schedules?.includes(schedule));
    return good
      ? passed(id, `The prescriber holds a DEA registration in ${record.name}`, citation)
      : failed(
          id,
          `The prescriber's DEA registration in ${record.name} does not cover this`,
          'Renew the registration, or choose another prescriber.',
          citation,
        );
  });
  return bestOf(judged) ?? failed(id, `The prescriber has no DEA registration in ${record.name}`, 'Choose another prescriber.', citation);
}
