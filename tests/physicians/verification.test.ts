import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { runVerification, type Verifier } from '../../subgraphs/physicians/verification/run-verification.ts';
import { verifierOn } from '../../subgraphs/physicians/verification/command.ts';
import { readLeie } from '../../subgraphs/physicians/verification/leie.ts';
import { readNppes } from '../../subgraphs/physicians/verification/nppes.ts';
import { readSam } from '../../subgraphs/physicians/verification/sam.ts';
import type { ListedSource } from '../../subgraphs/physicians/verification/source.ts';
import { readStateBoard } from '../../subgraphs/physicians/verification/state-board.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { board, leie, nppes, sam } from './lists.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
let verifier: Verifier & { stop(): Promise<void> };
let now: Date;
beforeEach(async () => {
  now = new Date(NOW);
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  verifier = verifierOn(graph.appUrl, () => now);
});
afterEach(async () => {
  await verifier?.stop();
  await graph?.stop();
});

const officer = { role: 'COMPLIANCE_OFFICER', at: toId('entity', stored.entity) } as const;
/** One run; the clock goes on after it, as no two runs are of one moment. */
async function run(list: ListedSource, { asOf = now, partial = false } = {}) {
  try {
    return await runVerification(verifier, { list, asOf, digest: createHash('sha256').update('x').digest('hex') }, { partial });
  } finally {
    moveTo(new Date(now.getTime() + 1_000).toISOString());
  }
}
const onLeie = (...rows: Parameters<typeof leie>) => run(readLeie(leie(...rows), now));
const onSam = (...rows: Parameters<typeof sam>) => run(readSam(sam(...rows), now));
const atBoard = (...rows: Parameters<typeof board>) => run(readStateBoard(board(...rows), 'TX'));
const moveTo = (text: string) => {
  now = new Date(text);
  graph.setNow(text);
};

const exclusions = async () => {
  type Told = { practitionersFacts: { exclusion: { status: string; since: string | null } }[] };
  const answer = await graph.service.ask('query ($ids: [ID!]!) { practitionersFacts(ids: $ids) { exclusion { status since } } }', {
    ids: [id.director, id.nurse],
  });
  return (answer.data as Told).practitionersFacts.map(({ exclusion }) =>
    exclusion.since === null ? exclusion.status : `${exclusion.status} ${exclusion.since}`,
  );
};
const statuses = async () => {
  const answer = await graph.service.ask('query ($id: ID!) { practitionerFacts(id: $id) { licenses { state status verifiedAt } } }', {
    id: id.director,
  });
  return (answer.data as { practitionerFacts: { licenses: object[] } }).practitionerFacts.licenses;
};
const delgado = { license_number: 'Q-1234', license_type: 'PHYSICIAN', last_name: 'Delgado', status: 'Active', expires_on: '05/31/2027' };
const okafor = {
  license_number: 'AP555',
  license_type: 'NURSE_PRACTITIONER',
  last_name: 'OKAFOR',
  status: 'CLEAR',
  expires_on: '2027-05-31',
};

test('nobody is known to be free of exclusions before both lists were looked through, and a month later nobody is again', async () => {
  expect(await exclusions()).toEqual(['UNKNOWN', 'UNKNOWN']);
  expect(await onLeie()).toMatchObject({ lookedUp: 3, results: { CONFIRMED: 3 } });
  expect(await exclusions()).toEqual(['UNKNOWN', 'UNKNOWN']);
  await onSam();
  expect(await exclusions()).toEqual(['NONE', 'NONE']);
  moveTo('2027-01-05T10:00:00Z');
  expect(await exclusions()).toEqual(['NONE', 'NONE']);
  moveTo('2027-01-06T10:00:00Z');
  expect(await exclusions()).toEqual(['UNKNOWN', 'UNKNOWN']);
});

