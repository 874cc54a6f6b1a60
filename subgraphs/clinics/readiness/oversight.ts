import DataLoader from 'dataloader';
import { question } from '#kernel/context.ts';
import type { Ctx } from '../builder.ts';

/** What `physicians` knows of somebody engaged at a clinic. Dates are YYYY-MM-DD, instants RFC 3339, ids TypeIDs. */
export interface EngagedPractitioner {
  readonly id: string;
  readonly displayName: string;
  readonly credential: string;
  readonly exclusion?: { readonly status: string; readonly since: string | null } | null;
  readonly licenses: readonly {
    readonly id: string;
    readonly state: string;
    readonly number: string;
    readonly type: string;
    readonly status: string;
    readonly verifiedAt: string | null;
    readonly expiresOn: string;
    /** The first day on which it is not active, as recorded ahead. */
    readonly notActiveFrom?: string | null;
  }[];
  readonly policies: readonly {
    readonly id: string;
    readonly kind: string;
    readonly status: string;
    readonly effectiveFrom?: string;
    readonly expiresOn: string;
  }[];
}

/** Who oversees a clinic, by which protocols. */
export interface ClinicOversight {
  readonly clinicId: string;
  readonly engagements: readonly {
    readonly id: string;
    readonly role: string;
    readonly status: string;
    readonly startsOn: string;
    readonly endsOn: string | null;
    readonly services?: readonly string[];
    readonly practitioner: EngagedPractitioner | null;
  }[];
  readonly protocols: readonly {
    readonly id: string;
    readonly service: string;
    readonly version: string;
    readonly status: string;
    readonly effectiveFrom: string;
    readonly expiresOn: string | null;
  }[];
}

type ToldEngagement = Omit<ClinicOversight['engagements'][number], 'practitioner'> & { readonly practitionerId: string };

interface Answer {
  readonly oversight: readonly { readonly clinicId: string; readonly engagements: readonly ToldEngagement[] }[] | null;
  readonly clinicsProtocols: readonly { readonly protocol: ClinicOversight['protocols'][number]; readonly at: readonly string[] }[] | null;
  readonly engagedPractitioners: readonly EngagedPractitioner[] | null;
}

/** Asked once a request, for all its clinics; each person and protocol once, since one serves many. No patient is in it, so it is read by the service's right. */
export const oversightQuestion = question<Answer, { clinicIds: readonly string[] }>(
  'service',
  `query ClinicOversight($clinicIds: [ID!]!) {
    oversight(clinicIds: $clinicIds) {
      clinicId
      engagements { id role status startsOn endsOn services practitionerId }
    }
    clinicsProtocols(clinicIds: $clinicIds) { protocol { id service version status effectiveFrom expiresOn } at }
    engagedPractitioners(clinicIds: $clinicIds) {
      id displayName credential exclusion { status since }
      licenses { id state number type status verifiedAt expiresOn notActiveFrom }
      policies { id kind status effectiveFrom expiresOn }
    }
  }`,
);

/** As many clinics as are asked about at once. */
const CLINICS_AT_ONCE = 200;

/** The oversight of clinics by their public ids; null when it was not answered whole. */
export async function askOversight(
  { graph }: Pick<Ctx, 'graph'>,
  clinicIds: readonly string[],
): Promise<Map<string, ClinicOversight> | null> {
  const known = new Map<string, ClinicOversight>();
  for (let from = 0; from < clinicIds.length; from += CLINICS_AT_ONCE) {
    const answer = await graph.ask(oversightQuestion, { clinicIds: clinicIds.slice(from, from + CLINICS_AT_ONCE) });
    if (answer?.oversight == null || answer.engagedPractitioners == null || answer.clinicsProtocols == null) return null;
    const people = new Map(answer.engagedPractitioners.map((one) => [one.id, one]));
    const protocols = new Map<string, ClinicOversight['protocols'][number][]>();
    for (const { protocol, at } of answer.clinicsProtocols) {
      for (const clinicId of at) {
        const here = protocols.get(clinicId);
        if (here === undefined) protocols.set(clinicId, [protocol]);
        else here.push(protocol);
      }
    }
    for (const { clinicId, engagements } of answer.oversight) {
      const named = engagements.map((engagement) => ({ ...engagement, practitioner: people.get(engagement.practitionerId) ?? null }));
      known.set(clinicId, { clinicId, engagements: named, protocols: protocols.get(clinicId) ?? [] });
    }
  }
  return known;
}

const loaders = new WeakMap<Ctx, DataLoader<string, ClinicOversight | null>>();

/** The oversight of a clinic, by its public id; null when `physicians` did not answer, which is not "none". */
export function oversightOf(ctx: Ctx, clinicId: string): Promise<ClinicOversight | null> {
  let loader = loaders.get(ctx);
  if (loader === undefined) {
    loader = new DataLoader(async (clinicIds) => {
      const known = await askOversight(ctx, clinicIds);
      return clinicIds.map((id) => known?.get(id) ?? null);
    });
    loaders.set(ctx, loader);
  }
  return loader.load(clinicId);
}
