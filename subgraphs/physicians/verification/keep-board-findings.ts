import { audit } from '#kernel/audit.ts';
import type { Tx } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import { isSanction, severityOf, standingOn } from '../license/license-standing.ts';
import { inRecordedOrder } from '../license/standing.ts';
import { issuesOf, type StandingReport } from '../license/standing-report.ts';
import { type LockedLicense, writeStanding } from '../license/write-standing.ts';
import { clinicsOf } from './clinics-of.ts';
import type { Found, Verifier } from './run-verification.ts';

/**
 * Keeps what a board says of licences. Anything stricter holds at once. A list never takes a sanction back: somebody has to read the
 * order that did, so a licence that is sanctioned on record and active in the list is a mismatch.
 */
export async function keepBoardFindings(tx: Tx, service: Verifier, told: readonly Found[], asOf: Date): Promise<Found[]> {
  const ids = told.flatMap(({ licenseId }) => licenseId ?? []);
  await tx.$queryRawUnsafe('select 1 from license where id = any($1::uuid[]) order by id for update', ids);
  const rows = await tx.license.findMany({ where: { id: { in: ids } }, include: { standings: inRecordedOrder } });
  const licenses = new Map(rows.map((row) => [row.id, row]));
  const found: Found[] = [];
  const confirmed: string[] = [];
  for (const finding of told) {
    const license = licenses.get(finding.licenseId ?? '');
    const kept = license === undefined ? finding : await keep(tx, service, license, finding, asOf);
    found.push(kept);
    if (license !== undefined && kept.status !== undefined && kept.result !== 'MISMATCH') confirmed.push(license.id);
  }
  await tx.license.updateMany({
    where: { id: { in: confirmed }, OR: [{ verifiedAt: null }, { verifiedAt: { lt: asOf } }] },
    data: { verifiedAt: asOf },
  });
  return found;
}

async function keep(tx: Tx, service: Verifier, license: LockedLicense, finding: Found, asOf: Date): Promise<Found> {
  if (finding.status === undefined) return finding;
  const now = service.now();
  const recorded = standingOn(license.standings, dayIn(now), now)?.status ?? license.status;
  const known = severityOf(recorded) > severityOf(license.status) ? recorded : license.status;
  if (finding.status === known && recorded === known) return finding;
  const report: StandingReport = {
    ...{ status: finding.status, effectiveFrom: firstDayOf(finding, license, dayIn(now)), effectiveTo: null },
    ...{ source: 'STATE_BOARD', reference: finding.reference ?? null },
  };
  const lifts = finding.status === 'ACTIVE' && isSanction(known);
  if (lifts || issuesOf(report, license, now).length > 0) {
    return {
      ...finding,
      result: 'MISMATCH',
      note: `The board’s list says ${finding.status}, on record is ${known}: somebody has to read the order.`,
    };
  }
  const standing = await writeStanding(tx, service, license, report, {
    note: finding.note ?? null,
    verifiedAt: laterOf(license.verifiedAt, asOf),
  });
  for (const tenantId of await clinicsOf(tx, license.practitionerId)) {
    await audit(tx, service, {
      ...{ action: 'license.standing-recorded', tenantId, subjectKind: 'license', subjectId: license.id },
      detail: {
        standingId: standing.id,
        was: license.status,
        status: report.status,
        effectiveFrom: report.effectiveFrom,
        source: report.source,
      },
    });
  }
  return finding;
}

/** The day the board names, within what can be true: not before the licence was given, and what it says now holds now. */
function firstDayOf({ since }: Found, { issuedOn }: LockedLicense, today: string): string {
  const said = since == null || since > today ? today : since;
  return said < dayIn(issuedOn) ? dayIn(issuedOn) : said;
}

function laterOf(one: Date | null, other: Date): Date {
  return one !== null && one > other ? one : other;
}
