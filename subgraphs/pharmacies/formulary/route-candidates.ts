import { tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import { builder, type Ctx } from '../builder.ts';
import { openStatuses } from '../fulfillment/fulfillment-status.ts';
import { priceOn } from './formulary-price.ts';
import { FormularyItemFacts, type Item, wanted } from './supply-facts.ts';

/** The most preparations that are weighed for one order. */
const MOST = 200;

interface Candidate {
  readonly item: Item;
  readonly samePreparation: boolean;
  readonly priceCents: number | null;
  readonly openOrders: number;
  readonly gaveBack: string | null;
}

const RouteCandidate = builder.objectRef<Candidate>('RouteCandidateFacts').implement({
  description: 'For the other subgraphs: a preparation that may take the place of another, and what it is like to have it filled there.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    item: t.field({ type: FormularyItemFacts, resolve: ({ item }) => item, description: 'The preparation and its pharmacy.' }),
    samePreparation: t.exposeBoolean('samePreparation', {
      description:
        'Whether it has the same ingredients in the same strengths, the same form and route: else it is another clinical choice.',
    }),
    leadTimeDays: t.int({
      nullable: true,
      resolve: ({ item }) => item.leadTimeDays,
      description: 'Working days from claim to shipment; empty when not recorded.',
    }),
    priceCents: t.exposeInt('priceCents', { nullable: true, description: 'What a pack costs today; empty when not recorded.' }),
    openOrders: t.exposeInt('openOrders', { description: 'How many orders the pharmacy has and has not shipped: its load.' }),
    gaveBack: t.exposeString('gaveBack', {
      nullable: true,
      description: 'That this pharmacy gave this very order back: REJECTED or RETURNED, with its reason; empty when it did not.',
    }),
  }),
});

type Formula = Item['formula'];

function isSame(one: Formula, other: Formula): boolean {
  const said = ({ ingredients, dosageForm, route, sterile }: Formula) =>
    JSON.stringify([
      ...[dosageForm, route, sterile],
      ingredients.map(({ name, unii, strength }) => `${unii ?? name} ${strength}`).toSorted(),
    ]);
  return said(one) === said(other);
}

async function candidatesFor(ctx: Ctx, orderId: string | null, itemId: string | null): Promise<Candidate[] | null> {
  const named = itemId === null ? null : await ctx.db.formularyItem.findFirst({ where: { id: itemId }, include: wanted });
  if (named === null) return null;
  const [first] = named.formula.ingredients;
  const alike: Prisma.FormularyItemWhereInput = {
    formula: { ingredients: { some: first?.unii ? { unii: first.unii } : { name: first?.name ?? '' } } },
  };
  const items = await ctx.db.formularyItem.findMany({ where: alike, include: wanted, orderBy: { id: 'asc' }, take: MOST });
  const uniis = (formula: Formula) =>
    formula.ingredients
      .map(({ name, unii }) => unii ?? name)
      .toSorted()
      .join();
  const near = items.filter(({ formula }) => uniis(formula) === uniis(named.formula));
  const pharmacyIds = [...new Set(near.map(({ pharmacyId }) => pharmacyId))];
  const { where: countsToday, orderBy } = priceOn(ctx.now());
  const prices = await ctx.db.formularyPrice.findMany({ where: { ...countsToday, itemId: { in: near.map(({ id }) => id) } }, orderBy });
  const load = await ctx.db.fulfillment.groupBy({
    by: ['pharmacyId'],
    where: { pharmacyId: { in: pharmacyIds }, status: { in: [...openStatuses] } },
    _count: { _all: true },
  });
  const before =
    orderId === null
      ? []
      : await ctx.db.fulfillment.findMany({
          where: { orderId, status: { in: ['REJECTED', 'RETURNED'] } },
          orderBy: { attempt: 'desc' },
          select: { id: true, pharmacyId: true, status: true, reason: true },
        });
  return near.map((item) => {
    const back = before.find(({ pharmacyId }) => pharmacyId === item.pharmacyId);
    return {
      item,
      samePreparation: isSame(item.formula, named.formula),
      priceCents: prices.find((price) => price.itemId === item.id)?.amountCents ?? null,
      openOrders: load.find(({ pharmacyId }) => pharmacyId === item.pharmacyId)?._count._all ?? 0,
      gaveBack: back === undefined ? null : [back.status, back.reason].filter(Boolean).join(': '),
    };
  });
}

builder.queryField('routeCandidatesFacts', (t) =>
  t.field({
    description:
      'For the other subgraphs: the preparations of all pharmacies with the ingredients of this one, itself among them. Null for an unknown item.',
    type: [RouteCandidate],
    nullable: true,
    authScopes: { may: 'supply-facts:read' },
    args: {
      orderId: t.arg.id({ required: true, description: 'The order that is to be routed.' }),
      formularyItemId: t.arg.id({ required: true, description: 'What it is for.' }),
    },
    resolve: (_root, { orderId, formularyItemId }, ctx) =>
      candidatesFor(ctx, tryId('order', orderId), tryId('formularyItem', formularyItemId)),
  }),
);
