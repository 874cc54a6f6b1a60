import { Conflict } from '#kernel/errors.ts';
import type { LicenseStanding, Prisma } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import { covers, standingOn } from './license-standing.ts';
import type { StandingReport } from './standing-report.ts';

/** A licence whose row is locked, with what was recorded of it in the order of recording. */
export type LockedLicense = Prisma.LicenseGetPayload<{ include: { standings: true } }>;

/**
 * Adds a standing, and gives the licence what it is today from now on. `verifiedAt` is of when its board said so; null when the
 * board was not asked.
 */
export async function writeStanding(
  tx: Tx,
  ctx: Pick<Context, 'actor' | 'now' | 'newId'>,
  license: LockedLicense,
  report: StandingReport,
  { note, verifiedAt }: { readonly note: string | null; readonly verifiedAt: Date | null },
): Promise<LicenseStanding> {
  const now = ctx.now();
  const last = license.standings.at(-1);
  // History has one direction: a clock that was set back must not write under what was known.
  if (last && last.recordedAt > now) throw new Conflict('Something was recorded of this licence at a later moment than now.');
  const standing = await tx.licenseStanding.create({
    data: {
      ...{ id: ctx.newId(), licenseId: license.id, practitionerId: license.practitionerId, status: report.status },
      ...{ effectiveFrom: stored(report.effectiveFrom), effectiveTo: report.effectiveTo === null ? null : stored(report.effectiveTo) },
      ...{ recordedAt: now, source: report.source, reference: report.reference, recordedBy: ctx.actor.sub, note },
    },
  });
  const today = dayIn(now);
  if (covers(standing, today)) {
    await tx.license.updateMany({
      where: { id: license.id },
      data: {
        status: standingOn([...license.standings, standing], today, now)?.status ?? report.status,
        ...(verifiedAt === null ? {} : { verifiedAt }),
      },
    });
  }
  return standing;
}

const stored = (day: string): Date => new Date(`${day}T00:00:00Z`);
