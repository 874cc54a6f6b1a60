import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { approval, booked, cancelExam, clinicOf, completeExam, consented, examinerId, started } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const fields = `id position digest mediaType size takenAt bodySite { uri code display } addedAt addedBy { id } consent { kind }
  inRecord withdrawnAt withdrawalReason`;
const answer = `__typename ... on ExamPhoto { ${fields} } ... on Refusal { code message } ... on IllegalTransition { from to }
  ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome remedy } }`;
const addExamPhoto = `mutation ($input: AddExamPhotoInput!) { addExamPhoto(input: $input) { ${answer} } }`;
const withdrawExamPhoto = `mutation ($input: WithdrawExamPhotoInput!) { withdrawExamPhoto(input: $input) { ${answer} } }`;
const digestOf = (letter: string) => letter.repeat(64);
const face = { code: '89545001', display: 'Face structure' };

const photo = (examId: string, more: Data = {}): Data => ({
  ...{ examId, digest: digestOf('a'), mediaType: 'image/jpeg', size: 2_400_000, bodySite: face },
  takenAt: new Date(graph.clock.now().getTime() - 60_000).toISOString(),
  ...more,
});
const add = async (input: Data, who = examiner): Promise<Data> => (await who.ask(addExamPhoto, { input })).data?.addExamPhoto;
const withdraw = async (photoId: string, who = examiner, reason = 'POOR_QUALITY'): Promise<Data> =>
  (await who.ask(withdrawExamPhoto, { input: { photoId, reason } })).data?.withdrawExamPhoto;
const photosOf = async (examId: string, who = examiner): Promise<Data[]> =>
  (await who.get(`query ($id: ID!) { exam(id: $id) { photos { ${fields} } } }`, { id: examId })).exam.photos;

/** An exam under way of a patient who has agreed to be photographed. */
async function underWay(): Promise<{ examId: string; patientId: string }> {
  const of = await started(graph, clinicId);
  await consented(desk, of.patientId, ['PHOTOGRAPHY']);
  return of;
}

async function revoked(patientId: string): Promise<void> {
  const { patient } = await desk.get('query ($id: ID!) { patient(id: $id) { consents { id kind revokedAt } } }', { id: patientId });
  const { id } = patient.consents.find((one: Data) => one.kind === 'PHOTOGRAPHY' && one.revokedAt === null);
  await desk.get('mutation ($input: RevokeConsentInput!) { revokeConsent(input: $input) { __typename } }', { input: { consentId: id } });
}

test('photographs stand in the exam and, once it is completed, in its signed record by their digest', async () => {
  const { examId } = await underWay();
  const first = await add(photo(examId));
  const wrong = await add(photo(examId, { digest: digestOf('b'), mediaType: 'image/heic', size: 1 }));
  const last = await add(photo(examId, { digest: digestOf('c'), mediaType: 'image/webp', size: 26_214_400 }));
  const shown = {
    ...{ id: expect.stringMatching(/^pho_/), position: 1, digest: digestOf('a'), mediaType: 'image/jpeg', size: 2_400_000 },
    ...{ takenAt: expect.any(String), bodySite: { uri: 'http://snomed.info/sct', ...face }, addedAt: expect.any(String) },
    ...{ addedBy: { id: examinerId }, consent: { kind: 'PHOTOGRAPHY' }, inRecord: false, withdrawnAt: null, withdrawalReason: null },
  };
  expect(first).toEqual({ __typename: 'ExamPhoto', ...shown });
  expect(await withdraw(wrong.id)).toMatchObject({ id: wrong.id, withdrawnAt: expect.any(String), withdrawalReason: 'POOR_QUALITY' });
  const { record } = (await examiner.get(completeExam, { input: approval(examId) })).completeExam;
  expect(JSON.parse(record).photographs).toEqual(
    [first, last].map(({ id, digest, mediaType, size, takenAt, addedAt }) => ({
      ...{ id, digest, mediaType, size, takenAt, addedAt, addedBy: examinerId, consent: expect.stringMatching(/^con_/) },
      bodySite: { system: 'http://snomed.info/sct', ...face },
    })),
  );
  const { exam } = await examiner.get('query ($id: ID!) { exam(id: $id) { signature { jws } } }', { id: examId });
  expect(Buffer.from(JSON.parse(exam.signature.jws).payload, 'base64url').toString()).toBe(record);
  expect(
    (await photosOf(examId)).map(({ id, position, inRecord, withdrawalReason }) => [id, position, inRecord, withdrawalReason]),
  ).toEqual([
    [first.id, 1, true, null],
    [wrong.id, 2, false, 'POOR_QUALITY'],
    [last.id, 3, true, null],
  ]);
});

