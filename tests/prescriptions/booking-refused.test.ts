import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { subgraphNames } from '#kernel/names.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { questionnaireVersion } from '#rules/questionnaire.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import {
  approval,
  booked,
  clinicOf,
  completeExam,
  examinerId,
  freeTimes,
  held,
  holdInput,
  holdSlot,
  readyPatient,
  registered,
  rescheduleExam,
  screened,
  startExam,
  started,
} from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
let times: string[];
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  clinicId = await clinicOf(desk);
  times = await freeTimes(desk, graph, clinicId);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const takeTime = () => times.shift() ?? '';
/** So many times that follow each other on one day of the clinic. */
const takeOneDaysTimes = (count: number): string[] => {
  const dayOf = (time: string) => new Date(time).toLocaleDateString('en-CA', { timeZone: 'America/Chicago' });
  while (dayOf(times[0] ?? '') !== dayOf(times[count - 1] ?? '')) takeTime();
  return times.splice(0, count);
};
const later = (time: string, minutes: number) => new Date(Date.parse(time) + minutes * 60_000).toISOString();
const invalid = (path: string, message: string) => ({
  ...{ __typename: 'InvalidInput', code: 'INVALID_INPUT', message: `${path}: ${message}`, issues: [{ path, message }] },
});
const bookExam = `mutation ($input: BookExamInput!) { bookExam(input: $input) { __typename ... on GoodFaithExam { id status }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to }
  ... on SlotClosed { why nextSlots { startsAt } } ... on SlotTaken { nextSlots { startsAt } } ... on RuleBlocked { rules { id } } } }`;
const hold = async (startsAt: string, more: Record<string, unknown> = {}): Promise<Data> => {
  const input = holdInput(clinicId, await registered(desk, clinicId), startsAt, more);
  return (await desk.ask(holdSlot, { input })).data.holdSlot;
};
const book = async (holdId: string, intakeId: string): Promise<Data> =>
  (await desk.ask(bookExam, { input: { holdId, intakeId } })).data.bookExam;
const start = async (examId: string, who = examiner): Promise<Data> =>
  (await who.ask(startExam, { input: { examId, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } })).data.startExam;

/** Somebody else who may examine at every clinic of the entity. */
async function colleague(): Promise<Asker> {
  const { sub = '', name = '' } = personas['examiner-ca'] ?? {};
  const grant = { role: 'EXAMINER', at: placeTypeId('entity-a1') };
  await graph.sql(`insert into clinics.membership (id, sub, role, at, starts_at) values ($1, $2, $3, $4, now() - interval '1 day')`, [
    ...[randomUUID(), sub, grant.role, grant.at],
  ]);
  for (const subgraph of subgraphNames) await graph.running[subgraph].refreshTenancy();
  return graph.asSomeone({ sub, name, grants: [grant] }, { stepUp: true });
}

