/** The clock of placements: each minute it looks who fits, and tells how much of a promised time is over. Running twice does nothing twice. */

import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import type { PlacementRequest } from '#prisma/generated/physicians/client.ts';
import type { Tx } from '../builder.ts';
import { readCandidates } from './candidate-facts.ts';
import { clinicsOfCandidates, judgeCandidates } from './candidates.ts';
import { heldRequest } from './held-request.ts';
import { isPastAccepting } from './offers-hold.ts';
import { recordPlacementEvent } from './placement-event.ts';

/** Percentages of a promised time at which somebody is told. */
export const marks = [50, 75, 100] as const;

/** The mark a request stands at: the last one it has reached. Those that were passed while nobody looked are made up for by that one. */
export function markAt({ requestedAt, promisedBy }: Pick<PlacementRequest, 'requestedAt' | 'promisedBy'>, now: Date): number | null {
  const over = (100 * (now.getTime() - requestedAt.getTime())) / (promisedBy.getTime() - requestedAt.getTime());
  return marks.findLast((mark) => over >= mark) ?? null;
}

/** Goes through every open request, the one that was promised first before all others. */
export async function watchPlacements(service: ServiceContext<Tx>): Promise<void> {
  const open = await service.write((tx) =>
    tx.placementRequest.findMany({ where: { status: 'OPEN' }, orderBy: [{ promisedBy: 'asc' }, { id: 'asc' }] }),
  );
  for (const request of open) {
    const matched = await matchedNow(service, request);
    await service.write((tx) => tell(tx, service, request, matched));
  }
}

/** How many fit; null when nobody tells of the clinic, which is not the same as nobody fitting. When it is too late to accept, nobody does. */
async function matchedNow(service: ServiceContext<Tx>, request: PlacementRequest): Promise<number | null> {
  if (isPastAccepting(request, service.now())) return 0;
  const told = await service.write((tx) => readCandidates(tx, request, service.now()));
  const clinics = await clinicsOfCandidates(service, request, told);
  if (!clinics.has(request.clinicId)) return null;
  return judgeCandidates(request, told, clinics, service.now()).filter(({ isIn }) => isIn).length;
}

async function tell(tx: Tx, service: ServiceContext<Tx>, { id }: PlacementRequest, matched: number | null): Promise<void> {
  const request = await heldRequest(tx, id);
  if (request === null || request.status !== 'OPEN') return;
  if (matched !== null) {
    const kind = matched > 0 ? 'MATCHED' : 'PARKED';
    const last = await tx.placementEvent.findFirst({
      where: { requestId: id, kind: { in: ['MATCHED', 'PARKED'] } },
      orderBy: { number: 'desc' },
    });
    if (last?.kind !== kind || last.matched !== matched) await recordPlacementEvent(tx, service, request, { kind, matched });
  }
  const mark = markAt(request, service.now());
  if (mark === null) return;
  const isLate = service.now() > request.promisedBy;
  for (const kind of isLate ? (['ESCALATED', 'LATE'] as const) : (['ESCALATED'] as const)) {
    if (!(await recordPlacementEvent(tx, service, request, { kind, mark }))) continue;
    await audit(tx, service, {
      ...{ action: isLate && kind === 'LATE' ? 'placement.was-late' : 'placement.escalated', tenantId: request.clinicId },
      ...{ subjectKind: 'placementRequest', subjectId: id, detail: { mark } },
    });
  }
}
