import type { createBuilder } from './builder.ts';
import { question } from './context.ts';
import type { RawTx } from './db.ts';
import { Forbidden } from './errors.ts';
import type { Delivery } from './subgraph.ts';

/** Each subgraph that keeps a copy of the tenancy is told under a name of its own. */
export type TenancyHandOffName = 'authorityTenancyHandOff' | 'clinicalTenancyHandOff' | 'supplyTenancyHandOff';

type Builder<P extends object, Tx extends RawTx> = ReturnType<typeof createBuilder<P, Tx>>;

/** Lets the tenancy's owner say that it has changed: the copy is then fetched at once and not at its next turn. */
export function addTenancyHandOff<P extends object, Tx extends RawTx>(builder: Builder<P, Tx>, name: TenancyHandOffName): void {
  builder.mutationField(name, (t) =>
    t.field({
      type: 'Boolean',
      description: 'For the clinics subgraph alone: who belongs where has changed. Answers when the copy here is the new one.',
      authScopes: { may: 'hand-off:receive' },
      resolve: async (_root, _args, ctx) => {
        if (ctx.actor.service !== 'clinics') throw new Forbidden();
        await ctx.refreshTenancy();
        return true;
      },
    }),
  );
}

const told = {
  authorityTenancyHandOff: question<Record<string, true>, Record<string, never>>(
    'service',
    'mutation TellAuthority { authorityTenancyHandOff }',
  ),
  clinicalTenancyHandOff: question<Record<string, true>, Record<string, never>>(
    'service',
    'mutation TellClinical { clinicalTenancyHandOff }',
  ),
  supplyTenancyHandOff: question<Record<string, true>, Record<string, never>>('service', 'mutation TellSupply { supplyTenancyHandOff }'),
} as const satisfies Record<TenancyHandOffName, unknown>;

/** The topics under which the owner's outbox keeps them: one a receiver, so that one that is down holds up no other. */
export const tenancyTopics = Object.keys(told) as readonly TenancyHandOffName[];

/** How each is delivered. No answer is not delivered: it is tried again. */
export const tenancyDeliveries: Readonly<Record<TenancyHandOffName, Delivery<RawTx>>> = {
  authorityTenancyHandOff: deliveryOf('authorityTenancyHandOff'),
  clinicalTenancyHandOff: deliveryOf('clinicalTenancyHandOff'),
  supplyTenancyHandOff: deliveryOf('supplyTenancyHandOff'),
};

function deliveryOf(name: TenancyHandOffName): Delivery<RawTx> {
  return async (service) => {
    const answer = await service.graph.ask(told[name], {});
    if (answer === null) throw new Error(`${name} was not answered.`);
    return async () => null;
  };
}