test('whoever is on a list by NPI is excluded at once, does not grow old, and is free again when the list says so', async () => {
  await onSam();
  await onLeie();
  const report = await onLeie({ LASTNAME: 'DELGADO', FIRSTNAME: 'R', NPI: '1234567893', EXCLDATE: '20261015' });
  expect(report.differences).toEqual([{ practitionerId: stored.director, licenseId: null, before: 'CONFIRMED', after: 'EXCLUDED' }]);
  expect(await exclusions()).toEqual(['EXCLUDED 2026-10-15', 'NONE']);
  const trail = await graph.owner.auditEvent.findMany({ where: { action: 'credential.flagged' } });
  expect(trail.map(({ tenantId, subjectId, actor, service }) => [tenantId, subjectId, actor, service])).toEqual([
    [stored.austin, stored.director, 'physicians', 'physicians'],
    [stored.miami, stored.director, 'physicians', 'physicians'],
  ]);
  moveTo('2027-06-01T10:00:00Z');
  expect(await exclusions()).toEqual(['EXCLUDED 2026-10-15', 'UNKNOWN']);
  await onSam();
  expect((await onLeie({ NPI: '1234567893', REINDATE: '20270101' })).differences).toEqual([
    { practitionerId: stored.director, licenseId: null, before: 'EXCLUDED', after: 'CONFIRMED' },
  ]);
  expect(await exclusions()).toEqual(['NONE', 'NONE']);
});

const clear = `mutation ($input: ClearPossibleMatchInput!) { clearPossibleMatch(input: $input) {
  __typename
  ... on CredentialCheck { result clearance { reason clearedBy at } }
  ... on Refusal { code }
} }`;
const matches = '{ possibleMatches { nodes { id source result basis since practitioner { id } } } }';
const namesake = { LASTNAME: 'OKAFÓR', FIRSTNAME: 'IDA MAE', DOB: '19710313', STATE: 'OH', EXCLDATE: '20200101' };
type Matches = { possibleMatches: { nodes: Record<string, unknown>[] } };
const nodes = async () => ((await graph.as(officer).ask(matches)).data as Matches).possibleMatches.nodes;
const reason = 'Another middle name, another photograph, another address since 1998.';
const answerOf = (answer: { data?: Record<string, unknown> | null }) => answer.data?.['clearPossibleMatch'];

test('a namesake of the same birthday blocks until somebody has told the two apart, and is not asked about again', async () => {
  await onSam();
  await graph.owner.practitionerBirth.create({ data: { practitionerId: stored.nurse, bornOn: new Date('1971-03-13T00:00:00Z') } });
  await graph.join(id.nurse, { role: 'EXAMINER', at: id.austin });
  expect((await onLeie(namesake)).results).toEqual({ CONFIRMED: 2, POSSIBLE: 1 });
  expect(await exclusions()).toEqual(['NONE', 'POSSIBLE']);
  const [match] = await nodes();
  expect(match).toEqual({
    ...{ id: expect.any(String), source: 'OIG_LEIE', result: 'POSSIBLE', basis: 'NAME_AND_BIRTH', since: '2020-01-01' },
    practitioner: { id: id.nurse },
  });
  const input = { checkId: match?.['id'], reason };
  expect(answerOf(await graph.as(officer).ask(clear, { input }))).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  const stranger = { role: 'COMPLIANCE_OFFICER', at: toId('clinic', stored.denver) } as const;
  expect(answerOf(await graph.steppedUp(stranger).ask(clear, { input }))).toMatchObject({ code: 'NOT_FOUND' });
  const cleared = {
    __typename: 'CredentialCheck',
    result: 'POSSIBLE',
    clearance: { reason, clearedBy: expect.any(String), at: '2026-12-01T15:00:02.000Z' },
  };
  expect(answerOf(await graph.steppedUp(officer).ask(clear, { input }, { idempotencyKey: 'k' }))).toEqual(cleared);
  expect(answerOf(await graph.steppedUp(officer).ask(clear, { input }, { idempotencyKey: 'k' }))).toEqual(cleared);
  expect(answerOf(await graph.steppedUp(officer).ask(clear, { input }))).toMatchObject({ code: 'CONFLICT' });
  expect(await exclusions()).toEqual(['NONE', 'NONE']);
  expect(await nodes()).toEqual([]);
  expect((await onLeie({ ...namesake, ADDRESS: '2 OTHER ST' })).results).toEqual({ CONFIRMED: 3 });
  expect((await onLeie({ ...namesake, EXCLDATE: '20261120' })).results).toEqual({ CONFIRMED: 2, POSSIBLE: 1 });
  expect(await exclusions()).toEqual(['NONE', 'POSSIBLE']);
});

