import { NotFound } from '#kernel/errors.ts';
import type { Events } from '#kernel/events.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Tx, type Ctx } from '../builder.ts';
import { GoodFaithExam, loadExam } from './exam.ts';

const TOPIC = 'exam';

/** Tells those who follow the exam, once the transaction has committed. */
export function examChanged(tx: Tx, ctx: Pick<Ctx, 'notify'>, id: string): Promise<void> {
  return ctx.notify(tx, TOPIC, id);
}

builder.subscriptionField('examUpdated', (t) =>
  t.field({
    type: GoodFaithExam,
    description: 'The exam, each time it has changed.',
    authScopes: { may: 'exam:read' },
    args: { id: t.arg.id({ required: true, description: 'Id of the exam.' }) },
    subscribe: async (_root, { id }, ctx) => {
      const exam = await loadExam(ctx, fromId('exam', id));
      if (exam === null) throw new NotFound();
      return changesOf(ctx.events, exam.id);
    },
    // Read anew for each event, under the rights the follower has then.
    resolve: async (id, _args, ctx) => {
      const exam = await loadExam(ctx, id);
      if (exam === null) throw new NotFound();
      return exam;
    },
  }),
);

/** The notices about one exam. Ending it must not wait for the next notice, so it is not an async generator. */
function changesOf(events: Events, id: string): AsyncIterableIterator<string> {
  const over = new AbortController();
  const notices = events.subscribe(TOPIC, id, over.signal);
  return {
    next: () => notices.next(),
    async return() {
      over.abort();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
