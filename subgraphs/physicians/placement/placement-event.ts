/** What happened to a request for a placement: a row that stays, and an event in the outbox for whoever listens. */

import type { Context as KernelContext, ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { PlacementRequest } from '#prisma/generated/physicians/client.ts';
import { builder, type Tx } from '../builder.ts';

/** Under which the outbox keeps what happens to placements. */
export const PLACEMENT_TOPIC = 'placement';

/** What can happen to a request. */
export const PlacementEventKind = builder.enumType('PlacementEventKind', {
  description: 'What can happen to a request for a placement.',
  values: {
    REQUESTED: { description: 'The clinic asked.' },
    MATCHED: { description: 'Candidates fit, or another number of them.' },
    PARKED: { description: 'Nobody fits for now.' },
    OFFERED: { description: 'It was offered to somebody.' },
    DECLINED: { description: 'Somebody declined.' },
    ACCEPTED: { description: 'Somebody accepted: it is filled.' },
    WITHDRAWN: { description: 'The clinic no longer asks.' },
    ESCALATED: { description: 'So much of the promised time was over.' },
    LATE: { description: 'The promised time was over.' },
  },
});

/** Something that happened. */
export const PlacementEvent = builder.prismaObject('PlacementEvent', {
  description: 'Something that happened to a request for a placement.',
  authScopes: { may: 'placement:watch' },
  fields: (t) => ({
    kind: t.field({
      type: PlacementEventKind,
      resolve: ({ kind }) => kind as typeof PlacementEventKind.$inferType,
      description: 'What happened.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    mark: t.exposeInt('mark', {
      nullable: true,
      description: 'How much of the promised time was over, in percent: of ESCALATED and LATE.',
    }),
    matched: t.exposeInt('matched', { nullable: true, description: 'How many candidates fitted: of MATCHED and PARKED.' }),
  }),
});

type Recorder = Pick<KernelContext<Tx> | ServiceContext<Tx>, 'now' | 'newId' | 'handOff'>;

/** Writes what happened, in the transaction in which it does. Answers false for a mark that was written before: then nothing is told. */
export async function recordPlacementEvent(
  tx: Tx,
  ctx: Recorder,
  { id: requestId, clinicId }: Pick<PlacementRequest, 'id' | 'clinicId'>,
  event: {
    readonly kind: typeof PlacementEventKind.$inferType;
    readonly mark?: number;
    readonly matched?: number;
    readonly offerId?: string;
  },
): Promise<boolean> {
  const id = ctx.newId();
  const { kind, mark, matched } = event;
  // Without reading it back: whoever answers an offer sees no event of its request.
  const { count } = await tx.placementEvent.createMany({
    data: [{ id, requestId, clinicId, at: ctx.now(), ...event }],
    skipDuplicates: mark !== undefined,
  });
  if (count === 0) return false;
  const told = { ...(mark === undefined ? {} : { mark }), ...(matched === undefined ? {} : { matched }) };
  await ctx.handOff(tx, {
    ...{ topic: PLACEMENT_TOPIC, key: id, seq: 1, attempt: 1 },
    payload: { requestId: toId('placementRequest', requestId), clinicId: toId('clinic', clinicId), kind, ...told },
  });
  return true;
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverPlacementEvent: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, PLACEMENT_TOPIC, key);
    return null;
  };
