import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { booked, clinicOf, examinerId, examSlots, freeTimes, holdInput, holdSlot, registered } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  // A Sunday afternoon in January: the hour that is skipped in the spring lies ahead, and licences outlast it.
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const schedule = `hours { weekday startsAt endsAt modality timeZone validFrom validTo clinic { id } }
  exceptions { id day timeZone hours { startsAt endsAt modality } clinic { id } }
  timeOff { id startsAt endsAt } examsOutside { examId startsAt why }`;
const answer = `__typename ... on ExaminerSchedule { ${schedule} } ... on Refusal { code message } ... on InvalidInput { issues { path message } }`;
const mutation = (name: string) =>
  `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${answer} } }`;
const change = async (name: string, input: Record<string, unknown>, who = examiner): Promise<Data> => {
  const { data, errors } = await who.ask(mutation(name), { input });
  return data?.[name] ?? errors[0];
};
const mine = async (): Promise<Data> => (await examiner.get(`{ workingHours { ${schedule} } }`)).workingHours;

const day = (days: number) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);
const chicago = { timeZone: 'America/Chicago' };
const weekly = (weekday: number, startsAt: string, endsAt: string, modality = 'SYNC_VIDEO') => ({ weekday, startsAt, endsAt, modality });
const pathsOf = (refused: Data): string[] => refused.issues?.map(({ path }: Data) => path) ?? [refused.code];

test('hours for some weeks stand in for those of before, which come back after them', async () => {
  const before = (await mine()).hours;
  expect(before.map(({ weekday, startsAt, endsAt }: Data) => [weekday, startsAt, endsAt])).toEqual([
    ...[1, 2, 3, 4, 5].map((weekday) => [weekday, '08:00', '18:00']),
    [6, '09:00', '13:00'],
  ]);
  const told = await change('setWorkingHours', {
    ...{ ...chicago, validFrom: day(70), validTo: day(90) },
    hours: [weekly(1, '10:00', '12:00'), weekly(1, '10:00', '14:00', 'SYNC_AUDIO')],
  });
  const monday = told.hours.filter(({ weekday }: Data) => weekday === 1);
  expect(
    monday.map(({ startsAt, endsAt, modality, validFrom, validTo }: Data) => [startsAt, endsAt, modality, validFrom, validTo]),
  ).toEqual(
    [
      ['08:00', '18:00', 'SYNC_VIDEO', before[0].validFrom, day(69)],
      ['10:00', '12:00', 'SYNC_VIDEO', day(70), day(90)],
      ['10:00', '14:00', 'SYNC_AUDIO', day(70), day(90)],
      ['08:00', '18:00', 'SYNC_VIDEO', day(91), null],
    ].toSorted((a, b) => String(a[3]).localeCompare(String(b[3])) || String(a[0]).localeCompare(String(b[0]))),
  );
  expect(told.hours.filter(({ weekday }: Data) => weekday === 2)).toHaveLength(2);
});

test('a day off and one with other hours are offered as they are, and the weekly hours again once taken back', async () => {
  const [first] = await freeTimes(desk, graph, clinicId, 8);
  const date = new Date(Date.parse(first ?? '') - 6 * 3_600_000).toISOString().slice(0, 10);
  const ofDay = async () => (await freeTimes(desk, graph, clinicId, 7)).filter((time) => time.slice(0, 10) === date);
  const usual = await ofDay();
  const off = await change('addScheduleException', { ...chicago, day: date, hours: [] });
  expect(off.exceptions).toEqual([{ id: expect.stringMatching(/^sxc_/), day: date, ...chicago, hours: [], clinic: null }]);
  expect(await ofDay()).toEqual([]);
  const hours = [{ startsAt: '09:00', endsAt: '09:40', modality: 'SYNC_VIDEO' }];
  const other = await change('addScheduleException', { ...chicago, day: date, hours });
  expect(other.exceptions).toEqual([{ id: expect.stringMatching(/^sxc_/), day: date, ...chicago, hours, clinic: null }]);
  expect(await ofDay()).toHaveLength(2);
  const back = await change('removeScheduleException', { exceptionId: other.exceptions[0].id });
  expect(back.exceptions).toEqual([]);
  expect(await ofDay()).toEqual(usual);
  expect(await change('removeScheduleException', { exceptionId: other.exceptions[0].id })).toMatchObject({ code: 'NOT_FOUND' });
});

