import type { Tenancy } from './actor.ts';
import { question, type ServiceContext } from './context.ts';
import type { RawTx } from './db.ts';
import { fromId } from './ids.ts';
import type { Role } from './permissions.ts';
import type { SubgraphDefinition } from './subgraph.ts';

interface TenancyAnswer {
  readonly tenancy: {
    readonly clinics: readonly { readonly clinicId: string; readonly entityId: string; readonly msoId: string | null }[];
    readonly memberships: readonly { readonly sub: string; readonly role: Role; readonly at: string }[];
  } | null;
}

/** Asked by every subgraph but the tenancy's owner. */
export const tenancyQuestion = question<TenancyAnswer, Record<string, never>>(
  'service',
  'query Tenancy { tenancy { clinics { clinicId entityId msoId } memberships { sub role at } } }',
);

/** The tenancy as its owner knows it now. Rejects when the owner does not answer, so that the old copy stays until it is stale. */
export async function fetchTenancy<Tx extends RawTx>(definition: SubgraphDefinition<Tx>, service: ServiceContext<Tx>): Promise<Tenancy> {
  if (definition.readTenancy) return service.write(definition.readTenancy);
  const answer = await service.graph.ask(tenancyQuestion, {});
  if (!answer?.tenancy) throw new Error('The tenancy did not answer.');
  return {
    memberships: answer.tenancy.memberships,
    clinics: answer.tenancy.clinics.map((clinic) => ({
      clinicId: fromId('clinic', clinic.clinicId),
      entityId: fromId('entity', clinic.entityId),
      msoId: clinic.msoId === null ? null : fromId('mso', clinic.msoId),
    })),
  };
}
