import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import type { CheckedKind } from './checked.ts';

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
    INSURER: { description: 'The insurer that gave a policy.' },
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
    POSSIBLE: { description: 'Somebody of the same name is on an exclusion list.' },
    NOT_FOUND: { description: 'The source does not know the person.' },
    NO_ANSWER: { description: 'The source did not answer, which proves nothing.' },
  },
});

/** By what somebody was found at a source. */
export const MatchBasis = builder.enumType('MatchBasis', {
  description: 'By what somebody was found at a source.',
  values: {
    NPI: { description: 'The NPI: it is them.' },
    LICENSE_NUMBER: { description: 'The number of the licence.' },
    NAME_AND_BIRTH: { description: 'Name and birthday.' },
    NAME_AND_STATE: { description: 'Name and state, for want of a birthday.' },
  },
});

/** A clearance, for whoever manages credentials. */
export const MatchClearance = builder.prismaObject('MatchClearance', {
  description: 'That somebody compared a possible match with the person and found it to be another.',
  authScopes: { may: 'credential:clear' },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    clearedBy: t.exposeID('clearedBy', { description: 'Who.' }),
    reason: t.exposeString('reason', { description: 'What tells the two apart.' }),
  }),
});

/** One look at a primary source. Checks are only ever added. */
export const CredentialCheck = builder.prismaObject('CredentialCheck', {
  description: 'One look at a primary source, and what it said.',
  authScopes: { may: 'credential:read' },
  fields: (t) => ({
    id: t.id({ resolve: (check) => toId('credentialCheck', check.id), description: 'The look’s id.' }),
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
    reference: t.exposeString('reference', {
      nullable: true,
      description: 'Where to read it again: an address or a file number; empty for looks through a list.',
    }),
    subjectId: t.id({
      nullable: true,
      resolve: ({ subjectKind, subjectId }) => (subjectId === null ? null : toId(subjectKind as CheckedKind, subjectId)),
      description: 'The registration, policy or certification that was looked up, when it was one.',
    }),
    basis: t.field({
      type: MatchBasis,
      nullable: true,
      resolve: (check) => check.basis as typeof MatchBasis.$inferType | null,
      description: 'By what the person was found; empty when they were not.',
    }),
    since: t.expose('since', { type: 'Date', nullable: true, description: 'The day from which the source says so.' }),
    practitioner: t.relation('practitioner', { description: 'Who was looked up.' }),
    clearance: t.relation('clearance', { nullable: true, description: 'That a possible match was found to be somebody else.' }),
    license: t.relation('license', { nullable: true, description: 'The licence that was looked up, when it was one.' }),
  }),
});
