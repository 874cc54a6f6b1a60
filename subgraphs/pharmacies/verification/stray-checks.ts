/** What can be said of a text whose order was not sent to whoever shows it: that it was signed, and that it counts still. */

import { because, type Check, fail, pass, unknown, type Verdict, verdictOf } from './check.ts';
import { formCheck, signatureChecks } from './document-checks.ts';
import type { Problem } from './problem.ts';
import type { DocumentKey, SignedDocument } from './signed-document.ts';

/** What neighbours say without being told of any order: the keys, and the public list of what counts no more. Null was not read. */
export interface PublicFacts {
  readonly keys: readonly DocumentKey[] | null;
  /** SHA-256 of each document that counts no more, with the reason. */
  readonly ended: ReadonlyMap<string, string> | null;
}

/** The document's own checks; `pharmacyIds` are the caller's. */
export async function strayDocumentChecks(
  document: SignedDocument | Problem,
  { keys, ended }: PublicFacts,
  pharmacyIds: readonly string[],
): Promise<Check[]> {
  const form = formCheck(document);
  if ('problem' in document) {
    const unread = ['PRESCRIBER_SIGNATURE', 'PLATFORM_SIGNATURE', 'KEY_VALID_WHEN_SIGNED', 'NOT_CANCELLED', 'SENT_HERE'];
    return [form, ...unread.map((code) => unknown(code, 'There is no document to check.'))];
  }
  const { pharmacy } = document.content;
  return [
    form,
    ...(await signatureChecks(document, keys)),
    stillCounts(document.digest, ended),
    sentHere(pharmacyIds.includes(pharmacy.id)),
  ];
}

/** Whether the document with this digest counts still, by the public list. */
export function stillCounts(digest: string, ended: ReadonlyMap<string, string> | null): Check {
  const code = 'NOT_CANCELLED';
  if (ended === null) return unknown(code, 'The list of orders that count no more could not be read.');
  const reason = ended.get(digest);
  return reason === undefined
    ? pass(code, 'It is not among the orders that count no more.')
    : fail(code, `The order is ${reason}.`, 'Do not fill it.');
}

/** It never is: of what was sent here everything is checked. `named` says whether the document names the caller's pharmacy, null that it is not known. */
export function sentHere(named: boolean | null): Check {
  const code = 'SENT_HERE';
  if (named === false) return because('OTHER_PHARMACY', fail(code, 'It was signed for another pharmacy.', 'Do not fill it.'));
  return because(
    'NOT_SENT',
    unknown(code, 'The clinic has not sent this order here.', 'Ask the clinic to send it; then verify it by its id.'),
  );
}

/** Authentic at most: what was not sent here is not filled here. */
export function strayVerdict(checks: readonly Check[]): Verdict {
  const others = checks.filter(({ code }) => code !== 'SENT_HERE');
  const verdict = verdictOf(others);
  return verdict === 'VERIFIED' ? 'AUTHENTIC' : verdict;
}
