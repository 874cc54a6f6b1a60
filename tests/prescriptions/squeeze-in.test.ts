import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import {
  bookExam,
  clinicOf,
  consented,
  examinerId,
  freeTimes,
  held,
  readyPatient,
  registered,
  screened,
  squeezeInExam,
} from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let director: Asker;
let clinicId: string;
let times: string[];
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner');
  director = await graph.as('director');
  clinicId = await clinicOf(desk);
  times = await freeTimes(desk, graph, clinicId);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const reason = 'Came from two hours away; the examiner stays on.';
const later = (time: string | undefined, minutes: number) => new Date(Date.parse(time ?? '') + minutes * 60_000).toISOString();
const settings = async (more: Record<string, unknown>) =>
  (await graph.as('compliance')).get(
    'mutation ($input: SetExamSettingsInput!) { setExamSettings(input: $input) { __typename ... on Refusal { code } } }',
    { input: { clinicId, service: 'weight-loss', minutes: 20, ...more } },
  );

let patient: { patientId: string; intakeId: string };
beforeEach(async () => {
  patient = await readyPatient(desk, clinicId);
  await settings({});
});
const squeeze = async (startsAt: string, more: Record<string, unknown> = {}, who = examiner): Promise<Data> => {
  const input = {
    clinicId,
    ...patient,
    service: 'weight-loss',
    patientState: 'TX',
    examinerId,
    startsAt,
    modality: 'SYNC_VIDEO',
    reason,
    ...more,
  };
  const { data, errors } = await who.ask(squeezeInExam, { input });
  return data?.squeezeInExam ?? errors[0];
};
const squeezed = (startsAt: string, overrode: string[], by = examinerId) => ({
  ...{ __typename: 'GoodFaithExam', id: expect.stringMatching(/^gfe_/), status: 'BOOKED', startsAt, endsAt: later(startsAt, 20) },
  ...{ arrivedAt: null, noShowAt: null, minutesLate: null, squeezeIn: { overrode, squeezedBy: by } },
});
const invalid = (path: string, message: string) => ({
  ...{ __typename: 'InvalidInput', code: 'INVALID_INPUT', message: `${path}: ${message}`, issues: [{ path, message }] },
});
const blocked = (id: string, message: string, remedy: string) => ({
  ...{ __typename: 'RuleBlocked', code: 'RULE_BLOCKED', message },
  rules: [{ id, outcome: 'FAIL', message, citation: null, remedy }],
});

/** A moment in the night after a free time, in which nobody has published hours. */
const night = (days: number) =>
  new Date((Math.floor(Date.parse(times[0] ?? '') / 86_400_000) + days) * 86_400_000 + 8.5 * 3_600_000).toISOString();

