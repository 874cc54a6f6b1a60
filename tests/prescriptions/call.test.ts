import { decodeJwt } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { personas } from '#prisma/seed/personas.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { callerAs, examCall, inviteToCall, joinCall, later, recordCallEvent, talked } from './call-story.ts';
import { approval, booked, clinicOf, completeExam, examinerId, freeTimes, startExam, started } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let director: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  [desk, examiner, director] = [await graph.as('front-desk'), await graph.as('examiner', { stepUp: true }), await graph.as('director')];
  clinicId = await clinicOf(desk);
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(async () => graph?.[Symbol.asyncDispose]());

const join = async (who: Asker, examId: string, as: string): Promise<Data> =>
  (await who.ask(joinCall, { input: { examId, as } })).data.joinCall;
const complete = async (input: Record<string, unknown>): Promise<Data> => (await examiner.ask(completeExam, { input })).data.completeExam;
const blockersOf = (answer: Data): string[] =>
  answer.rules.filter((rule: Data) => rule.outcome !== 'PASS').map((rule: Data) => `${rule.outcome} ${rule.id}`);
const callOf = async (examId: string): Promise<Data> => (await desk.get(examCall, { id: examId })).exam.call;

describe('an exam held in a call', () => {
  test('is approved on what both told of it, and keeps that with the decision', async () => {
    const { examId, patientId } = await started(graph, clinicId);
    const { patient, own } = await talked(graph, desk, examiner, examId);
    await patient.tells('LEFT');
    await own.tells('LEFT');
    expect(await callOf(examId)).toEqual({
      ...{ opensAt: expect.any(String), closesAt: expect.any(String), togetherSeconds: expect.any(Number) },
      participants: [
        { part: 'PATIENT', person: patientId, presence: 'LEFT', confirmedSeconds: expect.any(Number), silent: false },
        { part: 'EXAMINER', person: examinerId, presence: 'LEFT', confirmedSeconds: expect.any(Number), silent: false },
      ],
      events: ['JOINED', 'JOINED', 'LEFT', 'LEFT'].map((kind, index) => ({
        ...{ part: index % 2 === 0 ? 'PATIENT' : 'EXAMINER', kind, at: expect.any(String) },
      })),
      samples: ['PATIENT', 'EXAMINER', 'PATIENT', 'EXAMINER'].map((part) => ({ part, connection: 'GOOD' })),
    });
    expect((await callOf(examId)).togetherSeconds).toBeGreaterThanOrEqual(119);

    const exam = await complete(approval(examId));
    expect(exam).toMatchObject({ status: 'COMPLETED', outcome: 'APPROVED' });
    const contact = JSON.parse(exam.record).rules.results.find((rule: Data) => rule.id === 'exam.liveContact');
    expect(contact).toMatchObject({
      outcome: 'PASS',
      message: expect.stringMatching(/^Patient and examiner were in the call together for 1[12]\d seconds$/),
    });
    const kept = 'query ($id: ID!) { exam(id: $id) { decisions { gate facts replay { same } } } }';
    const { decisions } = (await examiner.get(kept, { id: examId })).exam;
    expect(decisions.map(({ gate, replay }: Data) => [gate, replay.same])).toEqual([
      ['BOOK', true],
      ['START', true],
      ['JOIN', true],
      ['JOIN', true],
      ['COMPLETE', true],
    ]);
    expect(decisions.at(-1).facts.liveContact).toMatchObject({ patient: 'LEFT', examiner: 'LEFT', silent: false });
  });

  test.each<[string, (examId: string) => Promise<unknown>, string]>([
    ['the patient never came', async (examId) => (await callerAs(examiner, examId, 'EXAMINER')).tells('JOINED'), 'FAIL'],
    [
      'both came and nobody knows for how long',
      async (examId) => {
        await (await callerAs(examiner, examId, 'EXAMINER')).tells('JOINED');
        await (await callerAs(desk, examId, 'PATIENT')).tells('JOINED');
        later(graph, 600);
      },
      'UNKNOWN',
    ],
    [
      'without a picture a video exam is none',
      async (examId) => {
        const [own, patient] = [await callerAs(examiner, examId, 'EXAMINER'), await callerAs(desk, examId, 'PATIENT')];
        for (const one of [own, patient]) await one.tells('JOINED');
        for (let minute = 0; minute < 3; minute += 1) {
          later(graph, 60);
          for (const one of [own, patient]) await one.is({ video: false });
        }
      },
      'UNKNOWN',
    ],
    ['the call broke off at its end', async (examId) => (await talked(graph, desk, examiner, examId)).patient.tells('DROPPED'), 'FAIL'],
  ])('%s: no approval, and any other outcome', async (_what, call, outcome) => {
    const { examId } = await started(graph, clinicId);
    await call(examId);
    expect(blockersOf(await complete(approval(examId)))).toEqual([`${outcome} exam.liveContact`]);
    const { answers: _none, ...bare } = approval(examId, { outcome: 'NEEDS_IN_PERSON', services: [] });
    expect(await complete(bare)).toMatchObject({ status: 'COMPLETED', outcome: 'NEEDS_IN_PERSON' });
  });

  test('a patient who dropped and came back is examined to the end', async () => {
    const { examId } = await started(graph, clinicId);
    const { patient } = await talked(graph, desk, examiner, examId);
    await patient.tells('DROPPED');
    later(graph, 30);
    expect(await patient.tells('REJOINED')).toMatchObject({ kind: 'REJOINED' });
    expect(await complete(approval(examId))).toMatchObject({ outcome: 'APPROVED' });
  });

  test('where a deployment requires its own calls, an exam without one is not approved', async () => {
    vi.stubEnv('VIDEO', 'required');
    const { examId } = await started(graph, clinicId);
    expect(blockersOf(await complete(approval(examId)))).toEqual(['FAIL exam.liveContact']);
    vi.unstubAllEnvs();
    expect(await complete(approval(examId))).toMatchObject({ outcome: 'APPROVED' });
  });
});

