import { question } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Attestation } from '#rules/attestation.ts';
import type { AttestedFacts, Fact } from '#rules/facts.ts';
import type { Context } from '../builder.ts';

interface ClinicAnswer {
  readonly id: string;
  readonly entityName: string;
  readonly address: { readonly state: string };
  readonly attestations: readonly Attestation[];
}

/** Where a clinic is and what its entity has attested. No patient is in it, so it is read by the service's right. */
export const attestedQuestion = question<{ clinicFacts: readonly ClinicAnswer[] }, { ids: readonly string[] }>(
  'service',
  `query AttestedAtClinic($ids: [ID!]!) { clinicFacts(ids: $ids) {
    id entityName address { state }
    attestations { ruleId jurisdiction value note attestedBy attestedAt expiresOn revokedAt packVersion }
  } }`,
);

/** A clinic as a gate is told of it. What could not be read is unknown, and unknown blocks. */
export interface ClinicTold extends AttestedFacts {
  readonly state: Fact<string>;
}

/** Asks for one clinic by its stored id. Never inside a write. */
export async function askClinic(ctx: Context, clinicId: string): Promise<ClinicTold> {
  const id = toId('clinic', clinicId);
  const told = (await ctx.graph.ask(attestedQuestion, { ids: [id] }))?.clinicFacts.find((clinic) => clinic.id === id);
  return { state: told?.address.state ?? null, attestations: told?.attestations ?? null, entityName: told?.entityName ?? null };
}
