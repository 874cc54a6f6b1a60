import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import type { modalities } from '#kernel/shared-types.ts';
import { builder, graph } from '../builder.ts';
import { dayText } from '../calendar-day.ts';
import { Clinic, clinicOf, Practitioner, practitionerOf } from '../references.ts';
import { ExamOutsideType, examsOutsideHours } from './exams-outside.ts';
import type { DayHours } from './open-times.ts';
import { MOST_KEPT } from './own-schedule.ts';

type Modality = (typeof modalities)[number];

const WorkingHoursType = builder.prismaObject('WorkingHours', {
  description: 'Hours of one weekday in which an examiner can be booked, every week while they are valid, in wall time.',
  authScopes: { may: 'schedule:read' },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('workingHours', id), description: 'Id of these hours.' }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: ({ clinicId }) => (clinicId === null ? null : clinicOf(clinicId)),
      description: 'The clinic they are for; none for every clinic the examiner works for.',
    }),
    timeZone: t.exposeString('timeZone', { description: 'The IANA zone by whose clocks they are kept.' }),
    weekday: t.exposeInt('weekday', { description: '1 is Monday, 7 is Sunday (ISO 8601).' }),
    startsAt: t.exposeString('startsAt', {
      description: 'Wall time, HH:MM. What the clock skips begins at the change, what it shows twice the first time.',
    }),
    endsAt: t.exposeString('endsAt', { description: 'Wall time, HH:MM; 24:00 is the next midnight.' }),
    modality: t.field({
      type: graph.Modality,
      resolve: ({ modality }) => modality as Modality,
      description: 'How exams are held in them.',
    }),
    validFrom: t.expose('validFrom', { type: 'Date', description: 'The first day.' }),
    validTo: t.expose('validTo', { type: 'Date', nullable: true, description: 'The last day; none without end.' }),
  }),
});

const DayHoursType = builder.objectRef<DayHours>('DayHours').implement({
  description: 'Hours of one day in which an examiner can be booked, in wall time.',
  authScopes: { may: 'schedule:read' },
  fields: (t) => ({
    startsAt: t.exposeString('startsAt', { description: 'Wall time, HH:MM.' }),
    endsAt: t.exposeString('endsAt', { description: 'Wall time, HH:MM; 24:00 is the next midnight.' }),
    modality: t.field({
      type: graph.Modality,
      resolve: ({ modality }) => modality as Modality,
      description: 'How exams are held in them.',
    }),
  }),
});

/** A day on which other hours hold. */
export const ScheduleException = builder.prismaObject('ScheduleException', {
  description: 'A day on which the weekly hours do not hold, with those that hold instead.',
  authScopes: { may: 'schedule:read' },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('scheduleException', id), description: 'Its id.' }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: ({ clinicId }) => (clinicId === null ? null : clinicOf(clinicId)),
      description: 'The clinic it is for; none for every clinic. A clinic’s own goes before one for every clinic.',
    }),
    day: t.expose('day', { type: 'Date', description: 'The day.' }),
    timeZone: t.exposeString('timeZone', { description: 'The IANA zone of the hours.' }),
    hours: t.field({
      type: [DayHoursType],
      resolve: ({ hours }) => hours as unknown as DayHours[],
      description: 'The hours that hold; none on a day off.',
    }),
  }),
});

/** Time an examiner has off. */
export const TimeOff = builder.prismaObject('TimeOff', {
  description: 'A stretch in which an examiner is not to be booked, whatever their hours say. Why is nobody’s to know.',
  authScopes: { may: 'schedule:read' },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('timeOff', id), description: 'Its id.' }),
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When it begins.' }),
    endsAt: t.expose('endsAt', { type: 'DateTime', description: 'When it ends.' }),
  }),
});

/** All that is kept of one examiner's time. Its row is a lock; what it shows is read from the examiner's id. */
export const ExaminerSchedule = builder.objectRef<{ readonly id: string }>('ExaminerSchedule').implement({
  description: 'When an examiner can be booked: weekly hours, days on which others hold, and time off. What has passed is left out.',
  authScopes: { may: 'schedule:read' },
  fields: (t) => ({
    examiner: t.field({ type: Practitioner, nullable: true, resolve: ({ id }) => practitionerOf(id), description: 'Whose it is.' }),
    hours: t.field({
      type: [WorkingHoursType],
      resolve: ({ id: examinerId }, _args, ctx) =>
        ctx.db.workingHours.findMany({
          where: { examinerId, OR: [{ validTo: null }, { validTo: { gte: yesterday(ctx.now()) } }] },
          orderBy: [{ validFrom: 'asc' }, { weekday: 'asc' }, { startsAt: 'asc' }, { endsAt: 'asc' }, { id: 'asc' }],
          take: MOST_KEPT,
        }),
      description: 'Weekly hours that hold or will hold.',
    }),
    exceptions: t.field({
      type: [ScheduleException],
      resolve: ({ id: examinerId }, _args, ctx) =>
        ctx.db.scheduleException.findMany({
          where: { examinerId, day: { gte: yesterday(ctx.now()) } },
          orderBy: [{ day: 'asc' }, { id: 'asc' }],
          take: MOST_KEPT,
        }),
      description: 'Days on which others hold.',
    }),
    timeOff: t.field({
      type: [TimeOff],
      resolve: ({ id: examinerId }, _args, ctx) =>
        ctx.db.timeOff.findMany({
          where: { examinerId, endsAt: { gt: ctx.now() } },
          orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
          take: MOST_KEPT,
        }),
      description: 'Stretches in which they are not to be booked.',
    }),
    examsOutside: t.field({
      type: [ExamOutsideType],
      authScopes: { may: 'exam:read' },
      resolve: ({ id }, _args, ctx) => examsOutsideHours(ctx, id),
      description: 'Their booked exams at the caller’s clinics that lie outside all this. None is ever moved by a change of hours.',
    }),
  }),
});

/** Somewhere it is still the day before. */
function yesterday(now: Date): Date {
  return new Date(`${dayText(new Date(now.getTime() - 86_400_000))}T00:00:00Z`);
}

builder.queryField('workingHours', (t) =>
  t.field({
    type: ExaminerSchedule,
    description: 'When an examiner can be booked: one’s own, or that of somebody who examines at a clinic of the caller.',
    authScopes: { may: 'schedule:read' },
    args: { examinerId: t.arg.id({ description: 'The examiner; the caller when left out.' }) },
    resolve: async (_root, { examinerId }, ctx) => {
      const self = ctx.actor.may('schedule:keep') ? tryId('practitioner', ctx.actor.sub) : null;
      const id = examinerId == null ? self : fromId('practitioner', examinerId);
      if (id === null) throw new InvalidInput([{ path: 'examinerId', message: 'must be named by whoever keeps no hours of their own' }]);
      const clinics = [...ctx.actor.places('schedule:read')];
      if (id !== self && (await ctx.db.examinerClinic.count({ where: { examinerId: id, clinicId: { in: clinics } } })) === 0)
        throw new NotFound();
      return { id };
    },
  }),
);
