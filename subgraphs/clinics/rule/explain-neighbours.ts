import { question } from '#kernel/context.ts';
import { NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { dayOf } from '#rules/dates.ts';
import { exclusionTold, type ToldExclusion } from '#rules/exclusion.ts';
import type { Credential, FacilityClass, PharmacyLicenceFact, PractitionerFact } from '#rules/facts.ts';
import { practisesUnder } from '#rules/licence.ts';
import { type LicenceHistory, notActiveFrom } from '#rules/licence-history.ts';
import type { IngredientSourceFact } from '#rules/substance-conditions.ts';
import type { Ctx } from '../builder.ts';

interface LicenceAnswer {
  readonly id: string;
  readonly state: string;
  readonly number: string;
  readonly status: string;
  readonly verifiedAt: string | null;
  readonly expiresOn: string;
}

/** A person's licence: its kind says which credential is practised under it. */
interface OwnLicence extends LicenceAnswer {
  readonly type: string;
}

interface PractitionerAnswer {
  readonly id: string;
  readonly credential: string;
  readonly exclusion?: ToldExclusion | null;
  readonly independentIn: readonly string[];
  readonly licenses: readonly (OwnLicence & LicenceHistory)[];
  readonly deaRegistrations: readonly {
    readonly state: string;
    readonly schedules: readonly string[];
    readonly status: string;
    readonly expiresOn: string;
  }[];
  readonly agreements: readonly {
    readonly state: string;
    readonly status: string;
    readonly startsOn: string;
    readonly endsOn: string | null;
    readonly supervisorLicenses: readonly OwnLicence[];
    readonly supervisorExclusion?: ToldExclusion | null;
  }[];
}

/** A protocol version as `physicians` tells. */
export interface ProtocolAnswer {
  readonly id: string;
  readonly clinicIds: readonly string[];
  readonly service: string;
  readonly status: string;
  readonly effectiveFrom: string;
  readonly expiresOn: string;
}

/** A formulary item and its pharmacy as `pharmacies` tells. */
export interface ItemAnswer {
  readonly id: string;
  readonly sterile: boolean;
  readonly requiresClinicalDifference: boolean;
  readonly active: boolean;
  readonly ingredients: readonly { readonly name: string; readonly unii: string | null }[];
  /** The materials its pharmacy stands by today; null where no rule asks for them. */
  readonly sources?: readonly IngredientSourceFact[] | null;
  readonly pharmacy: {
    readonly facilityClass: FacilityClass;
    readonly homeState: string;
    readonly licenses: readonly (LicenceAnswer & { readonly kind: NonNullable<PharmacyLicenceFact['kind']> })[];
  };
}

const licence = 'id state number status verifiedAt expiresOn';

/** People by id. No patient is in it, so it is read by the service's right. */
export const peopleQuestion = question<{ practitionersFacts: readonly PractitionerAnswer[] }, { ids: readonly string[] }>(
  'service',
  `query PlannedPeople($ids: [ID!]!) {
    practitionersFacts(ids: $ids) {
      id credential independentIn exclusion { status since }
      licenses { ${licence} type standings { status effectiveFrom effectiveTo recordedAt } renewals { formerLastDay startsOn expiresOn recordedAt } }
      deaRegistrations { state schedules status expiresOn }
      agreements { state status startsOn endsOn supervisorLicenses { ${licence} type } supervisorExclusion { status since } }
    }
  }`,
);

/** A protocol version by id. */
export const protocolQuestion = question<{ protocolFacts: ProtocolAnswer | null }, { id: string }>(
  'service',
  'query PlannedProtocol($id: ID!) { protocolFacts(id: $id) { id clinicIds service status effectiveFrom expiresOn } }',
);

/** What is compounded where. */
export const itemQuestion = question<{ formularyItemFacts: ItemAnswer | null }, { id: string }>(
  'service',
  `query PlannedItem($id: ID!) {
    formularyItemFacts(id: $id) {
      id sterile requiresClinicalDifference active
      ingredients { name unii }
      sources { name unii supplier grade sterileSuitable certificate goodUntil }
      pharmacy { facilityClass homeState licenses { kind ${licence} } }
    }
  }`,
);

type Id = string | null | undefined;

/** Somebody a plan names: what gates read of them, and the history of their licences. */
export interface Person {
  readonly fact: PractitionerFact;
  readonly history: readonly (LicenceHistory & { readonly state: string })[];
}

/** People by id; without an answer nobody is known. An id that names nobody is refused. */
export async function peopleNamed(ctx: Ctx, ids: readonly Id[]): Promise<(id: Id) => Person | null> {
  const named = [...new Set(ids.filter((id) => id != null))];
  if (named.length === 0) return () => null;
  if (named.some((id) => tryId('practitioner', id) === null)) throw new NotFound();
  const answer = await ctx.graph.ask(peopleQuestion, { ids: named });
  if (answer === null) return () => null;
  const known = new Map(
    answer.practitionersFacts.map((told) => {
      const licenses = told.licenses.filter(({ type }) => practisesUnder(told.credential, type));
      return [told.id, { fact: practitioner({ ...told, licenses }, ctx.now()), history: licenses }];
    }),
  );
  if (named.some((id) => !known.has(id))) throw new NotFound();
  return (id) => (id == null ? null : (known.get(id) ?? null));
}

/** A protocol version of this clinic; null when none is named or nobody answered. Another clinic's is none here. */
export async function protocolNamed(ctx: Ctx, id: Id, clinicId: string): Promise<ProtocolAnswer | null> {
  if (id == null) return null;
  if (tryId('protocolVersion', id) === null) throw new NotFound();
  const answer = await ctx.graph.ask(protocolQuestion, { id });
  if (answer === null) return null;
  if (answer.protocolFacts?.clinicIds.includes(clinicId) !== true) throw new NotFound();
  return answer.protocolFacts;
}

/** A formulary item; null when none is named or nobody answered. */
export async function itemNamed(ctx: Ctx, id: Id): Promise<ItemAnswer | null> {
  if (id == null) return null;
  if (tryId('formularyItem', id) === null) throw new NotFound();
  const answer = await ctx.graph.ask(itemQuestion, { id });
  if (answer === null) return null;
  if (answer.formularyItemFacts === null) throw new NotFound();
  return answer.formularyItemFacts;
}

function practitioner(told: PractitionerAnswer, at: Date): PractitionerFact {
  return {
    id: told.id,
    credential: told.credential as Credential,
    ...exclusionTold(told.exclusion),
    // The gate is told what a licence is and when it stops being that; its history is asked apart, for the day of the exam.
    licences: told.licenses.map(({ type: _, standings, renewals = [], ...licence }) => ({
      ...licence,
      notActiveFrom: notActiveFrom({ expiresOn: licence.expiresOn, standings, renewals }, dayOf(at.toISOString()) ?? '', at),
    })),
    independentIn: told.independentIn,
    deaRegistrations: told.deaRegistrations,
    agreements: told.agreements.map(({ state, status, startsOn, endsOn, supervisorLicenses, supervisorExclusion }) => ({
      ...{ state, status, startsOn, endsOn },
      // An agreement that was read and has no last day is one without end.
      noEnd: endsOn === null,
      physicianLicences: supervisorLicenses.filter(({ type }) => practisesUnder('MD', type)).map(({ type: _, ...rest }) => rest),
      ...exclusionTold(supervisorExclusion),
    })),
  };
}
