import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { keptByName } from '../credential/keeper.ts';
import { digestOfPaper, lineOf } from '../credential/plain-text.ts';
import { dayIn } from '../lapse.ts';
import { CurriculumVitae } from './curriculum-vitae.ts';

const EARLIEST = '1940-01-01';
const MOST_ENTRIES = 100;

const CareerEntryInput = builder.inputType('CareerEntryInput', {
  description: 'One line of a curriculum vitae.',
  fields: (t) => ({
    role: t.string({ required: true, description: 'As what, at most 200 characters.' }),
    place: t.string({ required: true, description: 'Where, at most 200 characters.' }),
    from: t.field({ type: 'Date', required: true, description: 'The first day: today or before.' }),
    to: t.field({ type: 'Date', description: 'The last day; left out for what goes on.' }),
  }),
  validate: z.object({ role: lineOf('The role', 200), place: lineOf('The place', 200) }).loose(),
});

const RecordCurriculumVitaeInput = builder.inputType('RecordCurriculumVitaeInput', {
  description: 'A curriculum vitae.',
  fields: (t) => ({
    practitionerId: t.id({ required: true, description: 'Whose it is.' }),
    sha256: t.string({ required: true, description: 'SHA-256 of the paper, in hex.' }),
    entries: t.field({ type: [CareerEntryInput], required: true, description: 'Its lines, in the order of the paper: one to a hundred.' }),
  }),
  validate: z
    .object({
      sha256: digestOfPaper,
      entries: z.array(z.unknown()).min(1, 'Name what they have done.').max(MOST_ENTRIES, `At most ${MOST_ENTRIES} lines.`),
    })
    .loose(),
});

type Told = typeof RecordCurriculumVitaeInput.$inferInput;

builder.mutationField('recordCurriculumVitae', (t) =>
  t.field({
    description: 'Records what somebody has done, in their own words. The last one recorded is shown, those before stay on record.',
    type: CurriculumVitae,
    authScopes: { may: 'credential:record' },
    args: { input: t.arg({ type: RecordCurriculumVitaeInput, required: true, description: 'The curriculum.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'curriculumVitae' }, async (tx) => {
        const { practitioner, place } = await keptByName(tx, ctx, args.input.practitionerId);
        const issues = issuesOf(args.input, dayIn(ctx.now()));
        if (issues.length > 0) throw new InvalidInput(issues);
        const entries = args.input.entries.map(({ role, place: where, from, to }) => ({
          ...{ role: role.trim(), place: where.trim(), from, to: to ?? null },
        }));
        const vitae = await tx.curriculumVitae.create({
          data: {
            ...{ id: ctx.newId(), practitionerId: practitioner.id, sha256: args.input.sha256, entries },
            ...{ recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'curriculum-vitae.recorded', tenantId: place, subjectKind: 'curriculumVitae', subjectId: vitae.id },
          detail: { practitionerId: practitioner.id, sha256: args.input.sha256, entries: entries.length },
        });
        return vitae;
      }),
  }),
);

function issuesOf({ entries }: Told, today: string): InputIssue[] {
  return entries.flatMap(({ from, to }, index) => {
    const add = (field: string, message: string) => ({ path: `input.entries.${index}.${field}`, message });
    return [
      ...(from > today ? [add('from', 'What somebody has done began today or before.')] : []),
      ...(from < EARLIEST ? [add('from', 'Nobody who practises began so long ago.')] : []),
      ...(to != null && to < from ? [add('to', 'The last day is not before the first.')] : []),
      ...(to != null && to > today ? [add('to', 'Leave the last day out for what goes on.')] : []),
    ];
  });
}
