import { resolveCursorConnection, type ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import { PAGE_SIZE } from '#kernel/builder.ts';
import { NotFound } from '#kernel/errors.ts';
import { cursorOf, placeIn } from '#kernel/list-page.ts';
import { fromId } from '#kernel/ids.ts';
import type { OrderTemplate as TemplateRow } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx } from '../builder.ts';
import { OrderTemplate, templatesVisibleTo } from './order-template.ts';

/** A template at its place in the caller's list. */
interface Placed {
  readonly id: string;
  readonly name: string;
  /** 0 for a favourite, 1 for the rest. */
  readonly rank: number;
}

interface Wanted {
  readonly clinicId: string;
  readonly service: string | null;
  readonly retired: boolean;
}

builder.queryField('orderTemplates', (t) =>
  t.connection(
    {
      type: OrderTemplate,
      description: 'A clinic’s templates: the caller’s favourites first, then by name.',
      authScopes: { may: 'order-template:read' },
      args: {
        clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
        service: t.arg.string({ description: 'Only those for this service.' }),
        retired: t.arg.boolean({ description: 'True for those that are offered no longer, instead of those that are.' }),
      },
      resolve: async (_root, { clinicId, service, retired, ...page }, ctx) => {
        const wanted = { clinicId: fromId('clinic', clinicId), service: service ?? null, retired: retired ?? false };
        if (!ctx.actor.places('order-template:read').includes(wanted.clinicId)) throw new NotFound();
        const places = new Map<string, Placed>();
        return resolveCursorConnection(
          {
            args: page,
            defaultSize: PAGE_SIZE.default,
            maxSize: PAGE_SIZE.max,
            toCursor: (row: TemplateRow) => cursorOf('orderTemplates', textOf(places.get(row.id) ?? { ...row, rank: 1 })),
          },
          async (asked: ResolveCursorConnectionArgs) => {
            const placed = await readPage(ctx, wanted, asked);
            for (const one of placed) places.set(one.id, one);
            const rows = await ctx.db.orderTemplate.findMany({
              where: { AND: [templatesVisibleTo(ctx), { id: { in: placed.map(({ id }) => id) } }] },
            });
            return placed.flatMap(({ id }) => rows.find((row) => row.id === id) ?? []);
          },
        );
      },
    },
    { name: 'OrderTemplateConnection' },
    { name: 'OrderTemplateEdge' },
  ),
);

/** One page by place: what is added meanwhile shifts nothing. */
async function readPage(ctx: Ctx, { clinicId, service, retired }: Wanted, page: ResolveCursorConnectionArgs): Promise<Placed[]> {
  const [after, before] = [placeOf(page.after, 'after'), placeOf(page.before, 'before')];
  const direction = page.inverted ? 'desc' : 'asc';
  return ctx.db.$queryRawUnsafe<Placed[]>(
    `select id::text, name, rank from (
       select t.id, t.name, case when f.template_id is null then 1 else 0 end as rank
       from order_template t left join order_template_favorite f on f.template_id = t.id and f.prescriber = $1
       where t.clinic_id = $2::uuid and (t.retired_at is not null) = $3::boolean and ($4::text is null or t.service = $4)
     ) placed
     where ($5::int is null or (rank, name, id) > ($5::int, $6::text, $7::uuid)) and ($8::int is null or (rank, name, id) < ($8::int, $9::text, $10::uuid))
     order by rank ${direction}, name ${direction}, id ${direction} limit $11::int`,
    ...[ctx.actor.sub, clinicId, retired, service],
    ...[after?.rank ?? null, after?.name ?? null, after?.id ?? null],
    ...[before?.rank ?? null, before?.name ?? null, before?.id ?? null],
    page.limit,
  );
}

const textOf = ({ rank, name, id }: Placed): string => `${rank}/${id}/${name}`;

const shape = /^([01])\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(.{1,120})$/su;

function placeOf(cursor: string | null | undefined, path: 'after' | 'before'): Placed | null {
  return placeIn('orderTemplates', cursor, path, (text) => {
    const [, rank, id, name] = shape.exec(text) ?? [];
    return id === undefined || name === undefined || name.includes('\0') ? null : { rank: Number(rank), id, name };
  });
}