describe('leave to join', () => {
  test('is for one person and five minutes, says the exam, and nothing of who the patient is', async () => {
    const { examId, patientId } = await started(graph, clinicId);
    const before = graph.clock.now();
    const pass = await join(desk, examId, 'PATIENT');
    expect(pass).toEqual({
      ...{ __typename: 'CallPass', id: expect.stringMatching(/^cps_/), part: 'PATIENT', url: null },
      ...{ token: expect.any(String), expiresAt: expect.any(String) },
    });
    expect(Math.round((Date.parse(pass.expiresAt) - before.getTime()) / 60_000)).toBe(5);
    expect(decodeJwt(pass.token)).toEqual({
      ...{ aud: 'goodfaith-call', sub: patientId, jti: pass.id, room: examId, part: 'PATIENT' },
      ...{ iat: expect.any(Number), exp: Math.floor(Date.parse(pass.expiresAt) / 1000) },
    });
  });

  test('is LiveKit’s where a server is named', async () => {
    vi.stubEnv('LIVEKIT_URL', 'wss://video.example');
    vi.stubEnv('LIVEKIT_API_KEY', 'key');
    vi.stubEnv('LIVEKIT_API_SECRET', 's'.repeat(32));
    const { examId } = await started(graph, clinicId);
    const pass = await join(examiner, examId, 'EXAMINER');
    expect(pass.url).toBe('wss://video.example/');
    expect(decodeJwt(pass.token)).toMatchObject({ iss: 'key', sub: examinerId, video: { room: examId, roomJoin: true } });
    const { data } = await examiner.ask(recordCallEvent, { input: { token: pass.token, kind: 'JOINED' } });
    expect(data.recordCallEvent).toMatchObject({ part: 'EXAMINER', kind: 'JOINED' });
  });

  test('is given once for one key, and shows no token once it has run out', async () => {
    const { examId } = await started(graph, clinicId);
    const key = { idempotencyKey: 'join-once' };
    const first = (await desk.get(joinCall, { input: { examId, as: 'PATIENT' } }, key)).joinCall;
    expect((await desk.get(joinCall, { input: { examId, as: 'PATIENT' } }, key)).joinCall).toEqual(first);
    later(graph, 301);
    expect((await desk.get(joinCall, { input: { examId, as: 'PATIENT' } }, key)).joinCall).toEqual({ ...first, token: null });
  });

  test('is for the exam’s examiner, the desk that presents the patient, and whoever is invited', async () => {
    const { examId } = await started(graph, clinicId);
    expect(blockersOf(await join(director, examId, 'EXAMINER'))).toEqual(['FAIL call.participant']);
    expect(blockersOf(await join(desk, examId, 'EXAMINER'))).toEqual(['FAIL call.participant']);
    expect((await join(examiner, examId, 'PATIENT')).code).toBe('FORBIDDEN');
    expect((await join(director, examId, 'PATIENT')).code).toBe('FORBIDDEN');
    expect(blockersOf(await join(director, examId, 'OBSERVER'))).toEqual(['FAIL call.participant']);
    expect((await join(await graph.as('other-desk'), examId, 'PATIENT')).code).toBe('NOT_FOUND');
    expect((await join(await graph.as('examiner-b'), examId, 'OBSERVER')).code).toBe('NOT_FOUND');
    expect((await join(await graph.as('mso-manager'), examId, 'OBSERVER')).code).toBe('FORBIDDEN');

    const invite = async (input: Record<string, unknown>, who = examiner) =>
      (await who.ask(inviteToCall, { input: { examId, ...input } })).data.inviteToCall;
    const person = personas['director']?.sub;
    expect((await invite({ person, patientAgreed: false })).issues).toEqual([
      { path: 'input.patientAgreed', message: 'Nobody looks on unless the patient agrees.' },
    ]);
    expect((await invite({ person: 'pat_1', patientAgreed: true })).issues).toEqual([{ path: 'input.person', message: 'Is nobody’s id.' }]);
    expect(await invite({ person, patientAgreed: true })).toMatchObject({ __typename: 'CallInvitation', person });
    expect((await invite({ person, patientAgreed: true })).code).toBe('CONFLICT');
    expect(await join(director, examId, 'OBSERVER')).toMatchObject({ __typename: 'CallPass', part: 'OBSERVER' });
  });

  test('is given in the exam’s hours', async () => {
    const startsAt = (await freeTimes(desk, graph, clinicId))[0] ?? '';
    const { examId } = await booked(desk, graph, clinicId, startsAt);
    expect(blockersOf(await join(desk, examId, 'PATIENT'))).toEqual(['FAIL call.window']);
    graph.clock.set(new Date(Date.parse(startsAt) - 14 * 60_000));
    expect(await join(desk, examId, 'PATIENT')).toMatchObject({ __typename: 'CallPass' });
    graph.clock.set(new Date(Date.parse(startsAt) + 51 * 60_000));
    expect(blockersOf(await join(desk, examId, 'PATIENT'))).toEqual(['FAIL call.window']);
    graph.clock.set(new Date());
  });

  test('is not given for an exam that is over', async () => {
    const { examId } = await started(graph, clinicId);
    await complete(approval(examId));
    expect(await join(desk, examId, 'PATIENT')).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'COMPLETED' });
  });

  test('is not given to anybody once the examiner may not examine there', async () => {
    const { examId } = await started(graph, clinicId);
    const license = uuidOf('license:examiner:TX');
    await graph.sql(`update physicians.license set status = 'SUSPENDED' where id = $1`, [license]);
    for (const [who, as] of [
      [desk, 'PATIENT'],
      [examiner, 'EXAMINER'],
    ] as const) {
      expect(blockersOf(await join(who, examId, as))).toContain('FAIL licence.examiner');
    }
    await graph.sql(`update physicians.license set status = 'ACTIVE' where id = $1`, [license]);
  });
});

