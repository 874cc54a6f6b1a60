import { moveSentence } from './move-sentence.ts';

/** One place in an input that is wrong, and why, in words for the person who typed it. */
export interface InputIssue {
  readonly path: string;
  readonly message: string;
}

/** What a rule answered, as refusals carry it. */
export interface RuleOutcome {
  readonly id: string;
  readonly outcome: 'PASS' | 'FAIL' | 'UNKNOWN';
  readonly message: string;
  readonly citation: string | null;
  readonly remedy: string | null;
  /** The release of the rule packs that brought the rule. */
  readonly version?: string;
}

/**
 * An expected "no": typed, part of the schema, shown to the caller. Anything else that is thrown is
 * unexpected, masked and logged. Codes are stable; front ends act on them.
 */
export abstract class Refusal extends Error {
  abstract readonly code: string;
}

/** The record does not exist, or is not the caller's: both answer the same. */
export class NotFound extends Refusal {
  readonly code = 'NOT_FOUND';
  constructor() {
    super('There is no such record, or it is not yours to see.');
  }
}

/** This role may never do it, whatever the record; or this person may not, for a reason that is said. */
export class Forbidden extends Refusal {
  readonly code = 'FORBIDDEN';
  constructor(why?: string | { readonly because: string }) {
    if (typeof why === 'object') super(why.because);
    else super(why ? `Your role does not carry the permission ${why}.` : 'Your role may not do this.');
  }
}

/** Signing needs a second factor used within five minutes (RFC 9470). */
export class StepUpRequired extends Refusal {
  readonly code = 'STEP_UP_REQUIRED';
  constructor() {
    super('Sign in again with a second factor: this needs one used within the last five minutes.');
  }
}

/** The input reads well but cannot be true or complete; every issue names its path. */
export class InvalidInput extends Refusal {
  readonly code = 'INVALID_INPUT';
  readonly issues: readonly InputIssue[];
  constructor(issues: readonly InputIssue[]) {
    super(
      issues.length === 1 && issues[0] ? `${issues[0].path}: ${issues[0].message}` : `${issues.length} parts of the input are not valid.`,
    );
    this.issues = issues;
  }
}

/** A gate said no: the full list of rules asked, passes included, so that the reader sees what was weighed. */
export class RuleBlocked extends Refusal {
  readonly code = 'RULE_BLOCKED';
  readonly rules: readonly RuleOutcome[];
  constructor(rules: readonly RuleOutcome[]) {
    const blocking = rules.filter((rule) => rule.outcome !== 'PASS');
    super(blocking.length === 1 && blocking[0] ? blocking[0].message : `${blocking.length} rules stand in the way.`);
    this.rules = rules;
  }
}

/** Somebody else changed it first; read again and decide again. */
export class Conflict extends Refusal {
  readonly code = 'CONFLICT';
  constructor(message = 'Someone else changed this meanwhile. Read it again before you go on.') {
    super(message);
  }
}

/** The record is not in a state from which this move exists. */
export class IllegalTransition extends Refusal {
  readonly code = 'ILLEGAL_TRANSITION';
  readonly from: string;
  readonly to: string;
  constructor(from: string, to: string) {
    super(moveSentence(from, to));
    this.from = from;
    this.to = to;
  }
}

/** The idempotency key was used before with another input. */
export class IdempotencyConflict extends Refusal {
  readonly code = 'IDEMPOTENCY_CONFLICT';
  constructor() {
    super('This idempotency key was used before with another input.');
  }
}

/** Part of the graph did not answer in time; nothing was changed. */
export class Unavailable extends Refusal {
  readonly code = 'UNAVAILABLE';
  constructor(message = 'A part of the graph does not answer. Nothing was changed; try again.') {
    super(message);
  }
}
