import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const read = new Map<string, ValidateFunction>();

/** What of a signed order's payload is not as the published schema of its version has it, by another implementation of JSON Schema. */
export function violations(document: { readonly schema: string }): string[] {
  const file = new URL(`../../schema/documents/${document.schema.replace('/', '-')}.json`, import.meta.url);
  if (!existsSync(file)) return [`${document.schema} is not published`];
  const known =
    read.get(document.schema) ?? new Ajv2020({ validateFormats: false, allErrors: true }).compile(JSON.parse(readFileSync(file, 'utf8')));
  read.set(document.schema, known);
  known(document);
  return (known.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The payload of a signed order. */
export function payloadIn(jws: string): { readonly schema: string } {
  return JSON.parse(Buffer.from((JSON.parse(jws) as { payload: string }).payload, 'base64url').toString('utf8'));
}