describe('no time is held', () => {
  const noSlot = invalid('input.startsAt', 'is not the beginning of a time at which this examiner can be booked this way');

  test('in the past', async () => {
    const past = later(graph.clock.now().toISOString(), -1);
    expect(await hold(past)).toEqual(invalid('input.startsAt', 'lies in the past'));
  });

  test('outside hours', async () => {
    const night = new Date((Math.floor(Date.parse(times[0] ?? '') / 86_400_000) + 1) * 86_400_000 + 8.5 * 3_600_000);
    expect(await hold(night.toISOString())).toEqual(noSlot);
  });

  test('in the hour that the clock skips on a Sunday in spring', async () => {
    // Half past two does not come in Austin on that day; counted from the winter's offset, it is half past three.
    const startsAt = '2027-03-14T08:30:00.000Z';
    const shown = (time: string, timeZone = 'America/Chicago') => ({ shownAs: { day: '2027-03-14', time, timeZone } });
    expect(await hold(startsAt, shown('02:30'))).toEqual(
      invalid('input.shownAs.time', 'does not exist on 2027-03-14 in America/Chicago: the clock is put forward over it'),
    );
    expect(await hold(startsAt, shown('04:30'))).toEqual(
      invalid('input.shownAs.time', 'is not what a clock there shows at startsAt: that is 2027-03-14T03:30'),
    );
    expect(await hold(startsAt, shown('02:30', 'America/Nowhere'))).toEqual(
      invalid('input.shownAs.timeZone', 'must be a zone of the IANA database, like America/Chicago'),
    );
    // Arizona does not change its clock, and the Navajo Nation does.
    expect(await hold('2027-03-14T09:30:00.000Z', shown('02:30', 'America/Shiprock'))).toEqual(
      invalid('input.shownAs.time', 'does not exist on 2027-03-14 in America/Shiprock: the clock is put forward over it'),
    );
    // What exists is asked for as any other time: it lies outside hours.
    expect(await hold('2027-03-14T09:30:00.000Z', shown('02:30', 'America/Phoenix'))).toEqual(noSlot);
    expect(await hold(startsAt, shown('03:30'))).toEqual(noSlot);
  });

  test('and one that is shown as it is, is', async () => {
    const startsAt = takeTime();
    const [day = '', time = ''] = new Date(startsAt).toLocaleString('sv-SE', { timeZone: 'America/Chicago' }).split(' ');
    expect(await hold(startsAt, { shownAs: { day, time: time.slice(0, 5), timeZone: 'America/Chicago' } })).toMatchObject({ startsAt });
  });
});

describe('a held time is not booked', () => {
  test('a millisecond after the hold ran out', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const { holdSlot: row } = await desk.get(holdSlot, { input: holdInput(clinicId, patientId, takeTime()) });
    graph.clock.set(new Date(Date.parse(row.expiresAt) + 1));
    expect(await book(row.id, intakeId)).toEqual({
      ...{ __typename: 'HoldExpired', code: 'HOLD_EXPIRED', message: 'The hold on this time has expired. Hold a time again.' },
    });
  });

  test('on an intake for another service, or of another version', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const holdId = await held(desk, clinicId, patientId, takeTime());
    expect(await book(holdId, await screened(desk, patientId, 'microneedling'))).toEqual(
      invalid('input.intakeId', 'is an intake for microneedling, not for the service asked for'),
    );
    const version = (to: string) =>
      graph.sql(
        `do $$ begin set local session_replication_role = replica; update prescriptions.intake set questionnaire_version = '${to}' where id = '${fromId('intake', intakeId)}'; end $$`,
      );
    await version('2019-01');
    expect(await book(holdId, intakeId)).toEqual(invalid('input.intakeId', 'answers an older questionnaire: have the new one answered'));
    await version(questionnaireVersion('weight-loss'));
    expect(await book(holdId, intakeId)).toMatchObject({ status: 'BOOKED' });
  });

  const closed = (why: string[]) => ({
    ...{ __typename: 'SlotClosed', code: 'SLOT_CLOSED', message: 'The examiner can no longer be booked at this time. Hold another.', why },
    nextSlots: expect.any(Array),
  });
  const own = (id: string) => fromId('practitioner', id);
  const clinic = () => fromId('clinic', clinicId);

  test.each([
    [
      'the examiner took time off',
      (from: string) => [
        [
          `insert into prescriptions.time_off values (gen_random_uuid(), $1, $2, $2::timestamptz + interval '5 minutes')`,
          [own(examinerId), from],
        ],
        [`delete from prescriptions.time_off where examiner_id = $1 and starts_at = $2`, [own(examinerId), from]],
      ],
      ['TIME_OFF'],
    ],
    [
      'the examiner has other hours',
      (from: string) => [
        [
          `insert into prescriptions.schedule_exception values (gen_random_uuid(), $1, null, ($2::timestamptz at time zone 'America/Chicago')::date, 'America/Chicago', '[]')`,
          [own(examinerId), from],
        ],
        [`delete from prescriptions.schedule_exception where examiner_id = $1 and $2::timestamptz is not null`, [own(examinerId), from]],
      ],
      ['OUTSIDE_HOURS'],
    ],
    [
      'the clinic asks somebody else',
      () => [
        [`update prescriptions.examiner_clinic set states = '{FL}' where examiner_id = $1 and clinic_id = $2`, [own(examinerId), clinic()]],
        [`update prescriptions.examiner_clinic set states = '{}' where examiner_id = $1 and clinic_id = $2`, [own(examinerId), clinic()]],
      ],
      ['NOT_ON_PANEL'],
    ],
    [
      'the clinic wants to know it a month before',
      () => [
        [
          `insert into prescriptions.exam_settings (id, clinic_id, minutes, minutes_before, minutes_after, lead_minutes, step_minutes, set_at, set_by) values (gen_random_uuid(), $1, 20, 0, 0, 43200, 20, now(), 'x')`,
          [clinic()],
        ],
        [`delete from prescriptions.exam_settings where clinic_id = $1`, [clinic()]],
      ],
      ['LEAD_TIME'],
    ],
  ] as const)('when meanwhile %s', async (_what, change, why) => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const [startsAt = '', bookedAt = '', movedTo = ''] = takeOneDaysTimes(3);
    const holdId = await held(desk, clinicId, patientId, startsAt);
    const other = await booked(desk, graph, clinicId, bookedAt);
    const again = await held(desk, clinicId, other.patientId, movedTo);
    const [[there, values], [back, old]] = change(startsAt) as unknown as [[string, unknown[]], [string, unknown[]]];
    await graph.sql(there, values);
    expect(await book(holdId, intakeId)).toEqual(closed([...why]));
    if (why[0] !== 'TIME_OFF') {
      const moved = await desk.ask(rescheduleExam, { input: { examId: other.examId, holdId: again } });
      expect(moved.data.rescheduleExam.code).toBe('SLOT_CLOSED');
    }
    await graph.sql(back, old);
    // Nothing was done by halves: with the time open again, the hold is as good as it was.
    expect(await book(holdId, intakeId)).toMatchObject({ status: 'BOOKED' });
  });

  test('and what is offered instead is free', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const startsAt = takeTime();
    const holdId = await held(desk, clinicId, patientId, startsAt);
    const off = [own(examinerId), startsAt];
    await graph.sql(`insert into prescriptions.time_off values (gen_random_uuid(), $1, $2, $2::timestamptz + interval '40 minutes')`, off);
    const { nextSlots } = await book(holdId, intakeId);
    const free = await freeTimes(desk, graph, clinicId, 0);
    expect(nextSlots.map((slot: Data) => slot.startsAt)).toEqual(free.filter((time) => time > startsAt).slice(0, 5));
    await graph.sql(`delete from prescriptions.time_off where examiner_id = $1 and starts_at = $2`, off);
  });
});

