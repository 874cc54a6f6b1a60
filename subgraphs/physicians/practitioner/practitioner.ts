import { practisesUnder } from '#rules/licence.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { builder, graph, type Context } from '../builder.ts';
import { agreementsVisibleTo } from '../credential/collaborative-agreement.ts';
import { BoardCertification } from '../credential/board-certification.ts';
import { ControlledSubstanceRegistration } from '../credential/controlled-substance-registration.ts';
import { CredentialCheck } from '../credential/credential-check.ts';
import { DeaRegistration } from '../credential/dea-registration.ts';
import { InsurancePolicy } from '../credential/insurance-policy.ts';
import { seesCredentialsOf, withEngagements } from '../credential/keeper.ts';
import { TrainingRecord } from '../credential/training-record.ts';
import { competenciesVisibleTo } from '../delegation/competency.ts';
import { exclusionOf, ExclusionType } from '../verification/exclusion.ts';
import { answerFrom, LicenseAnswer } from '../license/license-answer.ts';
import { inRecordedOrder } from '../license/standing.ts';
import { CurriculumVitae } from './curriculum-vitae.ts';

/** Professional credentials, as rules name them. */
export const Credential = builder.enumType('Credential', {
  description: 'The credential a person practises under.',
  values: {
    MD: { description: 'Doctor of medicine.' },
    DO: { description: 'Doctor of osteopathic medicine.' },
    NP: { description: 'Nurse practitioner.' },
    PA: { description: 'Physician assistant or associate.' },
    RN: { description: 'Registered nurse.' },
  },
});

// One's own agreements are read without the right to manage credentials: nobody signs what they cannot read.
const managedOrOwn = {
  authScopes: ({ id }: { readonly id: string }, _args: object, ctx: Context) => ({
    may: ctx.actor.sub === toId('practitioner', id) ? (['credential:read', 'agreement:sign'] as const) : ('credential:read' as const),
  }),
  nullable: true,
} as const;
const managed = { authScopes: { may: 'credential:read' }, nullable: true } as const;

