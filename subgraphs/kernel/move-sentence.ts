/** Says in a sentence why a thing does not go from one state to another. States are codes; people read this. */

/** Where a state's code, in small letters, is no word for what is in it: after "What is". */
const standing: Readonly<Record<string, string>> = {
  DRAFT: 'a draft',
  SENT: 'with its pharmacy',
  CANCEL_REQUESTED: 'asked back from its pharmacy',
  NO_SHOW: 'a no-show',
  NEEDS_IN_PERSON: 'referred to an exam in person',
  ENTERED_IN_ERROR: 'known to be entered in error',
  NO_REVIEW_NEEDED: 'in no need of a review',
  DISTINCT: 'found distinct',
  BOILERPLATE: 'found to be boilerplate',
  EXTERNAL_VERIFIED: 'reported by a registered vendor',
  EXTERNAL_ATTESTED: 'reported on a document',
  INFO_REQUESTED: 'waiting for what was asked for',
  ENDING: 'under notice',
  MET: 'met already',
};

/** Where what is in a state is told of otherwise. */
const subjects: Readonly<Record<string, string>> = {
  none: 'What nobody proposed',
  NEVER: 'Who has not joined yet',
  JOINED: 'Who is in the call',
  REJOINED: 'Who is in the call',
  LEFT: 'Who has left the call',
  DROPPED: 'Who has dropped out of the call',
};

/** Where coming into a state is more than to "be" its code in small letters: after "cannot". */
const becoming: Readonly<Record<string, string>> = {
  DRAFT: 'become a draft again',
  IN_PROGRESS: 'begin, or go on',
  IN_REVIEW: 'go into review',
  AWAITING_SIGNATURES: 'be laid before those who sign',
  ENTERED_IN_ERROR: 'be marked as entered in error',
  NO_SHOW: 'be a no-show',
  CANCEL_REQUESTED: 'be asked back',
  CHANGE_REQUESTED: 'be asked to change',
  INFO_REQUESTED: 'be asked about',
  DISTINCT: 'be found distinct',
  BOILERPLATE: 'be found to be boilerplate',
  EXTERNAL_ATTESTED: 'be attested',
  EXPIRED: 'expire',
  ENDING: 'be given notice',
  JOINED: 'join',
  REJOINED: 'join again',
  LEFT: 'leave',
  DROPPED: 'drop out',
  SIGN: 'be reported as present',
};

/** The sentence; of a thing that is there already, that it is. */
export function moveSentence(from: string, to: string): string {
  if (from === to && !(from in subjects)) return `It is already ${to in standing && to !== 'MET' ? standing[to] : worded(to)}.`;
  return `${subjects[from] ?? `What is ${standing[from] ?? worded(from)}`} cannot ${becoming[to] ?? `be ${worded(to)}`}.`;
}

function worded(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}
