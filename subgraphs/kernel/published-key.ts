/** A public signing key with what a verifier must know beside it. Times are RFC 3339 texts; `invalidSince` and `reason` are null while it is believed. */
export interface VerificationKey {
  readonly publicJwk: unknown;
  readonly kid: string;
  readonly purpose: string;
  readonly invalidSince: string | null;
  readonly reason: string | null;
}

/** A member of a published key set (RFC 7517): the key, whose it is, what it signs as, and from when to when it may be believed. */
export function publishedKey<Key extends VerificationKey>({ publicJwk, purpose, invalidSince, reason, ...known }: Key): object {
  return {
    ...{ ...(publicJwk as object), ...known, use: 'sig', purpose: purpose.toLowerCase() },
    ...(invalidSince === null ? {} : { invalidSince, reason }),
  };
}
