import subgraph from '@apollo/subgraph';
import { Refusal } from './errors.ts';
import {
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
  GraphQLUnionType,
  isObjectType,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
} from 'graphql';

// @apollo/subgraph is CommonJS: its functions hang on the default export.
const { printSubgraphSchema, entitiesResolver } = subgraph;

/** The federation features every subgraph links, the same in all so that composition has one version to agree on. */
export const federationLink = {
  url: 'https://specs.apollo.dev/federation/v2.6',
  import: ['@key', '@shareable', '@external', '@requires', '@provides', '@inaccessible', '@tag', '@override'],
};

/** A schema a gateway can plan against, and the text it composes from. */
export interface FederatedSchema {
  readonly schema: GraphQLSchema;
  readonly sdl: string;
}

/**
 * Adds `_service` and `_entities` to a plain schema. Stands in for a federation plugin until one supports the
 * installed @apollo/subgraph.
 */
export function federate(plain: GraphQLSchema): FederatedSchema {
  recordRefusals(plain);
  const sdl = printSubgraphSchema(plain);
  const entities = Object.values(plain.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && isResolvableEntity(type),
  );
  const query = plain.getQueryType();
  if (!query) throw new Error('A subgraph needs a Query type.');
  const representation = new GraphQLScalarType({ name: '_Any', description: 'A representation of an entity.' });
  const service = new GraphQLObjectType({ name: '_Service', fields: { sdl: { type: GraphQLString } } });
  const entity = new GraphQLUnionType({
    name: '_Entity',
    types: entities,
    resolveType: (value) => (value as { __typename?: string }).__typename,
  });
  const fields: Record<string, GraphQLFieldConfig<unknown, unknown>> = {
    ...query.toConfig().fields,
    _service: { type: new GraphQLNonNull(service), resolve: () => ({ sdl }) },
  };
  if (entities.length > 0) {
    fields['_entities'] = {
      type: new GraphQLNonNull(new GraphQLList(entity)),
      args: { representations: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(representation))) } },
      resolve: (_root, { representations }, context, info) => entitiesResolver({ representations, context, info }),
    };
  }
  const config = plain.toConfig();
  const schema = new GraphQLSchema({
    ...config,
    query: new GraphQLObjectType({ ...query.toConfig(), fields }),
    types: config.types.filter((type) => type !== query),
  });
  return { schema, sdl };
}

/** Root fields tell the request what they refused, whether it is answered as a type or thrown. */
function recordRefusals(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      if (field.resolve !== undefined) field.resolve = recording(field.resolve);
      // A subscription is refused before its first event.
      if (field.subscribe !== undefined) field.subscribe = recording(field.subscribe);
    }
  }
}

type Resolver = GraphQLFieldResolver<unknown, Refusing>;

function recording(resolve: Resolver): Resolver {
  return async (root, args, ctx, info) => {
    try {
      const answer: unknown = await resolve(root, args, ctx, info);
      const refusal = refusalIn(answer);
      if (refusal !== null) ctx.refused(refusal, info.fieldName, args);
      return answer;
    } catch (error) {
      if (error instanceof Refusal) ctx.refused(error, info.fieldName, args);
      throw error;
    }
  };
}

// What the errors plugin caught it answers through a proxy that denies being an error; who made it, the proxy still tells.
function refusalIn(answer: unknown): Refusal | null {
  if (typeof answer !== 'object' || answer === null) return null;
  const { constructor: made } = answer;
  return typeof made === 'function' && made.prototype instanceof Refusal ? (answer as Refusal) : null;
}

interface Refusing {
  refused(refusal: Refusal, field: string, args: unknown): void;
}

/** Whether a type can be fetched by its key here: it has one, and `resolveReference` finds it. */
export function isResolvableEntity(type: GraphQLObjectType): boolean {
  const apollo = type.extensions['apollo'] as { subgraph?: { resolveReference?: unknown } } | undefined;
  return typeof apollo?.subgraph?.resolveReference === 'function';
}
