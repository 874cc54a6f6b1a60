import { question } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Attestation } from '#rules/attestation.ts';
import type { Context } from '../builder.ts';

/** A clinic and its entity as `clinics` tells. */
export interface ClinicTold {
  readonly id: string;
  readonly entityName: string;
  readonly address: { readonly state: string };
  readonly services: readonly { readonly code: string }[];
  readonly attestations: readonly Attestation[];
}

/** What an engagement must know of its clinic. No patient is in it, so it is read by the service's right. */
export const engagedClinics = question<{ clinicFacts: readonly ClinicTold[] }, { ids: readonly string[] }>(
  'service',
  `query EngagedClinics($ids: [ID!]!) {
    clinicFacts(ids: $ids) {
      id entityName address { state } services { code }
      attestations { ruleId jurisdiction value note attestedBy attestedAt expiresOn revokedAt packVersion }
    }
  }`,
);

/** What is told of clinics by their stored ids; a clinic that is not told of is unknown, and so are all when nobody answers. */
export async function clinicsTold(ctx: Pick<Context, 'graph'>, clinicIds: readonly string[]): Promise<ReadonlyMap<string, ClinicTold>> {
  const ids = [...new Set(clinicIds)];
  if (ids.length === 0) return new Map();
  const answer = await ctx.graph.ask(engagedClinics, { ids: ids.map((id) => toId('clinic', id)) });
  const told = new Map(answer?.clinicFacts.map((clinic) => [clinic.id, clinic]));
  return new Map(
    ids.flatMap((id): [string, ClinicTold][] => {
      const clinic = told.get(toId('clinic', id));
      return clinic === undefined ? [] : [[id, clinic]];
    }),
  );
}
