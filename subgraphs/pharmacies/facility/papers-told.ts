import { toId } from '#kernel/ids.ts';
import type { FacilityEvidence, InspectionFinding } from '#prisma/generated/pharmacies/client.ts';
import { builder } from '../builder.ts';

/** A paper, for gates elsewhere. Its number is nobody's business there. */
export const EvidenceFacts = builder.objectRef<FacilityEvidence>('FacilityEvidenceFacts').implement({
  description: 'A facility’s paper, for the other subgraphs.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What it shows: USP_797, CGMP and so on.' }),
    validFrom: t.expose('validFrom', { type: 'Date', description: 'The first day it holds.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it holds.' }),
  }),
});

/** An open finding, for gates elsewhere: what it stops, and not what it says. */
export const FindingFacts = builder
  .objectRef<InspectionFinding & { readonly inspection: { readonly inspectedOn: Date } }>('InspectionFindingFacts')
  .implement({
    description: 'An open finding of an inspection, for the other subgraphs.',
    authScopes: { may: 'supply-facts:read' },
    fields: (t) => ({
      id: t.id({ resolve: (row) => toId('inspectionFinding', row.id), description: 'Its id.' }),
      foundOn: t.field({ type: 'Date', resolve: (row) => row.inspection.inspectedOn, description: 'The day of the inspection.' }),
      stops: t.string({ resolve: (row) => row.stops ?? 'NOTHING', description: 'What it stops until it is closed.' }),
    }),
  });
