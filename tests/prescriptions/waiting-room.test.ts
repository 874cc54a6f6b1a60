import { DateTime } from 'luxon';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { later } from './call-story.ts';
import {
  booked,
  cancelExam,
  clinicOf,
  consented,
  examinerId,
  giveConsent,
  quietAnswers,
  registered,
  requestExamNow,
  screened,
} from './exam-story.ts';
import { claimAs, walkIn } from './queue-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const patientIn = `since position isReady intakeStatus missing { id outcome }
  exam { id status estimatedWait claimedAt examiner { id } arrivedAt minutesLate patient { id } }`;
const room = `query ($clinicId: ID!) { waitingRoom(clinicId: $clinicId) { clinic { id name } at waiting { ${patientIn} } expected { ${patientIn} } } }`;
const seen = async (who = desk): Promise<Data> => (await who.get(room, { clinicId })).waitingRoom;

test('shows who waits, since when, who has been claimed by whom, and what is missing', async () => {
  const [claimed, ready, unready] = [await walkIn(desk, clinicId), await walkIn(desk, clinicId), await walkIn(desk, clinicId)];
  const claim = await claimAs(examiner);
  expect(claim.id).toBe(claimed.id);
  const { exam } = await desk.get('query ($id: ID!) { exam(id: $id) { patient { id consents { id kind } } } }', { id: unready.id });
  for (const { id, kind } of exam.patient.consents)
    if (kind === 'TELEHEALTH')
      await desk.get('mutation ($id: ID!) { revokeConsent(input: { consentId: $id }) { __typename ... on Refusal { code } } }', { id });
  const { waiting, expected, clinic } = await seen();
  expect(clinic).toEqual({ id: clinicId, name: expect.any(String) });
  expect(expected).toEqual([]);
  const inRoom = ({ id, requestedAt }: Data, more: Data) => ({
    ...{ since: requestedAt, isReady: true, intakeStatus: 'CLEARED', missing: [], position: null },
    ...more,
    exam: {
      ...{ id, status: 'REQUESTED', estimatedWait: null, claimedAt: null, examiner: null, arrivedAt: null, minutesLate: null },
      ...{ patient: { id: expect.stringMatching(/^pat_/) } },
      ...more.exam,
    },
  });
  expect(waiting).toEqual([
    inRoom(claimed, { exam: { status: 'HELD', claimedAt: claim.claimedAt, examiner: { id: examinerId } } }),
    inRoom(ready, { position: 1 }),
    inRoom(unready, { position: 2, isReady: false, missing: [{ id: 'consent.TELEHEALTH', outcome: 'FAIL' }] }),
  ]);
  await desk.get(giveConsent, {
    input: { patientId: exam.patient.id, kind: 'TELEHEALTH', version: '2026-01', signedName: 'Ana Whitfield' },
  });
  expect((await seen()).waiting[2]).toMatchObject({ isReady: true, missing: [] });
  later(graph, 181);
  expect((await seen()).waiting.map(({ position, exam: { status, examiner: who } }: Data) => [position, status, who])).toEqual([
    [1, 'REQUESTED', null],
    [2, 'REQUESTED', null],
    [3, 'REQUESTED', null],
  ]);
  for (const { id } of [claimed, ready, unready]) await desk.get(cancelExam, { input: { examId: id, reason: 'CLINIC_REQUEST' } });
});

test('estimates from the clinic’s own last turns and who is there, in no odd minutes', async () => {
  // Noon in Texas on a working day: the examiner and the assistant have published hours.
  const noon = DateTime.now().setZone('America/Chicago').plus({ days: 1 }).set({ hour: 12, minute: 0 });
  graph.clock.set(noon.plus({ days: noon.weekday > 5 ? 8 - noon.weekday : 0 }).toJSDate());
  const [first, second, third] = [await walkIn(desk, clinicId), await walkIn(desk, clinicId), await walkIn(desk, clinicId)];
  const estimates = async () => (await seen()).waiting.map(({ exam }: Data) => exam.estimatedWait);
  expect(await estimates()).toEqual([null, null, null]);
  // Five exams of the past become walk-ins for the same service that took twelve minutes each, two of them of today.
  const turned = await graph.sql(
    `insert into prescriptions.good_faith_exam
     select (jsonb_populate_record(e, jsonb_build_object('id', uuidv7(), 'service', 'weight-loss', 'patient_state', 'TX', 'hold_id', null,
       'claimed_at', $2::timestamptz - n * interval '1 day' - interval '12 minutes', 'started_at', $2::timestamptz - n * interval '1 day' - interval '10 minutes',
       'completed_at', $2::timestamptz - n * interval '1 day'))).*
     from prescriptions.good_faith_exam e, generate_series(1, 5) as n
     where e.id = (select id from prescriptions.good_faith_exam where status = 'COMPLETED' and clinic_id = $1::uuid order by id limit 1) returning id`,
    [fromId('clinic', clinicId), graph.clock.now()],
  );
  expect(turned).toHaveLength(5);
  // Two are on duty and free; the third waits for the first turn of two to end.
  expect(await estimates()).toEqual([5, 5, 10]);
  await claimAs(examiner);
  expect(await estimates()).toEqual([null, 5, 10]);
  later(graph, 11 * 3_600);
  expect(await estimates()).toEqual([null, null, null]);
  for (const { id } of [first, second, third]) await desk.get(cancelExam, { input: { examId: id, reason: 'CLINIC_REQUEST' } });
});

test('expects booked patients of about now, arrived or not', async () => {
  graph.clock.set(new Date());
  const { examId, startsAt } = await booked(desk, graph, clinicId);
  expect((await seen()).expected).toEqual([]);
  graph.clock.set(new Date(Date.parse(startsAt) - 59 * 60_000));
  expect((await seen()).expected).toMatchObject([
    { since: null, position: null, isReady: true, exam: { id: examId, arrivedAt: null, minutesLate: null } },
  ]);
  graph.clock.set(new Date(Date.parse(startsAt) + 7 * 60_000));
  expect((await seen()).expected).toMatchObject([{ since: null, exam: { id: examId, arrivedAt: null, minutesLate: 7 } }]);
  const { checkInPatient } = await desk.get(
    'mutation ($examId: ID!) { checkInPatient(input: { examId: $examId }) { __typename ... on GoodFaithExam { arrivedAt } ... on Refusal { code message } } }',
    { examId },
  );
  expect((await seen()).expected).toMatchObject([
    { since: checkInPatient.arrivedAt, exam: { arrivedAt: checkInPatient.arrivedAt, minutesLate: 7 } },
  ]);
});

test('a block that a physician has overridden is in nobody’s way', async () => {
  graph.clock.set(new Date());
  const linkId = 'glp1-weight-loss.gl-mtc';
  const yes = quietAnswers('weight-loss').map((one) => (one.linkId === linkId ? { linkId, value: true } : one));
  const patientId = await registered(desk, clinicId);
  const intakeId = await screened(desk, patientId, 'weight-loss', yes);
  await consented(desk, patientId);
  const override = (who: Asker) =>
    who.get('mutation ($input: OverrideBlockInput!) { overrideBlock(input: $input) { __typename ... on Refusal { code message } } }', {
      input: {
        intakeId,
        linkId,
        patientState: 'TX',
        reason: 'A cousin by marriage, so nothing that runs in the family.',
        takenByPatient: true,
      },
    });
  expect((await override(await graph.as('prescriber', { stepUp: true }))).overrideBlock).toEqual({ __typename: 'ScreeningResolution' });
  const input = { clinicId, patientId, intakeId, service: 'weight-loss', patientState: 'TX', modality: 'SYNC_VIDEO' };
  const { requestExamNow: exam } = await desk.get(requestExamNow, { input });
  const inRoom = async () => (await seen()).waiting.find((one: Data) => one.exam.id === exam.id);
  expect(await inRoom()).toMatchObject({ isReady: true, intakeStatus: 'BLOCKED', missing: [] });
  await graph.sql('alter table prescriptions.screening_resolution disable trigger user');
  await graph.sql('delete from prescriptions.screening_resolution where intake_id = $1', [fromId('intake', intakeId)]);
  await graph.sql('alter table prescriptions.screening_resolution enable trigger user');
  expect(await inRoom()).toMatchObject({ isReady: false, missing: [{ id: `screening.${linkId}`, outcome: 'FAIL' }] });
  await desk.get(cancelExam, { input: { examId: exam.id, reason: 'CLINIC_REQUEST' } });
});

test.each([
  ['other-desk', 'NOT_FOUND'],
  ['examiner-b', 'NOT_FOUND'],
  ['mso-manager', 'FORBIDDEN'],
  ['compliance', 'FORBIDDEN'],
  ['pharmacist', 'FORBIDDEN'],
  ['auditor', 'FORBIDDEN'],
])('%s is shown no room and follows no queue', async (persona, code) => {
  const who = await graph.as(persona);
  expect((await who.ask(room, { clinicId })).errors.map((error) => error.code)).toEqual([code]);
  const over = new AbortController();
  const refused = await who
    .subscribe('subscription ($clinicId: ID!) { queueUpdated(clinicId: $clinicId) { at } }', { clinicId }, over.signal)
    .then(
      async (stream) => (await stream[Symbol.asyncIterator]().next()).value,
      (error: Error) => error.message,
    );
  expect(JSON.stringify(refused)).toMatch(/NOT_FOUND|FORBIDDEN/);
  over.abort();
});

test('a look into the room is a read of those who are in it', async () => {
  const { id } = await walkIn(desk, clinicId);
  await seen(await graph.as('director'));
  const rows = await graph.sql(
    `select 1 from prescriptions.audit_event where kind = 'ACCESS' and tenant_id = $1 and actor = $2 and detail->'records'->'goodFaithExam' ? $3`,
    [fromId('clinic', clinicId), personas['director']?.sub, fromId('exam', id)],
  );
  expect(rows).toHaveLength(1);
});
