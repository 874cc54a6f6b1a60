import { randomUUID } from 'node:crypto';
import { sync } from 'node-ical';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';
import { bookExam, cancelExam, clinicOf, consented, freeTimes, held, registered, rescheduleExam, screened } from './exam-story.ts';
import { type MailBox, mailBox } from './mail-box.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let clinic: Data;
let box: MailBox;
let start: Date;
beforeAll(async () => {
  graph = await testGraph();
  start = graph.clock.now();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  ({ clinic } = await desk.get('query ($id: ID!) { clinic(id: $id) { name timeZone } }', { id: clinicId }));
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
beforeEach(async () => {
  graph.clock.set(start);
  box = await mailBox();
  vi.stubEnv('SMTP_URL', box.url);
  vi.stubEnv('SMTP_FROM', 'Lakeside <no-reply@lakeside.example>');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await box[Symbol.asyncDispose]();
});

const later = (minutes: number) => graph.clock.set(new Date(graph.clock.now().getTime() + minutes * 60_000));

const setContactPreferences = `mutation ($input: SetContactPreferencesInput!) { setContactPreferences(input: $input) {
  __typename ... on Patient { version contactPreferences { appointmentMail setAt } } ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;

const agree = (patientId: string, appointmentMail = true) => desk.get(setContactPreferences, { input: { patientId, appointmentMail } });

/** An exam of somebody who agreed to be written to, booked as if by the desk. */
async function bookedExam({ agreed = true, days = 3 } = {}): Promise<{ examId: string; patientId: string; startsAt: string }> {
  const patientId = await registered(desk, clinicId, { email: 'ana.whitfield@mail.example' });
  if (agreed) await agree(patientId);
  const intakeId = await screened(desk, patientId);
  await consented(desk, patientId);
  const [startsAt = ''] = await freeTimes(desk, graph, clinicId, days);
  const holdId = await held(desk, clinicId, patientId, startsAt);
  const { bookExam: exam } = await desk.get(bookExam, { input: { holdId, intakeId } });
  return { examId: exam.id, patientId, startsAt };
}

async function messages(examId: string): Promise<Data[]> {
  const { exam } = await desk.get('query ($id: ID!) { exam(id: $id) { messages { kind startsAt status code } } }', { id: examId });
  return exam.messages;
}

/** Waits until as many messages of an exam as are named stand like that, and answers them. */
async function settled(examId: string, ...statuses: string[]): Promise<Data[]> {
  return vi.waitFor(
    async () => {
      const found = await messages(examId);
      expect(found.map(({ status }) => status)).toEqual(statuses);
      return found;
    },
    { timeout: 60_000, interval: 100 },
  );
}

/** Has everything delivered that waits, again and now, and waits for the end of it. */
async function deliver(examId: string): Promise<void> {
  const rows = await graph.sql<{ id: string }>(
    `select id::text from prescriptions.outbox_event where topic = 'exam-message' and payload->>'examId' = $1`,
    [examId],
  );
  const tries = async () =>
    (
      await graph.sql<{ tries: number }>(`select sum(tries)::int as tries from prescriptions.outbox_event where id = any ($1)`, [
        rows.map(({ id }) => id),
      ])
    )[0]?.tries ?? 0;
  const before = await tries();
  for (const { id } of rows) await graph.sql(`select prescriptions.enqueue('deliver', $1::uuid)`, [id]);
  const open = await graph.sql(`select 1 from prescriptions.outbox_event where id = any ($1) and delivered_at is null`, [
    rows.map(({ id }) => id),
  ]);
  await vi.waitFor(
    async () => {
      if (open.length > 0) expect(await tries()).toBeGreaterThan(before);
      const locked = `select 1 from prescriptions.outbox_event where id = any ($1) and locked_until > now() and delivered_at is null`;
      expect(await graph.sql(locked, [rows.map(({ id }) => id)])).toEqual([]);
    },
    { timeout: 60_000, interval: 50 },
  );
}

const wall = (moment: string) => {
  const day = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' } as const;
  const format = new Intl.DateTimeFormat('en-US', {
    ...day,
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: clinic.timeZone,
  });
  return format.format(new Date(moment)).replaceAll('\u202f', ' ');
};
const closing =
  'Nobody reads replies to this message, so please do not answer it. To change or cancel an appointment, or to get no more of these messages, call the clinic.';

function calendarOf({ calendar }: { calendar: string }) {
  const [event] = Object.values(sync.parseICS(calendar)).flatMap((part) => (part?.type === 'VEVENT' ? [part] : []));
  return {
    method: /^METHOD:(\w+)/m.exec(calendar)?.[1],
    uid: event?.uid,
    sequence: Number(event?.sequence),
    startsAt: new Date(Number(event?.start)).toISOString(),
  };
}

test('who agreed to it is written to when an exam is booked, moved and cancelled, and reads nothing but where and when', async () => {
  const { examId, patientId, startsAt } = await bookedExam();
  const first = new Date(startsAt).toISOString();
  expect(await settled(examId, 'SENT')).toEqual([{ kind: 'BOOKED', startsAt: first, status: 'SENT', code: null }]);
  const [, next = ''] = await freeTimes(desk, graph, clinicId, 4);
  later(1);
  await desk.get(rescheduleExam, { input: { examId, holdId: await held(desk, clinicId, patientId, next) } });
  await settled(examId, 'SENT', 'SENT');
  later(1);
  await desk.get(cancelExam, { input: { examId, reason: 'PATIENT_REQUEST' } });
  await settled(examId, 'SENT', 'SENT', 'SENT');
  await deliver(examId);

  const { name } = clinic;
  expect(box.mails.map(({ to, subject, text }) => ({ to, subject, text }))).toEqual([
    {
      to: ['ana.whitfield@mail.example'],
      subject: `Your appointment at ${name}`,
      text: `Your appointment at ${name} is booked for ${wall(startsAt)}.\n\n${closing}`.replaceAll('\n', '\r\n'),
    },
    {
      to: ['ana.whitfield@mail.example'],
      subject: `A new time for your appointment at ${name}`,
      text: `Your appointment at ${name} has been moved. It is now on ${wall(next)}.\n\n${closing}`.replaceAll('\n', '\r\n'),
    },
    {
      to: ['ana.whitfield@mail.example'],
      subject: `Your appointment at ${name} is cancelled`,
      text: `Your appointment at ${name} on ${wall(next)} has been cancelled.\n\n${closing}`.replaceAll('\n', '\r\n'),
    },
  ]);
  const uid = `${examId}@goodfaith`;
  const moved = new Date(next).toISOString();
  expect(box.mails.map(calendarOf)).toEqual([
    { method: 'REQUEST', uid, sequence: 0, startsAt: first },
    { method: 'REQUEST', uid, sequence: 1, startsAt: moved },
    { method: 'CANCEL', uid, sequence: 2, startsAt: moved },
  ]);
  expect(new Set(box.mails.map(({ messageId }) => messageId)).size).toBe(3);
  const everything = box.mails
    .map(({ headers, text, calendar }) => `${headers}\n${text}\n${calendar}`)
    .join('\n')
    .replaceAll('ana.whitfield@mail.example', '');
  expect(everything).not.toMatch(/Ana\b|Whitfield|weight|semaglutide|GLP|exam for|birth/i);
});

test('nobody is written to who did not agree, who took it back, or who has another address now', async () => {
  const silent = await bookedExam({ agreed: false });
  expect(await messages(silent.examId)).toEqual([]);

  const took = await bookedExam();
  await settled(took.examId, 'SENT');
  await agree(took.patientId, false);
  await desk.get(cancelExam, { input: { examId: took.examId, reason: 'PATIENT_REQUEST' } });
  expect(await messages(took.examId)).toHaveLength(1);

  const moved = await bookedExam();
  await settled(moved.examId, 'SENT');
  const amend = `mutation ($input: AmendPatientInput!) { amendPatient(input: $input) { __typename ... on Patient { contactPreferences { appointmentMail } } ... on Refusal { code message } } }`;
  const { amendPatient } = await desk.get(amend, { input: { patientId: moved.patientId, version: 1, email: 'other@mail.example' } });
  expect(amendPatient.contactPreferences).toEqual({ appointmentMail: false });
  await desk.get(cancelExam, { input: { examId: moved.examId, reason: 'PATIENT_REQUEST' } });
  expect(await messages(moved.examId)).toHaveLength(1);
  expect(box.mails).toHaveLength(2);
});

test('without a server for mail nothing is sent and what would have been is kept as dropped; events are told all the same', async () => {
  vi.stubEnv('SMTP_URL', '');
  vi.stubEnv('SMTP_FROM', '');
  const { examId, startsAt } = await bookedExam();
  expect(await settled(examId, 'DROPPED')).toEqual([
    { kind: 'BOOKED', startsAt: new Date(startsAt).toISOString(), status: 'DROPPED', code: 'NOT_CONFIGURED' },
  ]);
  expect(box.mails).toEqual([]);
  const silent = await bookedExam({ agreed: false, days: 4 });
  expect(await messages(silent.examId)).toEqual([]);
  expect(
    await graph.sql(`select 1 from prescriptions.outbox_event where topic = 'exam-appointment' and payload->>'examId' = $1`, [examId]),
  ).toHaveLength(1);
});

test('a reminder is written once, with the calendar', async () => {
  const { examId, startsAt } = await bookedExam();
  await settled(examId, 'SENT');
  graph.clock.set(new Date(Date.parse(startsAt) - 3_600_000));
  for (const id of [randomUUID(), randomUUID()]) await graph.sql(`select prescriptions.enqueue('remind-of-exams', $1)`, [id]);
  const found = await settled(examId, 'SENT', 'SENT');
  expect(found[1]).toEqual({ kind: 'REMINDER', startsAt: new Date(startsAt).toISOString(), status: 'SENT', code: null });
  // Exams of earlier tests are reminded of as well.
  const reminder = box.mails.findLast((mail) => calendarOf(mail).uid === `${examId}@goodfaith`);
  expect(reminder?.subject).toBe(`Reminder of your appointment at ${clinic.name}`);
  expect(reminder && calendarOf(reminder)).toEqual({
    method: 'REQUEST',
    uid: `${examId}@goodfaith`,
    sequence: 0,
    startsAt: new Date(startsAt).toISOString(),
  });
});

test('what the server does not take for now is tried again, later each time, and sent once', async () => {
  box.answer = 451;
  const { examId } = await bookedExam();
  expect(await settled(examId, 'FAILED')).toMatchObject([{ code: 'SMTP_451' }]);
  box.answer = 250;
  // Too early: a minute after the first attempt, two after the second.
  await deliver(examId);
  expect(box.mails).toEqual([]);
  later(1);
  await deliver(examId);
  expect(await settled(examId, 'SENT')).toMatchObject([{ code: null }]);
  await deliver(examId);
  expect(box.mails).toHaveLength(1);
});

test('what the server will never take, and what it may have taken already, is not sent again', async () => {
  box.answer = 550;
  const refused = await bookedExam();
  expect(await settled(refused.examId, 'DROPPED')).toMatchObject([{ code: 'SMTP_550' }]);
  expect(box.mails).toEqual([]);
  box.answer = 'HANG_UP';
  const broken = await bookedExam();
  expect(await settled(broken.examId, 'DROPPED')).toMatchObject([{ code: 'UNCONFIRMED' }]);
  box.answer = 250;
  later(60);
  await deliver(refused.examId);
  await deliver(broken.examId);
  expect(box.mails).toHaveLength(1);
});

test('an attempt that went down with its process is not made again', async () => {
  box.answer = 451;
  const { examId } = await bookedExam();
  await settled(examId, 'FAILED');
  later(10);
  await graph.sql(
    `insert into prescriptions.exam_message_step select uuidv7(), clinic_id, patient_id, id, 2, 'BEGUN', null, $2 from prescriptions.exam_message where exam_id = $1`,
    [fromId('exam', examId), graph.clock.now().toISOString()],
  );
  box.answer = 250;
  later(1);
  await deliver(examId);
  expect(await messages(examId)).toMatchObject([{ status: 'FAILED' }]);
  later(2);
  await deliver(examId);
  expect(await settled(examId, 'DROPPED')).toMatchObject([{ code: 'UNCONFIRMED' }]);
  expect(box.mails).toEqual([]);
});

test('what was overtaken or comes too late is dropped, and says so', async () => {
  box.answer = 451;
  const moved = await bookedExam();
  await settled(moved.examId, 'FAILED');
  const late = await bookedExam();
  await settled(late.examId, 'FAILED');
  box.answer = 250;
  later(5);
  await desk.get(cancelExam, { input: { examId: moved.examId, reason: 'CLINIC_REQUEST' } });
  await vi.waitFor(() => expect(box.mails).toHaveLength(1), { timeout: 60_000 });
  await deliver(moved.examId);
  expect(await settled(moved.examId, 'DROPPED', 'SENT')).toMatchObject([{ kind: 'BOOKED', code: 'SUPERSEDED' }, { kind: 'CANCELLED' }]);
  graph.clock.set(new Date(late.startsAt));
  await deliver(late.examId);
  expect(await settled(late.examId, 'DROPPED')).toMatchObject([{ code: 'TOO_LATE' }]);
  expect(box.mails).toHaveLength(1);
});

test('a patient without an address cannot agree, and another clinic’s desk records nothing', async () => {
  const patientId = await registered(desk, clinicId);
  const { data } = await desk.ask(setContactPreferences, { input: { patientId, appointmentMail: true } });
  const message = 'needs an e-mail address: record it with amendPatient';
  expect(data.setContactPreferences).toEqual({
    ...{ __typename: 'InvalidInput', code: 'INVALID_INPUT', message: `input.appointmentMail: ${message}` },
    issues: [{ path: 'input.appointmentMail', message }],
  });
  const { setContactPreferences: patient } = await agree(patientId, false);
  expect(patient).toEqual({
    __typename: 'Patient',
    version: 1,
    contactPreferences: { appointmentMail: false, setAt: expect.any(String) },
  });
  const other = await (await graph.as('other-desk')).ask(setContactPreferences, { input: { patientId, appointmentMail: false } });
  expect(other.data.setContactPreferences).toMatchObject({ code: 'NOT_FOUND' });
  const trail = await graph.sql(
    `select detail from prescriptions.audit_event where action = 'patient.contact-preferences-set' and patient_id = $1`,
    [fromId('patient', patientId)],
  );
  expect(trail).toEqual([{ detail: { appointmentMail: false } }]);
});

test('a reminder that is handed on late tells of no exam that was cancelled, moved or begun, and nobody is written to', async () => {
  const [cancelled, ahead] = [await bookedExam(), await bookedExam()];
  for (const { examId } of [cancelled, ahead]) await settled(examId, 'SENT');
  await desk.get(cancelExam, { input: { examId: cancelled.examId, reason: 'PATIENT_REQUEST' } });
  await settled(cancelled.examId, 'SENT', 'SENT');
  const told = async ({ examId, patientId }: { examId: string; patientId: string }, startsAt: string) => {
    const [row] = await graph.sql<{ id: string }>(
      `with reminder as (
         insert into prescriptions.exam_reminder (id, clinic_id, patient_id, exam_id, starts_at, minutes_before, at)
         values (uuidv7(), $1, $2, $3, $4::timestamptz, 60, $4::timestamptz - interval '1 hour') returning id)
       insert into prescriptions.outbox_event (id, topic, key, seq, payload, created_at, available_at)
       select uuidv7(), 'exam-reminder', id, 1, '{}', now(), now() from reminder returning id::text`,
      [fromId('clinic', clinicId), fromId('patient', patientId), fromId('exam', examId), startsAt],
    );
    await graph.sql(`select prescriptions.enqueue('deliver', $1::uuid)`, [row?.id]);
    await vi.waitFor(
      async () => {
        const done = await graph.sql(`select 1 from prescriptions.outbox_event where id = $1 and delivered_at is not null`, [row?.id]);
        expect(done).toHaveLength(1);
      },
      { timeout: 60_000, interval: 50 },
    );
    return (await messages(examId)).filter(({ kind }) => kind === 'REMINDER').length;
  };
  const hourLater = new Date(Date.parse(ahead.startsAt) + 3_600_000).toISOString();
  expect(await told(cancelled, cancelled.startsAt)).toBe(0);
  expect(await told(ahead, hourLater)).toBe(0);
  expect(await told(ahead, ahead.startsAt)).toBe(1);
});
