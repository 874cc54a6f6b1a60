/** Is it what was signed, by whom it says, with keys that were good then? */

import { toId } from '#kernel/ids.ts';
import { because, type Check, fail, pass, unknown } from './check.ts';
import { documentIn, type Evidence } from './evidence.ts';
import type { Problem } from './problem.ts';
import {
  checkPlatformSignature,
  checkPrescriberSignature,
  type DocumentKey,
  type SignatureCheck,
  type SignedDocument,
} from './signed-document.ts';

/** Form, bytes, both signatures and their keys. */
export async function documentChecks(evidence: Evidence): Promise<Check[]> {
  const document = documentIn(evidence);
  const form = wellFormed(evidence);
  if (document === null) {
    const unread = ['BYTES_UNCHANGED', 'PRESCRIBER_SIGNATURE', 'PLATFORM_SIGNATURE', 'KEY_VALID_WHEN_SIGNED'];
    return [form, ...unread.map((code) => unknown(code, 'There is no document to check.'))];
  }
  return [form, bytesUnchanged(evidence, document), ...(await signatureChecks(document, evidence.keys))];
}

/** Both signatures of a document and their keys, whoever it was sent to. Keys that could not be read are null. */
export async function signatureChecks(document: SignedDocument, keys: readonly DocumentKey[] | null): Promise<Check[]> {
  const signatures =
    keys === null ? null : await Promise.all([checkPrescriberSignature(document, keys), checkPlatformSignature(document, keys)]);
  return [
    signature('PRESCRIBER_SIGNATURE', 'the prescriber', signatures?.[0]),
    signature('PLATFORM_SIGNATURE', 'the platform', signatures?.[1]),
    keysValid(document, signatures),
  ];
}

function wellFormed({ order, document }: Evidence): Check {
  if (document !== null) return formCheck(document);
  const code = 'DOCUMENT_WELL_FORMED';
  if (order === null) return unknown(code, 'The order could not be read.');
  return because('NO_DOCUMENT', fail(code, 'The order carries no signed document.'));
}

/** Whether a text could be taken apart as an order. */
export function formCheck(document: SignedDocument | Problem): Check {
  const code = 'DOCUMENT_WELL_FORMED';
  if ('problem' in document) return because(document.code, fail(code, document.problem));
  return pass(code, 'The document is an order in its canonical form with two signatures.');
}

// What arrived with the hand-off, what the order says now and what the document says must be one and the same.
function bytesUnchanged({ fulfillment, order }: Evidence, { content, digest }: SignedDocument): Check {
  const code = 'BYTES_UNCHANGED';
  // Given by whoever verifies it, a document is looked at although the order's own could not be read.
  if (order === null && digest === fulfillment.documentDigest) return unknown(code, 'The order could not be read.');
  if (digest !== order?.signature?.documentDigest || digest !== fulfillment.documentDigest)
    return because('DIGEST_DIFFERS', fail(code, 'The document is not the one that was signed.'));
  const rows: [what: string, same: boolean][] = [
    ['order', content.order.id === toId('order', fulfillment.orderId)],
    ['patient', content.patient.id === toId('patient', fulfillment.patientId)],
    ['prescriber', content.prescriber.id === toId('practitioner', fulfillment.prescriberId)],
    ['clinic', content.clinic.id === toId('clinic', fulfillment.clinicId)],
    ['pharmacy', content.pharmacy.id === toId('pharmacy', fulfillment.pharmacyId)],
    ['formulary item', content.drug.formularyItemId === toId('formularyItem', fulfillment.formularyItemId)],
    ['ship-to state', content.shipTo.state === fulfillment.shipToState],
    ['time of signing', Date.parse(content.order.signedAt) === fulfillment.signedAt.getTime()],
  ];
  const differs = rows.find(([, same]) => !same);
  if (differs) return because('HAND_OFF_DIFFERS', fail(code, `The ${differs[0]} in the document is not the one the order was sent with.`));
  // The sender counts the fills; how many there may be is signed.
  const fills = content.drug.refills + 1;
  if (!(fulfillment.fill <= fills))
    return because('HAND_OFF_DIFFERS', fail(code, `It was sent for fill ${fulfillment.fill}; what was signed allows ${fills}.`));
  return pass(code, 'The document is the one that was signed and sent.');
}

function signature(code: string, whose: string, checked: SignatureCheck | undefined): Check {
  if (checked === undefined) return unknown(code, 'The keys could not be read.');
  if ('problem' in checked) return because(checked.code, fail(code, `The signature of ${whose} does not hold: ${checked.problem}`));
  return pass(code, `Signed by ${whose}.`);
}

function keysValid(document: SignedDocument, signatures: readonly SignatureCheck[] | null): Check {
  const code = 'KEY_VALID_WHEN_SIGNED';
  const keys = (signatures ?? []).flatMap((checked) => ('key' in checked ? [checked.key] : []));
  if (keys.length !== 2) return unknown(code, 'The keys are not established.');
  const signedAt = Date.parse(document.content.order.signedAt);
  for (const key of keys) {
    const until = key.validUntil === null ? Number.POSITIVE_INFINITY : Date.parse(key.validUntil);
    if (!(Date.parse(key.validFrom) <= signedAt && signedAt < until))
      return because('KEY_NOT_IN_USE', fail(code, 'A key was not valid when the order was signed.'));
    if (key.invalidSince === null) continue;
    if (!(signedAt < Date.parse(key.invalidSince)))
      return because('KEY_REVOKED_BEFORE', fail(code, 'A key was revoked before the order was signed.'));
    // Whoever stole a key can date a document back: only a checkpoint from before the theft proves it older.
    const words = 'A key was revoked since; that the document is older than that is not proved.';
    return because('KEY_REVOKED_SINCE', unknown(code, words, 'Ask the clinic to sign the order again.'));
  }
  return pass(code, 'Both keys were valid when the order was signed.');
}
