import { type Graph, question } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import { inTurns } from '../exam/in-turns.ts';

/** What somebody who is to come to a clinic is told of it: its name, its clock and where it is. */
export interface ClinicPlace {
  readonly id: string;
  readonly name: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly address: {
    readonly line1: string;
    readonly line2: string | null;
    readonly city: string;
    readonly state: string;
    readonly postalCode: string;
  };
}

/** Name, clock and address of clinics: nothing of a patient. */
export const clinicPlacesQuestion = question<{ readonly clinicFacts: readonly ClinicPlace[] }, { clinics: string[] }>(
  'service',
  `query ClinicPlaces($clinics: [ID!]!) {
  clinicFacts(ids: $clinics) { id name timeZone address { line1 line2 city state postalCode } }
}`,
);

/** A clinic as it is now, by its stored id; null when that was not told. */
export async function askClinicPlace(graph: Pick<Graph, 'ask'>, clinicId: string): Promise<ClinicPlace | null> {
  const id = toId('clinic', clinicId);
  const answer = await graph.ask(clinicPlacesQuestion, { clinics: [id] });
  return answer?.clinicFacts.find((clinic) => clinic.id === id) ?? null;
}

/** One set of turns a running subgraph: its events are the same object in every request. */
const turnsOf = new WeakMap<object, ReturnType<typeof inTurns<ClinicPlace | null>>>();

/** The same for a request, in which a whole list of exams may ask about one clinic at once. */
export async function clinicPlace(ctx: Pick<Ctx, 'graph' | 'events'>, clinicId: string): Promise<ClinicPlace | null> {
  const turns = turnsOf.get(ctx.events) ?? inTurns<ClinicPlace | null>();
  turnsOf.set(ctx.events, turns);
  await ctx.graph.beforeWaiting();
  return turns(clinicId, () => askClinicPlace(ctx.graph, clinicId));
}

/** The clinic's address in one line. */
export function placeText({ address: { line1, line2, city, state, postalCode } }: ClinicPlace): string {
  return [line1, line2, city, `${state} ${postalCode}`].filter((part) => part !== null && part !== '').join(', ');
}
