/** What of a facility runs out: licences and papers, the first to end first. */

import type { FacilityEvidence, PharmacyLicense } from '#prisma/generated/pharmacies/client.ts';
import { toId } from '#kernel/ids.ts';
import { addDays } from '#rules/dates.ts';
import { facilityDuties } from '#rules/facility-duties.ts';
import type { Tx } from '../builder.ts';
import { dayOf, storedDay } from '../calendar-day.ts';

/** A licence or paper that ends. */
export interface ExpiringPaper {
  readonly pharmacyId: string;
  readonly recordId: string;
  readonly publicId: string;
  /** LICENSE or EVIDENCE. */
  readonly what: 'LICENSE' | 'EVIDENCE';
  /** The kind of licence with its state, or of paper. */
  readonly kind: string;
  readonly endsOn: string;
  /** What stops when it ends: ALL, STERILE and so on, or SHIPPING into the state; empty for nothing. */
  readonly stops: readonly string[];
}

/** Everything of these facilities that ends by a day and was not renewed by another paper of the kind. What ended more than a year ago is left out. */
export async function expiringPapers(tx: Tx, pharmacyIds: readonly string[] | 'all', today: string, by: string): Promise<ExpiringPaper[]> {
  const whose = pharmacyIds === 'all' ? {} : { pharmacyId: { in: [...pharmacyIds] } };
  const ends = { gte: storedDay(addDays(today, -365)), lte: storedDay(by) };
  const [licenses, evidence, lasting] = [
    await tx.pharmacyLicense.findMany({ where: { ...whose, expiresOn: ends }, orderBy: { id: 'asc' } }),
    await tx.facilityEvidence.findMany({
      where: { ...whose, withdrawnAt: null, expiresOn: ends },
      include: { pharmacy: { select: { facilityClass: true } } },
      orderBy: { id: 'asc' },
    }),
    await tx.facilityEvidence.findMany({
      where: { ...whose, withdrawnAt: null },
      select: { pharmacyId: true, kind: true, expiresOn: true },
    }),
  ];
  const renewed = ({ pharmacyId, kind, expiresOn }: Pick<FacilityEvidence, 'pharmacyId' | 'kind' | 'expiresOn'>) =>
    lasting.some((other) => other.pharmacyId === pharmacyId && other.kind === kind && other.expiresOn > expiresOn);
  return [
    ...licenses.map((license) => ofLicense(license)),
    ...evidence.filter((paper) => !renewed(paper)).map((paper) => ofEvidence(paper, paper.pharmacy.facilityClass)),
  ].toSorted((one, other) => (one.endsOn === other.endsOn ? (one.recordId < other.recordId ? -1 : 1) : one.endsOn < other.endsOn ? -1 : 1));
}

function ofLicense({ id, pharmacyId, kind, state, expiresOn }: PharmacyLicense): ExpiringPaper {
  return {
    ...{
      pharmacyId,
      recordId: id,
      publicId: toId('pharmacyLicense', id),
      what: 'LICENSE',
      kind: `${kind} ${state}`,
      endsOn: dayOf(expiresOn),
    },
    stops: [`${kind === 'STERILE' ? 'STERILE ' : ''}SHIPPING ${state}`],
  };
}

function ofEvidence({ id, pharmacyId, kind, expiresOn }: FacilityEvidence, facilityClass: string): ExpiringPaper {
  return {
    ...{ pharmacyId, recordId: id, publicId: toId('facilityEvidence', id), what: 'EVIDENCE', kind, endsOn: dayOf(expiresOn) },
    stops: facilityDuties.filter((duty) => duty.kind === kind && duty.of === facilityClass).map(({ covers }) => covers),
  };
}
