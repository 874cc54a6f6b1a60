import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { CredentialFile } from '#kernel/env.ts';
import { readLeie } from './leie.ts';
import { readNppes } from './nppes.ts';
import type { DatedList } from './run-verification.ts';
import { readSam } from './sam.ts';
import { ListRefused, type ListedSource } from './source.ts';
import { readStateBoard } from './state-board.ts';

/** Reads a list from its file. Of when it is says `asOf`, else the day the file was last written; never later than now. */
export async function readList({ source, state, path }: CredentialFile, now: Date, asOf?: Date): Promise<DatedList> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new ListRefused([`${path} cannot be read (${error.code ?? error.message}).`]);
  });
  const said = asOf ?? (await stat(path)).mtime;
  const dated = said < now ? said : now;
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { list: listOf(source, state, decoded(bytes, path), dated), digest, asOf: dated };
}

// A name that was read in the wrong encoding is another name, and would not be found.
function decoded(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ListRefused([`${path} is not UTF-8: names in it would not be found.`]);
  }
}

function listOf(source: CredentialFile['source'], state: string | null, text: string, asOf: Date): ListedSource {
  switch (source) {
    case 'OIG_LEIE':
      return readLeie(text, asOf);
    case 'SAM':
      return readSam(text, asOf);
    case 'NPPES':
      return readNppes(text);
    case 'STATE_BOARD':
      return readStateBoard(text, state ?? '');
  }
}
