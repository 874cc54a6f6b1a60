import { GraphQLError } from 'graphql';
import { codeOf } from './db.ts';
import { InvalidInput, Refusal, RuleBlocked } from './errors.ts';
import type { Log } from './log.ts';

const MALFORMED = ['P2023', 'P2007', '22P02', '22021', '22003'];

/** The value that was wrong stays out of the message: it may be a name or a birth date. */
function withoutValue(message: string): string {
  return message
    .replace(/ got invalid value .*? at "([^"]*)";/s, ' is not valid at "$1":')
    .replace(/ got invalid value .*?;/s, ' is not valid:')
    .replace(/( cannot represent [^:]*): .*$/s, '$1.')
    .replace(/Value ".*?" does not exist/s, 'The value does not exist');
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
  if (cause.name === 'PothosValidationError') return coded(error, cause.message, { code: 'BAD_USER_INPUT' });
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

/** The path of the first text in a variable that PostgreSQL cannot store, or null. */
export function pathOfNul(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return value.includes('\u0000') ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, item] of Object.entries(value)) {
    const found = key.includes('\u0000') ? path : pathOfNul(item, path === '' ? key : `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}
