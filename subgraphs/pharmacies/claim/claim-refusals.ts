import { Refusal } from '#kernel/errors.ts';
import { graph } from '../builder.ts';

/** Another pharmacy has the order now; this one, which had it before, learns no more than that. */
export class AlreadyClaimed extends Refusal {
  readonly code = 'ALREADY_CLAIMED';
  constructor() {
    super('Another pharmacy has this order.');
  }
}

/** The step needs the claim's secret, and this is not it. */
export class ClaimRequired extends Refusal {
  readonly code = 'CLAIM_REQUIRED';
  constructor() {
    super('Only the pharmacy that claimed the order may do this, with the secret of its claim. Claim the order again to fetch it.');
  }
}

graph.refusal(AlreadyClaimed, 'Another pharmacy has the order.');
graph.refusal(ClaimRequired, 'The secret of the claim is missing or wrong.');
