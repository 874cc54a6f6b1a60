import { OperationTypeNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contractOperations } from '../../gateway/console/operations.ts';
import { limits } from '../../gateway/limits.ts';
import { createSupergraph } from '../../gateway/supergraph.ts';
import { readSupergraph } from '../../gateway/supergraph-file.ts';
import { type StubGateway, startStubGateway } from './stub-gateway.ts';

let gateway: StubGateway;
beforeAll(async () => {
  gateway = await startStubGateway();
});
afterAll(() => gateway.stop());

const nested = (levels: number) => `{ order(id: "1") ${'{ patient '.repeat(levels)}{ id }${' }'.repeat(levels)} }`;
const aliases = (count: number) => `{ order(id: "1") { ${Array.from({ length: count }, (_, index) => `a${index}: id`).join(' ')} } }`;
const directives = (count: number) => `{ order(id: "1") { id ${'@include(if: true) '.repeat(count)} } }`;
const tokens = (count: number) => `{ order(id: "1") { ${'id '.repeat(count)} } }`;

describe.each([
  ['depth', nested(limits.depth - 2), nested(limits.depth), 'QUERY_TOO_DEEP'],
  ['aliases', aliases(limits.aliases), aliases(limits.aliases + 1), 'TOO_MANY_ALIASES'],
  ['tokens', tokens(300), tokens(limits.tokens), 'QUERY_TOO_LONG'],
  [
    'cost',
    '{ orders(first: 200) { id prescriber { id name } } }',
    '{ orders(first: 20000) { id prescriber { id name } } }',
    'QUERY_TOO_EXPENSIVE',
  ],
])('a limit of %s', (_name, below, above, code) => {
  test('lets through what is below it', async () => {
    const { status, body } = await gateway.ask(below);
    expect(body.errors).toBe(undefined);
    expect(status).toBe(200);
  });

  test('refuses what is above it, before any subgraph is asked', async () => {
    const before = gateway.stubs.prescriptions.calls.length;
    const { status, body } = await gateway.ask(above);
    expect(status).toBe(400);
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
    expect(gateway.stubs.prescriptions.calls.length).toBe(before);
  });
});

test('many directives are refused', async () => {
  const { status, body } = await gateway.ask(directives(limits.directives + 1));
  expect(status).toBe(400);
  expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['TOO_MANY_DIRECTIVES']);
});

test('a page size in a variable counts as what it is', async () => {
  const query = 'query Orders($n: Int) { orders(first: $n) { id prescriber { id name } } }';
  expect((await gateway.ask(query, { variables: { n: 10 } })).status).toBe(200);
  const { status, body } = await gateway.ask(query, { variables: { n: 20_000 } });
  expect(status).toBe(400);
  expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['QUERY_TOO_EXPENSIVE']);
});

test('introspection and suggestions are off in production', async () => {
  expect((await gateway.ask('{ __schema { queryType { name } } }')).body.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  const production = await startStubGateway({ production: true });
  const asked = await production.ask('{ __schema { queryType { name } } }');
  expect([asked.status, asked.body.errors?.[0]?.extensions.code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  expect((await production.ask('{ __typename }')).status).toBe(200);
  const guessed = await production.ask('{ ordrs { id } }');
  expect(guessed.body.errors?.[0]?.message).toBe('Cannot query field "ordrs" on type "Query".');
  await production.stop();
});

test('every operation of the contract is far below every limit', async () => {
  const supergraph = await createSupergraph({ sdl: readSupergraph(), call: async () => ({ data: null }), introspection: false });
  const all = new Set([OperationTypeNode.QUERY, OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION]);
  const caller = { authorization: undefined, requestId: 'test', idempotencyKey: undefined };
  for (const { name, query, variables } of contractOperations()) {
    const answer = await supergraph.run(
      { query, variables: variables === '' ? undefined : JSON.parse(variables), operationName: name },
      caller,
      all,
    );
    const codes = answer.kind === 'refused' ? answer.errors.map(({ extensions }) => extensions['code']) : [];
    expect([name, codes.filter((code) => /^(QUERY|TOO)_/.test(String(code)))]).toEqual([name, []]);
  }
  await supergraph.stop();
});