test('an exam broken off has its photographs in its record too', async () => {
  const { examId } = await underWay();
  const { id } = await add(photo(examId));
  const breakOff = `mutation ($input: BreakOffExamInput!) { breakOffExam(input: $input) { ... on GoodFaithExam { record } } }`;
  const { breakOffExam: ended } = await examiner.get(breakOff, { input: { examId, reason: 'TECHNICAL_FAILURE' } });
  expect(JSON.parse(ended.record).photographs).toMatchObject([{ id, digest: digestOf('a') }]);
});

test('a photograph can be added before the exam begins, and none once it is over', async () => {
  const { examId, patientId } = await booked(desk, graph, clinicId);
  await consented(desk, patientId, ['PHOTOGRAPHY']);
  const { id } = await add(photo(examId));
  await desk.get(cancelExam, { input: { examId, reason: 'CLINIC_REQUEST' } });
  expect(await add(photo(examId, { digest: digestOf('b') }))).toMatchObject({
    ...{ __typename: 'IllegalTransition', code: 'ILLEGAL_TRANSITION', from: 'CANCELLED', to: 'PHOTOGRAPHED' },
  });
  expect(await withdraw(id)).toMatchObject({ __typename: 'IllegalTransition', from: 'CANCELLED', to: 'WITHDRAWN' });
});

describe('the consent to photographs', () => {
  test('is asked, and the refusal names the rule', async () => {
    const { examId } = await started(graph, clinicId);
    expect(await add(photo(examId))).toEqual({
      ...{ __typename: 'RuleBlocked', code: 'RULE_BLOCKED', message: 'The consent PHOTOGRAPHY is missing' },
      rules: [{ id: 'consent.PHOTOGRAPHY', outcome: 'FAIL', remedy: 'Ask the patient for the consent PHOTOGRAPHY.' }],
    });
    expect(await photosOf(examId)).toEqual([]);
  });

  test('taken back before the exam is over takes its photographs out; given anew, they can be added again', async () => {
    const { examId, patientId } = await underWay();
    const before = await add(photo(examId));
    await revoked(patientId);
    expect(await photosOf(examId)).toMatchObject([{ id: before.id, withdrawnAt: expect.any(String), withdrawalReason: null }]);
    await consented(desk, patientId, ['PHOTOGRAPHY']);
    const again = await add(photo(examId));
    const { record } = (await examiner.get(completeExam, { input: approval(examId) })).completeExam;
    expect(JSON.parse(record).photographs.map(({ id }: Data) => id)).toEqual([again.id]);
    await revoked(patientId);
    expect(await photosOf(examId)).toMatchObject([
      { id: before.id, inRecord: false, withdrawnAt: expect.any(String) },
      { id: again.id, inRecord: true, withdrawnAt: null },
    ]);
  });
});

describe('what is no photograph', () => {
  let examId: string;
  beforeAll(async () => {
    examId = (await underWay()).examId;
    await add(photo(examId));
  });

  test.each([
    ['a type that is none of a photograph', { mediaType: 'image/svg+xml' }, 'mediaType', /one of image\/jpeg/],
    ['an empty file', { size: 0 }, 'size', /at least one byte/],
    ['a file that is too large', { size: 26_214_401 }, 'size', /at most 26214400 bytes/],
    ['a digest that is none', { digest: 'A'.repeat(64) }, 'digest', /lower-case/],
    ['one that the exam has', { digest: digestOf('a') }, 'digest', /has already/],
    ['one that is yet to be taken', { takenAt: '2099-01-01T00:00:00Z' }, 'takenAt', /lies ahead/],
    ['a part of the body mistyped', { bodySite: { ...face, code: '89545002' } }, 'bodySite.code', /wrong check digit/],
    ['a part of the body without words', { bodySite: { ...face, display: ' ' } }, 'bodySite.display', /missing/],
  ])('is refused and named by its path: %s', async (_what, more, path, message) => {
    expect(await add(photo(examId, { digest: digestOf('d'), ...more }))).toEqual({
      ...{ __typename: 'InvalidInput', code: 'INVALID_INPUT', message: expect.any(String) },
      issues: [{ path: `input.${path}`, message: expect.stringMatching(message) }],
    });
  });

  test('an exam takes 40', async () => {
    const { examId: full } = await underWay();
    for (let number = 1; number <= 40; number += 1) await add(photo(full, { digest: String(number).padStart(64, '0') }));
    expect(await add(photo(full))).toMatchObject({ issues: [{ path: 'input.examId', message: expect.stringMatching(/40 photographs/) }] });
    const [first] = await photosOf(full);
    await withdraw(first?.['id']);
    expect(await add(photo(full))).toMatchObject({ __typename: 'ExamPhoto', position: 41 });
  });
});

