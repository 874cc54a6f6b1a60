import { question } from '#kernel/context.ts';
import type { ServiceContext } from '#kernel/context.ts';
import type { ToldPaper } from './authority-papers.ts';
import type { ToldSupply } from './pharmacy-papers.ts';
import type { Tx } from '../builder.ts';

/** As many clinics as a neighbour is asked about at once. */
const CLINICS_AT_ONCE = 200;

interface Answer {
  readonly authorityPapers: readonly ToldPaper[] | null;
  readonly clinicPharmacies: readonly ToldSupply[] | null;
}

/** What the neighbours know of that ends. No patient is in it, so it is read by the service’s right. */
export const papersQuestion = question<Answer, { clinicIds: readonly string[]; lapsedSince: string | null }>(
  'service',
  `query PapersOfClinics($clinicIds: [ID!]!, $lapsedSince: Date) {
    authorityPapers(clinicIds: $clinicIds, lapsedSince: $lapsedSince) {
      id kind practitionerId practitionerName otherName clinicIds state service detail status since startsOn endsOn
    }
    clinicPharmacies(clinicIds: $clinicIds) {
      clinicId pharmacy { id name homeState licenses { id state kind status expiresOn } }
    }
  }`,
);

/** What both neighbours told. */
export interface Told {
  readonly papers: readonly ToldPaper[];
  readonly supply: readonly ToldSupply[];
}

/** Asks both neighbours about clinics by their public ids; null when one of them did not answer: half a list would look like good news. */
export async function askPapers(
  { graph }: Pick<ServiceContext<Tx>, 'graph'>,
  clinicIds: readonly string[],
  lapsedSince: string | null = null,
): Promise<Told | null> {
  const papers = new Map<string, ToldPaper>();
  const supply: ToldSupply[] = [];
  for (let from = 0; from < clinicIds.length; from += CLINICS_AT_ONCE) {
    const answer = await graph.ask(papersQuestion, { clinicIds: clinicIds.slice(from, from + CLINICS_AT_ONCE), lapsedSince });
    if (answer?.authorityPapers == null || answer.clinicPharmacies == null) return null;
    for (const paper of answer.authorityPapers) papers.set(paper.id + paper.kind, joined(papers.get(paper.id + paper.kind), paper));
    supply.push(...answer.clinicPharmacies);
  }
  return { papers: [...papers.values()], supply };
}

/** One paper may touch clinics of several answers. */
function joined(known: ToldPaper | undefined, paper: ToldPaper): ToldPaper {
  return known === undefined ? paper : { ...paper, clinicIds: [...new Set([...known.clinicIds, ...paper.clinicIds])] };
}
