import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256, in lower-case hex, of what a version says as canonical JSON (RFC 8785): what its signers sign. */
export function protocolDigest(content: unknown): string {
  const text = canonicalize(content);
  if (text === undefined) throw new Error('Only JSON has a canonical text.');
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
