import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { dateOf, dayText } from '../calendar-day.ts';
import { hoursIssues, skippedIssues, zoneIssues } from './day-hours.ts';
import { ExaminerSchedule } from './examiner-schedule.ts';
import { lockOwnSchedule, MOST_KEPT, ownClinic } from './own-schedule.ts';

const DayHoursInput = builder.inputType('DayHoursInput', {
  description: 'Hours of one day, in wall time.',
  fields: (t) => ({
    startsAt: t.string({ required: true, description: 'Wall time, HH:MM, that the clock shows on that day.' }),
    endsAt: t.string({ required: true, description: 'Wall time, HH:MM, later on the same day; 24:00 is the next midnight.' }),
    modality: t.field({ type: graph.Modality, required: true, description: 'How exams are held in them.' }),
  }),
});

const AddScheduleExceptionInput = builder.inputType('AddScheduleExceptionInput', {
  description: 'A day on which the weekly hours do not hold. It stands in for what was said of that day before.',
  fields: (t) => ({
    clinicId: t.id({ description: 'The clinic it is for; left out for every clinic the examiner works for.' }),
    day: t.field({ type: 'Date', required: true, description: 'The day.' }),
    timeZone: t.string({ required: true, description: 'The IANA zone by whose clocks the hours are kept.' }),
    hours: t.field({ type: [DayHoursInput], required: true, description: 'The hours that hold instead, at most 20; none for a day off.' }),
  }),
  validate: z.object({ hours: z.array(z.unknown()).max(20, 'At most 20 stretches a day.') }).loose(),
});

type Input = typeof AddScheduleExceptionInput.$inferInput;

builder.mutationField('addScheduleException', (t) =>
  t.field({
    type: ExaminerSchedule,
    description: 'An examiner says that on one day other hours hold, or none. A time that the clock skips on that day is refused.',
    authScopes: { may: 'schedule:keep' },
    args: { input: t.arg({ type: AddScheduleExceptionInput, required: true, description: 'The day and its hours.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examinerSchedule' }, async (tx) => {
        const { day, timeZone, hours } = args.input;
        requireSound(ctx, args.input);
        const clinicId = ownClinic(ctx, args.input.clinicId);
        const schedule = await lockOwnSchedule(tx, ctx);
        const examinerId = schedule.id;
        await tx.scheduleException.deleteMany({ where: { examinerId, clinicId, day: dateOf(day) } });
        if ((await tx.scheduleException.count({ where: { examinerId, day: { gte: dateOf(dayText(ctx.now())) } } })) >= MOST_KEPT)
          throw new InvalidInput([{ path: 'input.day', message: `would be more than the ${MOST_KEPT} days that are kept` }]);
        const id = ctx.newId();
        await tx.scheduleException.create({
          data: { id, examinerId, clinicId, day: dateOf(day), timeZone, hours: hours.map((one) => ({ ...one })) },
        });
        await audit(tx, ctx, {
          ...{ action: 'schedule.exception-added', tenantId: clinicId, subjectKind: 'scheduleException', subjectId: id },
          detail: { day, timeZone, hours: hours.map((one) => ({ ...one })) },
        });
        return schedule;
      }),
  }),
);

function requireSound(ctx: Pick<Ctx, 'now'>, { day, timeZone, hours }: Input): void {
  const issues = [...zoneIssues(timeZone), ...hoursIssues(hours, () => day)];
  if (day < dayText(new Date(ctx.now().getTime() - 86_400_000))) issues.push({ path: 'input.day', message: 'lies in the past' });
  // Asked only of times and zones that there are.
  if (issues.length === 0) issues.push(...skippedIssues(day, timeZone, hours));
  if (issues.length > 0) throw new InvalidInput(issues);
}

const RemoveScheduleExceptionInput = builder.inputType('RemoveScheduleExceptionInput', {
  description: 'A day on which the weekly hours are to hold again.',
  fields: (t) => ({ exceptionId: t.id({ required: true, description: 'The exception.' }) }),
});

builder.mutationField('removeScheduleException', (t) =>
  t.field({
    type: ExaminerSchedule,
    description: 'An examiner takes back that on one day other hours hold.',
    authScopes: { may: 'schedule:keep' },
    args: { input: t.arg({ type: RemoveScheduleExceptionInput, required: true, description: 'The exception.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examinerSchedule' }, async (tx) => {
        const id = fromId('scheduleException', args.input.exceptionId);
        const schedule = await lockOwnSchedule(tx, ctx);
        const gone = await tx.scheduleException.findFirst({ where: { id, examinerId: schedule.id } });
        if (gone === null) throw new NotFound();
        await tx.scheduleException.deleteMany({ where: { id } });
        await audit(tx, ctx, {
          ...{ action: 'schedule.exception-removed', tenantId: gone.clinicId, subjectKind: 'scheduleException', subjectId: id },
          detail: { day: dayText(gone.day) },
        });
        return schedule;
      }),
  }),
);
