import DataLoader from 'dataloader';
import { lastDaySaid, refuseStretch, wholeMonths } from '#kernel/figure-stretch.ts';
import { fromId } from '#kernel/ids.ts';
import { selects } from '#kernel/selection.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';
import { Clinic } from '../references.ts';
import { type Figures, figuresOver, noFigures } from './published-months.ts';

const ClinicMetrics = builder.objectRef<Figures>('ClinicMetrics').implement({
  description:
    'A clinic’s numbers over a range of days. Its own people see exact ones. Above the clinic they come from published whole months: null is suppressed (1 to 10) or not available.',
  directives: { shareable: {} },
  fields: (t) => ({
    ordersDispensed: t.exposeInt('ordersDispensed', { nullable: true, description: 'Orders dispensed.' }),
    ordersRejected: t.exposeInt('ordersRejected', { nullable: true, description: 'Orders a pharmacy rejected.' }),
    medianHoursSignToShip: t.exposeFloat('medianHoursSignToShip', {
      nullable: true,
      description:
        'Median hours from signature to shipment, of orders shipped in the range; above the clinic from 11 on, and for one month.',
    }),
  }),
});

/** Medians read every shipment of the stretch: only when they are asked for, and null else. */
async function exactFigures(
  ctx: Ctx,
  clinicIds: readonly string[],
  from: string,
  to: string,
  withMedians: boolean,
): Promise<Map<string, Figures>> {
  if (clinicIds.length === 0) return new Map();
  const rows = await ctx.aggregate((db) =>
    db.$queryRawUnsafe<{ clinic_id: string; metric: keyof Figures; value: number }[]>(
      'select clinic_id::text, metric, value from pharmacies_metrics.exact($1::uuid[], $2::date, $3::date, $4::boolean)',
      clinicIds,
      from,
      to,
      withMedians,
    ),
  );
  const byClinic = Map.groupBy(rows, (row) => row.clinic_id);
  const nothing: Figures = { ordersDispensed: 0, ordersRejected: 0, medianHoursSignToShip: null };
  return new Map(
    clinicIds.map((id) => [
      id,
      { ...nothing, ...Object.fromEntries((byClinic.get(id) ?? []).map(({ metric, value }) => [metric, value])) },
    ]),
  );
}

async function publishedFigures(ctx: Ctx, clinicIds: readonly string[], from: string, to: string): Promise<Map<string, Figures>> {
  if (clinicIds.length === 0) return new Map();
  await publishMetrics(ctx.db, ctx.now());
  const months = wholeMonths({ from, to });
  const { publication, cells } = await ctx.aggregate(async (db) => ({
    // Read before the figures: a month that ends between the two is still taken for open.
    publication: await db.metricPublication.findFirst(),
    cells: await db.publishedMetric.findMany({ where: { clinicId: { in: [...clinicIds] }, month: { in: months.map(storedDay) } } }),
  }));
  const closedThrough = publication?.closedThrough ?? null;
  const byClinic = Map.groupBy(cells, (cell) => cell.clinicId);
  const figures = (id: string) =>
    figuresOver(
      months,
      (byClinic.get(id) ?? []).map(({ month, metric, value }) => ({ month: dayOf(month), metric, value })),
      closedThrough === null ? '' : dayOf(closedThrough),
    );
  return new Map(clinicIds.map((id) => [id, figures(id)]));
}

/** Brings the published figures up to date; the database does so at most once a minute, whoever asks. */
export async function publishMetrics(db: Pick<Tx, '$queryRawUnsafe'>, now: Date): Promise<void> {
  await db.$queryRawUnsafe('select pharmacies_metrics.publish($1::timestamptz)::text', now.toISOString());
}

const loaders = new WeakMap<Ctx, Map<string, DataLoader<string, Figures>>>();

/** All clinics of a dashboard in two queries, however many there are. */
function figuresBetween(ctx: Ctx, from: string, to: string, withMedians: boolean): DataLoader<string, Figures> {
  const ranges = loaders.get(ctx) ?? new Map<string, DataLoader<string, Figures>>();
  loaders.set(ctx, ranges);
  const key = `${from}/${to}/${withMedians}`;
  const known = ranges.get(key);
  if (known) return known;
  const loader = new DataLoader<string, Figures>(async (ids) => {
    const exact = ids.filter((id) => ctx.actor.places('metrics:exact').includes(id));
    const published = ids.filter((id) => !exact.includes(id) && ctx.actor.places('metrics:read').includes(id));
    const figures = new Map([
      ...(await exactFigures(ctx, exact, from, to, withMedians)),
      ...(await publishedFigures(ctx, published, from, to)),
    ]);
    return ids.map((id) => figures.get(id) ?? noFigures);
  });
  ranges.set(key, loader);
  return loader;
}

builder.objectField(Clinic, 'metrics', (t) =>
  t.field({
    description: 'The clinic’s numbers between two days, both included.',
    type: ClinicMetrics,
    nullable: true,
    directives: { shareable: {} },
    authScopes: { may: ['metrics:read', 'metrics:exact'] },
    args: {
      from: t.arg({ type: 'Date', required: true, description: 'First day.' }),
      to: t.arg({ type: 'Date', required: true, description: lastDaySaid }),
    },
    resolve: (clinic, { from, to }, ctx, info) => {
      refuseStretch({ from, to });
      return figuresBetween(ctx, from, to, selects(info, 'medianHoursSignToShip')).load(fromId('clinic', clinic.id));
    },
  }),
);
