import { lastDaySaid, refuseStretch } from '#kernel/figure-stretch.ts';
import { tryId } from '#kernel/ids.ts';
import { selects } from '#kernel/selection.ts';
import { builder } from '../builder.ts';
import { Clinic } from '../references.ts';
import { figuresOf } from './figures.ts';
import type { Figures } from './whole-months.ts';

const ClinicMetrics = builder.objectRef<Figures>('ClinicMetrics').implement({
  description: 'Figures of one clinic. Empty is suppressed: fewer than eleven, or no whole month in the range.',
  directives: { shareable: {} },
  fields: (t) => ({
    examsRequested: t.exposeInt('examsRequested', {
      nullable: true,
      description: 'Exams booked or asked for here. One held elsewhere is in none of the three figures of exams.',
    }),
    examsCompleted: t.exposeInt('examsCompleted', { nullable: true, description: 'Exams that were decided.' }),
    medianMinutesToExam: t.exposeFloat('medianMinutesToExam', {
      nullable: true,
      description: 'Median minutes from request to beginning; for one month at a time.',
    }),
    ordersSigned: t.exposeInt('ordersSigned', { nullable: true, description: 'Orders that were signed.' }),
    ordersWithoutExam: t.exposeInt('ordersWithoutExam', {
      nullable: true,
      description: 'Signed orders without a valid good-faith exam: zero, always, and shown always.',
    }),
  }),
});

builder.objectField(Clinic, 'metrics', (t) =>
  t.field({
    type: ClinicMetrics,
    nullable: true,
    directives: { shareable: {} },
    authScopes: { may: ['metrics:read', 'metrics:exact'] },
    description: 'Figures over the whole months between two days, by UTC. The clinic’s own people see exact ones, over any days.',
    args: {
      from: t.arg({ type: 'Date', required: true, description: 'First day.' }),
      to: t.arg({ type: 'Date', required: true, description: lastDaySaid }),
    },
    resolve: (clinic, { from, to }, ctx, info) => {
      refuseStretch({ from, to });
      const id = tryId('clinic', clinic.id);
      const seen = [...ctx.actor.places('metrics:read'), ...ctx.actor.places('metrics:exact')];
      return id !== null && seen.includes(id) ? figuresOf(ctx, id, { from, to, withMedians: selects(info, 'medianMinutesToExam') }) : null;
    },
  }),
);
