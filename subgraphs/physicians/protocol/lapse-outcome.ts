import type { RuleOutcome } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { Lapse } from './signer-authority.ts';

/** Why somebody may not sign today, as a refusal tells it. */
export function lapseOutcome({ reason, state, clinicId }: Lapse): RuleOutcome {
  const clinic = toId('clinic', clinicId);
  if (reason === 'EXCLUSION') {
    return {
      ...{ id: 'protocol.signer.excluded', outcome: 'FAIL', citation: '42 USC 1320a-7' },
      message: 'The signer is on a list of excluded persons, or possibly',
      remedy: 'Have the match cleared, or submit the protocol anew with others.',
    };
  }
  return reason === 'ENGAGEMENT'
    ? {
        ...{
          id: 'protocol.signer.engaged',
          outcome: 'FAIL',
          citation: null,
          remedy: 'Submit the protocol anew with those who are engaged.',
        },
        message: `The signer is not engaged at ${clinic} today`,
      }
    : {
        ...{
          id: 'protocol.signer.licensed',
          outcome: 'FAIL',
          citation: null,
          remedy: 'Renew the licence, or have it checked at its board.',
        },
        message: `The signer has no licence in ${state ?? 'any state'} that is good and was checked lately`,
      };
}
