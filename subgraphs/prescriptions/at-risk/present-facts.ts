import { question } from '#kernel/context.ts';
import { toId, tryId } from '#kernel/ids.ts';
import type { RecordedStanding } from '#rules/licence-history.ts';
import type { ToldOversight } from '#rules/oversight-facts.ts';
import type { Ctx } from '../builder.ts';
import type { NeighbourFacts, OversightAnswer, StandingClinic } from '../exam/gate-facts.ts';
import { clinicFields } from '../neighbour/clinic.ts';
import { accountFields } from '../neighbour/facility.ts';
import { type PractitionerAnswer, practitionerFields } from '../neighbour/practitioner.ts';
import { type FormularyItemAnswer, formularyItemFields } from '../order/neighbour-facts.ts';
import type { InFlight } from './in-flight.ts';

/** What everybody answers today about all that a page of records stands on. */
export interface PresentFacts extends NeighbourFacts {
  readonly clinics: ReadonlyMap<string, ClinicToday>;
  /** By stored id. */
  readonly items: ReadonlyMap<string, FormularyItemAnswer>;
}

/** A clinic with who oversees it, and since when their licences stand as they do. */
export interface ClinicToday extends StandingClinic {
  readonly oversight: OversightToday | null;
}

interface OversightToday extends OversightAnswer {
  readonly engagements: readonly (ToldOversight['engagements'][number] & {
    readonly practitioner: { readonly licenses: readonly { readonly standings: readonly RecordedStanding[] }[] } | null;
  })[];
}

interface Answer {
  readonly practitionersFacts: readonly PractitionerAnswer[];
  readonly clinicFacts: readonly Omit<ClinicToday, 'oversight'>[];
  readonly oversight: readonly (OversightToday & { readonly clinicId: string })[];
  readonly formularyItemsFacts: readonly FormularyItemAnswer[];
}

/** What booking, starting and sending ask, for many records at once; of directors' licences also the history, which says since when. */
export const presentFactsQuestion = question<Answer, { practitioners: string[]; clinics: string[]; items: string[] }>(
  'service',
  `query PresentFacts($practitioners: [ID!]!, $clinics: [ID!]!, $items: [ID!]!) {
  practitionersFacts(ids: $practitioners) { ${practitionerFields} }
  clinicFacts(ids: $clinics) { ${clinicFields} facilityLicenses { kind status expiresOn } }
  oversight(clinicIds: $clinics) {
    clinicId
    engagements {
      id role status startsOn endsOn services
      practitioner {
        id credential exclusion { status since }
        licenses { id state number type status verifiedAt expiresOn notActiveFrom standings { status effectiveFrom effectiveTo recordedAt } }
        policies { kind status effectiveFrom expiresOn }
      }
    }
    protocols { id service status effectiveFrom expiresOn digest }
  }
  formularyItemsFacts(ids: $items) { ${formularyItemFields} pharmacy { ${accountFields} } }
}`,
);

/** Asks once for everything that these records stand on. What is not answered is unknown, and puts them at risk. */
export async function askPresentFacts(ctx: Pick<Ctx, 'graph'>, records: readonly InFlight[]): Promise<PresentFacts> {
  const each = <Id>(ids: readonly (Id | null | undefined)[]) => [...new Set(ids.filter((id) => id != null))] as Id[];
  const answer = await ctx.graph.ask(presentFactsQuestion, {
    practitioners: each(records.flatMap(({ practitionerId, order }) => [practitionerId, order?.examinerId])).map((id) =>
      toId('practitioner', id),
    ),
    clinics: each(records.map(({ clinicId }) => clinicId)).map((id) => toId('clinic', id)),
    items: each(records.map(({ order }) => order?.formularyItemId)).map((id) => toId('formularyItem', id)),
  });
  if (answer === null) return { practitioners: new Map(), clinics: new Map(), items: new Map(), answered: false };
  return {
    practitioners: new Map(answer.practitionersFacts.map((one) => [tryId('practitioner', one.id) ?? '', one])),
    clinics: new Map(
      answer.clinicFacts.map((clinic) => [
        tryId('clinic', clinic.id) ?? '',
        { ...clinic, oversight: answer.oversight.find(({ clinicId }) => clinicId === clinic.id) ?? null },
      ]),
    ),
    items: new Map(answer.formularyItemsFacts.map((one) => [tryId('formularyItem', one.id) ?? '', one])),
    answered: true,
  };
}
