import { question } from '#kernel/context.ts';
import { toId, tryId } from '#kernel/ids.ts';
import type { ToldFacility, ToldOversight } from '#rules/oversight-facts.ts';
import type { Ctx } from '../builder.ts';
import { type ClinicAnswer, clinicFields } from '../neighbour/clinic.ts';
import { type PractitionerAnswer, practitionerFields } from '../neighbour/practitioner.ts';
import { inTurns } from './in-turns.ts';

/** What the neighbours answered. A practitioner or clinic that is not in it is unknown, and unknown blocks. */
export interface NeighbourFacts {
  /** By stored id. */
  readonly practitioners: ReadonlyMap<string, PractitionerAnswer>;
  readonly clinics: ReadonlyMap<string, StandingClinic>;
  /** False when a neighbour did not answer at all. */
  readonly answered: boolean;
}

/** A clinic with what its services stand on, as both neighbours tell. */
export interface StandingClinic extends ClinicAnswer {
  readonly facilityLicenses: readonly ToldFacility[];
  readonly oversight: OversightAnswer | null;
}

/** Oversight with what each protocol version says by digest: an exam is bound to the one it begins under. */
export interface OversightAnswer extends ToldOversight {
  readonly protocols: readonly (ToldOversight['protocols'][number] & { readonly digest: string })[];
}

interface Answer {
  readonly practitionersFacts: PractitionerAnswer[];
  readonly clinicFacts: Omit<StandingClinic, 'oversight'>[];
  readonly oversight: readonly (OversightAnswer & { readonly clinicId: string })[] | null;
}

/** Who examines or prescribes, and under which clinics' attestations. */
export const gateFactsQuestion = question<Answer, { practitioners: string[]; clinics: string[] }>(
  'service',
  `query GateFacts($practitioners: [ID!]!, $clinics: [ID!]!) {
  practitionersFacts(ids: $practitioners) { ${practitionerFields} }
  clinicFacts(ids: $clinics) { ${clinicFields} facilityLicenses { kind status expiresOn } }
  oversight(clinicIds: $clinics) {
    clinicId
    engagements {
      id role status startsOn endsOn services
      practitioner {
        id credential exclusion { status since }
        licenses { id state number type status verifiedAt expiresOn notActiveFrom }
        policies { kind status effectiveFrom expiresOn }
      }
    }
    protocols { id service status effectiveFrom expiresOn digest }
  }
}`,
);

type Asked = (key: string, ask: () => Promise<NeighbourFacts>) => Promise<NeighbourFacts>;

/** One set of turns a running subgraph: its events are the same object in every request. */
const turnsOf = new WeakMap<object, Asked>();

/** Reads practitioners and clinics as they stand now, not earlier. Ids are stored ones, of rows the caller may see; the answer is the same whoever asks. */
export async function askGateFacts(
  ctx: Pick<Ctx, 'graph' | 'events'>,
  practitionerIds: readonly string[],
  clinicIds: readonly string[],
): Promise<NeighbourFacts> {
  return (await putGateFacts(ctx, practitionerIds, clinicIds))();
}

/**
 * The same for who reads of its own meanwhile: comes back once the question is out. What it comes back with waits for the answer,
 * and lets what was read until then go.
 */
export async function putGateFacts(
  ctx: Pick<Ctx, 'graph' | 'events'>,
  practitionerIds: readonly string[],
  clinicIds: readonly string[],
): Promise<() => Promise<NeighbourFacts>> {
  const variables = {
    practitioners: practitionerIds.map((id) => toId('practitioner', id)),
    clinics: clinicIds.map((id) => toId('clinic', id)),
  };
  const turns = turnsOf.get(ctx.events) ?? inTurns<NeighbourFacts>();
  turnsOf.set(ctx.events, turns);
  // Whoever waits for another's answer holds no connection meanwhile: a slow neighbour must not use up the pool.
  await ctx.graph.beforeWaiting();
  const asked = turns(JSON.stringify(variables), async () => told(await ctx.graph.ask(gateFactsQuestion, variables)));
  // Nobody may come back for it.
  asked.catch(() => undefined);
  return async () => {
    await ctx.graph.beforeWaiting();
    return asked;
  };
}

function told(answer: Answer | null): NeighbourFacts {
  if (answer === null) return { practitioners: new Map(), clinics: new Map(), answered: false };
  const clinics = answer.clinicFacts.map((clinic) => ({
    ...clinic,
    oversight: answer.oversight?.find((one) => one.clinicId === clinic.id) ?? null,
  }));
  return { practitioners: byStoredId('practitioner', answer.practitionersFacts), clinics: byStoredId('clinic', clinics), answered: true };
}

function byStoredId<Answer extends { readonly id: string }>(
  kind: 'practitioner' | 'clinic',
  answers: readonly Answer[],
): Map<string, Answer> {
  return new Map(answers.map((answer) => [tryId(kind, answer.id) ?? '', answer]));
}
