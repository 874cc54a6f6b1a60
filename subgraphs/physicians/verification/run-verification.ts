import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Tx } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import { clinicsOf } from './clinics-of.ts';
import { keepBoardFindings } from './keep-board-findings.ts';
import { keepScreenings } from './keep-screenings.ts';
import { exclusionLists, type Finding, ListRefused, type ListedSource, type SoughtPerson } from './source.ts';

/** What looking through a list needs: the subgraph's own right, and a clock. */
export type Verifier = Pick<ServiceContext<Tx>, 'actor' | 'requestId' | 'now' | 'newId' | 'write'>;

/** A list with what makes it this one. */
export interface DatedList {
  readonly list: ListedSource;
  /** SHA-256 of the file, hex. */
  readonly digest: string;
  /** Of when the list is. */
  readonly asOf: Date;
}

/** A person or licence that the source says something else of than at the last look. */
export interface Difference {
  readonly practitionerId: string;
  readonly licenseId: string | null;
  readonly before: string | null;
  readonly after: Finding['result'];
}

/** What a run came to. */
export interface VerificationReport {
  readonly runId: string;
  readonly asOf: Date;
  readonly rows: number;
  readonly lookedUp: number;
  readonly results: Readonly<Partial<Record<Finding['result'], number>>>;
  readonly differences: readonly Difference[];
}

/** One finding with whose it is. */
export interface Found extends Finding {
  readonly practitionerId: string;
}

/** From the least to what weighs most, of several findings on one person. */
const weight: readonly Finding['result'][] = ['CONFIRMED', 'NO_ANSWER', 'NOT_FOUND', 'MISMATCH', 'POSSIBLE', 'DISCIPLINE', 'EXCLUDED'];

const hits: readonly Finding['result'][] = ['POSSIBLE', 'DISCIPLINE', 'EXCLUDED'];

/**
 * Looks everybody up in a list and keeps what it says: each look, the difference to the last, and what follows at once. A list with broken
 * rows is refused whole unless `partial`; then absence from it proves nothing.
 */
export async function runVerification(
  service: Verifier,
  { list, digest, asOf: dated }: DatedList,
  { partial = false } = {},
): Promise<VerificationReport> {
  const now = service.now();
  const asOf = dated < now ? dated : now;
  if (list.broken.length > 0 && !partial) throw new ListRefused(list.broken.map(({ line, reason }) => `Line ${line} ${reason}.`));
  if (list.rowCount === list.broken.length) throw new ListRefused(['The list has no row that can be read: nobody would be on it.']);
  const people = await service.write((tx) => peopleFor(tx, list));
  const told: Found[] = [];
  // One after another: a source that is asked online is not asked everything at once.
  for (const person of people) {
    for (const finding of await list.lookUp(person)) told.push({ ...finding, practitionerId: person.id });
  }
  return service.write(async (tx) => {
    await tx.$queryRawUnsafe('select pg_advisory_xact_lock(hashtext($1))::text', `verification ${list.source} ${list.state}`);
    const of = { source: list.source, state: list.state };
    const last = await tx.verificationRun.findFirst({ where: of, orderBy: [{ at: 'desc' }, { id: 'desc' }] });
    if (last !== null && last.asOf > asOf) throw new ListRefused([`The last list was of ${dayIn(last.asOf)}: this one is older.`]);
    const shrunk = last !== null && list.source !== 'NPPES' && list.rowCount * 2 < last.rowCount;
    if (shrunk && !partial)
      throw new ListRefused([`The last list had ${last.rowCount} rows, this one has ${list.rowCount}: part of it is missing.`]);
    const whole = list.broken.length === 0 && !shrunk;
    const believed = whole ? told : told.map((finding) => (finding.basis === undefined ? absent(finding) : finding));

    const runId = service.newId();
    await tx.verificationRun.createMany({
      data: {
        ...{ id: runId, ...of, at: now, asOf, digest, ranBy: service.actor.sub },
        ...{ rowCount: list.rowCount, brokenCount: list.broken.length },
      },
    });
    const before = await lastResults(tx, list);
    const found =
      list.source === 'STATE_BOARD'
        ? await keepBoardFindings(tx, service, believed, asOf)
        : isExclusionList(list.source)
          ? await keepScreenings(tx, list.source, believed, asOf)
          : believed;
    await tx.credentialCheck.createMany({ data: found.map((finding) => checkOf(service, list, runId, asOf, finding)) });
    const differences = differencesIn(found, before);
    await tx.verificationDifference.createMany({ data: differences.map((difference) => ({ id: service.newId(), runId, ...difference })) });
    await record(tx, service, list, runId, found, differences);
    return { runId, asOf, rows: list.rowCount, lookedUp: people.length, results: countOf(found), differences };
  });
}

