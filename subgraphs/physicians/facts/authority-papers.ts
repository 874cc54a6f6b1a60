/** For the other subgraphs: everything of some clinics and of those who work there that has a last day, one row a paper. */

import { toId, tryId, type IdKind } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { type PaperKind, readPapers, type ReadPaper } from './read-papers.ts';

const idKinds: Readonly<Record<PaperKind, IdKind>> = {
  ENGAGEMENT: 'engagement',
  PROTOCOL: 'protocolVersion',
  STANDING_ORDER: 'protocolVersion',
  LICENSE: 'license',
  DEA_REGISTRATION: 'deaRegistration',
  CONTROLLED_SUBSTANCE_REGISTRATION: 'controlledSubstanceRegistration',
  INSURANCE_POLICY: 'insurancePolicy',
  BOARD_CERTIFICATION: 'boardCertification',
  COLLABORATIVE_AGREEMENT: 'collaborativeAgreement',
  DELEGATION: 'delegation',
  COMPETENCY: 'competency',
  TRAINING: 'trainingRecord',
  // Of the person: the word of a list is about them and no paper of theirs.
  EXCLUSION: 'practitioner',
};

const AuthorityPaper = builder.objectRef<ReadPaper>('AuthorityPaper').implement({
  description:
    'For the other subgraphs: something of a clinic’s authority that has a last day. It carries no content and no number but a licence’s.',
  authScopes: { may: 'authority-facts:read' },
  fields: (t) => ({
    id: t.id({ resolve: ({ kind, id }) => toId(idKinds[kind], id), description: 'The record’s id.' }),
    kind: t.exposeString('kind', { description: 'What it is, for example LICENSE, DELEGATION or COMPETENCY.' }),
    practitionerId: t.id({
      nullable: true,
      resolve: ({ practitionerId }) => practitionerId && toId('practitioner', practitionerId),
      description: 'Whose it is, or who acts by it; empty for what is nobody’s own.',
    }),
    practitionerName: t.exposeString('practitionerName', { nullable: true, description: 'Their name as printed.' }),
    otherName: t.exposeString('otherName', {
      nullable: true,
      description: 'The physician on the other side: of an agreement, or who delegated.',
    }),
    clinicIds: t.field({
      type: ['ID'],
      resolve: ({ clinicIds }) => clinicIds.map((id) => toId('clinic', id)),
      description: 'Of the clinics asked about, those it is for; of a person’s own paper, those where the person works.',
    }),
    state: t.field({ type: graph.UsState, nullable: true, resolve: ({ state }) => state, description: 'The state it is good in.' }),
    service: t.exposeString('service', { nullable: true, description: 'Code of the service it is for.' }),
    detail: t.exposeString('detail', {
      nullable: true,
      description:
        'A word more: number of a licence, kind of a policy, role of an engagement, version of a protocol, specialty of a board.',
    }),
    status: t.exposeString('status', {
      description: 'What was decided or found of it, as of today. That its last day is over is in `endsOn`.',
    }),
    since: t.expose('since', {
      type: 'Date',
      nullable: true,
      description: 'The first day of that status, where it is on record.',
    }),
    startsOn: t.expose('startsOn', {
      type: 'Date',
      nullable: true,
      description: 'The first day on which it is good; empty where none is on record.',
    }),
    endsOn: t.expose('endsOn', {
      type: 'Date',
      nullable: true,
      description: 'The last day on which it is good; empty for one without end.',
    }),
  }),
});

builder.queryField('authorityPapers', (t) =>
  t.field({
    type: [AuthorityPaper],
    description: 'For the other subgraphs: what of these clinics, and of the practitioners engaged or employed there, has a last day.',
    authScopes: { may: 'authority-facts:read' },
    args: {
      clinicIds: t.arg.idList({ required: true, description: 'The clinics’ ids.' }),
      lapsedSince: t.arg({
        type: 'Date',
        description: 'Only what ended on this day or later and before today, or is out of force otherwise.',
      }),
    },
    resolve: (_root, { clinicIds, lapsedSince }, ctx) =>
      readPapers(ctx, [...new Set(clinicIds.flatMap((id) => tryId('clinic', id) ?? []))], lapsedSince ?? null),
  }),
);