describe('what is told of a call', () => {
  test('is told with one’s own token, one step after the other', async () => {
    const { examId } = await started(graph, clinicId);
    const patient = await callerAs(desk, examId, 'PATIENT');
    expect(await patient.is()).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'NEVER', to: 'SIGN' });
    expect(await patient.tells('LEFT')).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'NEVER', to: 'LEFT' });
    expect(await patient.tells('JOINED')).toMatchObject({ __typename: 'CallEvent', part: 'PATIENT', kind: 'JOINED' });
    expect(await patient.tells('JOINED')).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'JOINED', to: 'JOINED' });
    expect(await patient.is({ roundTripMs: 80, lossPercent: 0.5 })).toMatchObject({
      connection: 'GOOD',
      roundTripMs: 80,
      lossPercent: 0.5,
    });
    const none = { code: 'INVALID_INPUT', issues: [{ path: 'input.token', message: 'is no token that you were given' }] };
    for (const [who, token] of [
      [examiner, patient.token],
      [await graph.as('other-desk'), patient.token],
      [desk, 'x'],
    ] as const) {
      const { data } = await who.ask(recordCallEvent, { input: { token, kind: 'LEFT' } });
      expect(data.recordCallEvent).toMatchObject(none);
    }
    expect((await patient.is({ lossPercent: 101 })).issues).toEqual([{ path: 'input.lossPercent', message: 'Is more than all.' }]);
  });

  test('can end a presence earlier than it is told, and begin none earlier', async () => {
    const { examId } = await started(graph, clinicId);
    const patient = await callerAs(desk, examId, 'PATIENT');
    const at = (seconds: number) => new Date(graph.clock.now().getTime() + seconds * 1000).toISOString();
    const issue = async (answer: Promise<Data>) => (await answer).issues[0];
    expect(await issue(patient.tells('JOINED', { at: at(-60) }))).toMatchObject({ path: 'input.at' });
    await patient.tells('JOINED');
    later(graph, 60);
    const { at: seen } = await patient.is();
    later(graph, 90);
    expect(await issue(patient.tells('LEFT', { at: at(60) }))).toEqual({ path: 'input.at', message: 'is in the future' });
    expect(await issue(patient.tells('DROPPED', { at: at(-120) }))).toMatchObject({
      path: 'input.at',
      message: expect.stringContaining(seen),
    });
    expect(await patient.tells('DROPPED')).toMatchObject({ kind: 'DROPPED', at: seen });
    later(graph, 400);
    expect(await issue(patient.tells('REJOINED'))).toEqual({ path: 'input.token', message: 'has run out: ask for another with joinCall' });
    expect(await (await callerAs(desk, examId, 'PATIENT')).tells('REJOINED')).toMatchObject({ kind: 'REJOINED' });
    later(graph, 400);
    expect(await patient.tells('LEFT')).toMatchObject({ kind: 'LEFT' });
  });

  test('is told after the exam is over by those who go, and nobody comes in any more', async () => {
    const { examId } = await started(graph, clinicId);
    const { patient, own } = await talked(graph, desk, examiner, examId);
    await complete(approval(examId));
    expect(await patient.tells('LEFT')).toMatchObject({ kind: 'LEFT' });
    expect(await patient.tells('REJOINED')).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'COMPLETED' });
    expect(await own.tells('LEFT')).toMatchObject({ kind: 'LEFT' });
  });

  test('twice at once is told once', async () => {
    const { examId } = await started(graph, clinicId);
    const patient = await callerAs(desk, examId, 'PATIENT');
    const answers = await Promise.all(Array.from({ length: 5 }, () => patient.tells('JOINED')));
    expect(answers.filter((answer) => answer.kind === 'JOINED')).toHaveLength(1);
    expect((await callOf(examId)).events).toHaveLength(1);
  });

  test('begins with the call of a booked exam, before the exam does', async () => {
    const startsAt = (await freeTimes(desk, graph, clinicId))[0] ?? '';
    const { examId } = await booked(desk, graph, clinicId, startsAt);
    graph.clock.set(new Date(Date.parse(startsAt) - 5 * 60_000));
    await talked(graph, desk, examiner, examId);
    await examiner.get(startExam, { input: { examId, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } });
    expect(await complete(approval(examId))).toMatchObject({ outcome: 'APPROVED' });
    graph.clock.set(new Date());
  });
});
