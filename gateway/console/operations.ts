import { readdirSync, readFileSync } from 'node:fs';
import { Kind, parse } from 'graphql';

/** An operation to try, with an example of its variables; ids in it are placeholders. */
export interface ContractOperation {
  readonly group: string;
  readonly name: string;
  readonly query: string;
  readonly variables: string;
}

const folder = new URL('../../schema/contract/', import.meta.url);

/** The operations of the contract in the order of its files, each as a document of its own. */
export function contractOperations(): ContractOperation[] {
  const variables: Record<string, unknown> = JSON.parse(readFileSync(new URL('variables.json', folder), 'utf8'));
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .flatMap((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      return parse(text).definitions.flatMap((definition): ContractOperation[] => {
        if (definition.kind !== Kind.OPERATION_DEFINITION || !definition.loc || !definition.name) return [];
        const name = definition.name.value;
        const example = variables[name];
        return [
          {
            group: file.replace(/\.graphql$/, ''),
            name,
            query: text.slice(definition.loc.start, definition.loc.end),
            variables: example === undefined ? '' : JSON.stringify(example, null, 2),
          },
        ];
      });
    });
}
