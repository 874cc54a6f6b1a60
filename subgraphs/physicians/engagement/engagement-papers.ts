/** Papers as they are handed in with terms: by digest, the agreement among them. */

import { z } from 'zod';
import type { InputIssue } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { EngagementDocumentKind } from './engagement-record.ts';

/** As many papers as one engagement has at most. */
export const MOST_PAPERS = 20;

/** A paper as it is handed in. */
export const EngagementDocumentInput = builder.inputType('EngagementDocumentInput', {
  description: 'A paper of an engagement, by its digest.',
  fields: (t) => ({
    kind: t.field({ type: EngagementDocumentKind, required: true, description: 'What it is.' }),
    sha256: t.string({ required: true, description: 'SHA-256 of its bytes, in hex.' }),
    signedOn: t.field({ type: 'Date', required: true, description: 'The day on which the clinic’s side signed it: today or before.' }),
  }),
  validate: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/, 'A digest is 64 hexadecimal digits in lower case.') }).loose(),
});

/** Everything about papers that cannot be, as of a day. */
export function paperIssues(documents: readonly (typeof EngagementDocumentInput.$inferInput)[], today: string): InputIssue[] {
  const issues: InputIssue[] = [];
  const add = (path: string, message: string) => issues.push({ path: `input.${path}`, message });
  if (!documents.some(({ kind }) => kind === 'AGREEMENT')) add('documents', 'The agreement itself is missing.');
  if (new Set(documents.map(({ sha256 }) => sha256)).size < documents.length) add('documents', 'A paper is named twice.');
  documents.forEach(({ signedOn }, index) => {
    if (signedOn > today) add(`documents.${index}.signedOn`, 'What is signed was signed today or before.');
  });
  return issues;
}
