/** The packs, or plain lines about why they cannot be loaded. Whoever starts with them loads them by this. */

import { BrokenPacks } from './broken-packs.ts';

const PACK = /[\\/]packs[\\/]([^\\/]+\.json)/;

/** `packs.ts`, loaded; throws `BrokenPacks` also where a file is missing or is not JSON, which Node alone tells with a stack. */
export async function loadPacks(): Promise<typeof import('./packs.ts')> {
  try {
    return await import('./packs.ts');
  } catch (error) {
    const line = brokenFile(error);
    throw line === null ? error : new BrokenPacks([line]);
  }
}

// Node names the file in the address of the error, or only in its message.
function brokenFile(error: unknown): string | null {
  if (!(error instanceof Error) || error instanceof BrokenPacks) return null;
  const { code, url } = error as { code?: unknown; url?: unknown };
  const file = PACK.exec(`${typeof url === 'string' ? url : ''} ${error.message}`)?.[1];
  if (file === undefined) return null;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ENOENT') return `${file}: is missing`;
  return error instanceof SyntaxError ? `${file}: ${notJson(error)}` : `${file}: cannot be read`;
}

/** What a parser says of a text that is not JSON, in one line and without the path that Node puts before it. */
export function notJson({ message }: SyntaxError): string {
  return `is not JSON: ${message.replace(/^.*\.json: /, '').replace(/\s+/g, ' ')}`;
}
