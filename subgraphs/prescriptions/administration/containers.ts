import Big from 'big.js';
import { toId } from '#kernel/ids.ts';
import type { Administration, Prisma, Wastage } from '#prisma/generated/prescriptions/client.ts';
import { type Amount, inUnit } from '#rules/dose-units.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { OfficeStockReceipt } from '../office-stock/office-stock-receipt.ts';
import { Order } from '../order/order.ts';
import { amountOf } from './container.ts';

/** A container that something was taken from, as the records of it say. */
interface Container {
  readonly mark: string;
  readonly parcelId: string | null;
  readonly lotNumber: string;
  readonly openedAt: Date | null;
  readonly holds: Amount | null;
  readonly given: readonly Amount[];
  readonly wasted: readonly Amount[];
}

type Given = Administration & { receipt: { lotNumber: string } | null };
type Thrown = Wastage & { receipt: { lotNumber: string } | null };

function containerFrom(given: readonly Given[], wasted: readonly Thrown[]): Container | null {
  const [first] = [...given, ...wasted];
  if (first === undefined) return null;
  const full = [...given, ...wasted].find(({ holdsValue }) => holdsValue !== null);
  return {
    ...{ mark: first.vial, parcelId: first.parcelId, lotNumber: first.parcelLot ?? first.receipt?.lotNumber ?? '' },
    openedAt: given[0]?.openedAt ?? null,
    holds: full?.holdsValue == null || full.holdsUnit == null ? null : { value: full.holdsValue.toFixed(), unit: full.holdsUnit },
    ...{ given: given.map(amountOf), wasted: wasted.map(amountOf) },
  };
}

/** All of them in the unit of the container; null where it is not known, or one does not convert. */
function sumIn(amounts: readonly Amount[], holds: Amount | null): Big | null {
  if (holds === null) return null;
  return amounts.reduce<Big | null>((sum, one) => {
    const amount = inUnit(one, holds.unit);
    return sum === null || amount === null ? null : sum.plus(amount);
  }, new Big(0));
}

const sumField = (of: (row: Container) => readonly Amount[]) => ({
  type: graph.Quantity,
  nullable: true as const,
  resolve: (row: Container) => {
    const sum = sumIn(of(row), row.holds);
    return sum === null || row.holds === null ? null : { value: sum.toFixed(), unit: row.holds.unit };
  },
});

const ContainerType = builder.objectRef<Container>('Container').implement({
  description: 'A container of a lot that something was given from or thrown away of in the clinic.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    mark: t.exposeString('mark', { description: 'As the clinic marks it.' }),
    lotNumber: t.exposeString('lotNumber', { description: 'The number of the lot, in capitals without blanks.' }),
    parcelId: t.id({
      nullable: true,
      resolve: ({ parcelId }) => parcelId && toId('shipment', parcelId),
      description: 'Of a patient’s own order: the parcel it came in.',
    }),
    openedAt: t.expose('openedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When it was first opened; empty of one thrown away whole.',
    }),
    holds: t.expose('holds', {
      type: graph.Quantity,
      nullable: true,
      description: 'What it holds when it is full, as far as it is on record.',
    }),
    given: t.field({
      ...sumField(({ given }) => given),
      description: 'How much was given from it. Empty where what it holds is not on record.',
    }),
    wasted: t.field({ ...sumField(({ wasted }) => wasted), description: 'How much was thrown away of it. Empty as the above.' }),
    left: t.field({
      type: graph.Quantity,
      nullable: true,
      resolve: ({ holds, given, wasted }) => {
        const used = sumIn([...given, ...wasted], holds);
        return used === null || holds === null ? null : { value: new Big(holds.value).minus(used).toFixed(), unit: holds.unit };
      },
      description: 'What is left in it. Empty as the above.',
    }),
  }),
});

async function containersOf(ctx: Ctx, of: Pick<Prisma.AdministrationWhereInput & Prisma.WastageWhereInput, 'orderId' | 'receiptId'>) {
  const where = { ...of, clinicId: { in: [...ctx.actor.places('chart:read')] } };
  const include = { receipt: { select: { lotNumber: true } } };
  const given = await ctx.db.administration.findMany({ where, include, orderBy: [{ administeredAt: 'asc' }, { id: 'asc' }] });
  const wasted = await ctx.db.wastage.findMany({ where, include, orderBy: [{ wastedAt: 'asc' }, { id: 'asc' }] });
  const keyOf = ({ parcelId, parcelLot, vial }: Administration | Wastage) => JSON.stringify([parcelId, parcelLot, vial]);
  const [byGiven, byWasted] = [Map.groupBy(given, keyOf), Map.groupBy(wasted, keyOf)];
  return [...new Set([...byGiven.keys(), ...byWasted.keys()])].flatMap(
    (key) => containerFrom(byGiven.get(key) ?? [], byWasted.get(key) ?? []) ?? [],
  );
}

const described =
  'The containers of it that something was taken from, and what is left in each. One that nobody opened is in none of them.';

builder.prismaObjectFields(Order, (t) => ({
  containers: t.field({
    type: [ContainerType],
    nullable: true,
    authScopes: { may: 'chart:read' },
    select: { id: true },
    description: described,
    resolve: ({ id }, _args, ctx) => containersOf(ctx, { orderId: id }),
  }),
}));

builder.prismaObjectFields(OfficeStockReceipt, (t) => ({
  containers: t.field({
    type: [ContainerType],
    nullable: true,
    authScopes: { may: 'chart:read' },
    select: { id: true },
    description: `${described} To the facility the list is empty.`,
    resolve: ({ id }, _args, ctx) => containersOf(ctx, { receiptId: id }),
  }),
}));
