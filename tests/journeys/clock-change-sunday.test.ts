import { DateTime } from 'luxon';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import {
  bookExam,
  checkInPatient,
  clinicOf,
  examinerId,
  examSlots,
  holdInput,
  holdSlot,
  markNoShow,
  readyPatient,
  rescheduleExam,
} from '../prescriptions/exam-story.ts';

/**
 * Two Sundays on which the clock changes. An examiner takes the small hours of Sundays at a clinic in Austin, for patients who are in Florida. In
 * spring one hour is missing, and nobody is booked into it; in autumn one comes twice, and two patients have the same time on the wall an hour
 * apart. Who is late is late by the minutes that have passed, and not by what the clock shows.
 */
let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
let spring: string;
let autumn: string;
const made = { exam: '', patientId: '', intakeId: '', second: '', third: '' };
const austin = 'America/Chicago';

/** The next Sunday that is that one of its month. */
function next(now: Date, month: number, nth: number): string {
  const sunday = (year: number) => {
    const first = DateTime.fromObject({ year, month, day: 1 }, { zone: austin });
    return first.plus({ days: ((7 - first.weekday) % 7) + 7 * (nth - 1) });
  };
  const { year } = DateTime.fromJSDate(now);
  const [soon, later] = [sunday(year), sunday(year + 1)];
  return (soon.toJSDate() > new Date(now.getTime() + 3 * 86_400_000) ? soon : later).toISODate() ?? '';
}

beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner');
  clinicId = await clinicOf(desk);
  spring = next(graph.clock.now(), 3, 2);
  autumn = next(graph.clock.now(), 11, 1);
  // Both Sundays lie within the licences' terms.
  await graph.sql(`update physicians.license set expires_on = '2098-12-31' where practitioner_id = $1`, [
    fromId('practitioner', examinerId),
  ]);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** The beginnings that are offered on a day of Austin, as moments. */
async function offered(day: string): Promise<string[]> {
  const from = DateTime.fromISO(day, { zone: austin }).startOf('day');
  const input = {
    clinicId,
    service: 'weight-loss',
    patientState: 'FL',
    from: from.toUTC().toISO(),
    to: from.plus({ days: 1 }).toUTC().toISO(),
    first: 200,
  };
  const { nodes } = (await desk.get(examSlots, input)).examSlots;
  return nodes.filter((slot: Data) => slot.examiner.id === examinerId).map((slot: Data) => slot.startsAt);
}
const wall = (moment: string, zone = austin) => DateTime.fromISO(moment, { zone }).toFormat('HH:mm');
const hold = async (startsAt: string, day: string, time: string, patientId = made.patientId): Promise<Data> =>
  (
    await desk.ask(holdSlot, {
      input: holdInput(clinicId, patientId, startsAt, { patientState: 'FL', shownAs: { day, time, timeZone: austin } }),
    })
  ).data.holdSlot;
const dayOf = async (day: string): Promise<string[]> =>
  (
    await desk.get('query ($clinicId: ID!, $day: Date!) { exams(clinicId: $clinicId, day: $day, first: 50) { nodes { id } } }', {
      clinicId,
      day,
    })
  ).exams.nodes.map(({ id }: Data) => id);
const at = (moment: string, minutes: number) => graph.clock.set(new Date(Date.parse(moment) + minutes * 60_000));

test('an examiner takes the small hours of every Sunday, and none that a Sunday does not have', async () => {
  const hours = [{ weekday: 7, startsAt: '01:00', endsAt: '04:00', modality: 'SYNC_VIDEO' }];
  const today = DateTime.fromJSDate(graph.clock.now(), { zone: austin }).plus({ days: 1 }).toISODate();
  const set = 'mutation ($input: SetWorkingHoursInput!) { setWorkingHours(input: $input) { __typename ... on Refusal { code message } } }';
  await examiner.get(set, { input: { timeZone: austin, validFrom: today, hours } });
  const add = `mutation ($input: AddScheduleExceptionInput!) { addScheduleException(input: $input) {
    __typename ... on Refusal { code } ... on InvalidInput { issues { path message } } } }`;
  const input = { day: spring, timeZone: austin, hours: [{ startsAt: '02:00', endsAt: '05:00', modality: 'SYNC_VIDEO' }] };
  expect((await examiner.ask(add, { input })).data.addScheduleException).toEqual({
    ...{ __typename: 'InvalidInput', code: 'INVALID_INPUT' },
    issues: [{ path: 'input.hours.0.startsAt', message: `does not exist on ${spring} in ${austin}: the clock is put forward over it` }],
  });
});

