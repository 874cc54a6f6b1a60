import { NotFound, Unavailable } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Patient } from '../patient/patient.ts';
import { momentsOfDay } from '../schedule/wall-time.ts';
import { askGateFacts } from './gate-facts.ts';
import { examVisibleTo } from './visible-to.ts';

builder.queryField('exams', (t) =>
  t.prismaConnection({
    type: 'GoodFaithExam',
    cursor: 'id',
    description:
      'A clinic’s exams of one day, by its own clock: those booked for it, and walk-ins asked for on it. Earliest first, walk-ins last.',
    authScopes: { may: 'exam:read' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      day: t.arg({ type: 'Date', required: true, description: 'The day.' }),
    },
    resolve: async (query, _root, { clinicId, day }, ctx) => {
      const clinic = fromId('clinic', clinicId);
      if (!ctx.actor.places('exam:read').includes(clinic)) throw new NotFound();
      const zone = (await askGateFacts(ctx, [], [clinic])).clinics.get(clinic)?.timeZone;
      if (zone === undefined) throw new Unavailable();
      const { from, to } = momentsOfDay(day, zone);
      const within = { gte: from, lt: to };
      return ctx.db.goodFaithExam.findMany({
        ...query,
        where: { clinicId: clinic, OR: [{ startsAt: within }, { startsAt: null, requestedAt: within }] },
        orderBy: [{ startsAt: { sort: 'asc', nulls: 'last' } }, { requestedAt: 'asc' }, { id: 'asc' }],
      });
    },
  }),
);

builder.objectField(Patient, 'exams', (t) =>
  t.prismaConnection({
    type: 'GoodFaithExam',
    cursor: 'id',
    description: 'The patient’s exams, newest first.',
    authScopes: { may: 'exam:read' },
    resolve: (query, patient, _args, ctx) =>
      ctx.db.goodFaithExam.findMany({ ...query, where: { patientId: patient.id, ...examVisibleTo(ctx) }, orderBy: { id: 'desc' } }),
  }),
);