describe('an exam is its examiner’s', () => {
  const notTheirs = {
    ...{ __typename: 'RuleBlocked', code: 'RULE_BLOCKED', message: 'Another examiner holds this exam' },
    rules: [
      {
        ...{ id: 'exam.examiner', outcome: 'FAIL', message: 'Another examiner holds this exam', citation: null },
        remedy: 'Have the exam rescheduled to yourself, or claim one from the queue.',
      },
    ],
  };

  test('nobody completes what they did not start', async () => {
    const complete = async (examId: string, who: Asker): Promise<Data> =>
      (await who.ask(completeExam, { input: approval(examId) })).data.completeExam;
    const { examId } = await started(graph, clinicId);
    expect(await complete(examId, await colleague())).toEqual(notTheirs);
    const waiting = await booked(desk, graph, clinicId, takeTime());
    expect(await complete(waiting.examId, examiner)).toEqual({
      ...{ __typename: 'IllegalTransition', code: 'ILLEGAL_TRANSITION', message: 'What is booked cannot be completed.' },
      ...{ from: 'BOOKED', to: 'COMPLETED' },
    });
  });

  test('of two examiners who start one exam at once, each from two devices, its own does, once', async () => {
    const other = await colleague();
    const { examId } = await booked(desk, graph, clinicId, takeTime());
    const answers = await Promise.all([other, examiner, other, examiner].map((who) => start(examId, who)));
    const own = [answers[1], answers[3]].toSorted((a, b) => (a.__typename < b.__typename ? -1 : 1));
    expect(own).toEqual([
      expect.objectContaining({ __typename: 'GoodFaithExam', id: examId, status: 'IN_PROGRESS', examiner: { id: examinerId } }),
      {
        ...{ __typename: 'IllegalTransition', code: 'ILLEGAL_TRANSITION', message: 'It is already in progress.' },
        ...{ from: 'IN_PROGRESS', to: 'IN_PROGRESS' },
      },
    ]);
    for (const answer of [answers[0], answers[2]]) expect([notTheirs, own[1]]).toContainEqual(answer);
    expect(
      await graph.sql(`select 1 from prescriptions.exam_decision where exam_id = $1 and gate = 'START'`, [fromId('exam', examId)]),
    ).toHaveLength(1);
  });
});

