import { buildSchema, graphqlSync } from 'graphql';
import { expect, test } from 'vitest';
import { selects } from '#kernel/selection.ts';

const schema = buildSchema('type Query { a: A } type A { x: Int y: Int a: A }');

function seen(query: string): boolean[] {
  const said: boolean[] = [];
  const rootValue = {
    a: (_: unknown, __: unknown, info: Parameters<typeof selects>[0]) => {
      said.push(selects(info, 'x'));
      return {};
    },
  };
  expect(graphqlSync({ schema, source: query, rootValue }).errors).toBeUndefined();
  return said;
}

test.each([
  ['{ a { x } }', [true]],
  ['{ a { y } }', [false]],
  ['{ a { other: x } }', [true]],
  ['{ a { x: y } }', [false]],
  ['{ a { a { x } } }', [false]],
  ['{ a { y } a { x } }', [true]],
  ['{ a { ... on A { ... { x } } } }', [true]],
  ['{ a { ...F } } fragment F on A { y ...G } fragment G on A { x }', [true]],
  ['{ a { ...F } } fragment F on A { y }', [false]],
  ['{ a { x @skip(if: true) y } }', [true]],
  ['{ one: a { x } two: a { y } }', [true, false]],
])('%s', (query, said) => {
  expect(seen(query)).toEqual(said);
});
