import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { interstateLimit, interstatePercent } from '#rules/interstate.ts';
import { builder, type Ctx } from '../builder.ts';

interface Month {
  readonly month: string;
  readonly orders: number;
  readonly outOfState: number;
}

interface Share {
  readonly is503A: boolean;
  readonly months: readonly Month[];
}

const InterstateLimit = builder.objectRef<typeof interstateLimit>('InterstateLimit').implement({
  description: 'The limit on what a 503A pharmacy distributes out of its state, with what is known of its standing.',
  authScopes: { may: 'fulfillment:read' },
  fields: (t) => ({
    maxPercent: t.exposeFloat('maxPercent', { description: 'How much, in percent.' }),
    of: t.exposeString('of', { description: 'Of what, and for whom.' }),
    citation: t.exposeString('citation', { description: 'The law.' }),
    status: t.exposeString('status', { description: 'Whether it is enforced, as far as was found.' }),
    statusConfidence: t.exposeString('statusConfidence', { description: 'How sure that is: verified, known or uncertain.' }),
    source: t.exposeString('source', { description: 'Where it was read.' }),
    asOf: t.field({ type: 'Date', resolve: ({ asOf }) => new Date(asOf), description: 'The day it was written down.' }),
  }),
});

const InterstateMonth = builder.objectRef<Month>('InterstateMonth').implement({
  description: 'One calendar month, where the pharmacy is.',
  authScopes: { may: 'fulfillment:read' },
  fields: (t) => ({
    month: t.exposeString('month', { description: 'YYYY-MM.' }),
    orders: t.exposeInt('orders', { description: 'Orders filled here in that month.' }),
    outOfState: t.exposeInt('outOfState', { description: 'Of them, for patients in another state.' }),
    percent: t.field({
      type: 'Float',
      nullable: true,
      resolve: ({ orders, outOfState }) => interstatePercent(outOfState, orders),
      description: 'Their share in percent; empty in a month without orders.',
    }),
    overLimit: t.boolean({
      resolve: ({ orders, outOfState }) => (interstatePercent(outOfState, orders) ?? 0) > interstateLimit.maxPercent,
      description: 'Whether that is more than the limit. It blocks nothing.',
    }),
  }),
});

const InterstateShare = builder.objectRef<Share>('InterstateShare').implement({
  description:
    'How much of what a pharmacy fills leaves its state: of the orders that came through here. What it fills otherwise is not known.',
  authScopes: { may: 'fulfillment:read' },
  fields: (t) => ({
    limit: t.field({
      type: InterstateLimit,
      nullable: true,
      resolve: ({ is503A }) => (is503A ? interstateLimit : null),
      description: 'The limit; empty for an outsourcing facility, which has none.',
    }),
    months: t.field({ type: [InterstateMonth], resolve: ({ months }) => [...months], description: 'Month by month, the first one first.' }),
  }),
});

// One index range for all months: an order counts once a month, however many parts it was filled in.
const counts = `
  select to_char(m, 'YYYY-MM') as month, count(distinct f.order_id)::int as orders,
    (count(distinct f.order_id) filter (where f.ship_to_state <> p.home_state))::int as "outOfState"
  from pharmacy p
    cross join generate_series($2::timestamp, $3::timestamp, interval '1 month') as m
    left join fulfillment f on f.pharmacy_id = p.id and f.dispensed_at >= m at time zone p.time_zone and f.dispensed_at < (m + interval '1 month') at time zone p.time_zone
  where p.id = $1::uuid
  group by m order by m`;

async function shareOf(ctx: Ctx, pharmacyId: string, from: string, to: string): Promise<Share> {
  const { facilityClass } = await ctx.db.pharmacy.findUniqueOrThrow({ where: { id: pharmacyId }, select: { facilityClass: true } });
  const months = await ctx.aggregate((db) => db.$queryRawUnsafe<Month[]>(counts, pharmacyId, `${from}-01`, `${to}-01`));
  return { is503A: facilityClass === 'PHARMACY_503A', months };
}

const MONTH = /^20[0-9]{2}-(0[1-9]|1[0-2])$/;
const MOST_MONTHS = 60;

function requireMonths(from: string, to: string): void {
  const unwritten = Object.entries({ from, to }).filter(([, month]) => !MONTH.test(month));
  if (unwritten.length > 0) throw new InvalidInput(unwritten.map(([path]) => ({ path, message: 'A month is written YYYY-MM.' })));
  const months = numberOf(to) - numberOf(from) + 1;
  if (months < 1 || months > MOST_MONTHS)
    throw new InvalidInput([{ path: 'to', message: `The last month is not before the first, and at most ${MOST_MONTHS} are counted.` }]);
}

const numberOf = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));

builder.queryField('interstateShare', (t) =>
  t.field({
    type: InterstateShare,
    nullable: true,
    description: 'How much of what a pharmacy fills leaves its state, month by month, beside the limit: exact, for its own people.',
    authScopes: { may: 'fulfillment:read' },
    args: {
      pharmacyId: t.arg.id({ required: true, description: 'The pharmacy.' }),
      from: t.arg.string({ required: true, description: 'The first month, YYYY-MM.' }),
      to: t.arg.string({ required: true, description: 'The last month, YYYY-MM: at most 60 months.' }),
    },
    resolve: (_root, { pharmacyId: id, from, to }, ctx) => {
      requireMonths(from, to);
      const pharmacyId = fromId('pharmacy', id);
      if (!ctx.actor.places('fulfillment:read').includes(pharmacyId)) throw new NotFound();
      return shareOf(ctx, pharmacyId, from, to);
    },
  }),
);
