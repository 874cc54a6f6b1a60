import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, test } from 'vitest';
import { subgraphNames } from '#kernel/names.ts';
import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import type { FrontEnd } from '../../gateway/journey/front-end.ts';
import { tellStory } from '../../gateway/journey/story.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { keep } from './command/in-turns.ts';

/** As many as it takes for pages that are half full not to matter. */
const STORIES = 60;
/** The examiner has no more time on a day. */
const A_DAY = 5;

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

interface Size {
  readonly schema: string;
  readonly table: string;
  readonly bytes: number;
}

/** Rows and indexes, months of one table together, without the room that earlier versions of rows took. */
async function sizes(): Promise<Size[]> {
  await graph.sql('vacuum full');
  return graph.sql<Size>(
    `select n.nspname as schema, regexp_replace(c.relname, '_(before|rest|y[0-9]{4}m[0-9]{2})$', '') as table, sum(pg_total_relation_size(c.oid))::float8 as bytes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname = any($1) group by 1, 2`,
    [subgraphNames.flatMap((name) => [name, `${name}_jobs`])],
  );
}

test('what a patient’s exam and order leave on disk', { timeout: 600_000 }, async () => {
  const documents = await contractDocuments();
  const frontEnd: FrontEnd = {
    async send(persona, operation, variables, options) {
      const asker = await graph.as(persona, options);
      const { data, errors } = await asker.ask(documents.get(operation) ?? '', { ...variables });
      return { data, errors: errors.map(({ message, code, path }) => ({ message: `${path}: ${message}`, extensions: { code } })) };
    },
  };
  const examples = await contractVariables();
  // One reason that reads like eight others would be held up for review.
  const reason = (): string => Array.from({ length: 20 }, () => randomBytes(3).toString('hex').replaceAll(/\d/g, 'x')).join(' ');
  const tell = (): Promise<unknown> => {
    const input = { ...(examples['DraftOrder']?.['input'] as { clinicalDifference: object }) };
    const clinicalDifference = { ...input.clinicalDifference, statement: reason() };
    return tellStory(
      frontEnd,
      { ...examples, DraftOrder: { input: { ...input, clinicalDifference } } },
      () => graph.clock.now(),
      () => undefined,
    );
  };
  await tell();
  const before = new Map((await sizes()).map(({ schema, table, bytes }) => [`${schema}.${table}`, bytes]));
  for (let n = 1; n <= STORIES; n += 1) {
    await tell();
    if (n % A_DAY === 0) graph.clock.set(new Date(graph.clock.now().getTime() + 86_400_000));
  }
  const grown = (await sizes())
    .map(({ schema, table, bytes }) => ({
      schema,
      table: `${schema}.${table}`,
      bytes: (bytes - (before.get(`${schema}.${table}`) ?? 0)) / STORIES,
    }))
    .toSorted((a, b) => b.bytes - a.bytes);
  const kib = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KiB`;
  const of = (fits: (one: (typeof grown)[number]) => boolean): number => grown.filter(fits).reduce((sum, { bytes }) => sum + bytes, 0);
  keep({
    name: 'size',
    what: `what a patient’s registration, exam, order, dispense, shipment and recall leave on disk, indexes included, the mean of ${STORIES}`,
    measured: [],
    said: [
      `All: ${kib(of(() => true))}. ${subgraphNames.map((name) => `${name} ${kib(of(({ schema }) => schema.startsWith(name)))}`).join(', ')}.`,
      `Audit and its seals: ${kib(of(({ table }) => /\.audit_/.test(table)))}. The largest: ${grown
        .slice(0, 8)
        .map(({ table, bytes }) => `${table} ${kib(bytes)}`)
        .join(', ')}.`,
    ],
  });
});
