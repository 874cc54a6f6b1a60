import { Refusal } from '#kernel/errors.ts';
import { idPrefixes } from '#kernel/ids.ts';
import type { Membership } from '#prisma/generated/clinics/client.ts';
import { graph, type Tx } from '../builder.ts';

/** An entity without an officer has nobody who may appoint the next one, nor has a platform without an operator. */
export class LastComplianceOfficer extends Refusal {
  readonly code = 'LAST_COMPLIANCE_OFFICER';
  constructor(who: string) {
    super(`This is the ${who}: another, without an end, has to have accepted first.`);
  }
}

graph.refusal(
  LastComplianceOfficer,
  'The entity would be left without a compliance officer, or the platform without an operator: name another first.',
);

/**
 * Refuses an end that leaves an entity without an officer who stays. Two who end one another at the same moment stand in line
 * here, since neither would see the other's end.
 */
export async function requireAnotherOfficer(tx: Tx, membership: Membership, now: Date): Promise<void> {
  const isOfficer = membership.role === 'COMPLIANCE_OFFICER' && membership.at.startsWith(`${idPrefixes.entity}_`);
  if (!isOfficer && membership.role !== 'PLATFORM_OPERATOR') return;
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended($1, 0))::text`, `officers of ${membership.at}`);
  const another = await tx.membership.findFirst({
    where: {
      ...{ role: membership.role, placeId: membership.placeId, endsAt: null, startsAt: { lte: now } },
      sub: { not: membership.sub },
    },
  });
  if (another === null) throw new LastComplianceOfficer(isOfficer ? 'entity’s last compliance officer' : 'platform’s last operator');
}
