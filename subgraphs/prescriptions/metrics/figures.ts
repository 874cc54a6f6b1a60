import DataLoader from 'dataloader';
import { type FigureStretch, wholeMonths } from '#kernel/figure-stretch.ts';
import type { Ctx } from '../builder.ts';
import { dateOf, dayText } from '../calendar-day.ts';
import { type Figures, inWholeMonths, noFigures } from './whole-months.ts';

/** The days a front end asks about. Exact medians are read only when they are asked for, and null else. */
export interface Range extends FigureStretch {
  readonly withMedians: boolean;
}

const DAY_MS = 86_400_000;
const loaders = new WeakMap<object, Map<string, DataLoader<string, Figures>>>();

/** The figures of one clinic, read together with those of every other asked for in the same tick: exact for the clinic's own people, published for everybody else. */
export function figuresOf(ctx: Ctx, clinicId: string, range: Range): Promise<Figures> {
  const ofRequest = loaders.get(ctx) ?? new Map<string, DataLoader<string, Figures>>();
  loaders.set(ctx, ofRequest);
  const key = `${range.from}/${range.to}/${range.withMedians}`;
  const loader = ofRequest.get(key) ?? new DataLoader((ids: readonly string[]) => read(ctx, ids, range));
  ofRequest.set(key, loader);
  return loader.load(clinicId);
}

async function read(ctx: Ctx, ids: readonly string[], range: Range): Promise<Figures[]> {
  const own = new Set(ctx.actor.places('metrics:exact'));
  const exact = await exactFigures(
    ctx,
    ids.filter((id) => own.has(id)),
    range,
  );
  const published = await publishedFigures(
    ctx,
    ids.filter((id) => !own.has(id)),
    range,
  );
  return ids.map((id) => exact.get(id) ?? published.get(id) ?? noFigures);
}

async function exactFigures(ctx: Ctx, ids: readonly string[], range: Range): Promise<Map<string, Figures>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.aggregate((db) =>
    db.$queryRawUnsafe<{ clinic_id: string; metric: keyof Figures; value: number }[]>(
      `select clinic_id::text, metric, value from prescriptions_metrics.exact($1::uuid[], $2::timestamptz, $3::timestamptz, $4::boolean)`,
      [...ids],
      dateOf(range.from).toISOString(),
      new Date(dateOf(range.to).getTime() + DAY_MS).toISOString(),
      range.withMedians,
    ),
  );
  const byClinic = Map.groupBy(rows, (row) => row.clinic_id);
  const nothing: Figures = { examsRequested: 0, examsCompleted: 0, medianMinutesToExam: null, ordersSigned: 0, ordersWithoutExam: 0 };
  return new Map(
    ids.map((id) => [id, { ...nothing, ...Object.fromEntries((byClinic.get(id) ?? []).map((row) => [row.metric, row.value])) }]),
  );
}

async function publishedFigures(ctx: Ctx, ids: readonly string[], range: Range): Promise<Map<string, Figures>> {
  const months = wholeMonths(range);
  if (ids.length === 0 || months.length === 0) return new Map();
  await ctx.db.$queryRawUnsafe(`select prescriptions_metrics.publish($1::timestamptz)::text`, ctx.now().toISOString());
  const { publication, rows } = await ctx.aggregate(async (db) => ({
    // Read before the figures: a month that ends between the two is still taken for open.
    publication: await db.metricPublication.findFirst(),
    rows: await db.publishedMetric.findMany({ where: { clinicId: { in: [...ids] }, month: { in: months.map(dateOf) } } }),
  }));
  const openFrom = publication === null ? '' : dayText(publication.openFrom);
  const cells = rows.map((row) => ({ ...row, month: dayText(row.month) }));
  const byClinic = Map.groupBy(cells, (cell) => cell.clinicId);
  return new Map(ids.map((id) => [id, inWholeMonths(byClinic.get(id) ?? [], months, openFrom)]));
}
