import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type OperationDefinitionNode,
  parse,
  subscribe,
  validate,
} from 'graphql';
import type { RawTx } from './db.ts';
import { Unavailable } from './errors.ts';
import { formatError, pathOfUnstorable } from './format-error.ts';
import type { Log } from './log.ts';
import type { Request } from './request.ts';
import type { SubgraphCall, SubgraphDefinition } from './subgraph.ts';

/** A document that parses, validates against this subgraph and names one operation. */
export interface Prepared {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** The answer to a request that is refused before it runs. */
export function refusedWith(code: string, message: string, more: Record<string, unknown> = {}): ExecutionResult {
  return { errors: [new GraphQLError(message, { extensions: { code, ...more } })] };
}

/** What is said to whoever comes round the gateway, whatever they ask. */
export const proofRequired = ['PROOF_REQUIRED', 'This service answers only through the gateway.'] as const;

const REMEMBERED = 1_000;

/** Parses and validates, once per text: the gateway sends the same few hundred documents again and again. */
export function createPreparer(definition: Pick<SubgraphDefinition, 'schema'>): (call: SubgraphCall) => Prepared | ExecutionResult {
  const known = new Map<string, DocumentNode>();
  return (call) => {
    let document = known.get(call.query);
    if (document === undefined) {
      try {
        document = parse(call.query, { maxTokens: 20_000 });
      } catch (error) {
        return refusedWith('GRAPHQL_PARSE_FAILED', error instanceof Error ? error.message : 'The document does not parse.');
      }
      const wrong = validate(definition.schema, document);
      if (wrong.length > 0)
        return { errors: wrong.map((error) => new GraphQLError(error.message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })) };
      if (known.size >= REMEMBERED) known.clear();
      known.set(call.query, document);
    }
    const operation = getOperationAST(document, call.operationName);
    if (!operation) return refusedWith('OPERATION_RESOLUTION_FAILURE', 'The request does not say which operation to run.');
    return { document, operation };
  };
}

/** The names of the root fields an operation asks for: what an access row says was read. */
export function rootFieldsOf(operation: OperationDefinitionNode): string[] {
  return operation.selectionSet.selections.flatMap((selection) => (selection.kind === 'Field' ? [selection.name.value] : []));
}

/** Runs a prepared operation. Whatever happens, the trail is written before the answer is given. */
export async function runOperation<Tx extends RawTx>(
  definition: SubgraphDefinition<Tx>,
  prepared: Prepared,
  call: SubgraphCall,
  request: Request<Tx>,
  log: Log,
): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> {
  const wrong = pathOfUnstorable(call.variables) ?? (call.query.includes('\u0000') || call.query.includes('\\u0000') ? 'document' : null);
  if (wrong !== null)
    return refusedWith('BAD_USER_INPUT', `The text at "${wrong}" holds what no text can: U+0000 or half a surrogate pair.`, {
      path: wrong,
    });
  const fields = rootFieldsOf(prepared.operation);
  const args = {
    schema: definition.schema,
    document: prepared.document,
    contextValue: request.context,
    variableValues: call.variables,
    operationName: call.operationName,
  };
  const clean = (result: ExecutionResult) => cleaned(result, { requestId: call.headers.requestId, log, operation: fields.join(' ') });
  if (prepared.operation.operation === 'subscription') {
    const stream = await subscribe(args);
    if (!(Symbol.asyncIterator in stream)) return finished(stream, fields, request, clean);
    // What subscribing read is recorded and let go: kept, the first event would be read from it, out of an open transaction.
    const begun = await finished({ data: null }, fields, request, clean);
    if (!begun.errors) return eachFinished(stream, fields, request, clean);
    await stream.return(undefined);
    return begun;
  }
  const result = await execute(args);
  return finished(result, fields, request, clean);
}

async function finished<Tx extends RawTx>(
  result: ExecutionResult,
  fields: readonly string[],
  request: Request<Tx>,
  clean: (result: ExecutionResult) => ExecutionResult,
): Promise<ExecutionResult> {
  try {
    await request.finish(fields);
  } catch {
    // What cannot be written into the trail is not shown.
    const unavailable = new Unavailable('The access record could not be written, so nothing is shown. Try again.');
    return refusedWith(unavailable.code, unavailable.message);
  }
  return clean(result);
}

async function* eachFinished<Tx extends RawTx>(
  stream: AsyncIterable<ExecutionResult>,
  fields: readonly string[],
  request: Request<Tx>,
  clean: (result: ExecutionResult) => ExecutionResult,
): AsyncGenerator<ExecutionResult> {
  try {
    for await (const result of stream) yield await finished(result, fields, request, clean);
  } finally {
    await request.abandon();
  }
}

function cleaned(result: ExecutionResult, context: { requestId: string; log: Log; operation: string }): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => formatError(error, context)) };
}
