import type { KeyObject } from 'node:crypto';
import { actorFromAsk } from './actor.ts';
import type { ServiceContext } from './context.ts';
import { type Client, type RawTx, settingsOf, withActor } from './db.ts';
import { notify } from './events.ts';
import { createGraph } from './graph.ts';
import { newUuid } from './ids.ts';
import type { Pool } from 'pg';
import { emit, markDelivered, releaseHandOff, takeHandOff } from './outbox.ts';
import type { SubgraphDefinition, SubgraphOptions } from './subgraph.ts';

interface Parts<Tx extends RawTx> {
  readonly definition: SubgraphDefinition<Tx>;
  readonly options: SubgraphOptions;
  readonly client: Client<Tx>;
  readonly askKey: KeyObject;
  deliver(id: string): Promise<void>;
}

/** Makes contexts in which the subgraph acts by its own right: for deliveries and jobs. `why` marks them in logs and audit rows. */
export function createServiceContext<Tx extends RawTx>(parts: Parts<Tx>): (why: string) => ServiceContext<Tx> {
  const { definition, options, client } = parts;
  const { name } = definition;
  const actor = actorFromAsk({ service: name, as: 'service', user: null, documentHash: '', expiresAt: Number.MAX_SAFE_INTEGER }, null);
  const now = () => options.clock.now();
  return (why) => {
    const newId = () => newUuid(now());
    const requestId = `${name}-${why}-${newId()}`;
    let writing = false;
    const context: ServiceContext<Tx> = {
      actor,
      requestId,
      log: options.log,
      now,
      newId,
      graph: createGraph({
        service: name,
        key: parts.askKey,
        transport: options.ask,
        requestId,
        log: options.log,
        actor: () => actor,
        isAsk: false,
        isWriting: () => writing,
        beforeAsking: async () => undefined,
      }),
      async write(run) {
        const emitted: string[] = [];
        pending.set(context, emitted);
        writing = true;
        try {
          const result = await withActor(client, settingsOf(actor, now()), run);
          for (const id of emitted) void parts.deliver(id).catch(() => undefined);
          return result;
        } finally {
          writing = false;
          pending.delete(context);
        }
      },
      handOff: async (tx, handOff) => {
        pending.get(context)?.push(await emit(tx, context, handOff));
      },
      notify: async (tx, topic, id) => {
        await tx.$queryRawUnsafe(notify, name, `${topic}:${id}`);
      },
    };
    return context;
  };
}

const pending = new WeakMap<object, string[]>();

/**
 * Delivers a hand-off once: takes it, asks the receiver, applies the answer and marks it in one transaction. What fails is
 * logged and tried again by a job of its own, so a failure is nobody else's.
 */
export function createDeliverer<Tx extends RawTx>(
  definition: SubgraphDefinition<Tx>,
  worker: Pool,
  ownRight: (why: string) => ServiceContext<Tx>,
): (id: string) => Promise<void> {
  return async (id) => {
    const handOff = await takeHandOff(worker, id);
    if (handOff === null) return;
    const service = ownRight(`deliver-${handOff.topic}`);
    try {
      const deliver = definition.deliveries?.[handOff.topic];
      if (deliver === undefined) throw new Error(`No delivery is declared for the topic ${handOff.topic}.`);
      const apply = await deliver(service, handOff);
      await service.write(async (tx) => markDelivered(tx, id, await apply(tx), service.now()));
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown';
      service.log.warn({ code: 'HAND_OFF_NOT_DELIVERED', requestId: service.requestId, handOff: id, error: reason });
      await releaseHandOff(worker, id, reason);
    }
  };
}
