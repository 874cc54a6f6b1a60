import { GraphQLError } from 'graphql';
import { codeOf } from './db.ts';
import { InvalidInput, Refusal, RuleBlocked } from './errors.ts';
import type { Log } from './log.ts';

const MALFORMED = ['P2023', 'P2007', '22P02', '22021', '22003'];

/** How the engine begins a reason once it has quoted the value. */
const REASON = /^(Expected |Field "\w{1,80}" |The value |Enum "\w+" |String |Int |Float |Boolean |ID |A \w+ is )/;

/** A message of the engine about bad input, without the value it quotes: that may be a name or a birth date. */
export function withoutValue(message: string): string {
  const reason = message
    .split('; ')
    .slice(1)
    .map(cut)
    .find((part) => REASON.test(part));
  const variable = /^Variable "\$(\w+)" got invalid value /.exec(message)?.[1];
  if (variable !== undefined) {
    const path = / at "([\w.[\]]+)"; /.exec(message)?.[1] ?? variable;
    return `Variable "$${variable}" is not valid at "${path}": ${reason ?? 'It has the wrong shape.'}`;
  }
  const expected = /^(Expected value of type "[^"]+"), found /.exec(message)?.[1];
  return expected === undefined ? cut(message) : `${expected}. ${reason ?? ''}`.trim();
}

function cut(reason: string): string {
  return reason
    .replace(/^(Invalid cursor: |Expected compound cursor ).*$/s, 'Invalid cursor.')
    .replace(/( cannot represent [^:]*): .*$/s, '$1.')
    .replace(/Value ".*" does not exist/s, 'The value does not exist');
}

function coded(error: GraphQLError, message: string, extensions: Record<string, unknown>): GraphQLError {
  return new GraphQLError(message, { nodes: error.nodes, path: error.path, extensions });
}

/**
 * What of an error leaves the subgraph: refusals and bad input with their code and path; everything else is masked,
 * and logged with the request id but without its message, which may quote data.
 */
export function formatError(error: GraphQLError, context: { requestId: string; log: Log; operation: string }): GraphQLError {
  const cause = error.originalError ?? error;
  if (cause instanceof Refusal) {
    const more = cause instanceof InvalidInput ? { issues: cause.issues } : cause instanceof RuleBlocked ? { rules: cause.rules } : {};
    return coded(error, cause.message, { code: cause.code, ...more });
  }
  // Of the engine's own errors only those about variables are the caller's; a schema or resolver at fault is ours.
  const code =
    cause instanceof GraphQLError
      ? (cause.extensions['code'] ?? (error.message.startsWith('Variable "$') ? 'BAD_USER_INPUT' : null))
      : null;
  if (typeof code === 'string') return coded(error, withoutValue(error.message), { code });
  if (cause.name === 'PothosValidationError') return coded(error, withoutValue(cause.message), { code: 'BAD_USER_INPUT' });
  const database = codeOf(cause);
  if (database !== null && MALFORMED.includes(database))
    return coded(error, 'An id or a cursor in the input is malformed.', { code: 'BAD_USER_INPUT' });
  context.log.error({
    code: 'UNEXPECTED',
    requestId: context.requestId,
    operation: context.operation,
    path: error.path?.join('.'),
    error: cause.name,
    database,
    stack: (cause.stack ?? '')
      .split('\n')
      .filter((line) => line.trimStart().startsWith('at '))
      .slice(0, 12),
  });
  return coded(error, 'Something went wrong on our side.', { code: 'INTERNAL_SERVER_ERROR' });
}

/** Text that PostgreSQL stores and JSON carries as it is: no U+0000, no half of a surrogate pair. */
const isStorable = (text: string) => !text.includes('\u0000') && text.isWellFormed();

/** The path of the first text in a variable that cannot be stored as it is, or null. */
export function pathOfUnstorable(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return isStorable(value) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const found = isStorable(key) ? pathOfUnstorable(item, path === '' ? key : `${path}.${key}`) : path;
    if (found !== null) return found;
  }
  return null;
}
