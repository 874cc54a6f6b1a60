import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { placeId } from '#prisma/seed/places.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { subgraphNames } from '#kernel/names.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { claimNextExam, clinicOf, readyPatient } from './exam-story.ts';
import { examinersInTexas } from './fifty-examiners.ts';

const EXAMINERS = 20;
const WAITING = 500;

let graph: TestGraph;
let examiners: Asker[];
/** What each examiner is asked to take: the odd ones weight loss alone, the even ones anything. */
let onlyWeightLoss: ReadonlySet<number>;
beforeAll(async () => {
  graph = await testGraph();
  const desk = await graph.as('front-desk');
  const { patientId, intakeId } = await readyPatient(desk, await clinicOf(desk));
  await examinersInTexas(graph, EXAMINERS);
  const panel = await graph.sql<{ id: string }>(
    'select examiner_id::text as id from prescriptions.examiner_clinic where clinic_id = $1 order by 1',
    [placeId('austin')],
  );
  onlyWeightLoss = new Set(panel.flatMap((_one, index) => (index % 2 === 1 ? [index] : [])));
  const subs = panel.map(({ id }) => toId('practitioner', id));
  await graph.sql(
    `update prescriptions.examiner_clinic set services = '{weight-loss}' where clinic_id = $1 and examiner_id = any ($2::uuid[])`,
    [placeId('austin'), panel.filter((_one, index) => onlyWeightLoss.has(index)).map(({ id }) => id)],
  );
  await graph.sql(
    `insert into clinics.membership (id, sub, role, at, starts_at) select gen_random_uuid(), sub, 'EXAMINER', $2, now() - interval '1 day' from unnest($1::text[]) as sub`,
    [subs, placeTypeId('austin')],
  );
  for (const name of subgraphNames) await graph.running[name].refreshTenancy();
  examiners = await Promise.all(
    subs.map((sub) => graph.asSomeone({ sub, name: 'An examiner', grants: [{ role: 'EXAMINER', at: placeTypeId('austin') }] })),
  );
  // Every third waits for another service. One second apart, the first five hundred seconds ago.
  await graph.sql(
    `insert into prescriptions.good_faith_exam (id, clinic_id, patient_id, service, patient_state, modality, status, intake_id, requested_at, requested_by)
     select uuidv7(), $1, $2, case when n % 3 = 0 then 'iv-therapy' else 'weight-loss' end, 'TX', 'SYNC_VIDEO', 'REQUESTED', $3, now() - (${WAITING} - n) * interval '1 second', 'test'
     from generate_series(1, ${WAITING}) as n`,
    [placeId('austin'), fromId('patient', patientId), fromId('intake', intakeId)],
  );
}, 300_000);
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('twenty examiners empty a queue of five hundred: each exam taken once, by who may take it, oldest first', {
  timeout: 600_000,
}, async () => {
  const answers: Data[] = [];
  const taken = await Promise.all(
    examiners.map(async (who, examiner) => {
      const own: string[] = [];
      for (;;) {
        // Each claim has a key of its own: one whose answer was lost is asked for again, and is not a second one.
        const { data, errors } = await who.ask(claimNextExam, {}, { idempotencyKey: `claim-${examiner}-${own.length}` });
        if (errors.length > 0) {
          // A machine that cannot keep up may say so, and is asked again; it says nothing else.
          expect(errors.map(({ code }) => code)).toEqual(['UNAVAILABLE']);
          continue;
        }
        const claim = data.claimNextExam;
        // Said of a neighbour that did not answer in time: nothing was claimed, and nothing is kept under the key.
        if (claim.code === 'UNAVAILABLE') continue;
        if (claim.__typename !== 'GoodFaithExam') {
          answers.push(claim);
          return own;
        }
        own.push(claim.id);
      }
    }),
  );
  // Nobody was shown a lost lock, a deadlock or an error: each went on until there was nothing left for them.
  expect(answers.map(({ code }) => code)).toEqual(Array.from({ length: EXAMINERS }, () => 'QUEUE_EMPTY'));
  const rows = await graph.sql<{ id: string; service: string; place: number; examiner: string; claims: number }>(
    `select e.id::text, e.service, row_number() over (order by e.requested_at, e.id)::int as place, e.examiner_id::text as examiner,
       (select count(*)::int from prescriptions.audit_event a where a.subject_id = e.id and a.action = 'exam.claimed') as claims
     from prescriptions.good_faith_exam e where e.requested_by = 'test'`,
  );
  const byId = new Map(rows.map((row) => [toId('exam', row.id), row]));
  expect(rows.filter(({ claims }) => claims !== 1)).toEqual([]);
  expect(taken.flat()).toHaveLength(WAITING);
  expect(new Set(taken.flat()).size).toBe(WAITING);
  taken.forEach((own, index) => {
    const services = own.map((id) => byId.get(id)?.service);
    if (onlyWeightLoss.has(index)) expect(services.filter((service) => service !== 'weight-loss')).toEqual([]);
    // Of each line they were given the older before the younger.
    for (const service of ['weight-loss', 'iv-therapy']) {
      const places = own
        .map((id) => byId.get(id))
        .filter((row) => row?.service === service)
        .map((row) => row?.place ?? 0);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
  });
});
