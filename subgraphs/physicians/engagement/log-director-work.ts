import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, type InputIssue, InvalidInput, NotFound } from '#kernel/errors.ts';
import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import { addDays } from '#rules/dates.ts';
import { builder } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { DirectorTask, DirectorWork } from './director-work.ts';
import { engagementSeen, lockEngagement, selfOf } from './parties.ts';

/** An entry made later than this would be from memory. */
const LATEST_DAYS = 31;
const MINUTES_A_DAY = 1440;

const LogDirectorWorkInput = builder.inputType('LogDirectorWorkInput', {
  description: 'Work that was done under an engagement.',
  fields: (t) => ({
    engagementId: t.id({ required: true, description: 'The engagement: one’s own.' }),
    doneOn: t.field({ type: 'Date', required: true, description: 'The day: within the engagement, and within the last 31 days.' }),
    minutes: t.int({
      required: true,
      description: 'How long, in minutes: 1 to 1440, and no more than a day has with what is logged of it.',
    }),
    task: t.field({ type: DirectorTask, required: true, description: 'What was done.' }),
    note: t.string({ description: 'What else there is to say, at most 500 characters. Nothing of a patient.' }),
  }),
  validate: z
    .object({
      minutes: z.number().min(1, 'It took at least one minute.').max(MINUTES_A_DAY, 'A day has 1440 minutes.'),
      note: z.string().trim().max(500, 'A note has at most 500 characters.').nullish(),
    })
    .loose(),
});

builder.mutationField('logDirectorWork', (t) =>
  t.field({
    description: 'Whoever oversees a clinic logs the work they did there: pay is for real, logged work. Only ever added.',
    type: DirectorWork,
    authScopes: { may: 'engagement:answer' },
    args: { input: t.arg({ type: LogDirectorWorkInput, required: true, description: 'What was done.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const seen = await engagementSeen(ctx, args.input.engagementId);
      return ctx.write({ info, args, answer: 'directorWork' }, async (tx) => {
        const { doneOn, minutes, task, note } = args.input;
        // Held, so that two entries at once do not fill a day twice.
        const engagement = seen && (await lockEngagement(tx, ctx, seen));
        if (engagement === null || engagement.practitionerId !== selfOf(ctx)) throw new NotFound();
        if (engagement.status === 'DRAFT') throw new IllegalTransition(engagement.closedAs ?? 'DRAFT', 'WORKED');
        const logged = await tx.directorWork.aggregate({
          where: { engagementId: engagement.id, doneOn: storedDay(doneOn) },
          _sum: { minutes: true },
        });
        const issues = issuesOf(engagement, doneOn, ctx.now());
        if ((logged._sum.minutes ?? 0) + minutes > MINUTES_A_DAY)
          issues.push({ path: 'input.minutes', message: 'With what is logged of that day it has more than 1440 minutes.' });
        if (issues.length > 0) throw new InvalidInput(issues);
        const work = await tx.directorWork.create({
          data: {
            ...{ id: ctx.newId(), engagementId: engagement.id, doneOn: storedDay(doneOn), minutes, task, note: note?.trim() || null },
            ...{ recordedAt: ctx.now(), recordedBy: ctx.actor.sub },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'engagement.work-logged', tenantId: engagement.clinicId, subjectKind: 'engagement', subjectId: engagement.id },
          detail: { workId: work.id, doneOn, minutes, task },
        });
        return work;
      });
    },
  }),
);

function issuesOf({ startsOn, endsOn }: EngagementRow, doneOn: string, now: Date): InputIssue[] {
  const path = 'input.doneOn';
  const today = dayIn(now);
  const issues: InputIssue[] = [];
  if (doneOn > today) issues.push({ path, message: 'It has not been done yet.' });
  if (doneOn < addDays(today, -LATEST_DAYS)) issues.push({ path, message: `At most ${LATEST_DAYS} days ago.` });
  if (doneOn < dayIn(startsOn)) issues.push({ path, message: 'The engagement had not begun.' });
  if (endsOn !== null && doneOn > dayIn(endsOn)) issues.push({ path, message: 'The engagement was over.' });
  return issues;
}