/** A practitioner. Name, NPI and licences are a register that every colleague may look up; the rest is for those who manage credentials. */
export const Practitioner = builder.prismaObject('Practitioner', {
  description: 'A person who may examine, prescribe, direct or assist.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'practitioner:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: ({ id }: { id: string }, ctx: Context) => {
          const uuid = tryId('practitioner', id);
          return uuid === null ? null : ctx.load('practitioner', uuid);
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (practitioner) => toId('practitioner', practitioner.id), description: 'The practitioner’s id.' }),
    npi: t.exposeString('npi', { description: 'National Provider Identifier.' }),
    credential: t.field({
      type: Credential,
      resolve: (practitioner) => practitioner.credential as typeof Credential.$inferType,
      description: 'The credential they practise under.',
    }),
    displayName: t.exposeString('displayName', { description: 'The name as it is shown and printed.' }),
    givenName: t.exposeString('givenName', { description: 'Given name.' }),
    familyName: t.exposeString('familyName', { description: 'Family name.' }),
    specialties: t.exposeStringList('specialties', { description: 'What they specialise in.' }),
    independentIn: t.field({
      type: [graph.UsState],
      resolve: (practitioner) => practitioner.independentIn,
      description: 'States whose board has recorded this nurse practitioner as free of the collaboration requirement.',
    }),
    licenses: t.relation('licenses', {
      query: { orderBy: [{ state: 'asc' }, { id: 'asc' }] },
      description: 'Every state licence on record, lapsed ones too.',
    }),
    licensed: t.field({
      type: LicenseAnswer,
      description:
        'Whether they were licensed in a state on a day, as known at a moment. It tells what was on record, not how fresh the last look was: whether a gate passes today is said by the licence’s status.',
      args: {
        state: t.arg({ type: graph.UsState, required: true, description: 'The state.' }),
        on: t.arg({ type: 'Date', required: true, description: 'The day.' }),
        asKnownAt: t.arg({ type: 'DateTime', description: 'The moment whose knowledge counts. Left out or still to come: now.' }),
      },
      select: ({ state }) => ({
        credential: true,
        licenses: { where: { state }, include: { standings: inRecordedOrder, renewals: true }, orderBy: [{ state: 'asc' }, { id: 'asc' }] },
      }),
      resolve: ({ credential, licenses }, { state, on, asKnownAt }, ctx) => {
        const now = ctx.now();
        const own = licenses.filter(({ type }) => practisesUnder(credential, type));
        return answerFrom(own, { state, on, asKnownAt: asKnownAt && asKnownAt < now ? asKnownAt : now });
      },
    }),
    deaRegistrations: t.field({
      type: [DeaRegistration],
      ...managed,
      select: { ...withEngagements, deaRegistrations: { orderBy: { id: 'asc' } } },
      resolve: async ({ deaRegistrations, ...person }, _args, ctx) => ((await seesCredentialsOf(ctx, person)) ? deaRegistrations : []),
      description: 'DEA registrations, for those who manage credentials at a clinic that engages them.',
    }),
    insurancePolicies: t.field({
      type: [InsurancePolicy],
      ...managed,
      select: { ...withEngagements, policies: { orderBy: { id: 'asc' } } },
      resolve: async ({ policies, ...person }, _args, ctx) => ((await seesCredentialsOf(ctx, person)) ? policies : []),
      description: 'Insurance policies, for those who manage credentials at a clinic that engages them.',
    }),
    boardCertifications: t.field({
      type: [BoardCertification],
      ...managed,
      select: { ...withEngagements, boardCertifications: { orderBy: { id: 'asc' } } },
      resolve: async ({ boardCertifications, ...person }, _args, ctx) =>
        (await seesCredentialsOf(ctx, person)) ? boardCertifications : [],
      description: 'Certifications by specialty boards, for those who manage credentials at a clinic that engages them.',
    }),
    controlledSubstanceRegistrations: t.field({
      type: [ControlledSubstanceRegistration],
      ...managed,
      select: { ...withEngagements, controlledSubstances: { orderBy: { id: 'asc' } } },
      resolve: async ({ controlledSubstances, ...person }, _args, ctx) =>
        (await seesCredentialsOf(ctx, person)) ? controlledSubstances : [],
      description: 'State registrations for controlled substances, for those who manage credentials at a clinic that engages them.',
    }),
    exclusion: t.field({
      type: ExclusionType,
      ...managed,
      select: { ...withEngagements, screenings: true },
      resolve: async ({ screenings, ...person }, _args, ctx) =>
        (await seesCredentialsOf(ctx, person)) ? exclusionOf(screenings, ctx.now()) : null,
      description: 'What the lists of excluded persons say, for those who manage credentials at a clinic that engages them; else empty.',
    }),
    credentialChecks: t.field({
      type: [CredentialCheck],
      ...managed,
      select: { ...withEngagements, credentialChecks: { orderBy: [{ at: 'desc' }, { id: 'desc' }], take: 100 } },
      resolve: async ({ credentialChecks, ...person }, _args, ctx) => ((await seesCredentialsOf(ctx, person)) ? credentialChecks : []),
      description: 'The last hundred looks at primary sources, newest first.',
    }),
    trainings: t.field({
      type: [TrainingRecord],
      ...managed,
      select: { ...withEngagements, trainings: { orderBy: [{ completedOn: 'desc' }, { id: 'desc' }] } },
      resolve: async ({ trainings, ...person }, _args, ctx) => ((await seesCredentialsOf(ctx, person)) ? trainings : []),
      description: 'Courses and cards, newest first, for those who manage credentials at a clinic that engages them. None is a licence.',
    }),
    curriculumVitae: t.field({
      type: CurriculumVitae,
      ...managed,
      select: { ...withEngagements, curriculaVitae: { orderBy: [{ recordedAt: 'desc' }, { id: 'desc' }], take: 1 } },
      resolve: async ({ curriculaVitae, ...person }, _args, ctx) =>
        (await seesCredentialsOf(ctx, person)) ? (curriculaVitae[0] ?? null) : null,
      description:
        'What they have done, as last recorded, for those who manage credentials at a clinic that engages them; empty when nothing is.',
    }),
    agreements: t.relation('agreements', {
      ...managedOrOwn,
      query: (_args, ctx) => ({ where: agreementsVisibleTo(ctx), orderBy: { id: 'asc' } }),
      description:
        'The agreements under which this nurse practitioner or physician assistant works with physicians: for those who manage credentials, and one’s own.',
    }),
    supervises: t.relation('supervises', {
      ...managedOrOwn,
      query: (_args, ctx) => ({ where: agreementsVisibleTo(ctx), orderBy: { id: 'asc' } }),
      description: 'The agreements under which this physician works with others: for those who manage credentials, and one’s own.',
    }),
    competencies: t.relation('competencies', {
      ...{ authScopes: { may: 'delegation:read' }, nullable: true },
      query: (_args, ctx) => ({ where: competenciesVisibleTo(ctx), orderBy: { id: 'desc' } }),
      description: 'Acts they were found able to do, newest first: recorded at the caller’s clinics, or of those engaged there.',
    }),
  }),
});

builder.queryField('practitioner', (t) =>
  t.prismaField({
    type: Practitioner,
    nullable: true,
    description: 'One practitioner.',
    authScopes: { may: 'practitioner:read' },
    args: { id: t.arg.id({ required: true, description: 'The practitioner’s id.' }) },
    resolve: async (query, _root, { id }, ctx) => {
      const found = await ctx.db.practitioner.findFirst({ ...query, where: { id: fromId('practitioner', id) } });
      if (found === null) throw new NotFound();
      return found;
    },
  }),
);
