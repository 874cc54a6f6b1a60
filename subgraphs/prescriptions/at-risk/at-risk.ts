import { resolveCursorConnection, type ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import { PAGE_SIZE } from '#kernel/builder.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { momentCursor, type MomentPlace, momentPlace } from '../moment-cursor.ts';
import { type Place, RECORDS_AT_ONCE, stretchInFlight } from './in-flight.ts';
import { type AtRisk, judgeAll, noteReads } from './judged.ts';
import { RecordAtRisk } from './record-at-risk.ts';

builder.queryField('atRisk', (t) =>
  t.connection(
    {
      type: RecordAtRisk,
      description:
        'Booked exams ahead and signed orders on their way that would be refused today, at the caller’s clinics: orders by when they were signed, then exams by when they begin. Worked out over what is on record now.',
      authScopes: { may: 'at-risk:read' },
      args: { clinicId: t.arg.id({ description: 'At one clinic; at all of the caller’s when left out.' }) },
      resolve: (_root, { clinicId, ...page }, ctx) => {
        const own = ctx.actor.places('at-risk:read');
        const clinics = clinicId == null ? own : [fromId('clinic', clinicId)];
        if (!clinics.every((one) => own.includes(one))) throw new NotFound();
        return resolveCursorConnection(
          {
            args: page,
            defaultSize: PAGE_SIZE.default,
            maxSize: PAGE_SIZE.max,
            toCursor: ({ record: { due, id } }: AtRisk) => momentCursor('atRisk', { at: due, id }),
          },
          (wanted: ResolveCursorConnectionArgs) => readPage(ctx, clinics, wanted),
        );
      },
    },
    { name: 'RecordAtRiskConnection' },
    { name: 'RecordAtRiskEdge' },
  ),
);

/** Goes through what is in flight until the page is full: most records are well, and are passed over. */
async function readPage(
  ctx: Ctx,
  clinics: readonly string[],
  { before, after, limit, inverted }: ResolveCursorConnectionArgs,
): Promise<AtRisk[]> {
  const found: AtRisk[] = [];
  const bounds = { after: dueAfter(momentPlace('atRisk', after, 'after')), before: dueAfter(momentPlace('atRisk', before, 'before')) };
  for (let more = true; more && found.length < limit; ) {
    const records = await stretchInFlight(ctx, { clinics, ...bounds, backwards: inverted, limit: RECORDS_AT_ONCE });
    found.push(...(await judgeAll(ctx, records)));
    const last = records.at(-1);
    more = last !== undefined && records.length === RECORDS_AT_ONCE;
    if (last !== undefined) bounds[inverted ? 'before' : 'after'] = last;
  }
  const shown = found.slice(0, limit);
  noteReads(ctx, shown);
  return shown;
}

/** Records are ordered by the moment they are due. */
function dueAfter(place: MomentPlace | null): Place | null {
  return place && { due: place.at, id: place.id };
}
