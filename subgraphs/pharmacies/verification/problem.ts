/** What can be wrong with a signed document by itself. Stable: programs of pharmacies go by them. */
export type ProblemCode =
  | 'NO_JWS'
  | 'SIGNATURE_COUNT'
  | 'SIGNATURE_SHAPE'
  | 'PAYLOAD_ENCODING'
  | 'PAYLOAD_NOT_CANONICAL'
  | 'DOCUMENT_VERSION_UNKNOWN'
  | 'DOCUMENT_SHAPE'
  | 'HEADER_UNREADABLE'
  | 'HEADER_WRONG'
  | 'KEY_NOT_REGISTERED'
  | 'KEY_ID_WRONG'
  | 'SIGNATURE_WRONG'
  | 'OTHER_SIGNATURE_COVERED';

/** Why something is not believed: in words, and by a code. */
export interface Problem {
  readonly problem: string;
  readonly code: ProblemCode;
}

/** A problem in words. */
export function problem(code: ProblemCode, words: string): Problem {
  return { problem: words, code };
}