test('a booked exam stays where it is whatever becomes of the hours, and is listed with the reason', async () => {
  const { examId, startsAt } = await booked(desk, graph, clinicId, (await freeTimes(desk, graph, clinicId, 14))[3]);
  const statusOf = async () => (await desk.get(`query ($id: ID!) { exam(id: $id) { status startsAt } }`, { id: examId })).exam;
  const outside = (told: Data) => told.examsOutside.filter((one: Data) => one.examId === examId);
  expect(outside(await mine())).toEqual([]);

  const within = {
    startsAt: new Date(Date.parse(startsAt) + 60_000).toISOString(),
    endsAt: new Date(Date.parse(startsAt) + 120_000).toISOString(),
  };
  const resting = await change('addTimeOff', within);
  expect(outside(resting)).toEqual([{ examId, startsAt, why: 'TIME_OFF' }]);
  const { id: timeOffId } = resting.timeOff[0];
  expect(outside(await change('removeTimeOff', { timeOffId }))).toEqual([]);

  const date = new Date(Date.parse(startsAt) - 6 * 3_600_000).toISOString().slice(0, 10);
  const closed = await change('addScheduleException', { ...chicago, clinicId, day: date, hours: [] });
  expect(outside(closed)).toEqual([{ examId, startsAt, why: 'OUTSIDE_HOURS' }]);
  expect(await statusOf()).toEqual({ status: 'BOOKED', startsAt });
  const audits = await graph.sql<{ action: string }>(
    `select action from prescriptions.audit_event where action like 'schedule.%' and actor = $1 order by at desc limit 3`,
    [examinerId],
  );
  expect(audits.map(({ action }) => action).toSorted()).toEqual([
    'schedule.exception-added',
    'schedule.time-off-added',
    'schedule.time-off-removed',
  ]);
});

test('a time that the clock skips on that day is refused by its path; one that comes twice is the first', async () => {
  const spring = '2027-03-14';
  const told = await change('addScheduleException', {
    ...{ ...chicago, day: spring },
    hours: [
      { startsAt: '02:30', endsAt: '04:00', modality: 'SYNC_VIDEO' },
      { startsAt: '00:30', endsAt: '02:59', modality: 'SYNC_AUDIO' },
    ],
  });
  expect(told).toMatchObject({ code: 'INVALID_INPUT' });
  expect(pathsOf(told)).toEqual(['input.hours.0.startsAt', 'input.hours.1.endsAt']);
  const elsewhere = await change('addScheduleException', {
    ...{ timeZone: 'America/Phoenix', day: spring },
    hours: [{ startsAt: '02:30', endsAt: '04:00', modality: 'SYNC_VIDEO' }],
  });
  expect(elsewhere.__typename).toBe('ExaminerSchedule');
  await change('addScheduleException', {
    ...{ ...chicago, day: spring },
    hours: [{ startsAt: '01:40', endsAt: '03:20', modality: 'SYNC_VIDEO' }],
  });
  const found = await desk.get(examSlots, {
    ...{ clinicId, service: 'weight-loss', patientState: 'TX', first: 50 },
    ...{ from: '2027-03-14T06:00:00Z', to: '2027-03-15T05:00:00Z' },
  });
  // From 01:40 to 03:20 on the wall is forty minutes that night.
  const times = found.examSlots.nodes.filter((slot: Data) => slot.examiner.id === examinerId).map((slot: Data) => slot.startsAt);
  expect(times).toEqual(['2027-03-14T07:40:00.000Z', '2027-03-14T08:00:00.000Z']);
});

