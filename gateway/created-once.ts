import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The text of a file that is made on first use and never again, readable by its owner only. Whole or not there:
 * two processes that start at once get the same text, and a crash in between leaves nothing half written.
 */
export function createdOnce(path: string, make: () => string): string {
  const found = textOf(path);
  if (found !== null) return found;
  mkdirSync(dirname(dirname(path)), { recursive: true });
  // Only the innermost folder is closed: the database's own user has to pass through the one above.
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = openSync(draft, 'wx', 0o600);
    writeSync(file, make());
    // What is encrypted under this text is lost with it, so it is on disk before anyone uses it.
    fsyncSync(file);
    closeSync(file);
    linkSync(draft, path);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path, 'utf8');
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
