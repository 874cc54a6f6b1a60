import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { personas } from '#prisma/seed/personas.ts';
import { lineFor } from '../../subgraphs/prescriptions/slot/hold-slot.ts';
import { clinicOf, examinerId, freeTimes, holdInput, holdSlot, registered } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let patientId: string;
let times: string[];
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  patientId = await registered(desk, clinicId);
  times = await freeTimes(desk, graph, clinicId);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const later = (time: string, minutes: number) => new Date(Date.parse(time) + minutes * 60_000).toISOString();
const takeTime = () => times.shift() ?? '';
const refusalOf = async (asker: Asker, input: Record<string, unknown>) => (await asker.ask(holdSlot, { input })).data.holdSlot;

test('a hold lasts ten minutes from now', async () => {
  const startsAt = takeTime();
  const before = graph.clock.now().getTime();
  const { holdSlot: hold } = await desk.get(holdSlot, { input: holdInput(clinicId, patientId, startsAt) });
  expect(hold).toEqual({
    ...{ __typename: 'SlotHold', id: expect.stringMatching(/^hld_/), startsAt, modality: 'SYNC_VIDEO', examiner: { id: examinerId } },
    endsAt: new Date(Date.parse(startsAt) + 20 * 60_000).toISOString(),
    expiresAt: expect.any(String),
  });
  const lasts = Date.parse(hold.expiresAt) - before;
  expect(lasts).toBeGreaterThanOrEqual(600_000);
  expect(lasts).toBeLessThan(630_000);
});

test('of fifty who ask at once exactly one gets it, and the others are told what is next', async () => {
  const startsAt = takeTime();
  const kindOnly = 'mutation ($input: HoldSlotInput!) { holdSlot(input: $input) { __typename } }';
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => desk.ask(kindOnly, { input: holdInput(clinicId, patientId, startsAt) })),
  );
  const kinds = answers.map(({ data, errors }) => data?.holdSlot.__typename ?? errors[0]?.code);
  expect(kinds.toSorted()).toEqual(['SlotHold', ...Array.from({ length: 49 }, () => 'SlotTaken')]);
  const late = await refusalOf(desk, holdInput(clinicId, patientId, startsAt));
  expect(late).toMatchObject({ code: 'SLOT_TAKEN', nextSlots: { length: 5 } });
  expect(Date.parse(late.nextSlots[0].startsAt)).toBeGreaterThan(Date.parse(startsAt));
  const claims = await graph.sql(`select state from prescriptions_slots.slot_claim where lower(during) = $1`, [startsAt]);
  expect(claims).toEqual([{ state: 'HELD' }]);
  const rows = await graph.sql(`select 1 from prescriptions.slot_hold where starts_at = $1`, [startsAt]);
  expect(rows).toHaveLength(1);
});

test('nobody waits in a line of exams of another length: another service or another clinic is another line', () => {
  const plan = { examinerId: 'x', startsAt: new Date(0), clinicId: 'c', service: 's', patientState: 'TX', modality: 'SYNC_VIDEO' };
  expect(lineFor({ ...plan, patientState: 'FL', modality: 'IN_PERSON' })).toBe(lineFor(plan));
  for (const other of [{ service: 't' }, { clinicId: 'd' }, { examinerId: 'y' }, { startsAt: new Date(1) }])
    expect(lineFor({ ...plan, ...other })).not.toBe(lineFor(plan));
});

test('of two lengths at one time the shorter is not refused for what is too near the longer', async () => {
  const officer = await graph.as('compliance');
  const settings = async (service: string, minutes: number) =>
    officer.get('mutation ($input: SetExamSettingsInput!) { setExamSettings(input: $input) { __typename ... on Refusal { code } } }', {
      input: { clinicId, service, minutes },
    });
  // Not the last time of a day, after which nothing can be held.
  const startsAt = times.find((time, at) => at >= 3 && times[at + 1] === later(time, 20)) ?? '';
  await desk.get(holdSlot, { input: holdInput(clinicId, patientId, later(startsAt, 20)) });
  await settings('botulinum-toxin', 60);
  const other = await graph.as('other-desk');
  const foreign = await registered(other, await clinicOf(other));
  const input = holdInput(clinicId, patientId, startsAt);
  const answers = await Promise.all(
    [{ ...input, patientId: foreign }, { ...input, service: 'botulinum-toxin' }, input].map((one) => refusalOf(desk, one)),
  );
  expect(answers.map(({ __typename, code }) => code ?? __typename)).toEqual(['NOT_FOUND', 'SLOT_TAKEN', 'SlotHold']);
});