test('of two who add the same photograph at once one does, and of two who withdraw it one does', async () => {
  const { examId } = await underWay();
  const director = await graph.as('director', { stepUp: true });
  const added = await Promise.all([examiner, director].map((who) => add(photo(examId), who)));
  expect(added.map((one) => one['__typename']).toSorted()).toEqual(['ExamPhoto', 'InvalidInput']);
  const id = added.find((one) => one['__typename'] === 'ExamPhoto')?.['id'];
  const gone = await Promise.all([examiner, director].map((who) => withdraw(id, who)));
  expect(gone.map((one) => one['__typename']).toSorted()).toEqual(['ExamPhoto', 'IllegalTransition']);
});

test('only who opens the chart sees them, and only its clinicians add and withdraw them', async () => {
  const { examId } = await underWay();
  const { id } = await add(photo(examId));
  for (const persona of ['front-desk', 'pharmacist', 'mso-manager', 'compliance']) {
    const who = await graph.as(persona);
    const { data, errors } = await who.ask('query ($id: ID!) { exam(id: $id) { photos { id } } }', { id: examId });
    // A pharmacy does not find the exam at all.
    const code = persona === 'pharmacist' ? 'NOT_FOUND' : 'FORBIDDEN';
    expect([persona, data?.exam?.photos ?? null, errors.map((error) => error.code)]).toEqual([persona, null, [code]]);
    const refused = [await add(photo(examId), who), await withdraw(id, who)];
    expect([persona, ...refused.map((one) => one?.['code'])]).toEqual([persona, 'FORBIDDEN', 'FORBIDDEN']);
  }
  const stranger = await graph.as('examiner-b', { stepUp: true });
  expect([(await add(photo(examId), stranger))['code'], (await withdraw(id, stranger))['code']]).toEqual(['NOT_FOUND', 'NOT_FOUND']);
});

test('the trail says what was added and withdrawn, and not which part of the body', async () => {
  const { examId } = await underWay();
  const { id } = await add(photo(examId));
  await withdraw(id);
  const rows = await graph.sql(
    `select action, detail from prescriptions.audit_event where subject_id = $1 and action like 'exam.photo%' order by id`,
    [fromId('exam', examId)],
  );
  expect(rows).toMatchObject([
    {
      action: 'exam.photo-added',
      detail: { photo: fromId('examPhoto', id), digest: digestOf('a'), mediaType: 'image/jpeg', size: 2_400_000 },
    },
    { action: 'exam.photo-withdrawn', detail: { photo: fromId('examPhoto', id), digest: digestOf('a'), reason: 'POOR_QUALITY' } },
  ]);
  expect(JSON.stringify(rows)).not.toMatch(/Face|89545001/);
});

test('the database adds none to an exam that is over or without consent, withdraws none from it, and changes none', async () => {
  const { examId, patientId } = await underWay();
  const { id } = await add(photo(examId));
  const copy = () =>
    graph.sql(
      `insert into prescriptions.exam_photo select gen_random_uuid(), clinic_id, patient_id, exam_id, consent_id, position + 1, digest, media_type, size,
         taken_at, body_site, body_site_display, added_by, added_at from prescriptions.exam_photo where id = $1`,
      [fromId('examPhoto', id)],
    );
  await expect(graph.sql('update prescriptions.exam_photo set size = 1 where id = $1', [fromId('examPhoto', id)])).rejects.toThrow(
    /never changed/,
  );
  await revoked(patientId);
  await expect(copy()).rejects.toThrow(/takes no such photograph/);
  await consented(desk, patientId, ['PHOTOGRAPHY']);
  await examiner.get(completeExam, { input: approval(examId) });
  await expect(copy()).rejects.toThrow(/takes no such photograph/);
  await expect(
    graph.sql(
      `insert into prescriptions.exam_photo_withdrawal select gen_random_uuid(), clinic_id, patient_id, id, 'OTHER', added_by, added_at
       from prescriptions.exam_photo where id = $1`,
      [fromId('examPhoto', id)],
    ),
  ).rejects.toThrow(/not withdrawn any more/);
});
