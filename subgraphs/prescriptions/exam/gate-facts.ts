import type { Attestation } from '#rules/attestation.ts';
import type { Credential, PractitionerFact } from '#rules/facts.ts';
import { question } from '#kernel/context.ts';
import { toId, tryId } from '#kernel/ids.ts';
import type { Ctx } from '../builder.ts';
import { inTurns } from './in-turns.ts';

interface LicenceAnswer {
  readonly state: string;
  readonly number: string;
  readonly status: string;
  readonly verifiedAt: string | null;
  readonly expiresOn: string | null;
}

interface PractitionerAnswer {
  readonly id: string;
  readonly npi: string;
  readonly displayName: string;
  readonly credential: string;
  readonly independentIn: readonly string[];
  readonly licenses: readonly LicenceAnswer[];
  readonly deaRegistrations: readonly {
    readonly state: string;
    readonly schedules: readonly string[];
    readonly status: string;
    readonly expiresOn: string | null;
  }[];
  readonly agreements: readonly {
    readonly state: string;
    readonly status: string;
    readonly startsOn: string | null;
    readonly endsOn: string | null;
    readonly supervisorLicenses: readonly LicenceAnswer[];
  }[];
}

/** What `clinics` says of a clinic, as gates need it. */
export interface ClinicFact {
  readonly id: string;
  readonly name: string;
  readonly timeZone: string;
  readonly entityId: string;
  readonly entityName: string;
  readonly services: readonly { readonly code: string; readonly modalities: readonly string[] }[];
  readonly attestations: readonly Attestation[];
}

/** A practitioner with what a frozen record says beside the facts a rule reads. */
export interface PractitionerFacts extends PractitionerFact {
  readonly npi: string;
  readonly displayName: string;
}

/** What the neighbours answered. A practitioner or clinic that is not in it is unknown, and unknown blocks. */
export interface GateFacts {
  /** By stored id. */
  readonly practitioners: ReadonlyMap<string, PractitionerFacts>;
  readonly clinics: ReadonlyMap<string, ClinicFact>;
  /** False when a neighbour did not answer at all. */
  readonly answered: boolean;
}

/** Who examines or prescribes, and under which clinics' attestations. */
export const gateFactsQuestion = question<
  { practitionersFacts: PractitionerAnswer[]; clinicFacts: ClinicFact[] },
  { practitioners: string[]; clinics: string[] }
>(
  'service',
  `query GateFacts($practitioners: [ID!]!, $clinics: [ID!]!) {
  practitionersFacts(ids: $practitioners) {
    id npi displayName credential independentIn
    licenses { state number status verifiedAt expiresOn }
    deaRegistrations { state schedules status expiresOn }
    agreements { state status startsOn endsOn supervisorLicenses { state number status verifiedAt expiresOn } }
  }
  clinicFacts(ids: $clinics) {
    id name timeZone entityId entityName services { code modalities }
    attestations { ruleId jurisdiction value note attestedBy attestedAt expiresOn revokedAt }
  }
}`,
);

type Asked = (key: string, ask: () => Promise<GateFacts>) => Promise<GateFacts>;

/** One set of turns a running subgraph: its events are the same object in every request. */
const turnsOf = new WeakMap<object, Asked>();

/** Reads practitioners and clinics as they stand now, not earlier. Ids are stored ones, of rows the caller may see; the answer is the same whoever asks. */
export async function askGateFacts(
  ctx: Pick<Ctx, 'graph' | 'events'>,
  practitionerIds: readonly string[],
  clinicIds: readonly string[],
): Promise<GateFacts> {
  const variables = {
    practitioners: practitionerIds.map((id) => toId('practitioner', id)),
    clinics: clinicIds.map((id) => toId('clinic', id)),
  };
  const turns = turnsOf.get(ctx.events) ?? inTurns<GateFacts>();
  turnsOf.set(ctx.events, turns);
  // Whoever waits for another's answer holds no connection meanwhile: a slow neighbour must not use up the pool.
  await ctx.graph.beforeWaiting();
  return turns(JSON.stringify(variables), async () => {
    const answer = await ctx.graph.ask(gateFactsQuestion, variables);
    if (answer === null) return { practitioners: new Map(), clinics: new Map(), answered: false };
    return {
      practitioners: byStoredId('practitioner', answer.practitionersFacts.map(practitionerFacts)),
      clinics: byStoredId('clinic', answer.clinicFacts),
      answered: true,
    };
  });
}

function practitionerFacts(answer: PractitionerAnswer): PractitionerFacts {
  return {
    id: answer.id,
    npi: answer.npi,
    displayName: answer.displayName,
    credential: answer.credential as Credential,
    licences: answer.licenses,
    independentIn: answer.independentIn,
    deaRegistrations: answer.deaRegistrations,
    agreements: answer.agreements.map((agreement) => ({
      state: agreement.state,
      status: agreement.status,
      startsOn: agreement.startsOn,
      endsOn: agreement.endsOn,
      // An agreement that was read and has no last day is one without end.
      noEnd: agreement.endsOn === null,
      physicianLicences: agreement.supervisorLicenses,
    })),
  };
}

function byStoredId<Fact extends { readonly id: string }>(kind: 'practitioner' | 'clinic', facts: readonly Fact[]): Map<string, Fact> {
  return new Map(facts.map((fact) => [tryId(kind, fact.id) ?? '', fact]));
}
