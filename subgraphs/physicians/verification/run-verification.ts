import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { Conflict, Unavailable } from '#kernel/errors.ts';
import type { Tx } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import type { BrokenRow } from '#kernel/csv.ts';
import { type Difference, keepFindings, type Kept } from './keep-findings.ts';
import { lockList } from './list-lock.ts';
import { type Finding, ListRefused, type ListedSource, type SoughtPerson } from './source.ts';

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

/** What a run came to. */
export interface VerificationReport {
  readonly runId: string;
  readonly asOf: Date;
  readonly rows: number;
  /** Rows of the list that could not be read and were left out, each by its line and what is wrong with it. */
  readonly leftOut: readonly BrokenRow[];
  readonly lookedUp: number;
  readonly results: Readonly<Partial<Record<Finding['result'], number>>>;
  readonly differences: readonly Difference[];
  /** People whose findings could not be written, since somebody was at their record: the list has to be read again. */
  readonly unkept: readonly string[];
}

/** One finding with whose it is. */
export interface Found extends Finding {
  readonly practitionerId: string;
}

/** A run that has begun. */
export interface Run {
  readonly id: string;
  readonly asOf: Date;
  /** Whether absence from its list proves anything. */
  readonly whole: boolean;
}

/** What is said about a list by whoever has it read. */
export interface Taken {
  /** Broken or missing rows are put up with; then absence from it proves nothing. */
  readonly partial?: boolean;
  /** That it is all there is, although it has less than half of the rows that one had before. */
  readonly whole?: boolean;
}

/** How many people are kept in one transaction: a big list takes many short ones. */
const BATCH = 100;

/**
 * Looks everybody up in a list and keeps what it says: each look, the difference to the last, and what follows at once. A list with broken
 * rows is refused whole unless `partial`. Whoever's record is being written by somebody else is left out and reported; the others are kept.
 */
export async function runVerification(service: Verifier, dated: DatedList, taken: Taken = {}): Promise<VerificationReport> {
  const { list } = dated;
  if (list.broken.length > 0 && taken.partial !== true)
    throw new ListRefused(list.broken.map(({ line, reason }) => `Line ${line} ${reason}.`));
  if (list.rowCount === list.broken.length) throw new ListRefused(['The list has no row that can be read: nobody would be on it.']);
  const people = await service.write((tx) => peopleFor(tx, list));
  const told = new Map<string, Found[]>();
  // One after another: a source that is asked online is not asked everything at once.
  for (const person of people) {
    told.set(
      person.id,
      (await list.lookUp(person)).map((finding) => ({ ...finding, practitionerId: person.id })),
    );
  }
  const run = await service.write((tx) => begin(tx, service, dated, taken));
  const keep = (some: readonly SoughtPerson[]) => {
    const findings = some.flatMap(({ id }) => told.get(id) ?? []);
    const believed = run.whole ? findings : findings.map((finding) => (finding.basis === undefined ? absent(finding) : finding));
    return service.write((tx) => keepFindings(tx, service, list, run, believed));
  };
  const kept: Kept[] = [];
  const unkept: string[] = [];
  for (let at = 0; at < people.length; at += BATCH) {
    const batch = people.slice(at, at + BATCH);
    const together = await unlessHeldUp(() => keep(batch));
    if (together !== null) kept.push(together);
    for (const person of together === null ? batch : []) {
      const alone = await unlessHeldUp(() => keep([person]));
      if (alone === null) unkept.push(person.id);
      else kept.push(alone);
    }
  }
  const found = kept.flatMap((each) => each.found);
  const differences = kept.flatMap((each) => each.differences);
  const { rowCount: rows, broken: leftOut } = list;
  return { runId: run.id, asOf: run.asOf, rows, leftOut, lookedUp: people.length, results: countOf(found), differences, unkept };
}

/** Null where somebody else is writing the same record, or it took too long. */
async function unlessHeldUp(work: () => Promise<Kept>): Promise<Kept | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Conflict || error instanceof Unavailable) return null;
    throw error;
  }
}

/**
 * Puts the run on record. How many rows a list is expected to have is what the longest had so far: compared with the last alone, a list that was cut
 * off once would be whole from then on.
 */
async function begin(tx: Tx, service: Verifier, { list, digest, asOf: dated }: DatedList, taken: Taken): Promise<Run> {
  await lockList(tx, list);
  const now = service.now();
  const asOf = dated < now ? dated : now;
  const of = { source: list.source, state: list.state };
  const orderBy = [{ at: 'desc' as const }, { id: 'desc' as const }];
  const last = await tx.verificationRun.findFirst({ where: of, orderBy });
  if (last !== null && last.asOf > asOf) throw new ListRefused([`The last list was of ${dayIn(last.asOf)}: this one is older.`]);
  const expecting = await tx.verificationRun.findFirst({ where: { ...of, NOT: { expectedRows: null } }, orderBy });
  const expected = expecting?.expectedRows ?? 0;
  // The registry answers what it was asked: its answers have no length.
  const shrunk = list.source !== 'NPPES' && list.rowCount * 2 < expected && taken.whole !== true;
  if (shrunk && taken.partial !== true)
    throw new ListRefused([`One of these lists had ${expected} rows, this one has ${list.rowCount}: part of it is missing.`]);
  const whole = list.broken.length === 0 && !shrunk;
  const id = service.newId();
  await tx.verificationRun.createMany({
    data: {
      ...{ id, ...of, at: now, asOf, digest, ranBy: service.actor.sub, whole },
      ...{ rowCount: list.rowCount, brokenCount: list.broken.length },
      expectedRows: whole && taken.whole === true ? list.rowCount : Math.max(list.rowCount, expected),
    },
  });
  await audit(tx, service, {
    ...{ action: 'credential.list-read', tenantId: null, subjectKind: 'verificationRun', subjectId: id },
    detail: { ...of, rows: list.rowCount, broken: list.broken.length, whole, takenAs: taken },
  });
  return { id, asOf, whole };
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

function countOf(found: readonly Found[]): Partial<Record<Finding['result'], number>> {
  const counts: Partial<Record<Finding['result'], number>> = {};
  for (const { result } of found) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
}
