import { z } from 'zod';
import { sameFamilyName } from './person-match.ts';
import { type Finding, ListRefused, type ListedSource, type SoughtPerson } from './source.ts';

/**
 * As much as is read of an answer of the registry's API, version 2.1: its fields are at https://npiregistry.cms.hhs.gov/help-api/json-conversion, its
 * parameters at https://npiregistry.cms.hhs.gov/api-page. `number` is text, and was a number in older versions.
 */
const provider = z.object({
  number: z.coerce.string().regex(/^\d{10}$/, 'has a number that is no NPI'),
  enumeration_type: z.string().optional(),
  basic: z.object({
    first_name: z.string().optional(),
    last_name: z.string().optional(),
    status: z.string({ error: 'has no status' }),
  }),
  // Former and professional names; an organisation's have no last name.
  other_names: z.array(z.object({ last_name: z.string().nullish() })).optional(),
});

const answer = z.object({ results: z.array(z.unknown()) });

// The registry answers a wrong question with status 200 and this.
const refusal = z.object({ Errors: z.array(z.object({ description: z.string() })).min(1) });

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
  const said = jsonIn(text);
  const refused = refusal.safeParse(said);
  if (refused.success) {
    throw new ListRefused(refused.data.Errors.map(({ description }) => `The NPI registry refused the question: ${description}.`));
  }
  const answered = answer.safeParse(said);
  if (answered.success) return answered.data.results;
  throw new ListRefused(['This is not an answer of the NPI registry: it is no JSON with a list of results.']);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// Somebody who was not asked about is not in the answer: that says nothing.
function findingOn(person: SoughtPerson, found: z.infer<typeof provider> | undefined): Finding {
  const at = { licenseId: null, basis: 'NPI' } as const;
  if (found === undefined) return { licenseId: null, result: 'NO_ANSWER', note: 'Not among the answers.' };
  if (found.enumeration_type === 'NPI-2') return { ...at, result: 'MISMATCH', note: 'The NPI is an organisation’s.' };
  if (found.basic.status !== 'A') return { ...at, result: 'MISMATCH', note: 'The NPI is not in use any more.' };
  if (sameFamilyName(found.basic.last_name ?? '', person.familyName)) return { ...at, result: 'CONFIRMED' };
  const others = found.other_names?.map(({ last_name: name }) => name ?? '') ?? [];
  if (others.some((name) => sameFamilyName(name, person.familyName))) {
    return { ...at, result: 'CONFIRMED', note: 'Under another name that the registry has of them.' };
  }
  return { ...at, result: 'MISMATCH', note: 'The NPI is somebody else’s.' };
}