describe('an examiner squeezes a patient in', () => {
  test('outside hours, and everybody of the clinic sees that it was, though not why', async () => {
    const startsAt = night(5);
    const exam = await squeeze(startsAt);
    expect(exam).toEqual(squeezed(startsAt, ['OUTSIDE_HOURS']));
    const read = 'query ($id: ID!) { exam(id: $id) { squeezeIn { reason overrode } decisions { gate results { outcome } } } }';
    const chart = (await (await graph.as('prescriber')).get(read, { id: exam.id })).exam;
    expect(chart.squeezeIn).toEqual({ reason, overrode: ['OUTSIDE_HOURS'] });
    expect(chart.decisions).toMatchObject([{ gate: 'BOOK' }]);
    expect(new Set(chart.decisions[0].results.map(({ outcome }: Data) => outcome))).toEqual(new Set(['PASS']));
    expect((await desk.ask('query ($id: ID!) { exam(id: $id) { squeezeIn { reason } } }', { id: exam.id })).errors[0]?.code).toBe(
      'FORBIDDEN',
    );
    const [row] = await graph.sql(
      `select actor, detail from prescriptions.audit_event where action = 'exam.squeezed-in' and subject_id = $1`,
      [fromId('exam', exam.id)],
    );
    expect(row).toEqual({
      actor: examinerId,
      detail: { examiner: fromId('practitioner', examinerId), startsAt, overrode: ['OUTSIDE_HOURS'] },
    });
    // The patient is invited as to any other booking.
    expect(
      await graph.sql(`select change, sequence from prescriptions.exam_appointment where exam_id = $1`, [fromId('exam', exam.id)]),
    ).toEqual([{ change: 'BOOKED', sequence: 0 }]);
    // Meant to lie there, it is not among those to be moved.
    const { workingHours } = await examiner.get('{ workingHours { examsOutside { examId } } }');
    expect(workingHours.examsOutside).toEqual([]);
  });

  test('between slots, too soon, and within what is kept clear', async () => {
    await settings({ minutesBefore: 10, minutesAfter: 10 });
    const first = times[10] ?? '';
    await held(desk, clinicId, await registered(desk, clinicId), first);
    expect(await squeeze(later(first, 25))).toEqual(squeezed(later(first, 25), ['BETWEEN_SLOTS', 'KEPT_CLEAR']));
    await settings({ leadMinutes: 40_000 });
    patient = await readyPatient(desk, clinicId);
    expect(await squeeze(later(first, 80))).toEqual(squeezed(later(first, 80), ['LEAD_TIME']));
  });

  test('in time off of their own', async () => {
    const startsAt = times[16] ?? '';
    const input = { startsAt, endsAt: later(startsAt, 60) };
    await examiner.get('mutation ($input: AddTimeOffInput!) { addTimeOff(input: $input) { __typename ... on Refusal { code } } }', {
      input,
    });
    expect(await squeeze(later(startsAt, 20), {}, director)).toEqual(
      blocked(
        'exam.timeOff',
        'Nobody else squeezes an exam into an examiner’s time off',
        'Ask the examiner to squeeze it in themselves, or name another.',
      ),
    );
    expect(await squeeze(startsAt)).toEqual(squeezed(startsAt, ['TIME_OFF']));
  });
});

test('what was squeezed in is listed once it no longer fits for a reason that nobody overrode', async () => {
  const outside = async (examId: string): Promise<Data[]> => {
    const { workingHours } = await examiner.get('{ workingHours { examsOutside { examId why } } }');
    return workingHours.examsOutside.filter((one: Data) => one.examId === examId);
  };
  const off = (startsAt: string) =>
    examiner.get('mutation ($input: AddTimeOffInput!) { addTimeOff(input: $input) { __typename ... on Refusal { code } } }', {
      input: { startsAt, endsAt: later(startsAt, 20) },
    });
  const [slot = ''] = (await freeTimes(desk, graph, clinicId)).slice(-8);
  await settings({ leadMinutes: 40_000 });
  const soon = await squeeze(slot);
  expect(soon).toEqual(squeezed(slot, ['LEAD_TIME']));
  expect(await outside(soon.id)).toEqual([]);
  await off(slot);
  expect(await outside(soon.id)).toEqual([{ examId: soon.id, why: 'TIME_OFF' }]);
  await settings({});
  patient = await readyPatient(desk, clinicId);
  const late = await squeeze(night(6));
  expect(late).toEqual(squeezed(night(6), ['OUTSIDE_HOURS']));
  expect(await outside(late.id)).toEqual([]);
  await off(night(6));
  expect(await outside(late.id)).toEqual([{ examId: late.id, why: 'TIME_OFF' }]);
});