test('in spring they are two hours long: nobody is offered, and nobody can be given, what the clock skips', async () => {
  const times = await offered(spring);
  expect(times.map((time) => wall(time))).toEqual(['01:00', '01:20', '01:40', '03:00', '03:20', '03:40']);
  Object.assign(made, await readyPatient(desk, clinicId));
  // Counted on from midnight by a front end that knows of no change, half past two is half past three.
  const counted = DateTime.fromISO(spring, { zone: austin }).startOf('day').plus({ hours: 2, minutes: 30 }).toUTC().toISO() ?? '';
  expect(await hold(counted, spring, '02:30')).toEqual({
    ...{ __typename: 'InvalidInput', code: 'INVALID_INPUT' },
    message: `input.shownAs.time: does not exist on ${spring} in ${austin}: the clock is put forward over it`,
    issues: [{ path: 'input.shownAs.time', message: `does not exist on ${spring} in ${austin}: the clock is put forward over it` }],
  });
  const three = times[3] ?? '';
  expect([wall(three), wall(three, 'America/New_York'), wall(three, 'America/Phoenix'), wall(three, 'Pacific/Honolulu')]).toEqual([
    ...['03:00', '04:00', '01:00', '22:00'],
  ]);
  const held = await hold(three, spring, '03:00');
  const { bookExam: exam } = await desk.get(bookExam, { input: { holdId: held.id, intakeId: made.intakeId } });
  expect(exam).toMatchObject({ status: 'BOOKED', startsAt: three, patientState: 'FL' });
  made.exam = exam.id;
  expect(await dayOf(spring)).toEqual([exam.id]);
});

test('in autumn they are four hours long, and an hour of them is on the wall twice', async () => {
  const times = await offered(autumn);
  expect(times.map((time) => wall(time))).toEqual(
    ['01', '01', '02', '03'].flatMap((hour) => ['00', '20', '40'].map((rest) => `${hour}:${rest}`)),
  );
  const [first = '', second = ''] = times.filter((time) => wall(time) === '01:40');
  expect(Date.parse(second) - Date.parse(first)).toBe(3_600_000);
  // The exam of the spring is moved to the first of the two, and somebody else has the second.
  const held = await hold(first, autumn, '01:40');
  const { rescheduleExam: moved } = await desk.get(rescheduleExam, { input: { examId: made.exam, holdId: held.id } });
  expect(moved).toMatchObject({ startsAt: first });
  const other = await readyPatient(desk, clinicId);
  const also = await hold(second, autumn, '01:40', other.patientId);
  const { bookExam: exam } = await desk.get(bookExam, { input: { holdId: also.id, intakeId: other.intakeId } });
  made.second = exam.id;
  const third = await readyPatient(desk, clinicId);
  const [time = ''] = await offered(DateTime.fromISO(autumn, { zone: austin }).plus({ days: 7 }).toISODate() ?? '');
  const { holdSlot: later } = await desk.get(holdSlot, { input: holdInput(clinicId, third.patientId, time, { patientState: 'FL' }) });
  made.third = (await desk.get(bookExam, { input: { holdId: later.id, intakeId: third.intakeId } })).bookExam.id;
  expect([await dayOf(spring), await dayOf(autumn)]).toEqual([[], [made.exam, made.second]]);
  expect(await offered(spring)).toHaveLength(6);
  expect(await offered(autumn)).toHaveLength(10);
});

test('on the day, who comes at five past one for twenty to two is twenty-five minutes late, or in good time for the next', async () => {
  const read = 'query ($id: ID!) { exam(id: $id) { startsAt minutesLate } }';
  const { startsAt } = (await desk.get(read, { id: made.exam })).exam;
  at(startsAt, 25);
  expect(wall(graph.clock.now().toISOString())).toBe('01:05');
  const came = async (examId: string) => (await desk.get(checkInPatient, { input: { examId } })).checkInPatient.minutesLate;
  expect([await came(made.exam), await came(made.second)]).toEqual([25, 0]);
});

test('and who never comes is given a quarter of an hour, though the clock goes back within it', async () => {
  // Moved by hand, it begins ten minutes before the clock goes back.
  const change = DateTime.fromISO(`${autumn}T03:00`, { zone: austin }).minus({ hours: 2 });
  const begins = change.minus({ minutes: 10 }).toUTC().toISO() ?? '';
  await graph.sql(
    `update prescriptions.good_faith_exam set starts_at = $2, ends_at = $2::timestamptz + interval '20 minutes' where id = $1`,
    [fromId('exam', made.third), begins],
  );
  at(begins, 14);
  expect([wall(begins), wall(graph.clock.now().toISOString())]).toEqual(['01:50', '01:04']);
  const miss = async () => (await desk.ask(markNoShow, { input: { examId: made.third } })).data.markNoShow;
  expect(await miss()).toMatchObject({ code: 'RULE_BLOCKED', rules: [{ id: 'exam.noShow' }] });
  at(begins, 15);
  expect(await miss()).toMatchObject({ status: 'NO_SHOW' });
});