describe('a booked exam that is moved keeps its time until the new one is sure', () => {
  const claims = (time: string) =>
    graph.sql<{ owner_id: string; state: string }>(
      `select owner_id::text, state from prescriptions_slots.slot_claim where lower(during) = $1 and state <> 'FREED' and (state = 'BOOKED' or expires_at > $2)`,
      [time, graph.clock.now()],
    );

  test('while others take the new one at the very moment its hold runs out', async () => {
    for (let round = 0; round < 6; round += 1) {
      const [first, second] = [takeTime(), takeTime()];
      const { examId, patientId } = await booked(desk, graph, clinicId, first);
      const { holdSlot: mine } = await desk.get(holdSlot, { input: holdInput(clinicId, patientId, second) });
      const other = await registered(desk, clinicId);
      graph.clock.set(new Date(Date.parse(mine.expiresAt) - round * 40));
      const take = async () => (await desk.ask(holdSlot, { input: holdInput(clinicId, other, second) })).data.holdSlot;
      const [moved, ...taken] = await Promise.all([
        desk.ask(rescheduleExam, { input: { examId, holdId: mine.id } }).then(({ data }) => data.rescheduleExam),
        ...[take(), take(), take()],
      ]);
      const got = taken.filter(({ __typename }: Data) => __typename === 'SlotHold');
      const [exam] = await graph.sql<{ starts_at: Date; hold_id: string }>(
        `select starts_at, hold_id::text from prescriptions.good_faith_exam where id = $1`,
        [fromId('exam', examId)],
      );
      if (moved.__typename === 'GoodFaithExam') {
        expect(got).toEqual([]);
        expect([await claims(first), await claims(second)]).toEqual([[], [{ owner_id: exam?.hold_id, state: 'BOOKED' }]]);
      } else {
        expect(moved.code).toBe('HOLD_EXPIRED');
        expect(got.length).toBeLessThan(2);
        expect(await claims(first)).toEqual([{ owner_id: exam?.hold_id, state: 'BOOKED' }]);
        expect((await claims(second)).map(({ state }) => state)).toEqual(got.map(() => 'HELD'));
      }
      expect(exam?.starts_at.toISOString()).toBe(moved.__typename === 'GoodFaithExam' ? second : first);
    }
  });

  test('and of two exams that are moved to one held time at once, one is', async () => {
    const [first, second] = [takeTime(), takeTime()];
    const { examId, patientId, intakeId } = await booked(desk, graph, clinicId, first);
    const wanted = await held(desk, clinicId, patientId, second);
    const third = takeTime();
    const also = await book(await held(desk, clinicId, patientId, third), intakeId);
    const answers = await Promise.all(
      [examId, also.id].map(async (id) => (await desk.ask(rescheduleExam, { input: { examId: id, holdId: wanted } })).data.rescheduleExam),
    );
    expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual(['GoodFaithExam', 'IllegalTransition']);
    const kept = answers[0].__typename === 'GoodFaithExam' ? third : first;
    expect((await claims(kept)).map(({ state }) => state)).toEqual(['BOOKED']);
    expect((await claims(second)).map(({ state }) => state)).toEqual(['BOOKED']);
    expect(await claims(kept === third ? first : third)).toEqual([]);
  });
});
