import { audit } from '#kernel/audit.ts';
import { toId } from '#kernel/ids.ts';
import type { Tx } from '../builder.ts';
import { clinicsOf } from './clinics-of.ts';
import { keepBoardFindings } from './keep-board-findings.ts';
import { keepScreenings } from './keep-screenings.ts';
import { lockList } from './list-lock.ts';
import type { Found, Run, Verifier } from './run-verification.ts';
import { exclusionLists, type Finding, ListRefused, type ListedSource } from './source.ts';

/** A person or licence that the source says something else of than at the last look. */
export interface Difference {
  readonly practitionerId: string;
  readonly licenseId: string | null;
  readonly before: string | null;
  readonly after: Finding['result'];
}

/** What was kept of some people. */
export interface Kept {
  readonly found: readonly Found[];
  readonly differences: readonly Difference[];
}

/** From the least to what weighs most, of several findings on one person. */
const weight: readonly Finding['result'][] = ['CONFIRMED', 'NO_ANSWER', 'NOT_FOUND', 'MISMATCH', 'POSSIBLE', 'DISCIPLINE', 'EXCLUDED'];

/** What is told in the trail of every clinic where the person works. */
const hits: readonly Finding['result'][] = ['NOT_FOUND', 'MISMATCH', 'POSSIBLE', 'DISCIPLINE', 'EXCLUDED'];

/** Keeps what a run found of some people: the looks, what follows at once, and what differs from the look before. */
export async function keepFindings(tx: Tx, service: Verifier, list: ListedSource, run: Run, told: readonly Found[]): Promise<Kept> {
  await lockList(tx, list);
  const of = { source: list.source, state: list.state };
  const newest = await tx.verificationRun.findFirst({ where: of, orderBy: [{ at: 'desc' }, { id: 'desc' }] });
  if (newest?.id !== run.id) throw new ListRefused(['Another list of this source was begun meanwhile: that one counts.']);
  const before = await lastResults(tx, list, told);
  const found = await consequences(tx, service, list, run, told);
  await tx.credentialCheck.createMany({ data: found.map((finding) => checkOf(service, list, run, finding)) });
  const differences = differencesIn(found, before);
  await tx.verificationDifference.createMany({
    data: differences.map((difference) => ({ id: service.newId(), runId: run.id, ...difference })),
  });
  await flag(tx, service, list, run, differences);
  return { found, differences };
}

/** What a finding does at once, and what it comes to on the record as it is. */
async function consequences(
  tx: Tx,
  service: Verifier,
  { source }: ListedSource,
  run: Run,
  told: readonly Found[],
): Promise<readonly Found[]> {
  if (source === 'STATE_BOARD') return keepBoardFindings(tx, service, told, run.asOf);
  const exclusions = exclusionLists.find((list) => list === source);
  return exclusions === undefined ? told : keepScreenings(tx, exclusions, told, run);
}

const keyOf = (practitionerId: string, licenseId: string | null) => `${practitionerId} ${licenseId}`;

/** What the source said of these people at the look before. */
async function lastResults(tx: Tx, { source, state }: ListedSource, told: readonly Found[]): Promise<Map<string, string>> {
  const rows = await tx.$queryRawUnsafe<{ practitioner: string; license: string | null; result: string }[]>(
    `select distinct on (c.practitioner_id, c.license_id) c.practitioner_id::text as practitioner, c.license_id::text as license, c.result
     from credential_check c left join license l on l.id = c.license_id
     where c.source = $1 and ($2::text is null or l.state = $2) and c.practitioner_id = any ($3::uuid[])
     order by c.practitioner_id, c.license_id, c.at desc, c.id desc`,
    source,
    state,
    [...new Set(told.map(({ practitionerId }) => practitionerId))],
  );
  return new Map(rows.map(({ practitioner, license, result }) => [keyOf(practitioner, license), result]));
}

function checkOf(service: Verifier, { source }: ListedSource, { id: runId, asOf: at }: Run, finding: Found) {
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

/** Tells each clinic where somebody works of a new hit on them. */
async function flag(tx: Tx, service: Verifier, { source }: ListedSource, run: Run, differences: readonly Difference[]): Promise<void> {
  for (const { practitionerId, licenseId, before, after } of differences.filter((difference) => hits.includes(difference.after))) {
    for (const tenantId of await clinicsOf(tx, practitionerId, service.now())) {
      await audit(tx, service, {
        ...{ action: 'credential.flagged', tenantId, subjectKind: 'practitioner', subjectId: practitionerId },
        detail: { source, before, after, run: toId('verificationRun', run.id), license: licenseId && toId('license', licenseId) },
      });
    }
  }
}
