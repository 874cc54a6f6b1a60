import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { Clinic, clinicOf, Pharmacy, Practitioner, practitionerOf, ProtocolVersion } from '../references.ts';
import { needIntact } from '../document/intact.ts';
import { holdsShownOn, SafetyHoldType } from '../safety/safety-hold.ts';
import { OrderDecision } from './decision.ts';
import { EligibilityType, eligibilityOf } from './eligibility.ts';
import { differenceOf, documentOf, draftDigestOf, drugOf, shipToOf, signatureOf } from './order-content.ts';
import { shownSince, shownStatus } from './expiry/last-day.ts';
import { ClinicalDifference, OrderedDrug, OrderSignature, OrderStatusEnum } from './order-types.ts';
import { OrderEvent } from './timeline.ts';
import { mayReadContent, orderVisibleTo } from './visible-to.ts';

const HOUR_MS = 3_600_000;

const clinical = { may: ['chart:read', 'order:verify'] } as const;

async function resolveReference(reference: { id: string }, ctx: Ctx): Promise<OrderRow | null> {
  const id = tryId('order', reference.id);
  return id === null ? null : ctx.load<OrderRow>('order', id, orderVisibleTo(ctx));
}

/** An order. From SIGNED on, whatever it says of its content comes from the document that was signed. */
export const Order = builder.prismaObject('Order', {
  description: 'An order for a compounded preparation for one patient. Once signed, it shows what was signed.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['order:read', 'order:verify'] },
  extensions: { apollo: { subgraph: { resolveReference } } },
  fields: (t) => ({
    id: t.id({ resolve: (order) => toId('order', order.id), description: 'Id of the order.' }),
    status: t.field({
      type: OrderStatusEnum,
      resolve: (order, _args, ctx) => shownStatus(order, ctx.now()),
      description: 'Where it stands. EXPIRED as soon as its last day is over and it is at no pharmacy.',
    }),
    statusSince: t.field({ type: 'DateTime', resolve: (order, _args, ctx) => shownSince(order, ctx.now()), description: 'Since when.' }),
    ageHours: t.int({
      resolve: (order, _args, ctx) => Math.max(0, Math.floor((ctx.now().getTime() - shownSince(order, ctx.now()).getTime()) / HOUR_MS)),
      description: 'Whole hours it has been in this status.',
    }),
    service: t.string({ nullable: true, resolve: ofIntact(({ service }) => service), description: 'Code of the service it is for.' }),
    draftedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ofIntact(({ draftedAt }) => draftedAt),
      description: 'When it was drafted.',
    }),
    signedAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ofIntact(({ signedAt }) => signedAt),
      description: 'When the prescriber signed it.',
    }),
    sentAt: t.expose('sentAt', { type: 'DateTime', nullable: true, description: 'When it last went to its pharmacy.' }),
    draftDigest: t.string({
      nullable: true,
      authScopes: { may: 'order:draft' },
      resolve: (order) => (order.status === 'DRAFT' ? draftDigestOf(order) : null),
      description: 'Digest of the draft as it stands: give it to `signOrder` to sign only what you saw. Null once signed.',
    }),
    patient: t.relation('patient', { nullable: true, authScopes: onlyIntact, description: 'Whom it is for.' }),
    exam: t.relation('exam', { nullable: true, authScopes: onlyIntact, description: 'The good-faith exam it rests on.' }),
    prescriber: t.field({ type: Practitioner, nullable: true, resolve: ofIntact(prescriberOf), description: 'Who prescribes.' }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: ofIntact((order) => clinicOf(order.clinicId)),
      description: 'The clinic it comes from.',
    }),
    pharmacy: t.field({
      type: Pharmacy,
      nullable: true,
      resolve: ofIntact((order) => ({ id: documentOf(order)?.pharmacy.id ?? toId('pharmacy', order.pharmacyId) })),
      description: 'Who compounds it.',
    }),
    protocol: t.field({
      type: ProtocolVersion,
      nullable: true,
      authScopes: { may: 'protocol:read' },
      resolve: ofIntact((order) => ({ id: documentOf(order)?.protocol.id ?? toId('protocolVersion', order.protocolId) })),
      description:
        'The very version of the protocol it is written under; from the signature on the signed one, whose digest the document has.',
    }),
    drug: t.field({
      type: OrderedDrug,
      nullable: true,
      resolve: ofIntact(drugOf),
      description:
        'What is ordered. Null, with the error DOCUMENT_TAMPERED, where what is stored is not what was signed, as of every field of the document.',
    }),
    shipTo: t.field({
      type: graph.Address,
      nullable: true,
      authScopes: clinical,
      resolve: ofIntact((order, ctx) => (mayReadContent(ctx, order) ? shipToOf(order) : null)),
      description: 'Where it goes.',
    }),
    diagnosis: t.stringList({
      nullable: true,
      authScopes: clinical,
      resolve: ofIntact((order, ctx) =>
        mayReadContent(ctx, order) ? (documentOf(order)?.diagnosis.map(({ code }) => code) ?? order.diagnosis) : null,
      ),
      description: 'The reason, as ICD-10-CM codes.',
    }),
    clinicalDifference: t.field({
      type: ClinicalDifference,
      nullable: true,
      authScopes: clinical,
      resolve: ofIntact((order, ctx) => (mayReadContent(ctx, order) ? differenceOf(ctx, order) : null)),
      description: 'Why this patient needs a compound; null when the formula is no copy of a commercial drug.',
    }),
    signature: t.field({
      type: OrderSignature,
      nullable: true,
      authScopes: clinical,
      resolve: ofIntact((order, ctx) => (mayReadContent(ctx, order) ? signatureOf(order) : null)),
      description: 'The signed document; null before it is signed.',
    }),
    eligibility: t.field({
      type: EligibilityType,
      nullable: true,
      authScopes: { may: 'chart:read' },
      resolve: (order, _args, ctx) => (mayReadContent(ctx, order) ? eligibilityOf(ctx, order) : null),
      description: 'Whether it could be signed now: the rules signing asks.',
    }),
    timeline: t.field({
      type: [OrderEvent],
      resolve: (order, _args, ctx) => ctx.db.orderEvent.findMany({ where: { orderId: order.id }, orderBy: { position: 'asc' } }),
      description: 'What happened to it, in order.',
    }),
    decisions: t.field({
      type: [OrderDecision],
      nullable: true,
      authScopes: { may: 'chart:read' },
      resolve: (order, _args, ctx) =>
        ctx.db.orderDecision.findMany({
          where: { orderId: order.id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
          orderBy: [{ at: 'asc' }, { id: 'asc' }],
        }),
      description: 'The gates that let it pass, with what they were told.',
    }),
    safetyHolds: t.field({
      type: [SafetyHoldType],
      resolve: (order, _args, ctx) => holdsShownOn(ctx, order),
      description: 'Holds in force on it or on its patient.',
    }),
  }),
});

function prescriberOf(order: OrderRow) {
  const signed = documentOf(order)?.prescriber.id;
  return practitionerOf(signed === undefined ? order.prescriberId : fromId('practitioner', signed));
}

// A related row is read beside the order's own: what is asked of a field before that is asked here. Refuses, and never merely forbids.
async function onlyIntact(order: OrderRow, _args: object, ctx: Ctx): Promise<boolean> {
  await needIntact(ctx, order);
  return true;
}

// A function, not a constant: the fields above are made when this file is loaded.
function ofIntact<Read>(read: (order: OrderRow, ctx: Ctx) => Read) {
  return async (order: OrderRow, _args: object, ctx: Ctx): Promise<Awaited<Read>> => {
    await needIntact(ctx, order);
    return await read(order, ctx);
  };
}
