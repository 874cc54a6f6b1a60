import { Refusal } from '#kernel/errors.ts';
import { graph } from './builder.ts';

/** The hold ran out before the booking came. */
export class HoldExpired extends Refusal {
  readonly code = 'HOLD_EXPIRED';
  constructor() {
    super('The hold on this time has expired. Hold a time again.');
  }
}

/** Nobody waits whom this examiner may take. */
export class QueueEmpty extends Refusal {
  readonly code = 'QUEUE_EMPTY';
  constructor() {
    super('No waiting exam is one that you may take.');
  }
}

graph.refusal(HoldExpired, 'The hold ran out before the booking came: hold a time again.');
graph.refusal(QueueEmpty, 'Nobody waits whom this examiner may take.');
