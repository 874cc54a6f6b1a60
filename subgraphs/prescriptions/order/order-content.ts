import type { Finding, Order } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import { canonicalText, digestOf } from '../document/canonical.ts';
import { DocumentTampered } from '../document/document-tampered.ts';
import { frozenFinding, frozenWords } from '../document/freeze-order.ts';
import type { DrugSnapshot, FrozenAddress, FrozenDifference, FrozenDrug, OrderDocument } from '../document/order-document.ts';
import { readDocument, snapshotInFull } from '../document/read-document.ts';
import { dosingOfOrder } from '../dose/drafted-dosing.ts';

const read = new WeakMap<Order, OrderDocument | null>();

/**
 * The signed document of an order; null while it is a draft. Throws when what is stored is not what was signed: from the
 * signature on nothing of an order is shown from anywhere else.
 */
export function documentOf(order: Order): OrderDocument | null {
  const known = read.get(order);
  if (known !== undefined) return known;
  const document = order.document === null || order.jws === null ? null : opened(order, order.document, order.jws);
  read.set(order, document);
  return document;
}

function opened(order: Order, text: string, jws: string): OrderDocument {
  const document = readDocument(text);
  const payload = payloadOf(jws);
  const isPayload = typeof payload === 'string' && Buffer.from(payload, 'base64url').toString('utf8') === text;
  const isIts = document?.order.id === toId('order', order.id);
  if (!document || !isIts || !isPayload || digestOf(text) !== order.digest) throw new DocumentTampered();
  return document;
}

function payloadOf(jws: string): unknown {
  try {
    return (JSON.parse(jws) as { payload?: unknown }).payload;
  } catch {
    return null;
  }
}

/** The name of the pharmacy as it was signed; in general where there is no document, or none to be believed. */
export function pharmacyNameOf(order: Order): string {
  try {
    return documentOf(order)?.pharmacy.name ?? 'Pharmacy';
  } catch (error) {
    if (error instanceof DocumentTampered) return 'Pharmacy';
    throw error;
  }
}

/** The drug and what was decided about it: the signed one, or the draft's. */
export function drugOf(order: Order): FrozenDrug {
  const document = documentOf(order);
  if (document !== null) return document.drug;
  return {
    ...snapshotInFull(order.drug as unknown as DrugSnapshot),
    ...dosingOfOrder(order),
    quantity: { value: order.quantityValue, unit: order.quantityUnit },
    daysSupply: order.daysSupply,
    refills: order.refills,
    excludedExcipients: order.excludedExcipients,
  };
}

/** Both signatures as stored, unjudged: a verifier judges them. Null before the signature. */
export function signatureOf({ jws, digest }: Order): { jws: string; keyIds: string[]; documentDigest: string } | null {
  if (jws === null || digest === null) return null;
  const { signatures } = JSON.parse(jws) as { signatures: readonly { protected: string }[] };
  const keyIds = signatures.map((one) => (JSON.parse(Buffer.from(one.protected, 'base64url').toString('utf8')) as { kid: string }).kid);
  return { jws, keyIds, documentDigest: digest };
}

/** A clinical difference with the order it belongs to. */
export interface DifferenceOfOrder extends FrozenDifference {
  readonly order: Order;
}

/** Why the patient needs the compound: the signed statement and finding, or the draft's; null when none is stated. */
export async function differenceOf(ctx: Ctx, order: Order): Promise<DifferenceOfOrder | null> {
  const document = documentOf(order);
  if (document !== null) return document.clinicalDifference === null ? null : { ...document.clinicalDifference, order };
  if (order.differenceStatement === null || order.findingId === null) return null;
  const finding = await ctx.load<Finding>('finding', order.findingId, { clinicId: order.clinicId });
  if (finding === null) return null;
  return { ...frozenWords(order, order.differenceStatement), finding: frozenFinding(finding), order };
}

/** Where the drug goes: the signed address, or the draft's. */
export function shipToOf(order: Order): FrozenAddress {
  return documentOf(order)?.shipTo ?? (order.shipTo as unknown as FrozenAddress);
}

/** A digest of everything in a draft that a signature would cover, so that a signer can say what they saw. */
export function draftDigestOf(order: Order): string {
  return digestOf(
    canonicalText({
      id: toId('order', order.id),
      version: order.version,
      patient: toId('patient', order.patientId),
      exam: toId('exam', order.examId),
      service: order.service,
      protocol: toId('protocolVersion', order.protocolId),
      pharmacy: toId('pharmacy', order.pharmacyId),
      drug: drugOf(order),
      difference: order.differenceStatement === null ? null : { ...frozenWords(order, order.differenceStatement) },
      finding: order.findingId === null ? null : toId('finding', order.findingId),
      diagnosis: order.diagnosis,
      shipTo: order.shipTo,
      prior: order.priorOrderId === null ? null : { id: toId('order', order.priorOrderId), relation: order.priorRelation },
    }),
  );
}
