import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Kind, parse, print } from 'graphql';

const contract = fileURLToPath(new URL('../../schema/contract/', import.meta.url));

/** The contract's operations by name, each as a document of its own. */
export async function contractDocuments(): Promise<Map<string, string>> {
  const documents = new Map<string, string>();
  for (const file of (await readdir(contract)).filter((name) => name.endsWith('.graphql'))) {
    for (const definition of parse(await readFile(`${contract}${file}`, 'utf8')).definitions) {
      if (definition.kind === Kind.OPERATION_DEFINITION && definition.name) documents.set(definition.name.value, print(definition));
    }
  }
  return documents;
}

/** The contract's example variables by operation. Ids in them are placeholders. */
export async function contractVariables(): Promise<Record<string, Record<string, unknown>>> {
  return JSON.parse(await readFile(`${contract}variables.json`, 'utf8'));
}
