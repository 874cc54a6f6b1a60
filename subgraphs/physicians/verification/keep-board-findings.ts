import { audit } from '#kernel/audit.ts';
import { addDays } from '#rules/dates.ts';
import type { Tx } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import { type BoardStatus, isSanction, severityOf, standingOn } from '../license/license-standing.ts';
import { inRecordedOrder } from '../license/standing.ts';
import { issuesOf, type StandingReport, takesBack } from '../license/standing-report.ts';
import { type LockedLicense, writeStanding } from '../license/write-standing.ts';
import { clinicsOf } from './clinics-of.ts';
import type { Found, Verifier } from './run-verification.ts';

/**
 * Keeps what a board says of licences. Anything stricter holds at once. A list never takes a sanction back, nor makes it milder, whatever
 * reference it names: somebody has to read the order that did, so such a row is a mismatch.
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
    if (license !== undefined && ['CONFIRMED', 'DISCIPLINE'].includes(kept.result)) confirmed.push(license.id);
  }
  await tx.license.updateMany({
    where: { id: { in: confirmed }, OR: [{ verifiedAt: null }, { verifiedAt: { lt: asOf } }] },
    data: { verifiedAt: asOf },
  });
  return found;
}

async function keep(tx: Tx, service: Verifier, license: LockedLicense, finding: Found, asOf: Date): Promise<Found> {
  const { status } = finding;
  if (status === undefined) return finding;
  const now = service.now();
  const recorded = standingOn(license.standings, dayIn(now), now)?.status ?? license.status;
  const known = severityOf(recorded) > severityOf(license.status) ? recorded : license.status;
  if (status === known && recorded === known) {
    const ahead = finding.result === 'CONFIRMED' ? renewedAhead(license, finding, now) : null;
    if (ahead !== null) await writeStanding(tx, service, license, ahead, { note: null, verifiedAt: null });
    return finding;
  }
  if (status === 'UNVERIFIED' && (severityOf(known) > severityOf(status) || wasAnswered(license, finding, service))) return finding;
  const report = isSanction(known) && severityOf(known) > severityOf(status) ? null : reportOf({ ...finding, status }, license, now);
  if (report === null || issuesOf(report, license, now).length > 0) {
    return {
      ...finding,
      result: 'MISMATCH',
      note: `The board’s list says ${status}, on record is ${known}: somebody has to read the order.`,
    };
  }
  const standing = await writeStanding(tx, service, license, report, {
    note: finding.note ?? null,
    verifiedAt: status === 'UNVERIFIED' ? null : laterOf(license.verifiedAt, asOf),
  });
  for (const tenantId of await clinicsOf(tx, license.practitionerId, now)) {
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

/**
 * A term that was recorded ahead and that nobody has confirmed yet: a list that confirms a licence has its last day as on record, so it
 * knows of that term. Null when there is none, or when the board has acted on some of its days.
 */
function renewedAhead(license: LockedLicense, { reference }: Found, now: Date): StandingReport | null {
  const unconfirmed = license.standings.filter(({ status, effectiveFrom }) => status === 'UNVERIFIED' && dayIn(effectiveFrom) > dayIn(now));
  // A term on some of whose days the board has acted is written in parts, at one moment: all of it is meant.
  const together = unconfirmed.filter(({ recordedAt }) => recordedAt.getTime() === unconfirmed.at(-1)?.recordedAt.getTime());
  const waiting = together.toSorted((one, other) => one.effectiveFrom.getTime() - other.effectiveFrom.getTime())[0];
  if (waiting === undefined || standingOn(license.standings, dayIn(waiting.effectiveFrom), now)?.id !== waiting.id) return null;
  const report: StandingReport = {
    ...{ status: 'ACTIVE', effectiveFrom: dayIn(waiting.effectiveFrom), effectiveTo: null },
    ...{ source: 'STATE_BOARD', reference: reference ?? null },
  };
  return takesBack(report, license, now) || issuesOf(report, license, now).length > 0 ? null : report;
}

/**
 * Whether somebody has asked the board since a list raised the same doubt: then their word stands, as long as it is fresh. Otherwise a
 * changed surname would stop somebody again every day.
 */
function wasAnswered({ standings }: LockedLicense, { note }: Found, { actor }: Verifier): boolean {
  const raised = standings.findLastIndex((each) => each.status === 'UNVERIFIED' && each.recordedBy === actor.sub && each.note === note);
  const since = raised === -1 ? [] : standings.slice(raised + 1);
  return since.some((each) => each.status === 'ACTIVE' && each.recordedBy !== actor.sub);
}

/** What is written of a finding: only the days on which it is no milder than what is on record, today among them. */
function reportOf(finding: Found & { readonly status: BoardStatus }, license: LockedLicense, now: Date): StandingReport {
  const { status } = finding;
  const today = dayIn(now);
  const stricter = license.standings.filter((each) => isSanction(each.status) && severityOf(each.status) > severityOf(status));
  const said = firstDayOf(finding, license, today);
  const covered = stricter.some(
    (each) => dayIn(each.effectiveFrom) < today && (each.effectiveTo === null || dayIn(each.effectiveTo) >= said),
  );
  const ahead = stricter.map((each) => dayIn(each.effectiveFrom)).filter((day) => day > today);
  const next = ahead.toSorted()[0];
  return {
    ...{ status, effectiveFrom: covered ? today : said, effectiveTo: next === undefined ? null : addDays(next, -1) },
    ...{ source: 'STATE_BOARD', reference: finding.reference ?? null },
  };
}

/** The day the board names, within what can be true: not before the licence was given, and what it says now holds now. */
function firstDayOf({ since }: Found, { issuedOn }: LockedLicense, today: string): string {
  const said = since == null || since > today ? today : since;
  return said < dayIn(issuedOn) ? dayIn(issuedOn) : said;
}

function laterOf(one: Date | null, other: Date): Date {
  return one !== null && one > other ? one : other;
}
