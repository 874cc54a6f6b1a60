import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { ExaminerSchedule } from './examiner-schedule.ts';
import { lockOwnSchedule, MOST_KEPT } from './own-schedule.ts';

/** A year and a day: what is longer is an end, not time off. */
const LONGEST_MS = 366 * 86_400_000;

const AddTimeOffInput = builder.inputType('AddTimeOffInput', {
  description: 'A stretch in which the caller is not to be booked anywhere.',
  fields: (t) => ({
    startsAt: t.field({ type: 'DateTime', required: true, description: 'When it begins.' }),
    endsAt: t.field({ type: 'DateTime', required: true, description: 'When it ends, at most a year later.' }),
  }),
});

builder.mutationField('addTimeOff', (t) =>
  t.field({
    type: ExaminerSchedule,
    description: 'An examiner takes time off, at every clinic. Booked exams stay: those within it are listed.',
    authScopes: { may: 'schedule:keep' },
    args: { input: t.arg({ type: AddTimeOffInput, required: true, description: 'From when until when.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examinerSchedule' }, async (tx) => {
        const { startsAt, endsAt } = args.input;
        const refuse = (path: string, message: string) => new InvalidInput([{ path: `input.${path}`, message }]);
        if (endsAt <= startsAt) throw refuse('endsAt', 'must be later than startsAt');
        if (endsAt <= ctx.now()) throw refuse('endsAt', 'lies in the past');
        if (endsAt.getTime() - startsAt.getTime() > LONGEST_MS) throw refuse('endsAt', 'must be at most a year after startsAt');
        const schedule = await lockOwnSchedule(tx, ctx);
        if ((await tx.timeOff.count({ where: { examinerId: schedule.id, endsAt: { gt: ctx.now() } } })) >= MOST_KEPT)
          throw refuse('startsAt', `would be more than the ${MOST_KEPT} stretches that are kept`);
        const id = ctx.newId();
        await tx.timeOff.create({ data: { id, examinerId: schedule.id, startsAt, endsAt } });
        await audit(tx, ctx, {
          ...{ action: 'schedule.time-off-added', tenantId: null, subjectKind: 'timeOff', subjectId: id },
          detail: { startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString() },
        });
        return schedule;
      }),
  }),
);

const RemoveTimeOffInput = builder.inputType('RemoveTimeOffInput', {
  description: 'Time off that is not taken after all.',
  fields: (t) => ({ timeOffId: t.id({ required: true, description: 'The time off.' }) }),
});

builder.mutationField('removeTimeOff', (t) =>
  t.field({
    type: ExaminerSchedule,
    description: 'An examiner does not take time off after all.',
    authScopes: { may: 'schedule:keep' },
    args: { input: t.arg({ type: RemoveTimeOffInput, required: true, description: 'The time off.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examinerSchedule' }, async (tx) => {
        const id = fromId('timeOff', args.input.timeOffId);
        const schedule = await lockOwnSchedule(tx, ctx);
        const { count } = await tx.timeOff.deleteMany({ where: { id, examinerId: schedule.id } });
        if (count === 0) throw new NotFound();
        await audit(tx, ctx, { action: 'schedule.time-off-removed', tenantId: null, subjectKind: 'timeOff', subjectId: id });
        return schedule;
      }),
  }),
);
