import { toId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import type { OpenFulfillment } from '../claim/held-order.ts';
import {
  attestationsQuestion,
  type ClinicAnswer,
  type ExaminerAnswer,
  keysQuestion,
  namedQuestion,
  type OrderAnswer,
  orderQuestion,
  type OrderStandingAnswer,
  prescriberQuestion,
  type PrescriberAnswer,
  type ProtocolAnswer,
  signedOrderQuestion,
  signersOf,
  standingQuestion,
} from './neighbour-facts.ts';
import type { Problem } from './problem.ts';
import { type DocumentKey, readSignedDocument, type SignedDocument } from './signed-document.ts';

/** Everything the checks are made from. Null is "not read", never "none". */
export interface Evidence {
  readonly fulfillment: OpenFulfillment;
  readonly order: OrderAnswer | null;
  /** Null when there is no document to take apart. */
  readonly document: SignedDocument | Problem | null;
  readonly keys: readonly DocumentKey[] | null;
  readonly prescriber: PrescriberAnswer | null;
  readonly examiner: ExaminerAnswer | null;
  readonly protocol: ProtocolAnswer | null;
  readonly clinic: ClinicAnswer | null;
  /** Whether another pharmacy has the order now. */
  readonly heldElsewhere: boolean;
  /** Reasons of holds that the clinic told of since it was asked. */
  readonly heldSince?: readonly string[];
}

/** The document when it could be taken apart. */
export function documentIn(evidence: Evidence): SignedDocument | null {
  return evidence.document !== null && 'content' in evidence.document ? evidence.document : null;
}

/**
 * Asks the graph for all of it, side by side; only examiner and protocol have to wait for the document that names them. A document
 * that was given is looked at in place of the order's own.
 */
export async function gatherEvidence(ctx: Ctx, fulfillment: OpenFulfillment, given?: SignedDocument | Problem): Promise<Evidence> {
  const elsewhere = await ctx.db.$queryRawUnsafe<{ held: boolean }[]>(
    'select held_elsewhere($1::uuid, $2::uuid) as held',
    fulfillment.orderId,
    fulfillment.pharmacyId,
  );
  const prescriberId = toId('practitioner', fulfillment.prescriberId);
  const [asked, prescriber, clinic] = await Promise.all([
    given === undefined ? askSigned(ctx, fulfillment.orderId, prescriberId) : askBeside(ctx, fulfillment.orderId, prescriberId, given),
    ctx.graph.ask(prescriberQuestion, { id: prescriberId }),
    askAttestations(ctx, fulfillment.clinicId),
  ]);
  const order = asked?.order ?? null;
  const document = given ?? (order?.signature ? readSignedDocument(order.signature.jws) : null);
  // Whom else a text names is asked about only once it is the text that was sent: anybody can write ids into another.
  const asSent = given === undefined || ('content' in given && given.digest === fulfillment.documentDigest);
  const content = asSent && document !== null && 'content' in document ? document.content : null;
  const named = content && (await ctx.graph.ask(namedQuestion, { examinerId: content.exam.examinerId, protocolId: content.protocol.id }));
  return {
    ...{ fulfillment, order, document, clinic, heldElsewhere: elsewhere[0]?.held ?? true },
    keys: asked?.documentKeys ?? null,
    prescriber: prescriber?.practitionerFacts ?? null,
    examiner: named?.practitionerFacts ?? null,
    protocol: named?.protocolFacts ?? null,
  };
}

interface Asked {
  readonly order: OrderAnswer | null;
  readonly documentKeys: readonly DocumentKey[] | null;
}

function askSigned(ctx: Ctx, orderId: string, prescriberId: string): Promise<Asked | null> {
  return ctx.graph.ask(signedOrderQuestion, { id: toId('order', orderId), signers: signersOf(prescriberId) });
}

/** Order and keys apart from each other: what one of them tells of a given document counts without the other. */
async function askBeside(ctx: Ctx, orderId: string, prescriberId: string, given: SignedDocument | Problem): Promise<Asked> {
  const signers = signersOf(prescriberId, ...('content' in given ? [given.content.prescriber.id] : []));
  const [asked, keys] = await Promise.all([
    ctx.graph.ask(orderQuestion, { id: toId('order', orderId) }),
    ctx.graph.ask(keysQuestion, { signers }),
  ]);
  return { order: asked?.order ?? null, documentKeys: keys?.documentKeys ?? null };
}

/** Where an order stands at its clinic; null when it could not be read, which blocks. The id is of a row the caller may see. */
export async function askStanding(ctx: Ctx, orderId: string): Promise<OrderStandingAnswer | null> {
  return (await ctx.graph.ask(standingQuestion, { orderId: toId('order', orderId) }))?.orderStandingFacts ?? null;
}

/** The attestations of a clinic's entity; null when they could not be read, which attests nothing. */
export async function askAttestations(ctx: Ctx, clinicId: string): Promise<ClinicAnswer | null> {
  const id = toId('clinic', clinicId);
  const answer = await ctx.graph.ask(attestationsQuestion, { ids: [id] });
  return answer?.clinicFacts.find((clinic) => clinic.id === id) ?? null;
}
