import { toId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import type { OpenFulfillment } from '../claim/held-order.ts';
import type { Evidence } from './evidence.ts';
import {
  attestationsQuestion,
  examinersQuestion,
  prescribersQuestion,
  protocolQuestion,
  signedOrdersQuestion,
  signersOf,
} from './neighbour-facts.ts';
import { readSignedDocument } from './signed-document.ts';

const distinct = (ids: readonly string[]): string[] => [...new Set(ids)];

/**
 * What `gatherEvidence` gathers, for up to a hundred orders: orders, keys, people and clinics are asked about by the list, so four
 * questions and one for each protocol version, however many orders there are.
 */
export async function gatherEvidenceOf(ctx: Ctx, rows: readonly OpenFulfillment[]): Promise<Evidence[]> {
  const elsewhere = await ctx.db.$queryRawUnsafe<{ id: string; held: boolean }[]>(
    `select ful.id::text, held_elsewhere(ful.order_id, ful.pharmacy_id) as held
     from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as ful (id, order_id, pharmacy_id)`,
    rows.map(({ id }) => id),
    rows.map(({ orderId }) => orderId),
    rows.map(({ pharmacyId }) => pharmacyId),
  );
  const prescriberIds = distinct(rows.map(({ prescriberId }) => toId('practitioner', prescriberId)));
  const [orders, prescribers, clinics] = await Promise.all([
    ctx.graph.ask(signedOrdersQuestion, { ids: rows.map(({ orderId }) => toId('order', orderId)), signers: signersOf(...prescriberIds) }),
    ctx.graph.ask(prescribersQuestion, { ids: prescriberIds }),
    ctx.graph.ask(attestationsQuestion, { ids: distinct(rows.map(({ clinicId }) => toId('clinic', clinicId))) }),
  ]);
  const read = rows.map((fulfillment) => {
    const order = orders?.ordersById.find(({ id }) => id === toId('order', fulfillment.orderId)) ?? null;
    const document = order?.signature ? readSignedDocument(order.signature.jws) : null;
    return { fulfillment, order, document, content: document !== null && 'content' in document ? document.content : null };
  });
  const contents = read.flatMap(({ content }) => content ?? []);
  const protocolIds = distinct(contents.map(({ protocol }) => protocol.id));
  const [examiners, protocols] = await Promise.all([
    contents.length === 0 ? null : ctx.graph.ask(examinersQuestion, { ids: distinct(contents.map(({ exam }) => exam.examinerId)) }),
    Promise.all(protocolIds.map((id) => ctx.graph.ask(protocolQuestion, { id }))),
  ]);
  return read.map(({ fulfillment, order, document, content }) => ({
    ...{ fulfillment, order, document },
    keys: orders?.documentKeys ?? null,
    prescriber: prescribers?.practitionersFacts.find(({ id }) => id === toId('practitioner', fulfillment.prescriberId)) ?? null,
    examiner: examiners?.practitionersFacts.find(({ id }) => id === content?.exam.examinerId) ?? null,
    protocol: protocols[content === null ? -1 : protocolIds.indexOf(content.protocol.id)]?.protocolFacts ?? null,
    clinic: clinics?.clinicFacts.find(({ id }) => id === toId('clinic', fulfillment.clinicId)) ?? null,
    heldElsewhere: elsewhere.find(({ id }) => id === fulfillment.id)?.held ?? true,
  }));
}
