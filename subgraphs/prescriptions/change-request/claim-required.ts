import { Refusal } from '#kernel/errors.ts';
import { graph } from '../builder.ts';

/** The step needs the claim's secret, and this is not it. The same refusal as `pharmacies` has. */
export class ClaimRequired extends Refusal {
  readonly code = 'CLAIM_REQUIRED';
  constructor() {
    super('Only the pharmacy that claimed the order may do this, with the secret of its claim. Claim the order again to fetch it.');
  }
}

graph.refusal(ClaimRequired, 'The secret of the claim is missing or wrong.');