test('of several namesakes each has to be cleared', async () => {
  await onSam();
  await graph.join(id.nurse, { role: 'EXAMINER', at: id.austin });
  await onLeie({ ...namesake, STATE: 'TX' }, { ...namesake, STATE: 'TX', DOB: '19500101' });
  const [second, first] = await nodes();
  for (const { id: checkId } of [first, second].filter((node) => node !== undefined)) {
    expect(await exclusions()).toEqual(['NONE', 'POSSIBLE']);
    expect(answerOf(await graph.steppedUp(officer).ask(clear, { input: { checkId, reason } }))).toMatchObject({ result: 'POSSIBLE' });
  }
  expect(await exclusions()).toEqual(['NONE', 'NONE']);
});

test('an exclusion by NPI is no possible match, and is never cleared', async () => {
  await onLeie({ NPI: '1234567893' });
  const check = await graph.owner.credentialCheck.findFirstOrThrow({ where: { result: 'EXCLUDED' } });
  const input = { checkId: toId('credentialCheck', check.id), reason };
  expect(answerOf(await graph.steppedUp(officer).ask(clear, { input }))).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('another birthday, or another NPI, is another person', async () => {
  await graph.owner.practitionerBirth.create({ data: { practitionerId: stored.nurse, bornOn: new Date('1980-01-01T00:00:00Z') } });
  expect((await onLeie(namesake, { ...namesake, DOB: '00000000', NPI: '1679576722' })).results).toEqual({ CONFIRMED: 2, EXCLUDED: 1 });
});

test('a list with broken rows is refused row by row, and nothing of it is written', async () => {
  const list = readLeie(
    leie({ NPI: '123' }, { EXCLDATE: '20261332' }, { LASTNAME: '' }, { NPI: '1234567893' }).concat('"NEVER CLOSED,\r\nONE,CELL\r\n'),
    now,
  );
  await expect(run(list)).rejects.toMatchObject({
    reasons: [
      'Line 3 has an NPI that is not ten digits.',
      'Line 4 has no day of exclusion.',
      'Line 5 names nobody.',
      'Line 7 has a quotation mark out of place.',
      'Line 8 has 2 cells where the heading has 18.',
    ],
  });
  expect(await graph.owner.verificationRun.count()).toBe(0);
  expect(await run(list, { partial: true })).toMatchObject({ rows: 7, results: { EXCLUDED: 1, NO_ANSWER: 2 } });
  await onSam();
  // What could be read holds; that the nurse was not in the rest proves nothing.
  expect(await exclusions()).toEqual(['EXCLUDED 2019-05-20', 'UNKNOWN']);
});

test.each([
  ['another file', () => readLeie('a,b\n1,2\n', now), /no column LASTNAME/],
  ['no row', () => readStateBoard(board(), 'TX'), /nobody would be on it/],
  ['no JSON', () => readNppes('nothing'), /no JSON/],
])('a list that is %s is refused', async (_what, list, reason) => {
  await expect((async () => run(list()))()).rejects.toThrow(reason);
});

test('an older list than the last, and one with less than half of its rows, is refused', async () => {
  await onLeie({}, {}, {}, {});
  await expect(run(readLeie(leie({}, {}, {}, {}), now), { asOf: new Date('2026-11-30T00:00:00Z') })).rejects.toThrow('this one is older');
  await expect(onLeie()).rejects.toThrow('The last list had 5 rows, this one has 1');
  expect(await run(readLeie(leie(), now), { partial: true })).toMatchObject({ results: { NO_ANSWER: 3 } });
});

test('what a board confirms is fresh as of its list, not as of the run', async () => {
  const asOf = new Date('2026-11-25T08:00:00Z');
  expect(await run(readStateBoard(board(delgado, okafor), 'TX'), { asOf })).toMatchObject({ lookedUp: 2, results: { CONFIRMED: 2 } });
  expect(await statuses()).toContainEqual({ state: 'TX', status: 'ACTIVE', verifiedAt: '2026-11-25T08:00:00.000Z' });
  const again = await run(readStateBoard(board(delgado, okafor), 'TX'), { asOf });
  expect(again.differences).toEqual([]);
  expect(await graph.owner.licenseStanding.count({ where: { licenseId: stored.license } })).toBe(1);
});

test('a board’s sanction suspends at once from the day it names, in the two times of a licence', async () => {
  const report = await atBoard(
    { ...delgado, status: 'Suspended', action: 'Emergency order', action_on: '11/15/2026', reference: 'SO-26-1' },
    okafor,
  );
  expect(report.differences).toMatchObject([
    { licenseId: stored.license, before: 'CONFIRMED', after: 'DISCIPLINE' },
    { before: null, after: 'CONFIRMED' },
  ]);
  expect(await statuses()).toContainEqual({ state: 'TX', status: 'SUSPENDED', verifiedAt: '2026-12-01T15:00:00.000Z' });
  const standing = await graph.owner.licenseStanding.findFirstOrThrow({
    where: { licenseId: stored.license },
    orderBy: { recordedAt: 'desc' },
  });
  expect(standing).toMatchObject({
    ...{ status: 'SUSPENDED', source: 'STATE_BOARD', reference: 'SO-26-1', recordedBy: 'physicians' },
    effectiveFrom: new Date('2026-11-15T00:00:00Z'),
  });
  // A list that calls it active again takes nothing back.
  expect((await atBoard(delgado, okafor)).results).toEqual({ MISMATCH: 1, CONFIRMED: 1 });
  expect(await statuses()).toContainEqual(expect.objectContaining({ state: 'TX', status: 'SUSPENDED' }));
});

test('an action on a licence that is called active restricts it, and one the board has under another name or term proves nothing', async () => {
  expect((await atBoard({ ...delgado, action: 'Consent order' }, { ...okafor, expires_on: '2026-12-31' })).results).toEqual({
    DISCIPLINE: 1,
    MISMATCH: 1,
  });
  expect(await statuses()).toContainEqual(expect.objectContaining({ state: 'TX', status: 'RESTRICTED' }));
  expect((await atBoard({ ...delgado, last_name: 'Other', status: 'Revoked' })).results).toEqual({ MISMATCH: 1, NOT_FOUND: 1 });
});

test('the NPI registry confirms an NPI, or says whose it is', async () => {
  const basic = { first_name: 'ROSA', last_name: 'DELGADO', status: 'A' };
  const list = readNppes(
    nppes({ number: '1234567893', enumeration_type: 'NPI-1', basic }, { number: 1245319599, enumeration_type: 'NPI-1', basic }),
  );
  expect((await run(list)).results).toEqual({ CONFIRMED: 1, MISMATCH: 1, NO_ANSWER: 1 });
});

test('runs and their differences are shown to whoever manages credentials, of their own people only', async () => {
  await onLeie({ NPI: '1234567893' }, { NPI: '1679576722' });
  const document = `{ verificationRuns { nodes { source state at asOf rowCount brokenCount differences { practitioner { id } before after } } } }`;
  type Runs = { verificationRuns: { nodes: { differences: object[] }[] } };
  const seen = async (at: string) => ((await graph.as({ role: 'COMPLIANCE_OFFICER', at }).ask(document)).data as Runs).verificationRuns;
  expect((await seen(officer.at)).nodes).toEqual([
    {
      ...{ source: 'OIG_LEIE', state: null, at: '2026-12-01T15:00:00.000Z', asOf: '2026-12-01T15:00:00.000Z', rowCount: 3, brokenCount: 0 },
      differences: [{ practitioner: { id: id.director }, before: null, after: 'EXCLUDED' }],
    },
  ]);
  expect((await seen(id.denver)).nodes.map(({ differences }) => differences)).toEqual([
    [{ practitioner: { id: id.stranger }, before: null, after: 'EXCLUDED' }],
  ]);
});
