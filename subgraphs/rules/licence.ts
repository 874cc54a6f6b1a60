/** Whether a licence is good on a date. Staleness counts as not knowing: a board may have acted since the last look. */

import { addDays, dayOf } from './dates.ts';
import type { Credential, Fact, LicenceFact } from './facts.ts';
import { bestOf, failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** A licence that was last checked at its source longer ago than this is no longer known to be good. Our choice, not law. */
export const LICENCE_STALE_AFTER_DAYS = 30;

const kindsByCredential: Readonly<Record<Credential, readonly string[]>> = {
  MD: ['PHYSICIAN', 'TELEHEALTH_REGISTRATION'],
  DO: ['PHYSICIAN', 'TELEHEALTH_REGISTRATION'],
  NP: ['NURSE_PRACTITIONER', 'TELEHEALTH_REGISTRATION'],
  PA: ['PHYSICIAN_ASSISTANT', 'TELEHEALTH_REGISTRATION'],
  RN: ['REGISTERED_NURSE'],
};

/**
 * Whether somebody practises their credential under a licence of this kind. A nurse practitioner is a registered nurse too: that licence
 * says nothing of examining or prescribing, and must not answer where the other was taken back. Of a kind nobody knows, none does.
 */
export function practisesUnder(credential: Fact<string>, kind: Fact<string>): boolean {
  if (credential == null || kind == null || !Object.hasOwn(kindsByCredential, credential)) return false;
  return kindsByCredential[credential as Credential].includes(kind);
}

/** Words for the messages of one licence question. */
export interface LicenceQuestion {
  /** The result's id: `licence.examiner`. */
  readonly id: string;
  /** The holder in a sentence: "The examiner". */
  readonly holder: string;
  /** The kind of licence in a sentence: "licence", "non-resident pharmacy licence". */
  readonly kind?: string;
  readonly state: string;
  /** A later day on which the licence must still be good, such as that of a booked exam. */
  readonly until?: Fact<string>;
}

/** The best of a holder's licences for one state: one good licence is enough, none at all fails. */
export function licenceIn(question: LicenceQuestion, given: Fact<readonly LicenceFact[]>, on: string): RuleResult {
  const licences = wholeList(given);
  const kind = question.kind ?? 'licence';
  if (licences === null) {
    return notKnown(question.id, `${question.holder}'s licences could not be read`, 'Try again; if it lasts, check the licence record.');
  }
  const possible = licences.filter((licence) => licence.state == null || licence.state === question.state);
  return (
    bestOf(possible.map((licence) => judgeLicence(question, licence, on))) ??
    failed(
      question.id,
      `${question.holder} has no ${kind} in ${question.state}`,
      `Choose one with a ${kind} in ${question.state}, or record it.`,
    )
  );
}

function judgeLicence(question: LicenceQuestion, licence: LicenceFact, on: string): RuleResult {
  const { id, holder, state } = question;
  const kind = question.kind ?? 'licence';
  const today = dayOf(on);
  const verified = dayOf(licence.verifiedAt);
  const expires = dayOf(licence.expiresOn);
  if (today === null || licence.state == null || licence.status == null || expires === null) {
    return notKnown(id, `${holder}'s ${kind} in ${state} is not fully recorded`, `Record state, status and expiry of the ${kind}.`);
  }
  if (licence.status === 'UNVERIFIED' || licence.status === 'STALE') {
    return notKnown(id, `${holder}'s ${kind} in ${state} is ${licence.status}`, `Verify the ${kind} at its board.`);
  }
  if (licence.status !== 'ACTIVE') {
    return failed(id, `${holder}'s ${kind} in ${state} is ${licence.status}`, `Only an active, unrestricted ${kind} will do.`);
  }
  if (expires < today) {
    return failed(id, `${holder}'s ${kind} in ${state} expired on ${expires}`, `Renew the ${kind}.`);
  }
  const until = question.until === undefined ? today : dayOf(question.until);
  if (until === null) return notKnown(id, `It is not known until when ${holder}'s ${kind} must hold`, 'State the date.');
  if (expires < until) {
    return failed(
      id,
      `${holder}'s ${kind} in ${state} expires on ${expires}, before ${until}`,
      `Renew the ${kind}, or choose an earlier date.`,
    );
  }
  if (licence.notActiveFrom != null) {
    const stops = dayOf(licence.notActiveFrom);
    if (stops === null) return notKnown(id, `It is not known from when ${holder}'s ${kind} in ${state} is not active`, 'State the day.');
    if (stops <= until) {
      return failed(
        id,
        `${holder}'s ${kind} in ${state} is not active on ${stops}, as recorded now`,
        'Choose an earlier date, or somebody else.',
      );
    }
  }
  if (verified === null || verified > today || verified < addDays(today, -LICENCE_STALE_AFTER_DAYS)) {
    const seen = verified === null ? 'has never been verified' : `was last verified on ${verified}`;
    return notKnown(id, `${holder}'s ${kind} in ${state} ${seen}`, `Verify the ${kind} at its board.`);
  }
  return passed(id, `${holder}'s ${kind} in ${state} is active until ${expires}`);
}