function isExclusionList(source: string): source is (typeof exclusionLists)[number] {
  return (exclusionLists as readonly string[]).includes(source);
}

function absent({ practitionerId, licenseId }: Found): Found {
  return { practitionerId, licenseId, result: 'NO_ANSWER', note: 'Not among the rows that could be read.' };
}

/** Whom a source can say something of: a board those it licensed, the others everybody. */
async function peopleFor(tx: Tx, list: ListedSource): Promise<SoughtPerson[]> {
  const rows = await tx.practitioner.findMany({
    where: list.state === null ? {} : { licenses: { some: { state: list.state } } },
    include: { licenses: true, birth: true },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ id, npi, givenName, familyName, birth, licenses }) => ({
    ...{ id, npi, givenName, familyName, bornOn: birth === null ? null : dayIn(birth.bornOn) },
    licenses: licenses.map((license) => ({ ...license, expiresOn: dayIn(license.expiresOn) })),
  }));
}

const keyOf = (practitionerId: string, licenseId: string | null) => `${practitionerId} ${licenseId}`;

/** What the source said of everybody at the look before. */
async function lastResults(tx: Tx, { source, state }: ListedSource): Promise<Map<string, string>> {
  const rows = await tx.$queryRawUnsafe<{ practitioner: string; license: string | null; result: string }[]>(
    `select distinct on (c.practitioner_id, c.license_id) c.practitioner_id::text as practitioner, c.license_id::text as license, c.result
     from credential_check c left join license l on l.id = c.license_id
     where c.source = $1 and ($2::text is null or l.state = $2)
     order by c.practitioner_id, c.license_id, c.at desc, c.id desc`,
    source,
    state,
  );
  return new Map(rows.map(({ practitioner, license, result }) => [keyOf(practitioner, license), result]));
}

function checkOf(service: Verifier, { source }: ListedSource, runId: string, at: Date, finding: Found) {
  const { practitionerId, licenseId, result, note, basis, since, matchKey } = finding;
  return {
    ...{ id: service.newId(), practitionerId, licenseId, source, at, result, runId },
    ...{ note: note ?? null, basis: basis ?? null, matchKey: matchKey ?? null },
    since: since == null ? null : new Date(`${since}T00:00:00Z`),
  };
}

function differencesIn(found: readonly Found[], before: ReadonlyMap<string, string>): Difference[] {
  const after = new Map<string, Found>();
  for (const finding of found) {
    const key = keyOf(finding.practitionerId, finding.licenseId);
    const known = after.get(key);
    if (known === undefined || weight.indexOf(known.result) < weight.indexOf(finding.result)) after.set(key, finding);
  }
  return [...after].flatMap(([key, { practitionerId, licenseId, result }]) => {
    const was = before.get(key) ?? null;
    return was === result ? [] : [{ practitionerId, licenseId, before: was, after: result }];
  });
}

function countOf(found: readonly Found[]): Partial<Record<Finding['result'], number>> {
  const counts: Partial<Record<Finding['result'], number>> = {};
  for (const { result } of found) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
}

/** The run is in the trail, and each new hit in the trail of every clinic where the person works. */
async function record(
  tx: Tx,
  service: Verifier,
  list: ListedSource,
  runId: string,
  found: readonly Found[],
  differences: readonly Difference[],
): Promise<void> {
  const { source, state, rowCount, broken } = list;
  await audit(tx, service, {
    ...{ action: 'credential.list-read', tenantId: null, subjectKind: 'verificationRun', subjectId: runId },
    detail: { source, state, rows: rowCount, broken: broken.length, results: countOf(found), differences: differences.length },
  });
  for (const { practitionerId, licenseId, before, after } of differences.filter((difference) => hits.includes(difference.after))) {
    for (const tenantId of await clinicsOf(tx, practitionerId)) {
      await audit(tx, service, {
        ...{ action: 'credential.flagged', tenantId, subjectKind: 'practitioner', subjectId: practitionerId },
        detail: { source, before, after, run: toId('verificationRun', runId), license: licenseId && toId('license', licenseId) },
      });
    }
  }
}
