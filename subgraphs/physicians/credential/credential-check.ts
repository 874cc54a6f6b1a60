import { builder } from '../builder.ts';

/** Where credentials are looked up. */
export const CredentialSource = builder.enumType('CredentialSource', {
  description: 'A primary source of credentials.',
  values: {
    STATE_BOARD: { description: 'The licensing board of a state.' },
    NPPES: { description: 'The register of NPIs.' },
    DEA: { description: 'The DEA’s look-up.' },
    OIG_LEIE: { description: 'The Inspector General’s list of excluded persons.' },
    SAM: { description: 'The federal list of excluded parties.' },
    NPDB: { description: 'The National Practitioner Data Bank.' },
    CERTIFYING_BOARD: { description: 'The board of a specialty.' },
  },
});

/** What a look-up said. */
export const CredentialCheckResult = builder.enumType('CredentialCheckResult', {
  description: 'What a primary source said.',
  values: {
    CONFIRMED: { description: 'What is on record is right.' },
    MISMATCH: { description: 'What is on record differs.' },
    DISCIPLINE: { description: 'A disciplinary action is on file.' },
    EXCLUDED: { description: 'The person is on an exclusion list.' },
    NOT_FOUND: { description: 'The source does not know the person.' },
    NO_ANSWER: { description: 'The source did not answer, which proves nothing.' },
  },
});

/** One look at a primary source. Checks are only ever added. */
export const CredentialCheck = builder.prismaObject('CredentialCheck', {
  description: 'One look at a primary source, and what it said.',
  authScopes: { may: 'credential:read' },
  fields: (t) => ({
    source: t.field({
      type: CredentialSource,
      resolve: (check) => check.source as typeof CredentialSource.$inferType,
      description: 'Where it was looked up.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    result: t.field({
      type: CredentialCheckResult,
      resolve: (check) => check.result as typeof CredentialCheckResult.$inferType,
      description: 'What the source said.',
    }),
    note: t.exposeString('note', { nullable: true, description: 'What the source added.' }),
    license: t.relation('license', { nullable: true, description: 'The licence that was looked up, when it was one.' }),
  }),
});
