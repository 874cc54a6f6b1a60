import { resolveCursorConnection, type ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import { PAGE_SIZE } from '#kernel/builder.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { atRiskOf } from '../at-risk/judged.ts';
import { RECORDS_AT_ONCE } from '../at-risk/in-flight.ts';
import { builder, type Ctx } from '../builder.ts';
import { type Attention, AttentionItem } from './attention-item.ts';
import { askRecalled, brokenStockOf } from './waiting-stock.ts';
import { waitingCursor, waitingPlace, waitingRows } from './waiting-rows.ts';

builder.queryField('attention', (t) =>
  t.connection(
    {
      type: AttentionItem,
      description:
        'Every order of a clinic, for patients and for its own stock, that waits for a person, the longest waiting first. Worked out over what is on record now.',
      authScopes: { may: 'attention:read' },
      args: {
        clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
        mine: t.arg.boolean({ description: 'Only the orders whose prescriber is the caller.' }),
      },
      resolve: (_root, { clinicId, mine, ...page }, ctx) => {
        const clinic = fromId('clinic', clinicId);
        if (!ctx.actor.places('attention:read').includes(clinic)) throw new NotFound();
        const prescriberId = mine ? actingPractitioner(ctx) : null;
        return resolveCursorConnection(
          {
            args: page,
            defaultSize: PAGE_SIZE.default,
            maxSize: PAGE_SIZE.max,
            toCursor: ({ row }: Attention) => waitingCursor(row),
          },
          (wanted: ResolveCursorConnectionArgs) => readPage(ctx, clinic, prescriberId, wanted),
        );
      },
    },
    { name: 'AttentionConnection' },
    { name: 'AttentionEdge' },
  ),
);

/** Goes through what may wait until the page is full: most signed orders stand well, and are passed over. One statement and one question a stretch. */
async function readPage(
  ctx: Ctx,
  clinicId: string,
  prescriberId: string | null,
  { before, after, limit, inverted }: ResolveCursorConnectionArgs,
): Promise<Attention[]> {
  const found: Attention[] = [];
  const bounds = { after: waitingPlace(after, 'after'), before: waitingPlace(before, 'before') };
  const recalled = await askRecalled(ctx, clinicId);
  for (let more = true; more && found.length < limit; ) {
    const stretch = { clinicId, prescriberId, ...bounds, backwards: inverted, limit: RECORDS_AT_ONCE, untold: false, recalled };
    const rows = await waitingRows(ctx.db, ctx.now(), stretch);
    const judged = await Promise.all(
      rows.map(async (row): Promise<Attention[]> => {
        if (row.kind === 'STOCK_GATE_BROKEN') {
          const stands = await brokenStockOf(ctx, row.subjectId);
          return stands === null ? [] : [{ row, broken: stands }];
        }
        if (row.kind !== 'GATE_BROKEN') return [{ row, broken: null }];
        const broken = await atRiskOf(ctx, row.subjectId);
        // A hold is a line of its own.
        return broken === null || broken.blockers.every(({ id }) => id === 'safety.hold') ? [] : [{ row, broken }];
      }),
    );
    found.push(...judged.flat());
    const last = rows.at(-1);
    more = last !== undefined && rows.length === RECORDS_AT_ONCE;
    if (last !== undefined) bounds[inverted ? 'before' : 'after'] = last;
  }
  return found.slice(0, limit);
}
