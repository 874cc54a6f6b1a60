import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { bookExam, clinicOf, examinerId, freeTimes, held, holdInput, holdSlot, readyPatient } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let patientId: string;
let intakeId: string;
/** The last free time before the sanction, the first of its first day, and the next, held while nothing was known yet. */
let [before, onIt, holdId] = ['', '', ''];
let sanctionedOn: string;

beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  ({ patientId, intakeId } = await readyPatient(desk, clinicId));
  const times = await freeTimes(desk, graph, clinicId);
  sanctionedOn = times.find((time) => dayOf(time) > dayOf(times[0]))?.slice(0, 10) ?? '';
  before = times.findLast((time) => dayOf(time) < sanctionedOn) ?? '';
  const [first, second] = times.filter((time) => dayOf(time) >= sanctionedOn);
  onIt = first ?? '';
  holdId = await held(desk, clinicId, patientId, second ?? '');
  await graph.sql(
    `insert into physicians.license_standing (id, license_id, practitioner_id, status, effective_from, effective_to, recorded_at, source, reference)
     select uuidv7(), id, practitioner_id, 'SUSPENDED', $2, null, $3, 'STATE_BOARD', 'Docket 26-7' from physicians.license
     where practitioner_id = $1 and state = 'TX'`,
    [fromId('practitioner', examinerId), sanctionedOn, graph.clock.now()],
  );
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const dayOf = (time: string | undefined) => time?.slice(0, 10) ?? '';
const blocking = (rules: Data[]): string[] =>
  rules.filter(({ outcome }) => outcome !== 'PASS').map(({ id, outcome, message }) => `${outcome} ${id}: ${message}`);
const suspended = () => [`FAIL licence.examiner: The examiner's licence in TX is not active on ${sanctionedOn}, as recorded now`];

test('a suspension recorded ahead of its day leaves the times before it, and none from then on', async () => {
  const times = await freeTimes(desk, graph, clinicId);
  expect(times.at(-1)).toBe(before);
});

test('and what is not offered is not held', async () => {
  const { holdSlot: refused } = (await desk.ask(holdSlot, { input: holdInput(clinicId, patientId, onIt) })).data;
  expect(blocking(refused.rules)).toEqual(suspended());
  const { holdSlot: hold } = (await desk.ask(holdSlot, { input: holdInput(clinicId, patientId, before) })).data;
  expect(hold).toMatchObject({ __typename: 'SlotHold', startsAt: before });
});

test('nor booked, though it was held before the suspension was known', async () => {
  const { bookExam: refused } = (await desk.ask(bookExam, { input: { holdId, intakeId } })).data;
  expect(blocking(refused.rules)).toEqual(suspended());
});

test('and explaining the plan says the same', async () => {
  const officer = await graph.as('compliance');
  const answers = async (startsAt: string) => {
    const exam = { patientState: 'TX', service: 'weight-loss', modality: 'SYNC_VIDEO', examinerId, startsAt };
    const { explain } = await officer.get(
      'query ($clinicId: ID!, $input: ExplainInput!) { explain(clinicId: $clinicId, input: $input) { results { id outcome message } } }',
      { clinicId, input: { exam } },
    );
    return blocking(explain.results);
  };
  expect(await answers(before)).toEqual([]);
  expect(await answers(onIt)).toEqual(suspended());
});
