/** A pack file as it is read, before anybody has checked it. */

import { isRecord } from './check-fields.ts';
import type { PackFile } from './rule.ts';

/** The content of a pack file under its name. What is no pack at all keeps the name alone, and the check says so. */
export function packFileOf(file: string, content: unknown): PackFile {
  return (isRecord(content) ? { ...content, file } : { file }) as PackFile;
}
