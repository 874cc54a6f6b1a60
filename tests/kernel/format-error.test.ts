import { buildSchema, execute, GraphQLError, parse } from 'graphql';
import { expect, test } from 'vitest';
import { NotFound, RuleBlocked } from '#kernel/errors.ts';
import { formatError, pathOfUnstorable, withoutValue } from '#kernel/format-error.ts';
import type { Log } from '#kernel/log.ts';

const lines: unknown[] = [];
const log = {
  error: (line: unknown) => void lines.push(line),
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
} as unknown as Log;
const context = { requestId: 'req-1', log, operation: 'patient' };
const thrown = (error: Error) => new GraphQLError(error.message, { originalError: error, path: ['patient'] });

test('a refusal keeps its code, its words and its path', () => {
  expect(formatError(thrown(new NotFound()), context).toJSON()).toEqual({
    message: 'There is no such record, or it is not yours to see.',
    path: ['patient'],
    extensions: { code: 'NOT_FOUND' },
  });
});

test('a blocked rule carries the rules', () => {
  const rules = [{ id: 'TX.gfe.performers', outcome: 'FAIL' as const, message: 'No.', citation: null, remedy: null }];
  expect(formatError(thrown(new RuleBlocked(rules)), context).extensions).toEqual({ code: 'RULE_BLOCKED', rules });
});

test('anything else is masked, and logged without its message', () => {
  const error = formatError(thrown(new Error('duplicate key: Ana Whitfield 1988-04-17')), context);
  expect(error.toJSON()).toEqual({
    message: 'Something went wrong on our side.',
    path: ['patient'],
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
  expect(JSON.stringify(lines)).not.toContain('Whitfield');
  expect(lines[0]).toMatchObject({ code: 'UNEXPECTED', requestId: 'req-1', operation: 'patient' });
});

test('a variable that does not fit is named by its path, without its value', async () => {
  const schema = buildSchema('input In { born: Int! } type Query { patient(input: In!): String }');
  const result = await execute({
    schema,
    document: parse('query($i: In!) { patient(input: $i) }'),
    variableValues: { i: { born: 'Ana Whitfield' } },
  });
  const [error] = result.errors ?? [];
  if (!error) throw new Error('It was taken.');
  const formatted = formatError(error, context);
  expect(formatted.extensions).toEqual({ code: 'BAD_USER_INPUT' });
  expect(formatted.message).toContain('"i.born"');
  expect(formatted.message).not.toContain('Whitfield');
});

test('text that cannot be stored as it is, is found wherever it is', () => {
  expect(pathOfUnstorable({ input: { name: ['a', 'half a pair \ud800'] } })).toBe('input.name.1');
  expect(pathOfUnstorable({ input: { name: 'a', list: ['b', { note: 'c\u0000d' }] } })).toBe('input.list.1.note');
  expect(pathOfUnstorable({ input: { name: 'a' } })).toBe(null);
});

test.each([
  [
    'Variable "$input" got invalid value { name: "a; Whitfield", zebra: 1 }; Field "zebra" is not defined by type "In".',
    'Variable "$input" is not valid at "input": Field "zebra" is not defined by type "In".',
  ],
  [
    'Variable "$i" got invalid value { a: "Whitfield" } at "i.born"; String cannot represent a non string value: { a: "Whitfield" }',
    'Variable "$i" is not valid at "i.born": String cannot represent a non string value.',
  ],
  [
    'Variable "$i" got invalid value "Whitfield" at "i.state"; Value "Whitfield" does not exist in "UsState" enum.',
    'Variable "$i" is not valid at "i.state": The value does not exist in "UsState" enum.',
  ],
  [
    'Expected value of type "Date!", found "1988-04-17"; A date is a calendar day written YYYY-MM-DD.',
    'Expected value of type "Date!". A date is a calendar day written YYYY-MM-DD.',
  ],
])('what the engine says of a wrong value is kept, the value is not: %s', (said, kept) => {
  expect(withoutValue(said)).toBe(kept);
});
