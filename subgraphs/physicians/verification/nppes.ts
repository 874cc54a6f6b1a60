import { z } from 'zod';
import { plainName } from './person-match.ts';
import { type Finding, ListRefused, type ListedSource, type SoughtPerson } from './source.ts';

const provider = z.object({
  number: z.coerce.string().regex(/^\d{10}$/, 'has a number that is no NPI'),
  enumeration_type: z.string().optional(),
  basic: z.object({
    first_name: z.string().optional(),
    last_name: z.string().optional(),
    status: z.string({ error: 'has no status' }),
  }),
});

/** Answers of the NPI registry (`results` of its JSON): whether an NPI is in use, and by somebody of this name. */
export function readNppes(text: string): ListedSource {
  const results = resultsIn(text);
  const read = results.map((result) => provider.safeParse(result));
  const broken = read.flatMap((one, at) =>
    one.success ? [] : [{ line: at + 1, reason: one.error.issues[0]?.message ?? 'is not an answer of the registry' }],
  );
  const byNpi = new Map(read.flatMap((one) => (one.success ? [[one.data.number, one.data] as const] : [])));
  return {
    ...{ source: 'NPPES', state: null, rowCount: results.length, broken },
    lookUp: async (person) => [findingOn(person, byNpi.get(person.npi))],
  };
}

function resultsIn(text: string): readonly unknown[] {
  try {
    const { results } = z.object({ results: z.array(z.unknown()) }).parse(JSON.parse(text));
    return results;
  } catch {
    throw new ListRefused(['This is not an answer of the NPI registry: it is no JSON with a list of results.']);
  }
}

// Somebody who was not asked about is not in the answer: that says nothing.
function findingOn(person: SoughtPerson, found: z.infer<typeof provider> | undefined): Finding {
  const at = { licenseId: null, basis: 'NPI' } as const;
  if (found === undefined) return { licenseId: null, result: 'NO_ANSWER', note: 'Not among the answers.' };
  if (found.enumeration_type === 'NPI-2') return { ...at, result: 'MISMATCH', note: 'The NPI is an organisation’s.' };
  if (found.basic.status !== 'A') return { ...at, result: 'MISMATCH', note: 'The NPI is not in use any more.' };
  const isSame = plainName(found.basic.last_name ?? '') === plainName(person.familyName);
  return isSame ? { ...at, result: 'CONFIRMED' } : { ...at, result: 'MISMATCH', note: 'The NPI is somebody else’s.' };
}
