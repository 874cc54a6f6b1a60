/** Four tiny subgraphs in memory, with the same promises a real one makes to the gateway: proof checked, token read, errors masked. */
import subgraph from '@apollo/subgraph';
import {
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  getOperationAST,
  isObjectType,
  isScalarType,
  parse,
  subscribe,
  validate,
} from 'graphql';
import { decodeJwt } from 'jose';
import { createProofCheck } from '#kernel/hop.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import type { RunningSubgraph, SubgraphCall } from '#kernel/subgraph.ts';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.6", import: ["@key", "@shareable"])';

const typeDefs: Record<SubgraphName, string> = {
  clinics: `${link}
    type Query { viewer: Viewer clinic(id: ID!): Clinic }
    type Viewer { id: ID! name: String! }
    type Clinic @key(fields: "id") { id: ID! name: String! }`,
  physicians: `${link}
    type Query { practitioner(id: ID!): Practitioner }
    type Practitioner @key(fields: "id") { id: ID! name: String! }`,
  prescriptions: `${link}
    scalar Date
    type Query { order(id: ID!): Order orders(first: Int): [Order!]! born(on: Date!): String broken: String refused: String }
    type Mutation { signOrder(id: ID!): Order }
    type Subscription { orderUpdated(id: ID!): Order }
    type Practitioner @key(fields: "id", resolvable: false) { id: ID! }
    type Clinic @key(fields: "id", resolvable: false) { id: ID! }
    type Order @key(fields: "id") { id: ID! status: String! prescriber: Practitioner clinic: Clinic patient: Order }`,
  pharmacies: `${link}
    type Query { pharmacy(id: ID!): Pharmacy }
    type Pharmacy @key(fields: "id") { id: ID! name: String! }
    type Order @key(fields: "id") { id: ID! fulfillment: Fulfillment }
    type Fulfillment { status: String! }`,
};

interface StubContext {
  readonly sub: string;
}

const order = (id: string) => ({ __typename: 'Order', id, status: 'SIGNED', prescriber: { id: 'prc_1' }, clinic: { id: 'cli_1' } });
const named = (__typename: string, id: string) => ({ __typename, id, name: `${__typename} ${id}` });

const resolvers: Record<string, GraphQLFieldResolver<unknown, StubContext>> = {
  'Query.viewer': async (_root, _args, { sub }) => {
    // Long enough for several callers to be in flight together.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { id: sub, name: `I am ${sub}` };
  },
  'Query.clinic': (_root, { id }) => named('Clinic', id),
  'Query.practitioner': (_root, { id }) => named('Practitioner', id),
  'Query.pharmacy': (_root, { id }) => named('Pharmacy', id),
  'Query.order': (_root, { id }) => order(id),
  'Query.orders': () => [order('ord_1'), order('ord_2')],
  'Query.born': (_root, { on }) => on,
  'Query.broken': () => {
    throw new Error('connect postgres://goodfaith:hunter2@10.0.0.7/clinics failed');
  },
  'Query.refused': () => {
    throw new GraphQLError('There is no such record, or it is not yours to see.', { extensions: { code: 'NOT_FOUND' } });
  },
  'Mutation.signOrder': (_root, { id }) => order(id),
  'Order.patient': (_source) => order('ord_patient'),
  'Order.fulfillment': () => ({ status: 'RECEIVED' }),
};

/** A day that exists; the gateway cannot know. */
function day(value: unknown): string {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && new Date(value).toISOString().startsWith(value)) return value;
  throw new GraphQLError('there is no such day');
}

function schemaOf(name: SubgraphName): GraphQLSchema {
  const schema = subgraph.buildSubgraphSchema([{ typeDefs: parse(typeDefs[name]) }]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name === 'Date' && isScalarType(type))
      Object.assign(type, { parseValue: day, parseLiteral: (node: { value: string }) => day(node.value) });
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      const own = resolvers[`${type.name}.${field.name}`];
      if (own) field.resolve = own;
    }
    const find = ({ id }: { id: string }) => (type.name === 'Order' ? order(id) : named(type.name, id));
    type.extensions = { ...type.extensions, apollo: { subgraph: { resolveReference: find } } };
  }
  return schema;
}

/** A stub as the gateway sees it, and what a test looks at afterwards. */
export interface Stub extends RunningSubgraph {
  readonly schema: GraphQLSchema;
  readonly calls: SubgraphCall[];
  /** Sends one event to whoever is subscribed. */
  publish(id: string): void;
  readonly subscribers: () => number;
  /** What `execute` waits for first: replaced by tests that need a subgraph that hangs. */
  before: () => Promise<void>;
}

/** All four, each checking its own key's proof. */
export function createStubs(hopKeys: Record<SubgraphName, Buffer>): Record<SubgraphName, Stub> {
  const one = (name: SubgraphName) => createStub(name, hopKeys[name]);
  return { clinics: one('clinics'), physicians: one('physicians'), prescriptions: one('prescriptions'), pharmacies: one('pharmacies') };
}

function createStub(name: SubgraphName, hopKey: Buffer): Stub {
  const schema = schemaOf(name);
  const sdl = typeDefs[name];
  const check = createProofCheck(hopKey);
  const waiting = new Set<(id: string) => void>();
  const isProven = ({ body, headers: { authorization, requestId, proof } }: SubgraphCall, once: boolean) =>
    check(proof, { subgraph: name, requestId, authorization, body }, { once, nowMs: Date.now() });
  const refused = (code: string): ExecutionResult => ({ errors: [new GraphQLError('refused', { extensions: { code } })] });
  const stub: Stub = {
    ...{ name, schema, sdl, ready: Promise.resolve(), calls: [], before: async () => undefined },
    publish: (id) => {
      for (const send of waiting) send(id);
    },
    subscribers: () => waiting.size,
    refreshTenancy: async () => undefined,
    stop: async () => undefined,
    isProven: (call) => isProven(call, false),
    async execute(call) {
      await stub.before();
      stub.calls.push(call);
      const document = parse(call.query);
      const operation = getOperationAST(document, call.operationName)?.operation;
      if (!isProven(call, operation === 'mutation')) return refused('PROOF_REQUIRED');
      const wrong = validate(schema, document);
      if (wrong.length > 0)
        return { errors: wrong.map(({ message }) => new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })) };
      const args = {
        ...{ schema, document, variableValues: call.variables, operationName: call.operationName },
        contextValue: { sub: decodeJwt(call.headers.authorization?.slice(7) ?? '').sub ?? '' },
      };
      return operation === 'subscription'
        ? subscribe({ ...args, subscribeFieldResolver: () => events(waiting, call.signal) })
        : execute(args);
    },
  };
  return stub;
}

async function* events(waiting: Set<(id: string) => void>, over: AbortSignal | undefined): AsyncGenerator<unknown> {
  const queue: string[] = [];
  let wake = (): void => undefined;
  const send = (id: string) => {
    queue.push(id);
    wake();
  };
  waiting.add(send);
  over?.addEventListener('abort', () => wake(), { once: true });
  try {
    while (!over?.aborted) {
      const id = queue.shift();
      if (id !== undefined) yield { orderUpdated: order(id) };
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    waiting.delete(send);
  }
}

/** The texts that compose into the stub supergraph. */
export const stubSdls = Object.fromEntries(subgraphNames.map((name) => [name, typeDefs[name]])) as Record<SubgraphName, string>;
