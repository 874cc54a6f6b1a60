/** SHA-256, the digest that seals a release. A computation of Node's: it reads and writes nothing. */

import { createHash } from 'node:crypto';
import type { Digest } from './check.ts';

/** In hexadecimal. */
export const sha256: Digest = (text) => createHash('sha256').update(text).digest('hex');
