/** Tells whoever listens that a signature waits, and that a version is in force from today: each once, however often and at once it runs. */

import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Tx } from '../builder.ts';
import { todayOf } from '../lapse.ts';
import { readSigners } from './read-lapses.ts';

/** Under which the outbox keeps that somebody has yet to sign a version. */
export const SIGNATURE_DUE_TOPIC = 'protocol-signature-due';
/** Under which the outbox keeps that a version came into force. */
export const IN_FORCE_TOPIC = 'protocol-in-force';

/** As many versions as one transaction looks at. */
const AT_ONCE = 100;
/** What came into force longer ago is no news, for instance to an installation that tells of it for the first time. */
const NEWS_DAYS = 30;

interface Due {
  readonly kind: 'SIGNATURE_DUE' | 'IN_FORCE';
  readonly topic: string;
  readonly versionId: string;
  readonly digest: string;
  readonly practitionerId: string | null;
  readonly clinicId: string | null;
  readonly clinicIds: readonly string[];
}

/**
 * Looks through every version that waits for signatures or is in force. What was told is a row, so a run that was missed, killed half-way or
 * made twice changes nothing: the next one tells what is left. That a renewal is due is told with everything else that ends.
 */
export async function tellOfProtocols(service: ServiceContext<Tx>): Promise<void> {
  const living = await service.write((tx) =>
    tx.protocolVersion.findMany({
      where: { status: { in: ['AWAITING_SIGNATURES', 'ACTIVE'] }, expiresOn: { gte: todayOf(service.now()) } },
      select: { id: true },
      orderBy: { id: 'asc' },
    }),
  );
  for (let from = 0; from < living.length; from += AT_ONCE) {
    const ids = living.slice(from, from + AT_ONCE).map(({ id }) => id);
    await service.write(async (tx) => {
      for (const one of await dueAmong(tx, service, ids)) await tellOnce(tx, service, one);
    });
  }
}

async function dueAmong(tx: Tx, service: ServiceContext<Tx>, ids: readonly string[]): Promise<Due[]> {
  const standing = await readSigners(service, tx, ids);
  const versions = await tx.protocolVersion.findMany({
    where: { id: { in: [...ids] } },
    include: { protocol: { include: { clinics: { orderBy: { clinicId: 'asc' } } } } },
  });
  const now = service.now();
  return versions.flatMap((version): Due[] => {
    const how = standing[ids.indexOf(version.id)];
    if (how === undefined) return [];
    const clinicIds = version.protocol.clinics.map(({ clinicId }) => clinicId);
    const isOver = how.supersededOn !== null && how.supersededOn <= now;
    const days = (now.getTime() - version.effectiveFrom.getTime()) / 86_400_000;
    const began = version.status === 'ACTIVE' && days >= 0 && days <= NEWS_DAYS && !isOver;
    const { id: versionId, digest } = version;
    return [
      ...how.due.map(
        ({ practitionerId, clinicId }): Due => ({
          ...{ kind: 'SIGNATURE_DUE', topic: SIGNATURE_DUE_TOPIC, versionId, digest, practitionerId, clinicId, clinicIds: [clinicId] },
        }),
      ),
      ...(began
        ? [
            {
              ...{ kind: 'IN_FORCE' as const, topic: IN_FORCE_TOPIC, versionId, digest, practitionerId: null, clinicId: null },
              clinicIds,
            },
          ]
        : []),
    ];
  });
}

async function tellOnce(tx: Tx, service: ServiceContext<Tx>, { topic, clinicIds, ...told }: Due): Promise<void> {
  const id = service.newId();
  // Of two that run at once the second waits here for the first, and then finds it done.
  const { count } = await tx.protocolNotice.createMany({ data: [{ id, ...told, toldAt: service.now() }], skipDuplicates: true });
  if (count === 0) return;
  const detail = {
    ...{ versionId: toId('protocolVersion', told.versionId), digest: told.digest },
    ...(told.practitionerId === null ? {} : { practitionerId: toId('practitioner', told.practitionerId) }),
    clinicIds: clinicIds.map((clinicId) => toId('clinic', clinicId)),
  };
  await service.handOff(tx, { topic, key: id, seq: 1, attempt: 1, payload: detail });
  const action = told.kind === 'IN_FORCE' ? 'protocol.in-force' : 'protocol.signature-due';
  const [tenantId = null] = clinicIds;
  await audit(tx, service, { action, tenantId, subjectKind: 'protocolVersion', subjectId: told.versionId, detail });
}

const notifying =
  (topic: string): Delivery<Tx> =>
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, topic, key);
    return null;
  };

/** There is no receiver elsewhere that could refuse it: whoever listens to the database is told. */
export const protocolDeliveries: Readonly<Record<string, Delivery<Tx>>> = {
  [SIGNATURE_DUE_TOPIC]: notifying(SIGNATURE_DUE_TOPIC),
  [IN_FORCE_TOPIC]: notifying(IN_FORCE_TOPIC),
};
