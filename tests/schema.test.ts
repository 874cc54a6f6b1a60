import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { buildASTSchema, parse, printSchema, validate } from 'graphql';
import { expect, test } from 'vitest';
import { declaredQuestions } from '#kernel/context.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import { loadDefinition } from '../gateway/in-process.ts';
import { contractDocuments, contractVariables } from '../gateway/journey/documents.ts';
import { composeSupergraph } from '../schema/compose.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8');
const definitions = await Promise.all(subgraphNames.map(loadDefinition));
const sdls = Object.fromEntries(definitions.map(({ name, sdl }) => [name, sdl])) as Record<SubgraphName, string>;
const published = buildASTSchema(transformSupergraphToPublicSchema(parse(read('schema/supergraph.graphql'))));

test.each(subgraphNames)('schema/%s.graphql is what the code prints', (name) => {
  expect(read(`schema/${name}.graphql`).trim()).toBe(sdls[name].trim());
});

test('the four compose to schema/supergraph.graphql', () => {
  expect(read('schema/supergraph.graphql').trim()).toBe(composeSupergraph(sdls).trim());
});

test('every operation of the contract is valid against the supergraph', async () => {
  const invalid = [...(await contractDocuments())].flatMap(([name, document]) =>
    validate(published, parse(document)).map((error) => `${name}: ${error.message}`),
  );
  expect(invalid).toEqual([]);
});

test('every example variable belongs to an operation of the contract', async () => {
  const documents = await contractDocuments();
  expect(Object.keys(await contractVariables()).filter((name) => !documents.has(name))).toEqual([]);
});

test('every question a subgraph asks is valid against the supergraph', () => {
  const invalid = declaredQuestions().flatMap(({ document }) =>
    validate(published, parse(document)).map((error) => `${document}\n${error.message}`),
  );
  expect(invalid).toEqual([]);
  expect(declaredQuestions().length).toBeGreaterThan(5);
});

test('every type, field and input of the graph says what it is', () => {
  const bare = Object.values(published.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !['String', 'Boolean', 'Int', 'Float', 'ID'].includes(type.name))
    .filter((type) => !type.description && !/(Connection|Edge|Result|Mutation|Query|Subscription)$/.test(type.name))
    .map((type) => type.name);
  expect(bare).toEqual([]);
  expect(printSchema(published)).toContain('type GoodFaithExam');
});
