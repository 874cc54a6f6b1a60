import { Refusal } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { builder, graph, type Tx } from '../builder.ts';
import { todayOf } from '../lapse.ts';

/** Whoever would supervise is supervised by the other already, or by themselves. */
export class CircularSupervision extends Refusal {
  readonly code = 'CIRCULAR_SUPERVISION';
  readonly chain: readonly string[];
  constructor(chain: readonly string[]) {
    super('Supervision would come back to where it began: whoever supervises is supervised by the other.');
    this.chain = chain;
  }
}

builder.objectType(CircularSupervision, {
  name: 'CircularSupervision',
  description: 'Supervision would run in a circle: nothing was changed.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    practitionerIds: t.field({
      type: ['ID'],
      resolve: ({ chain }) => chain.map((id) => toId('practitioner', id)),
      description: 'Who supervises whom, each the next, from the one who would be supervised to the one who would supervise.',
    }),
  }),
});

/** Throws when whoever would supervise is supervised by the other, by one agreement or by several in a row. */
export async function refuseCircle(tx: Tx, supervisorId: string, superviseeId: string, now: Date): Promise<void> {
  let chains: readonly (readonly string[])[] = [[superviseeId]];
  const seen = new Set<string>();
  while (chains.length > 0) {
    const closed = chains.find((chain) => chain.at(-1) === supervisorId);
    if (closed !== undefined) throw new CircularSupervision(closed);
    const open = chains.filter((chain) => !seen.has(chain.at(-1) ?? ''));
    for (const chain of open) seen.add(chain.at(-1) ?? '');
    const agreements = await tx.collaborativeAgreement.findMany({
      where: {
        ...{ supervisorId: { in: open.flatMap((chain) => chain.at(-1) ?? []) }, status: { not: 'TERMINATED' } },
        OR: [{ endsOn: null }, { endsOn: { gte: todayOf(now) } }],
      },
      orderBy: { id: 'asc' },
    });
    chains = open.flatMap((chain) =>
      agreements.flatMap((one) => (one.supervisorId === chain.at(-1) ? [[...chain, one.superviseeId]] : [])),
    );
  }
}
