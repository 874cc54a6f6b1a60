import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { addMonths } from '#rules/dates.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { dateOf, dayText } from '../calendar-day.ts';
import { hoursIssues, zoneIssues } from './day-hours.ts';
import { ExaminerSchedule } from './examiner-schedule.ts';
import { lockOwnSchedule, MOST_KEPT, ownClinic } from './own-schedule.ts';
import { leftOf, overlap } from './replaced-hours.ts';

const WeekdayHoursInput = builder.inputType('WeekdayHoursInput', {
  description: 'Hours of one weekday, in wall time.',
  fields: (t) => ({
    weekday: t.int({ required: true, description: '1 is Monday, 7 is Sunday (ISO 8601).' }),
    startsAt: t.string({ required: true, description: 'Wall time, HH:MM.' }),
    endsAt: t.string({ required: true, description: 'Wall time, HH:MM, later on the same day; 24:00 is the next midnight.' }),
    modality: t.field({ type: graph.Modality, required: true, description: 'How exams are held in them.' }),
  }),
  validate: z.object({ weekday: z.number().min(1, 'The week begins with 1, Monday.').max(7, 'The week ends with 7, Sunday.') }).loose(),
});

const SetWorkingHoursInput = builder.inputType('SetWorkingHoursInput', {
  description: 'The hours of every week. On their days they stand in for all that were kept for the same clinic, and for no others.',
  fields: (t) => ({
    clinicId: t.id({ description: 'The clinic they are for; left out for every clinic the examiner works for.' }),
    timeZone: t.string({ required: true, description: 'The IANA zone by whose clocks they are kept, for example America/Chicago.' }),
    validFrom: t.field({ type: 'Date', required: true, description: 'The first day.' }),
    validTo: t.field({ type: 'Date', description: 'The last day, after which what held before holds again; left out for no end.' }),
    hours: t.field({ type: [WeekdayHoursInput], required: true, description: 'The hours, at most 50; none to keep none.' }),
  }),
  validate: z.object({ hours: z.array(z.unknown()).max(50, 'At most 50 stretches a week.') }).loose(),
});

/** As far ahead as hours are kept: the calendar of the database goes on for longer than that of the days here. */
const MOST_MONTHS_AHEAD = 120;

type Input = typeof SetWorkingHoursInput.$inferInput;

builder.mutationField('setWorkingHours', (t) =>
  t.field({
    type: ExaminerSchedule,
    description: 'An examiner says when they can be booked, every week. Booked exams stay: those outside are listed.',
    authScopes: { may: 'schedule:keep' },
    args: { input: t.arg({ type: SetWorkingHoursInput, required: true, description: 'The hours.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examinerSchedule' }, async (tx) => {
        const { input } = args;
        requireSound(ctx, input);
        const clinicId = ownClinic(ctx, input.clinicId);
        const schedule = await lockOwnSchedule(tx, ctx);
        const instead = { validFrom: input.validFrom, validTo: input.validTo ?? null };
        const kept = await tx.workingHours.findMany({ where: { examinerId: schedule.id, clinicId } });
        const older = kept
          .map((row) => ({ ...row, validFrom: dayText(row.validFrom), validTo: row.validTo === null ? null : dayText(row.validTo) }))
          .filter((row) => overlap(row, instead));
        const left = older.flatMap((row) => leftOf(row, instead));
        const added = input.hours.map((one) => ({ ...one, ...instead, examinerId: schedule.id, clinicId, timeZone: input.timeZone }));
        if (kept.length - older.length + left.length + added.length > MOST_KEPT)
          throw new InvalidInput([{ path: 'input.hours', message: `would be more than the ${MOST_KEPT} that are kept` }]);
        await tx.workingHours.deleteMany({ where: { id: { in: older.map(({ id }) => id) } } });
        await tx.workingHours.createMany({
          data: [...left, ...added].map((row) => ({
            ...{ ...row, id: ctx.newId() },
            ...{ validFrom: dateOf(row.validFrom), validTo: row.validTo === null ? null : dateOf(row.validTo) },
          })),
        });
        await audit(tx, ctx, {
          ...{ action: 'schedule.hours-set', tenantId: clinicId, subjectKind: 'practitioner', subjectId: schedule.id },
          detail: { ...instead, timeZone: input.timeZone, hours: input.hours.map((one) => ({ ...one })) },
        });
        return schedule;
      }),
  }),
);

function requireSound(ctx: Pick<Ctx, 'now'>, { timeZone, validFrom, validTo, hours }: Input): void {
  const issues = [...zoneIssues(timeZone), ...hoursIssues(hours, ({ weekday }) => weekday)];
  // Hours of days gone by are what exams were booked by; a day may still lie ahead where it is already over here.
  if (validFrom < dayText(new Date(ctx.now().getTime() - 86_400_000)))
    issues.push({ path: 'input.validFrom', message: 'lies in the past: hours that were kept stay as they were' });
  const latest = addMonths(dayText(ctx.now()), MOST_MONTHS_AHEAD);
  if (validFrom > latest) issues.push({ path: 'input.validFrom', message: `is ${latest} at the latest` });
  if (validTo != null && validTo > latest) issues.push({ path: 'input.validTo', message: `is ${latest} at the latest, or none` });
  if (validTo != null && validTo < validFrom) issues.push({ path: 'input.validTo', message: 'must not be before validFrom' });
  if (issues.length > 0) throw new InvalidInput(issues);
}