test.each([
  ['a bare offset for a zone', { timeZone: '-06:00' }, ['input.timeZone']],
  ['a first day gone by', { validFrom: '2020-01-01' }, ['input.validFrom']],
  ['an end before the beginning', { validTo: '2020-01-01' }, ['input.validTo']],
  ['times that no clock shows', { hours: [weekly(1, '8:00', '25:00')] }, ['input.hours.0.startsAt', 'input.hours.0.endsAt']],
  ['hours that end before they begin', { hours: [weekly(1, '12:00', '08:00')] }, ['input.hours.0.endsAt']],
  ['hours that overlap', { hours: [weekly(1, '08:00', '12:00'), weekly(1, '11:00', '13:00')] }, ['input.hours.1']],
  ['an eighth day', { hours: [weekly(8, '08:00', '12:00')] }, ['input.hours.0.weekday']],
  ['a clinic where they do not examine', { clinicId: 'cli_01h455vb4pex5vsknk084sn02q' }, ['NOT_FOUND']],
])('of weekly hours %s is refused and nothing is changed', async (_what, more, paths) => {
  const before = await mine();
  const refused = await change('setWorkingHours', { ...chicago, validFrom: day(3), hours: [weekly(1, '08:00', '12:00')], ...more });
  expect(pathsOf(refused)).toEqual(paths);
  expect(await mine()).toEqual(before);
});

test.each([
  ['that ends before it begins', [2, 1], ['input.endsAt']],
  ['that is over', [-2, -1], ['input.endsAt']],
  ['longer than a year', [1, 400], ['input.endsAt']],
])('time off %s is refused', async (_what, [from, to], paths) => {
  const at = (days = 0) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString();
  expect(pathsOf(await change('addTimeOff', { startsAt: at(from), endsAt: at(to) }))).toEqual(paths);
});

test('nobody keeps another’s hours, and strangers do not read them', async () => {
  const hours = { ...chicago, validFrom: day(3), hours: [] };
  for (const persona of ['front-desk', 'director', 'compliance', 'mso-manager'])
    expect(await change('setWorkingHours', hours, await graph.as(persona))).toMatchObject({ code: 'FORBIDDEN' });
  const stranger = await graph.as('examiner-b');
  const { timeOff } = await change('addTimeOff', { startsAt: `${day(200)}T00:00:00Z`, endsAt: `${day(201)}T00:00:00Z` });
  expect(await change('removeTimeOff', { timeOffId: timeOff.at(-1).id }, stranger)).toMatchObject({ code: 'NOT_FOUND' });
  const read = `query ($id: ID) { workingHours(examinerId: $id) { hours { weekday } } }`;
  const codeOf = async (persona: string) => (await (await graph.as(persona)).ask(read, { id: examinerId })).errors[0]?.code;
  expect(await Promise.all(['front-desk', 'compliance', 'director', 'examiner-b', 'other-desk', 'mso-manager'].map(codeOf))).toEqual([
    ...[undefined, undefined, undefined, 'NOT_FOUND', 'NOT_FOUND', 'FORBIDDEN'],
  ]);
});

test('of twenty changes at once for one day the last stands, and none is half done', async () => {
  const date = day(40);
  const told = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      change('addScheduleException', {
        ...{ ...chicago, day: date },
        hours: [{ startsAt: '08:00', endsAt: `${10 + (index % 10)}:00`, modality: 'SYNC_VIDEO' }],
      }),
    ),
  );
  expect(new Set(told.map(({ __typename }) => __typename))).toEqual(new Set(['ExaminerSchedule']));
  expect((await mine()).exceptions.filter((one: Data) => one.day === date)).toHaveLength(1);
});

test('a repeated change is answered as the first was and done once', async () => {
  const input = { startsAt: `${day(300)}T00:00:00Z`, endsAt: `${day(301)}T00:00:00Z` };
  const count = async () => (await mine()).timeOff.length;
  const before = await count();
  for (let turn = 0; turn < 2; turn += 1) await examiner.get(mutation('addTimeOff'), { input }, { idempotencyKey: 'resting' });
  expect(await count()).toBe(before + 1);
});

test('what lies outside the hours is refused at the hold, by its path', async () => {
  const patientId = await registered(desk, clinicId);
  const night = `${day(5)}T08:00:00.000Z`;
  const { holdSlot: refused } = (await desk.ask(holdSlot, { input: holdInput(clinicId, patientId, night) })).data;
  expect(pathsOf(refused)).toEqual(['input.startsAt']);
});
