import { resolveCursorConnection, type ResolveCursorConnectionArgs } from '@pothos/plugin-relay';
import { PAGE_SIZE } from '#kernel/builder.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { type Place, RECORDS_AT_ONCE, stretchInFlight } from './in-flight.ts';
import { type AtRisk, judgeAll } from './judged.ts';
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
          { args: page, defaultSize: PAGE_SIZE.default, maxSize: PAGE_SIZE.max, toCursor: ({ record }: AtRisk) => cursorOf(record) },
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
  const bounds = { after: placeOf(after, 'after'), before: placeOf(before, 'before') };
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

/** What is shown of a patient's consents and holds is read past the row loader, so the trail is told of it here. */
function noteReads(ctx: Ctx, shown: readonly AtRisk[]): void {
  const read = shown.flatMap(({ record: { kind, id, clinicId, chart } }) => (chart === null ? [] : [{ kind, id, clinicId, ...chart }]));
  const idsOf = (rows: typeof read, wanted: 'EXAM' | 'ORDER') => rows.flatMap(({ kind, id }) => (kind === wanted ? [id] : []));
  for (const [tenantId, rows] of Map.groupBy(read, ({ clinicId }) => clinicId)) {
    const [patientId, ...others] = new Set(rows.map((row) => row.patientId));
    ctx.noteRead({
      action: 'record.read',
      tenantId,
      ...(patientId !== undefined && others.length === 0 ? { patientId } : {}),
      detail: {
        fields: ['atRisk'],
        patients: [patientId, ...others],
        records: { goodFaithExam: idsOf(rows, 'EXAM'), order: idsOf(rows, 'ORDER') },
      },
    });
  }
}

function cursorOf({ due, id }: Place): string {
  return Buffer.from(`${due.getTime()}/${id}`).toString('base64url');
}

function placeOf(cursor: string | null | undefined, path: string): Place | null {
  if (cursor == null) return null;
  const [, at, id] = /^(\d{1,15})\/([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined) throw new InvalidInput([{ path, message: 'is not a cursor of this list' }]);
  return { due: new Date(Number(at)), id };
}
