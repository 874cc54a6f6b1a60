import { failed, type RuleResult } from '#rules/results.ts';

// RFC 8176 methods by what they are. A message to a telephone, a key kept in software and the bare word `mfa` are none of the three that 1311.115 names.
const kinds: readonly (readonly string[])[] = [
  ['pwd', 'pin', 'kba'],
  ['hwk', 'sc', 'otp'],
  ['face', 'fpt', 'iris', 'retina', 'vbm'],
];

/** Whether a sign-in proved two of knowledge, a token apart from the computer, and a biometric. */
export function provedTwoFactors(amr: readonly string[]): boolean {
  return kinds.filter((methods) => methods.some((method) => amr.includes(method))).length >= 2;
}

/** What is answered when it did not. */
export const twoFactorsMissing: RuleResult = failed(
  'US.controlled.signing-factors',
  'The sign-in did not prove two of knowledge, a token apart from the computer, and a biometric',
  'Sign in again with two of them.',
  '21 CFR 1311.115',
);
