import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Log } from '#kernel/log.ts';

/** An error as it leaves the gateway. Nothing else of an error ever does: no stack, no name or address of a subgraph. */
export interface PublicError {
  readonly message: string;
  readonly locations?: GraphQLError['locations'];
  readonly path?: GraphQLError['path'];
  readonly extensions: { readonly code: string; readonly requestId: string; readonly issues?: unknown; readonly rules?: unknown };
}

/** What a request is called in a log: never its variables, never its text. */
export interface RequestFacts {
  readonly requestId: string;
  readonly operationName: string | undefined;
  readonly documentHash: string;
}

/** Faults of ours between gateway and subgraph. A refusal that is meant for the caller has a code of its own. */
const internalCodes = new Set<unknown>([
  'INTERNAL_SERVER_ERROR',
  'DOWNSTREAM_SERVICE_ERROR',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PROOF_REQUIRED',
  'SCHEMA_RELOAD',
]);

/** Errors of a request that was refused before anything ran: they are about the caller's own document. */
export function refusalErrors(errors: readonly GraphQLError[], requestId: string, options: { suggest: boolean }): PublicError[] {
  return errors.map(({ message, locations, extensions }) => ({
    // A suggestion would tell the schema's names, one guess at a time, where introspection is off.
    message: options.suggest ? message : message.replace(/ Did you mean .*\?$/s, ''),
    ...(locations ? { locations } : {}),
    extensions: { code: String(extensions['code']), requestId },
  }));
}

/** A result fit to leave: expected errors with their code, everything else masked and logged under the request id. */
export function publicResult(result: ExecutionResult, facts: RequestFacts, log: Log): { data: unknown; errors?: PublicError[] } {
  // The engine leaves `data` out when nothing could be fetched.
  const data = result.data ?? null;
  if (!result.errors?.length) return { data };
  return { data, errors: result.errors.map((error) => publicError(error, facts, log)) };
}

/** One error fit to leave. */
export function publicError({ message, path, extensions, originalError }: GraphQLError, facts: RequestFacts, log: Log): PublicError {
  const { requestId } = facts;
  const code: unknown = extensions?.['code'];
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) && !internalCodes.has(code)) {
    const { issues, rules } = extensions;
    return {
      message,
      ...(path ? { path } : {}),
      extensions: { code, requestId, ...(issues ? { issues } : {}), ...(rules ? { rules } : {}) },
    };
  }
  log.error({ ...facts, code: code ?? 'NO_CODE', path: path?.join('.'), stack: stackOf(originalError) }, 'unexpected error in a result');
  return { ...internalError(requestId), ...(path ? { path } : {}) };
}

/** What a caller is told of a fault of ours: the id under which we find it. */
export function internalError(requestId: string): PublicError {
  return { message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId } };
}

/** Where an error was thrown. Its message stays out: it may quote what it was about. */
export function stackOf(error: unknown): string[] | undefined {
  if (!(error instanceof Error)) return undefined;
  return [
    error.name,
    ...(error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .map((line) => line.trim())
      .slice(0, 12),
  ];
}
