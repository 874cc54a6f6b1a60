import { toId } from '#kernel/ids.ts';
import type { DirectorWork as DirectorWorkRow } from '#prisma/generated/physicians/client.ts';
import { builder } from '../builder.ts';
import { dayIn } from '../lapse.ts';

/** What a director does. */
export const DirectorTask = builder.enumType('DirectorTask', {
  description: 'What somebody who oversees a clinic did there.',
  values: {
    PROTOCOL_REVIEW: { description: 'Wrote, read or signed protocols.' },
    CHART_REVIEW: { description: 'Reviewed charts.' },
    SUPERVISION: { description: 'Supervised people.' },
    INCIDENT: { description: 'Looked into an incident.' },
    TRAINING: { description: 'Trained people.' },
    ONSITE: { description: 'Was on the premises.' },
    OTHER: { description: 'Anything else that was agreed.' },
  },
});

/** A logged piece of work. It says that, when and how long, and nothing of a patient. */
export const DirectorWork = builder.prismaObject('DirectorWork', {
  description: 'Work done under an engagement, as whoever did it logged it. Never changed once logged. For the two sides.',
  authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('directorWork', id), description: 'The entry’s id.' }),
    doneOn: t.expose('doneOn', { type: 'Date', description: 'The day.' }),
    minutes: t.exposeInt('minutes', { description: 'How long, in minutes.' }),
    task: t.field({ type: DirectorTask, resolve: ({ task }) => task as typeof DirectorTask.$inferType, description: 'What.' }),
    note: t.exposeString('note', { nullable: true, description: 'What else there is to say of it.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was logged.' }),
  }),
});

/** The work of one month. */
export interface WorkMonth {
  /** `2026-12`. */
  readonly month: string;
  readonly entries: readonly DirectorWorkRow[];
}

const minutesOf = (entries: readonly DirectorWorkRow[]): number => entries.reduce((sum, { minutes }) => sum + minutes, 0);

/** Entries by month, the newest month first and its entries in order. */
export function byMonth(entries: readonly DirectorWorkRow[]): WorkMonth[] {
  const months = new Map<string, DirectorWorkRow[]>();
  for (const entry of entries) {
    const month = dayIn(entry.doneOn).slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), entry]);
  }
  return [...months].map(([month, of]) => ({ month, entries: of })).toSorted((a, b) => (a.month < b.month ? 1 : -1));
}

const TaskTime = builder.objectRef<{ readonly task: string; readonly minutes: number }>('DirectorTaskTime').implement({
  description: 'How long one kind of work took in a month.',
  authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
  fields: (t) => ({
    task: t.field({ type: DirectorTask, resolve: ({ task }) => task as typeof DirectorTask.$inferType, description: 'What.' }),
    minutes: t.exposeInt('minutes', { description: 'How long, in minutes.' }),
  }),
});

/** What pay stands on: the month's logged work. */
export const DirectorWorkMonth = builder.objectRef<WorkMonth>('DirectorWorkMonth').implement({
  description: 'The work logged under an engagement in one calendar month.',
  authScopes: { may: ['engagement:arrange', 'engagement:answer'] },
  fields: (t) => ({
    month: t.exposeString('month', { description: 'The month, as in 2026-12.' }),
    minutes: t.int({ resolve: ({ entries }) => minutesOf(entries), description: 'The time of all its entries, in minutes.' }),
    tasks: t.field({
      type: [TaskTime],
      resolve: ({ entries }) =>
        [...new Set(entries.map(({ task }) => task))]
          .sort()
          .map((task) => ({ task, minutes: minutesOf(entries.filter((one) => one.task === task)) })),
      description: 'The same by kind of work, where any was logged.',
    }),
    entries: t.field({
      type: [DirectorWork],
      resolve: ({ entries }) => [...entries],
      description: 'The entries, in the order of their days.',
    }),
  }),
});
