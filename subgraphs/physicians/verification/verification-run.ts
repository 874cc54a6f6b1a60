import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { CredentialCheckResult, CredentialSource } from '../credential/credential-check.ts';

builder.prismaObject('VerificationDifference', {
  description: 'Somebody of whom a source says something else than at the look before.',
  authScopes: { may: 'credential:clear' },
  fields: (t) => ({
    practitioner: t.relation('practitioner', { description: 'Of whom.' }),
    license: t.relation('license', { nullable: true, description: 'Of which licence, when it is about one.' }),
    before: t.field({
      type: CredentialCheckResult,
      nullable: true,
      resolve: ({ before }) => before as typeof CredentialCheckResult.$inferType | null,
      description: 'What it said before; empty when it had never been asked.',
    }),
    after: t.field({
      type: CredentialCheckResult,
      resolve: ({ after }) => after as typeof CredentialCheckResult.$inferType,
      description: 'What it says now.',
    }),
  }),
});

/** A list that was looked through. */
export const VerificationRun = builder.prismaObject('VerificationRun', {
  description: 'One list of a primary source, looked through for everybody it can say something of.',
  authScopes: { may: 'credential:clear' },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('verificationRun', id), description: 'The run’s id.' }),
    source: t.field({
      type: CredentialSource,
      resolve: ({ source }) => source as typeof CredentialSource.$inferType,
      description: 'Whose list.',
    }),
    state: t.field({ type: graph.UsState, nullable: true, resolve: ({ state }) => state, description: 'Of which state’s board.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was looked through.' }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'Of when the list is: what it says is as old as that.' }),
    rowCount: t.exposeInt('rowCount', { description: 'How many rows it has.' }),
    brokenCount: t.exposeInt('brokenCount', {
      description: 'How many could not be read. With one of them, absence from the list proves nothing.',
    }),
    whole: t.exposeBoolean('whole', {
      description: 'Whether absence from it proves anything: every row could be read, and none are missing as far as can be told.',
    }),
    differences: t.relation('differences', {
      query: { orderBy: { id: 'asc' } },
      description: 'What it says otherwise than the list before, of people where the caller manages credentials.',
    }),
  }),
});

builder.queryField('verificationRuns', (t) =>
  t.prismaConnection(
    {
      type: VerificationRun,
      cursor: 'id',
      description: 'The lists of primary sources that were looked through, the newest first.',
      authScopes: { may: 'credential:clear' },
      args: { source: t.arg({ type: CredentialSource, description: 'One source’s only.' }) },
      resolve: (query, _root, { source }, ctx) =>
        ctx.db.verificationRun.findMany({ ...query, where: source ? { source } : {}, orderBy: { id: 'desc' } }),
    },
    { name: 'VerificationRunConnection' },
    { name: 'VerificationRunEdge' },
  ),
);