test('an examiner is one person for every tenant', async () => {
  const startsAt = takeTime();
  const [from, to] = [Date.parse(startsAt) + 5 * 60_000, Date.parse(startsAt) + 10 * 60_000].map((moment) => new Date(moment));
  await graph.sql(`insert into prescriptions_slots.examiner_calendar values ($1) on conflict do nothing`, [await examinerUuid()]);
  await graph.sql(`insert into prescriptions_slots.slot_claim values (uuidv7(), uuidv7(), $1, tstzrange($2, $3), 'BOOKED', null)`, [
    await examinerUuid(),
    from,
    to,
  ]);
  expect((await refusalOf(desk, holdInput(clinicId, patientId, startsAt))).code).toBe('SLOT_TAKEN');
});

test('a hold that has run out is free by the clock alone', async () => {
  const startsAt = takeTime();
  await desk.get(holdSlot, { input: holdInput(clinicId, patientId, startsAt) });
  expect((await refusalOf(desk, holdInput(clinicId, patientId, startsAt))).code).toBe('SLOT_TAKEN');
  graph.clock.set(new Date(graph.clock.now().getTime() + 10 * 60_000));
  await desk.get(holdSlot, { input: holdInput(clinicId, patientId, startsAt) });
});

test('an examiner without a licence there is refused with the rules', async () => {
  const refused = await refusalOf(desk, holdInput(clinicId, patientId, times[0] ?? '', { examinerId: personas['examiner-ca']?.sub }));
  expect(refused.code).toBe('RULE_BLOCKED');
  expect(refused.rules).toContainEqual({
    id: 'licence.examiner',
    outcome: 'FAIL',
    message: expect.any(String),
    citation: null,
    remedy: expect.stringMatching(/.+/),
  });
});

test('a state that nobody has attested is refused', async () => {
  const refused = await refusalOf(desk, holdInput(clinicId, patientId, times[0] ?? '', { patientState: 'AZ' }));
  expect(refused.code).toBe('RULE_BLOCKED');
});

test.each([
  ['between two slots', (time: number) => time + 5 * 60_000],
  ['in the night', (time: number) => time - (time % 86_400_000) + 86_400_000 + 9 * 3_600_000],
  ['in the past', () => Date.parse('2026-01-05T15:00:00Z')],
])('a time %s is no time', async (_what, change) => {
  const startsAt = new Date(change(Date.parse(times[0] ?? ''))).toISOString();
  expect(await refusalOf(desk, holdInput(clinicId, patientId, startsAt))).toMatchObject({
    code: 'INVALID_INPUT',
    issues: [{ path: 'input.startsAt' }],
  });
});

test('another clinic, another clinic’s patient, an id of another kind', async () => {
  const other = await graph.as('other-desk');
  const otherPatient = await registered(other, await clinicOf(other));
  const startsAt = times[0] ?? '';
  for (const [asker, input] of [
    [other, holdInput(clinicId, patientId, startsAt)],
    [desk, holdInput(clinicId, otherPatient, startsAt)],
    [desk, holdInput(clinicId, examinerId, startsAt)],
  ] as const) {
    expect((await refusalOf(asker, input)).code).toBe('NOT_FOUND');
  }
});

async function examinerUuid(): Promise<string> {
  const [row] = await graph.sql<{ examiner_id: string }>(`select examiner_id::text from prescriptions.slot_hold order by id limit 1`);
  return row?.examiner_id ?? '';
}
