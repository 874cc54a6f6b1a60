/** `npm run schema`: writes the graph as others see it. With `--check` it writes nothing and exits 1 when a file is not what the code says. */
import { readFileSync, writeFileSync } from 'node:fs';
import { clinics } from '../subgraphs/clinics/schema.ts';
import { pharmacies } from '../subgraphs/pharmacies/schema.ts';
import { physicians } from '../subgraphs/physicians/schema.ts';
import { prescriptions, publishedDocument } from '../subgraphs/prescriptions/schema.ts';
import { composeSupergraph } from './compose.ts';

/** The committed files by name, as the code says they should be. */
export function printedSchemas(): Record<string, string> {
  const sdls = { clinics: clinics.sdl, physicians: physicians.sdl, prescriptions: prescriptions.sdl, pharmacies: pharmacies.sdl };
  const texts = { ...sdls, supergraph: composeSupergraph(sdls) };
  const graphs = Object.entries(texts).map(([name, text]) => [`${name}.graphql`, `${text.trimEnd()}\n`]);
  // The version that is signed today. Those before it are kept as they were.
  const documents = [
    `documents/${publishedDocument.name.replace('/', '-')}.json`,
    `${JSON.stringify(publishedDocument.schema(), null, 2)}\n`,
  ];
  return Object.fromEntries([...graphs, documents]);
}

/** The names of the files that are missing or say something else. */
export function staleSchemas(): string[] {
  return Object.entries(printedSchemas()).flatMap(([file, text]) => (committed(file) === text ? [] : [file]));
}

function committed(file: string): string | null {
  try {
    return readFileSync(new URL(file, import.meta.url), 'utf8');
  } catch {
    return null;
  }
}

if (import.meta.main) {
  const stale = staleSchemas();
  if (process.argv.includes('--check')) {
    for (const file of stale) console.error(`schema/${file} is not what the code says: run npm run schema and look at what changed.`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    const texts = printedSchemas();
    for (const file of stale) writeFileSync(new URL(file, import.meta.url), texts[file] ?? '');
    console.log(stale.length > 0 ? `written: ${stale.map((file) => `schema/${file}`).join(', ')}` : 'schema/ says what the code says');
  }
}