describe('what is never overridden', () => {
  test('another exam, whose examiner has other times free', async () => {
    const taken = times[4] ?? '';
    await held(desk, clinicId, await registered(desk, clinicId), taken);
    const refused = await squeeze(later(taken, 10));
    expect(refused).toEqual({
      ...{ __typename: 'SlotTaken', code: 'SLOT_TAKEN', message: 'This time has just been taken.' },
      nextSlots: Array.from({ length: 5 }, () => ({ startsAt: expect.any(String) })),
    });
    expect(await freeTimes(desk, graph, clinicId)).toEqual(expect.arrayContaining(refused.nextSlots.map(({ startsAt }: Data) => startsAt)));
  });

  test('a licence, a state nobody has attested, a consent, a blocking intake', async () => {
    const failing = async (startsAt: string, more: Record<string, unknown>) => {
      const { code, rules } = await squeeze(startsAt, more);
      return [code, rules.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id }: Data) => id)];
    };
    expect(await failing(night(1), { patientState: 'CA' })).toEqual(['RULE_BLOCKED', expect.arrayContaining(['licence.examiner'])]);
    expect((await failing(night(1), { patientState: 'AZ' }))[0]).toBe('RULE_BLOCKED');
    const patientId = await registered(desk, clinicId);
    const intakeId = await screened(desk, patientId);
    await consented(desk, patientId, ['TREATMENT']);
    expect(await failing(night(1), { patientId, intakeId })).toEqual(['RULE_BLOCKED', ['consent.TELEHEALTH']]);
  });

  test('the panel', async () => {
    const startsAt = night(1);
    const takes = (services: string) =>
      graph.sql('update prescriptions.examiner_clinic set services = $2 where examiner_id = $1', [
        fromId('practitioner', examinerId),
        services,
      ]);
    await takes('{laser-ipl}');
    expect(await squeeze(startsAt)).toEqual(
      blocked(
        'exam.panel',
        'The clinic does not ask this examiner to take the service for patients there',
        'Have the examiner put on the panel with setExaminerPanel, or name one who is on it.',
      ),
    );
    await takes('{}');
  });

  test('the past, and what is a slot anyway', async () => {
    expect(await squeeze(later(graph.clock.now().toISOString(), -1))).toEqual(invalid('input.startsAt', 'lies in the past'));
    const [slot = ''] = (await freeTimes(desk, graph, clinicId)).slice(-1);
    expect(await squeeze(slot)).toEqual(invalid('input.startsAt', 'is an ordinary free slot: hold it with holdSlot and book it'));
    expect(await squeeze(slot, { reason: 'because   ' })).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.reason' }] });
  });
});

test('a director squeezes in for anybody of the panel, an examiner for nobody else, a desk for nobody', async () => {
  const startsAt = night(2);
  const { sub = '', name = '', grants = [] } = personas['examiner-b'] ?? {};
  expect((await squeeze(startsAt, {}, desk)).code).toBe('FORBIDDEN');
  expect((await squeeze(startsAt, {}, await graph.as('mso-manager'))).code).toBe('FORBIDDEN');
  expect((await squeeze(startsAt, {}, await graph.asSomeone({ sub, name, grants }))).code).toBe('NOT_FOUND');
  expect(await squeeze(startsAt, { examinerId: personas['prescriber']?.sub })).toEqual(
    blocked(
      'exam.squeezeIn',
      'An examiner squeezes exams into their own time alone',
      'Name yourself, or ask a medical director of the clinic.',
    ),
  );
  expect(await squeeze(startsAt, {}, director)).toEqual(squeezed(startsAt, ['OUTSIDE_HOURS'], personas['director']?.sub));
});

test('of ten squeezed in at once at one time one is', async () => {
  const startsAt = night(3);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => squeeze(later(startsAt, index), {}, index % 2 ? director : examiner)),
  );
  expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual([
    'GoodFaithExam',
    ...Array.from({ length: 9 }, () => 'SlotTaken'),
  ]);
});

test('what is squeezed in and a hold at the same time: one of the two', async () => {
  const startsAt = (await freeTimes(desk, graph, clinicId)).at(-3) ?? '';
  const [mine, theirs] = await Promise.all([
    squeeze(later(startsAt, 5)),
    desk.ask('mutation ($input: HoldSlotInput!) { holdSlot(input: $input) { __typename } }', {
      input: {
        clinicId,
        patientId: patient.patientId,
        service: 'weight-loss',
        patientState: 'TX',
        examinerId,
        startsAt,
        modality: 'SYNC_VIDEO',
      },
    }),
  ]);
  expect([mine.__typename, theirs.data.holdSlot.__typename].toSorted()).toEqual([
    mine.__typename === 'SlotTaken' ? 'SlotHold' : 'GoodFaithExam',
    'SlotTaken',
  ]);
});

test('its record is kept for good, and nobody books with its hold', async () => {
  const { id } = await squeeze(night(4));
  const [row] = await graph.sql<{ hold_id: string }>(`select hold_id from prescriptions.exam_squeeze_in where exam_id = $1`, [
    fromId('exam', id),
  ]);
  await expect(graph.sql(`update prescriptions.exam_squeeze_in set reason = 'something else'`)).rejects.toThrow();
  await expect(graph.sql(`delete from prescriptions.exam_squeeze_in`)).rejects.toThrow();
  const { toId } = await import('#kernel/ids.ts');
  const again = await desk.ask(bookExam, { input: { holdId: toId('slotHold', row?.hold_id ?? ''), intakeId: patient.intakeId } });
  expect(again.data.bookExam).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});
