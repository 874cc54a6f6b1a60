/** The only file that knows the federation engine: Hive Gateway's runtime with the planner in Rust. Another engine would replace this file. */
import { createGatewayRuntime, type GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  Kind,
  NoSchemaIntrospectionCustomRule,
  OperationTypeNode,
  parse as parseDocument,
  print,
} from 'graphql';
import { withoutValue } from '#kernel/format-error.ts';
import { subgraphNames } from '#kernel/names.ts';
import { checkPagesInVariables, limitPlugins, limits } from './limits.ts';
import { isStream, mapStream } from './streams.ts';
import type { Caller, CallSubgraph } from './subgraph-call.ts';

/** What was asked, as it came: nothing of it is believed yet. */
export interface GraphRequest {
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
  readonly operationName: string | undefined;
}

/** Refused before anything was executed, or what the graph said: once, or as a stream. */
export type Answer =
  | { readonly kind: 'refused'; readonly status: number; readonly errors: readonly GraphQLError[] }
  | { readonly kind: 'result'; readonly result: ExecutionResult }
  | { readonly kind: 'stream'; readonly results: AsyncIterable<ExecutionResult> };

/** The composed graph, ready to be asked. */
export interface Supergraph {
  /** Throws only for a fault of ours; what the caller did wrong is `refused`. */
  run(request: GraphRequest, caller: Caller, allowed: ReadonlySet<OperationTypeNode>): Promise<Answer>;
  stop(): Promise<void>;
}

interface EngineContext {
  readonly caller: Caller;
}

/** Starts the engine on a supergraph; `call` is the only way it has to a subgraph. The engine's own planner, in JavaScript, is there to be measured against. */
export async function createSupergraph(options: {
  sdl: string;
  call: CallSubgraph;
  introspection: boolean;
  planner?: 'rust' | 'engine';
}): Promise<Supergraph> {
  const runtime = createGatewayRuntime<EngineContext>({
    // Without where each name stands in the text: that is ten megabytes nobody reads.
    supergraph: parseDocument(options.sdl, { noLocation: true }),
    ...(options.planner === 'engine' ? {} : { unifiedGraphHandler }),
    transports: transportsOver(options.call),
    plugins: () => [...limitPlugins(), ...(options.introspection ? [] : [withoutIntrospection])],
    // Two calls of one request to one subgraph stay two: the plan has joined what can be joined, and its texts are the same each time.
    __experimental__batchExecution: false,
    maskedErrors: false,
    subgraphErrors: false,
    requestId: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
  });
  await runtime.getSchema();
  return {
    run: (request, caller, allowed) => run(runtime, request, caller, allowed),
    stop: async () => runtime.dispose(),
  };
}

type Runtime = ReturnType<typeof createGatewayRuntime<EngineContext>>;

async function run(runtime: Runtime, request: GraphRequest, caller: Caller, allowed: ReadonlySet<OperationTypeNode>): Promise<Answer> {
  const variables = request.variables ?? {};
  const { parse, validate, contextFactory, execute, subscribe, schema } = runtime.getEnveloped({ caller });
  try {
    const document: DocumentNode = parse(withoutEscapes(request.query));
    const operation = getOperationAST(document, request.operationName);
    if (!operation) return refused(400, 'OPERATION_NOT_FOUND', 'Say with operationName which operation of the document is meant.');
    if (!allowed.has(operation.operation)) return notAllowed(operation.operation);
    const invalid = validate(schema, document);
    if (invalid.length > 0)
      return { kind: 'refused', status: 400, errors: invalid.map((error: GraphQLError) => coded(error, 'GRAPHQL_VALIDATION_FAILED')) };
    checkPagesInVariables(schema, document, operation, variables);
    const args = {
      schema,
      document,
      contextValue: await contextFactory(),
      variableValues: variables,
      operationName: request.operationName,
    };
    const result = await (operation.operation === 'subscription' ? subscribe(args) : execute(args));
    return isStream(result) ? { kind: 'stream', results: mapStream(result, ownErrorsOnly) } : { kind: 'result', result };
  } catch (error) {
    return refusedBy(error);
  }
}

