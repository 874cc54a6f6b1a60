import SchemaBuilder from '@pothos/core';
import DirectivesPlugin from '@pothos/plugin-directives';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import ValidationPlugin from '@pothos/plugin-validation';
import type { Context } from './context.ts';
import type { RawTx } from './db.ts';
import {
  Conflict,
  Forbidden,
  IdempotencyConflict,
  IllegalTransition,
  InvalidInput,
  NotFound,
  RuleBlocked,
  StepUpRequired,
  Unavailable,
} from './errors.ts';
import { federate, federationLink, type FederatedSchema } from './federation.ts';
import type { Permission } from './permissions.ts';

/** The types a subgraph's schema builder is made of: its Prisma models, its transaction client, and what all four share. */
export interface GraphTypes<PrismaTypes extends object, Tx extends RawTx> {
  PrismaTypes: PrismaTypes;
  Context: Context<Tx>;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Connection: { [key: string]: unknown };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Date: { Input: string; Output: Date | string };
    Decimal: { Input: string; Output: string };
    JSON: { Input: unknown; Output: unknown };
  };
  AuthScopes: { may: Permission | readonly Permission[]; anyone: boolean };
  Directives: {
    link: { locations: 'SCHEMA'; args: { url: string; import: string[] } };
    key: { locations: 'OBJECT'; args: { fields: string; resolvable?: boolean } };
    shareable: { locations: 'OBJECT' | 'FIELD_DEFINITION'; args: Record<string, never> };
    external: { locations: 'FIELD_DEFINITION'; args: Record<string, never> };
    requires: { locations: 'FIELD_DEFINITION'; args: { fields: string } };
    inaccessible: { locations: 'OBJECT' | 'FIELD_DEFINITION'; args: Record<string, never> };
  };
}

/** Refusals any mutation may answer; a mutation adds its own with `errors: { types: [...] }`. */
const everyMutation = [
  InvalidInput,
  NotFound,
  Forbidden,
  StepUpRequired,
  RuleBlocked,
  Conflict,
  IllegalTransition,
  IdempotencyConflict,
  Unavailable,
];

/** One page is at most this many rows, everywhere. */
export const PAGE_SIZE = { default: 20, max: 200 } as const;

function pathOf(path: readonly (PropertyKey | { key: PropertyKey })[] | undefined): string {
  return (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
}

/**
 * A schema builder with plugins, authorisation, refusals and federation set up once. `sharedTypes` must be called on
 * it before any domain type is added.
 */
export function createBuilder<PrismaTypes extends object, Tx extends RawTx>(datamodel: { datamodel: unknown }) {
  type Types = GraphTypes<PrismaTypes, Tx>;
  return new SchemaBuilder<Types>({
    // Errors first: what authorisation and validation throw becomes a typed refusal of the mutation.
    plugins: [ErrorsPlugin, ScopeAuthPlugin, RelayPlugin, PrismaPlugin, ValidationPlugin, DirectivesPlugin],
    defaultFieldNullability: false,
    errors: { defaultTypes: everyMutation, directResult: true, unsafelyHandleInputErrors: true },
    scopeAuth: {
      authScopes: (ctx: Context<Tx>) => ({
        anyone: true,
        may: (permission: Permission | readonly Permission[]) => [permission].flat().some((one) => ctx.actor.may(one as Permission)),
      }),
      unauthorizedError: () => new Forbidden(),
    },
    relay: {
      nodesOnConnection: true,
      nodeQueryOptions: false,
      nodesQueryOptions: false,
      edgesFieldOptions: { nullable: { list: false, items: false } },
      nodeFieldOptions: { nullable: false },
      nodesFieldOptions: { nullable: { list: false, items: false } },
      pageInfoTypeOptions: { name: 'PageInfo', description: 'Where a page stands in its list.', directives: { shareable: {} } },
    },
    prisma: {
      // The read session has every model of the client; it has no connection to open or close.
      client: (ctx: Context<Tx>) => ctx.db as unknown as { $connect: () => Promise<void> },
      dmmf: datamodel,
      defaultConnectionSize: PAGE_SIZE.default,
      maxConnectionSize: PAGE_SIZE.max,
    },
    validation: {
      validationError: (failure) => new InvalidInput(failure.issues.map((issue) => ({ path: pathOf(issue.path), message: issue.message }))),
    },
    directives: { useGraphQLToolsUnorderedDirectives: true },
  });
}

/** Turns a finished builder into what a gateway plans against. */
export function toFederated(builder: { toSchema(options?: object): import('graphql').GraphQLSchema }): FederatedSchema {
  return federate(builder.toSchema({ extensions: { directives: { link: [federationLink] } }, schemaDirectives: {} }));
}
