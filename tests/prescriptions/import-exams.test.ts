import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../subgraphs/prescriptions/outside-exam/command.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { clinicOf } from './exam-story.ts';
import { daysAgo, examinerNpi, outsideExams } from './outside-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let folder: string;
let mapping: string;
let npi: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  npi = await examinerNpi(graph);
  folder = await mkdtemp(join(tmpdir(), 'exams-'));
  mapping = await file('mapping.json', JSON.stringify(mapped));
});
afterAll(async () => {
  await graph?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const mapped = {
  fields: {
    ...{ externalId: 'Exam', givenName: 'First', familyName: 'Last', birthDate: 'Born', patientState: 'State' },
    ...{ outcome: 'Result', completedAt: 'Signed', examinerNpi: 'NPI', rationale: 'Assessment' },
  },
  constants: { service: 'weight-loss', modality: 'SYNC_VIDEO' },
  values: { outcome: { Cleared: 'APPROVED' } },
  answers: { 'glp1-weight-loss.gl-bmi': 'BMI', 'glp1-weight-loss.gl-comorbid': 'Indicated' },
};

async function file(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const heading = 'Exam,First,Last,Born,State,Result,Signed,NPI,Assessment,BMI,Indicated';
const row = (id: string, more: { born?: string; assessment?: string } = {}) =>
  [
    id,
    'Ana',
    'Whitfield',
    more.born ?? '1988-04-17',
    'TX',
    'Cleared',
    `${daysAgo(graph, 2).slice(0, 10)}T10:00:00Z`,
    npi,
    `"${more.assessment ?? 'Fine, no hits'}"`,
    '33.1',
    'yes',
  ].join(',');

/** The command on the database's owner, as of the graph's clock. */
const command = (list: string, ...more: string[]) =>
  run(
    ['--file', list, '--mapping', mapping, '--clinic', clinicId, ...more],
    async () => graph.database.ownerUrl,
    () => graph.clock.now(),
  );
const listed = async () =>
  (await outsideExams(desk, clinicId))
    .filter(({ source }) => source === 'CSV')
    .map(({ externalId }) => externalId)
    .toSorted();

test('a list with a broken row is not imported, unless it is asked for as far as it goes; a rerun imports nothing twice', async () => {
  const path = await file('list.csv', [heading, row('L-1'), row('L-2', { born: '1988-02-30' }), row('L-3'), 'L-4,too,short'].join('\n'));
  expect(await command(path)).toEqual({
    exit: 1,
    lines: [
      'Nothing was imported: 2 broken. Put them right, or import the others with --partial.',
      '  line 3: BROKEN birthDate must be a day (YYYY-MM-DD) that exists',
      '  line 5: BROKEN has 3 cells where the heading has 11',
    ],
  });
  expect(await listed()).toEqual([]);
  const partial = await command(path, '--partial');
  expect([partial.exit, partial.lines[0]]).toEqual([1, '2 imported, 0 known already, 2 broken']);
  expect(await listed()).toEqual(['L-1', 'L-3']);
  expect((await command(path, '--partial')).lines[0]).toBe('0 imported, 2 known already, 2 broken');
  expect(await listed()).toEqual(['L-1', 'L-3']);
  const whole = await file('whole.csv', [heading, row('L-1'), row('L-5')].join('\r\n'));
  expect(await command(whole)).toMatchObject({
    exit: 0,
    lines: ['1 imported, 1 known already, 0 broken', expect.any(String), expect.any(String)],
  });
  const [first] = (await outsideExams(desk, clinicId)).filter(({ externalId }) => externalId === 'L-5');
  expect(first).toMatchObject({ status: 'PROPOSED', source: 'CSV', provenance: 'EXTERNAL_ATTESTED', vendor: null, outcome: 'APPROVED' });
});

test('the same rows are broken with and without --partial, those among them that say otherwise than before', async () => {
  const path = await file(
    'same.csv',
    [heading, row('L-40'), row('L-41', { born: '1988-02-30' }), row('L-40', { assessment: 'Something else' })].join('\n'),
  );
  const broken = [
    '  line 3: BROKEN birthDate must be a day (YYYY-MM-DD) that exists',
    '  line 4: BROKEN externalId came in before with other content',
  ];
  expect(await command(path)).toEqual({
    exit: 1,
    lines: ['Nothing was imported: 2 broken. Put them right, or import the others with --partial.', ...broken],
  });
  expect(await listed()).not.toContain('L-40');
  expect(await command(path, '--partial')).toEqual({
    exit: 1,
    lines: ['1 imported, 0 known already, 2 broken', expect.stringMatching(/^ {2}line 2: IMPORTED oex_/), ...broken],
  });
});

test('a row that says otherwise than before stops the whole list', async () => {
  const path = await file('other.csv', [heading, row('L-20'), row('L-1', { assessment: 'Something else' })].join('\n'));
  const { exit, lines } = await command(path);
  expect([exit, lines]).toEqual([
    1,
    [expect.stringContaining('1 broken'), '  line 3: BROKEN externalId came in before with other content'],
  ]);
  expect(await listed()).not.toContain('L-20');
});

test('what is wrong with arguments, mapping or columns is said, and nothing of a person', async () => {
  const path = await file('good.csv', [heading, row('L-30')].join('\n'));
  expect(
    (
      await run(
        ['--file', path],
        async () => '',
        () => new Date(),
      )
    ).lines[0],
  ).toContain('npm run import-exams');
  expect((await command(join(folder, 'none.csv'))).lines).toEqual([`${join(folder, 'none.csv')} cannot be read.`]);
  const poor = await file('poor.json', JSON.stringify({ fields: { externalId: 'Exam' }, surplus: 1 }));
  const bad = await run(
    ['--file', path, '--mapping', poor, '--clinic', clinicId],
    async () => graph.database.ownerUrl,
    () => new Date(),
  );
  expect(bad).toEqual({ exit: 1, lines: [expect.stringContaining('surplus')] });
  const short = await file('short.csv', 'Exam,First\nL-31,Ana');
  expect((await command(short)).lines).toEqual([expect.stringContaining('The list has no column Last')]);
  const foreign = await run(
    ['--file', short, '--mapping', mapping, '--clinic', 'cli_01h455vb4pex5vsknk084sn02q'],
    async () => graph.database.ownerUrl,
    () => graph.clock.now(),
  );
  expect(foreign).toEqual({ exit: 1, lines: ['There is no clinic cli_01h455vb4pex5vsknk084sn02q.'] });
});