/** The planner reads the document's text itself, and cannot read `\u{1F600}` or an escaped surrogate pair: it gets the characters. */
function withoutEscapes(query: string): string {
  return /\\u(\{|d[89a-f])/i.test(query) ? print(parseDocument(query, { maxTokens: limits.tokens + 1 })) : query;
}

type Transports = NonNullable<GatewayConfigSupergraph<EngineContext>['transports']>;

/** The engine's own HTTP transport is not used: `call` has both ways to a subgraph, and what is sent is the same on both. */
function transportsOver(call: CallSubgraph): Transports {
  return {
    http: { getSubgraphExecutor: ({ subgraphName }: { subgraphName: string }) => subgraphExecutor(subgraphName, call) },
  } as Transports;
}

function subgraphExecutor(subgraph: string, call: CallSubgraph) {
  const name = subgraphNames.find((known) => known === subgraph);
  if (!name) throw new Error(`The supergraph names a subgraph ${subgraph} that is none of ours`);
  return async ({
    document,
    variables,
    operationName,
    operationType,
    context,
  }: ExecutionRequest): Promise<ExecutionResult | AsyncIterable<ExecutionResult>> => {
    if (!context) throw new Error('A subgraph was asked without a caller');
    // A caller who goes away ends a subscription; a change that has begun is brought to its end.
    const streams = operationType === 'subscription';
    const caller = streams ? context.caller : { ...context.caller, signal: undefined };
    return call(name, { query: textOf(document), variables, operationName, streams }, caller);
  };
}

interface ExecutionRequest {
  readonly document: DocumentNode;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly operationType?: string;
  readonly context?: EngineContext;
}

/** Plans are cached and with them their documents, so each is printed once. */
const texts = new WeakMap<DocumentNode, string>();

function textOf(document: DocumentNode): string {
  const known = texts.get(document);
  if (known !== undefined) return known;
  const text = print(document);
  texts.set(document, text);
  return text;
}

/** The engine keeps one list of errors for a whole subscription: without this, an error of one event would stand in all later ones. */
function ownErrorsOnly(result: ExecutionResult): ExecutionResult {
  if (!result.errors?.length) return result;
  return { ...result, errors: (result.errors as GraphQLError[]).splice(0) };
}

const withoutIntrospection = {
  onValidate({ addValidationRule }: { addValidationRule(rule: typeof NoSchemaIntrospectionCustomRule): void }) {
    addValidationRule(NoSchemaIntrospectionCustomRule);
  },
};

function refused(status: number, code: string, message: string): Answer {
  return { kind: 'refused', status, errors: [new GraphQLError(message, { extensions: { code } })] };
}

function notAllowed(operation: OperationTypeNode): Answer {
  if (operation === OperationTypeNode.MUTATION) return refused(405, 'METHOD_NOT_ALLOWED', 'A mutation goes by POST.');
  return refused(406, 'NOT_ACCEPTABLE', 'A subscription goes by POST, with Accept: text/event-stream.');
}

/** A thrown error that the caller caused, with its code; anything else goes on up. */
function refusedBy(error: unknown): Answer {
  const causes: unknown[] = error instanceof AggregateError ? error.errors : [error];
  const errors = causes.map((cause) => {
    if (!(cause instanceof GraphQLError)) throw error;
    if (cause.extensions['code'] !== undefined) return cause;
    if (cause.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION) return coded(cause, 'BAD_USER_INPUT');
    if (cause.message.startsWith('Syntax Error')) return coded(cause, 'GRAPHQL_PARSE_FAILED');
    throw error;
  });
  return { kind: 'refused', status: 400, errors };
}

function coded(error: GraphQLError, code: string): GraphQLError {
  const { nodes, source, positions } = error;
  return new GraphQLError(withoutValue(error.message), { nodes, source, positions, extensions: { code } });
}
