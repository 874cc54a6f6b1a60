/** How large a request may be. Each limit is several times what the largest operation of the contract needs (tests/gateway/limits.test.ts measures them). */
import { costLimitPlugin, costLimitRule } from '@escape.tech/graphql-armor-cost-limit';
import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesPlugin } from '@escape.tech/graphql-armor-max-directives';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import {
  type ArgumentNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  ValidationContext,
  visit,
} from 'graphql';

/** The numbers, in one place. `cost` counts the values an answer could hold: a page of 200 with 10 fields each is about 2,000. */
export const limits = {
  bodyBytes: 1024 * 1024,
  variableDepth: 32,
  depth: 12,
  tokens: 2_000,
  aliases: 30,
  directives: 30,
  cost: 20_000,
} as const;

/** Ends a check with a coded refusal of ours instead of the plugin's own error. */
function refuseWith(code: string, message: string): { onReject: (() => never)[] } {
  return {
    onReject: [
      () => {
        throw new GraphQLError(message, { extensions: { code } });
      },
    ],
  };
}

const costOptions = {
  maxCost: limits.cost,
  objectCost: 1,
  scalarCost: 1,
  depthCostFactor: 1,
  flattenFragments: true,
  ...refuseWith('QUERY_TOO_EXPENSIVE', `This operation could answer more than ${limits.cost} values; ask for smaller pages.`),
};

/** The plugins that refuse a document before anything of it is planned. */
export function limitPlugins() {
  return [
    maxTokensPlugin({ n: limits.tokens, ...refuseWith('QUERY_TOO_LONG', `This operation has more than ${limits.tokens} tokens.`) }),
    maxDepthPlugin({
      n: limits.depth,
      flattenFragments: true,
      ...refuseWith('QUERY_TOO_DEEP', `This operation is nested more than ${limits.depth} levels deep.`),
    }),
    maxAliasesPlugin({
      n: limits.aliases,
      allowList: [],
      ...refuseWith('TOO_MANY_ALIASES', `This operation has more than ${limits.aliases} aliases.`),
    }),
    maxDirectivesPlugin({
      n: limits.directives,
      ...refuseWith('TOO_MANY_DIRECTIVES', `This operation has more than ${limits.directives} directives.`),
    }),
    costLimitPlugin(costOptions),
  ];
}

/**
 * The cost again with the sizes that came in variables: the plugin sees the document alone, in which `first: $n`
 * would count as one. Documents without such a variable cost nothing here.
 */
export function checkPagesInVariables(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  if (!hasSizeInVariable(document)) return;
  const sized = withSizes(document, operation, variables);
  const context = new ValidationContext(schema, sized, new TypeInfo(schema), () => {});
  const asked = sized.definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === operation.name?.value,
  );
  costLimitRule(costOptions)(context).OperationDefinition['enter']?.(asked);
}

const known = new WeakMap<DocumentNode, boolean>();

/** Looked for once a document: the engine keeps those it has parsed. */
function hasSizeInVariable(document: DocumentNode): boolean {
  const before = known.get(document);
  if (before !== undefined) return before;
  let found = false;
  visit(document, {
    Argument(node) {
      found ||= isSizeInVariable(node);
    },
  });
  known.set(document, found);
  return found;
}

function isSizeInVariable({ name, value }: ArgumentNode): boolean {
  return value.kind === Kind.VARIABLE && (name.value === 'first' || name.value === 'last');
}

/** The document with the value written in wherever a page size is a variable. */
function withSizes(document: DocumentNode, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): DocumentNode {
  return visit(document, {
    Argument(node): ArgumentNode | undefined {
      if (node.value.kind !== Kind.VARIABLE || !isSizeInVariable(node)) return undefined;
      const name = node.value.name.value;
      const byDefault = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue;
      const size = variables[name] ?? (byDefault?.kind === Kind.INT ? byDefault.value : 1);
      return { ...node, value: { kind: Kind.INT, value: String(size) } };
    },
  });
}
