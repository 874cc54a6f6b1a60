import { buildSchema, execute, GraphQLError, parse } from 'graphql';
import { expect, test } from 'vitest';
import { NotFound, RuleBlocked } from '#kernel/errors.ts';
import { formatError, pathOfNul } from '#kernel/format-error.ts';
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

test('text that PostgreSQL cannot store is found wherever it is', () => {
  expect(pathOfNul({ input: { name: 'a', list: ['b', { note: 'c\u0000d' }] } })).toBe('input.list.1.note');
  expect(pathOfNul({ input: { name: 'a' } })).toBe(null);
});
