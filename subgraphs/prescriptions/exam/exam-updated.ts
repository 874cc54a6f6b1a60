import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Tx, type Ctx } from '../builder.ts';
import { queueOfExamChanged } from '../queue/queue-changed.ts';
import { GoodFaithExam, loadExam } from './exam.ts';

const TOPIC = 'exam';

/** Tells those who follow the exam or its clinic's queue, once the transaction has committed. */
export async function examChanged(tx: Tx, ctx: Pick<Ctx, 'notify'>, id: string): Promise<void> {
  await ctx.notify(tx, TOPIC, id);
  await queueOfExamChanged(tx, ctx, id);
}

builder.subscriptionField('examUpdated', (t) =>
  t.field({
    type: GoodFaithExam,
    description: 'The exam as it stands, and again each time it has changed.',
    authScopes: { may: 'exam:read' },
    args: { id: t.arg.id({ required: true, description: 'Id of the exam.' }) },
    subscribe: async (_root, { id }, ctx) => {
      const exam = await loadExam(ctx, fromId('exam', id));
      if (exam === null) throw new NotFound();
      return ctx.events.subscribe(TOPIC, exam.id, ctx.ended);
    },
    // Read anew for each event, under the rights the follower has then.
    resolve: async (id, _args, ctx) => {
      const exam = await loadExam(ctx, id);
      if (exam === null) throw new NotFound();
      return exam;
    },
  }),
);
