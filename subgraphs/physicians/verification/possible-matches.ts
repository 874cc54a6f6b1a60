import { builder } from '../builder.ts';
import { CredentialCheck } from '../credential/credential-check.ts';

builder.queryField('possibleMatches', (t) =>
  t.prismaConnection(
    {
      type: CredentialCheck,
      cursor: 'id',
      description:
        'Possible matches on exclusion lists, of people who work or are engaged where the caller manages credentials, the newest first. Until they are cleared those people may do nothing.',
      authScopes: { may: 'credential:clear' },
      args: { cleared: t.arg.boolean({ defaultValue: false, description: 'Those that were cleared, instead of those that are open.' }) },
      // Which people the rows are of is row-level security's to say: the same words as for clearing.
      resolve: (query, _root, { cleared }, ctx) =>
        ctx.db.credentialCheck.findMany({
          ...query,
          where: { result: 'POSSIBLE', ...(cleared ? { clearance: { isNot: null } } : openNow) },
          orderBy: { id: 'desc' },
        }),
    },
    { name: 'PossibleMatchConnection' },
    { name: 'PossibleMatchEdge' },
  ),
);

/** A match counts while its person is held back by it: an older look at the same row is settled with the newest. */
const openNow = {
  clearance: null,
  practitioner: { screenings: { some: { status: 'POSSIBLE' } } },
} as const;
