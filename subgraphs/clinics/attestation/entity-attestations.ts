import type { Attestation as AttestationRow } from '#prisma/generated/clinics/client.ts';
import { tryId } from '#kernel/ids.ts';
import { type Attestation as Fact, isLive, liveAttestation } from '#rules/attestation.ts';
import { library } from '#rules/packs.ts';
import { isSuspended } from '#rules/reading.ts';
import type { RuleSet } from '#rules/rule-set.ts';
import type { Ctx } from '../builder.ts';
import { attestationFact } from './attestation-fact.ts';

const read = new WeakMap<Ctx, Promise<readonly AttestationRow[]>>();

/** Every attestation of the entities whose attestations the caller may read, once a request. */
export function readableAttestations(ctx: Ctx): Promise<readonly AttestationRow[]> {
  const before = read.get(ctx);
  if (before !== undefined) return before;
  const where = { entityId: { in: [...ctx.actor.places('attestation:read')] } };
  const rows = ctx.db.attestation.findMany({ where, orderBy: [{ attestedAt: 'desc' }, { id: 'desc' }] });
  read.set(ctx, rows);
  return rows;
}

/** Those of one entity, by its public id; null where the caller may not read them. */
export async function attestationsOf(ctx: Ctx, entityId: string): Promise<readonly AttestationRow[] | null> {
  const id = tryId('entity', entityId);
  if (id === null || !ctx.actor.places('attestation:read').includes(id)) return null;
  return (await readableAttestations(ctx)).filter((row) => row.entityId === id);
}

const facts = new WeakMap<AttestationRow, Fact>();

// The same rows are asked for rule after rule.
function factOf(row: AttestationRow): Fact {
  const fact = facts.get(row) ?? attestationFact(row);
  facts.set(row, fact);
  return fact;
}

/** The one that stands for a rule on a day or at a moment, suspended or not. */
export function standingFor(
  rows: readonly AttestationRow[],
  rule: { id: string; jurisdiction: string },
  on: string,
): AttestationRow | null {
  const about = rows.filter((row) => row.ruleId === rule.id);
  const live = liveAttestation(about.map(factOf), rule.jurisdiction, rule.id, on);
  return about.find((row) => factOf(row) === live) ?? null;
}

/** Whether it was given, has not expired and was not taken back. */
export function stands(row: AttestationRow, now: Date): boolean {
  return isLive(factOf(row), now.toISOString());
}

/** Whether its rule is no longer the one that was attested, by the release that decides now or by another. */
export function suspended(row: AttestationRow, now: Date, rules: RuleSet = library.on(now.toISOString())): boolean {
  const asking = { rules, on: now.toISOString() };
  return isSuspended(asking, factOf(row));
}
