/** What a pharmacy asks, in our words and as the field codes it. */

/** What a pharmacy asks to have changed. */
export const changeKinds = ['QUANTITY', 'SIG', 'STRENGTH', 'CLARIFICATION'] as const;

/** One kind of change. */
export type ChangeKind = (typeof changeKinds)[number];

/**
 * Where a request stands. What is OPEN in its row is ENDED as soon as its order has left the pharmacy it was asked by: see `statusOf`.
 */
export const changeStatuses = ['OPEN', 'APPROVED', 'DENIED', 'ANSWERED', 'WITHDRAWN', 'ENDED'] as const;

/** One state of a request. */
export type ChangeStatus = (typeof changeStatuses)[number];

/** The type codes of an NCPDP SCRIPT RxChangeRequest, by our names. */
export const scriptCodes = {
  GENERIC_SUBSTITUTION: 'G',
  PRIOR_AUTHORIZATION: 'P',
  THERAPEUTIC: 'T',
  DRUG_USE_EVALUATION: 'D',
  CLARIFICATION: 'S',
  OUT_OF_STOCK: 'OS',
  PRESCRIBER_AUTHORIZATION: 'U',
} as const;

/** Our name of a code. */
export type ScriptName = keyof typeof scriptCodes;

/**
 * Under which code a kind goes out when the pharmacist names none. Another strength is another product, so it is a therapeutic change; everything
 * else leaves the product as it is and clarifies what is written.
 */
export const usualCode: Record<ChangeKind, ScriptName> = {
  QUANTITY: 'CLARIFICATION',
  SIG: 'CLARIFICATION',
  STRENGTH: 'THERAPEUTIC',
  CLARIFICATION: 'CLARIFICATION',
};

/** The name of a stored code. */
export function scriptNameOf(code: string): ScriptName {
  const found = (Object.keys(scriptCodes) as ScriptName[]).find((name) => scriptCodes[name] === code);
  if (found === undefined) throw new Error(`${code} is no code of a change request.`);
  return found;
}

/** Where a request stands now: an open one has ended with the sending it was asked in. */
export function statusOf(request: { status: string; attempt: number }, order: { status: string; attempt: number } | null): ChangeStatus {
  const status = request.status as ChangeStatus;
  if (status !== 'OPEN' || order === null) return status;
  const atPharmacy = order.attempt === request.attempt && (order.status === 'SENT' || order.status === 'CANCEL_REQUESTED');
  return atPharmacy ? 'OPEN' : 'ENDED';
}
