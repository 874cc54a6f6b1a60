/** For the other subgraphs: what gates ask about a person. "None" is an empty list; a fact that is missing is unknown, and blocks. */
import { registrationsOf } from './registrations-of.ts';

import { toId, tryId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { AgreementStatus, shownAgreementStatus } from '../credential/collaborative-agreement.ts';
import { DeaStatus, shownDeaStatus } from '../credential/dea-registration.ts';
import { PolicyKind, PolicyStatus, shownPolicyStatus } from '../credential/insurance-policy.ts';
import { LicenseStatus, LicenseType } from '../license/license.ts';
import { shownLicenseStatus } from '../license/license-status.ts';
import { stopsOn } from '../license/stops-on.ts';
import { Credential } from '../practitioner/practitioner.ts';
import { exclusionOf, ExclusionType } from '../verification/exclusion.ts';
import { RenewalFacts, StandingFacts } from './license-standings.ts';
import { type KnownAgreement, type KnownPractitioner, readPractitioners } from './read-practitioners.ts';
import { renewalsOf } from './renewals-of.ts';

const authScopes = { may: 'authority-facts:read' } as const;

const LicenseFacts = builder.objectRef<KnownPractitioner['licenses'][number]>('LicenseFacts').implement({
  description: 'A licence, for a gate to judge.',
  authScopes,
  runScopesOnType: true,
  fields: (t) => ({
    id: t.id({ resolve: (license) => toId('license', license.id), description: 'The licence’s id.' }),
    state: t.field({ type: graph.UsState, resolve: (license) => license.state, description: 'The state that gave it.' }),
    number: t.exposeString('number', { description: 'Its number at the board.' }),
    type: t.field({
      type: LicenseType,
      resolve: (license) => license.type as typeof LicenseType.$inferType,
      description: 'What it permits.',
    }),
    status: t.field({
      type: LicenseStatus,
      resolve: (license, _args, ctx) => shownLicenseStatus(license, ctx.now()),
      description: 'What it counts as today.',
    }),
    verifiedAt: t.expose('verifiedAt', { type: 'DateTime', nullable: true, description: 'When it was last checked at its board.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it is good.' }),
    notActiveFrom: t.field({
      type: 'Date',
      nullable: true,
      resolve: (license, _args, ctx) => stopsOn(license, ctx.now()),
      description: 'The first day from today on on which, as recorded now, it is not active; empty where none is recorded.',
    }),
    standings: t.field({
      type: [StandingFacts],
      resolve: (license) => license.standings,
      description: 'Everything recorded of it: of those that cover a day, the last one recorded decides.',
    }),
    renewals: t.field({
      type: [RenewalFacts],
      // Asked for by whoever looks at a day gone by; readiness does not.
      resolve: ({ id, renewals }, _args, ctx) => renewals ?? renewalsOf(ctx, id),
      description: 'Its further terms: only those recorded by a moment were known then.',
    }),
  }),
});

const DeaFacts = builder.objectRef<KnownPractitioner['deaRegistrations'][number]>('DeaRegistrationFacts').implement({
  description: 'A DEA registration, for a gate to judge.',
  authScopes,
  runScopesOnType: true,
  fields: (t) => ({
    id: t.id({ resolve: (registration) => toId('deaRegistration', registration.id), description: 'The registration’s id.' }),
    number: t.exposeString('number', { description: 'The DEA number: only for a controlled-substance order.' }),
    state: t.field({ type: graph.UsState, resolve: (registration) => registration.state, description: 'The state it is good in.' }),
    schedules: t.exposeStringList('schedules', { description: 'The schedules it covers.' }),
    status: t.field({
      type: DeaStatus,
      resolve: (registration, _args, ctx) => shownDeaStatus(registration, ctx.now()),
      description: 'What it counts as today.',
    }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it is good.' }),
  }),
});

const RegistrationFacts = builder
  .objectRef<NonNullable<KnownPractitioner['controlledSubstances']>[number]>('ControlledSubstanceRegistrationFacts')
  .implement({
    description: 'A state’s registration for controlled substances, for a gate to judge.',
    authScopes,
    runScopesOnType: true,
    fields: (t) => ({
      state: t.field({ type: graph.UsState, resolve: (registration) => registration.state, description: 'The state it is good in.' }),
      schedules: t.exposeStringList('schedules', { description: 'The schedules it covers.' }),
      status: t.field({
        type: DeaStatus,
        resolve: (registration, _args, ctx) => shownDeaStatus(registration, ctx.now()),
        description: 'What it counts as today.',
      }),
      expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it is good.' }),
    }),
  });

const PolicyFacts = builder.objectRef<KnownPractitioner['policies'][number]>('InsurancePolicyFacts').implement({
  description: 'An insurance policy, for a gate to judge.',
  authScopes,
  runScopesOnType: true,
  fields: (t) => ({
    id: t.id({ resolve: (policy) => toId('insurancePolicy', policy.id), description: 'The policy’s id.' }),
    kind: t.field({ type: PolicyKind, resolve: (policy) => policy.kind as typeof PolicyKind.$inferType, description: 'What it is for.' }),
    status: t.field({
      type: PolicyStatus,
      resolve: (policy, _args, ctx) => shownPolicyStatus(policy, ctx.now()),
      description: 'What it counts as today.',
    }),
    coversCompounding: t.exposeBoolean('coversCompounding', { description: 'Whether compounded drugs are covered.' }),
    effectiveFrom: t.expose('effectiveFrom', { type: 'Date', description: 'The first day it covers.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it covers.' }),
  }),
});

const AgreementFacts = builder.objectRef<KnownAgreement>('CollaborativeAgreementFacts').implement({
  description: 'A collaborative agreement, for a gate to judge.',
  authScopes,
  runScopesOnType: true,
  fields: (t) => ({
    id: t.id({ resolve: (agreement) => toId('collaborativeAgreement', agreement.id), description: 'The agreement’s id.' }),
    state: t.field({ type: graph.UsState, resolve: (agreement) => agreement.state, description: 'The state it is for.' }),
    status: t.field({
      type: AgreementStatus,
      resolve: (agreement, _args, ctx) => shownAgreementStatus(agreement, ctx.now()),
      description: 'What it counts as today.',
    }),
    startsOn: t.expose('startsOn', { type: 'Date', description: 'The first day.' }),
    endsOn: t.expose('endsOn', { type: 'Date', nullable: true, description: 'The last day; empty for an agreement without end.' }),
    supervisorId: t.id({ resolve: (agreement) => toId('practitioner', agreement.supervisorId), description: 'The physician.' }),
    supervisorName: t.string({ resolve: (agreement) => agreement.supervisor.displayName, description: 'The physician’s name as printed.' }),
    supervisorNpi: t.string({ resolve: (agreement) => agreement.supervisor.npi, description: 'The physician’s NPI.' }),
    supervisorLicenses: t.field({
      type: [LicenseFacts],
      resolve: (agreement) => agreement.supervisor.licenses,
      description: 'The physician’s licences: one must be good in the same state.',
    }),
    supervisorExclusion: t.field({
      type: ExclusionType,
      resolve: ({ supervisor }, _args, ctx) => exclusionOf(supervisor.screenings, ctx.now()),
      description: 'What the lists of excluded persons say of the physician.',
    }),
  }),
});

/** Everything a gate may ask about a person, all as of now. */
export const PractitionerFacts = builder.objectRef<KnownPractitioner>('PractitionerFacts').implement({
  description: 'For the other subgraphs: a practitioner as gates see one.',
  authScopes,
  runScopesOnType: true,
  fields: (t) => ({
    id: t.id({ resolve: (practitioner) => toId('practitioner', practitioner.id), description: 'The practitioner’s id.' }),
    npi: t.exposeString('npi', { description: 'National Provider Identifier.' }),
    displayName: t.exposeString('displayName', { description: 'The name as printed.' }),
    credential: t.field({
      type: Credential,
      resolve: (practitioner) => practitioner.credential as typeof Credential.$inferType,
      description: 'The credential they practise under.',
    }),
    independentIn: t.field({
      type: [graph.UsState],
      resolve: (practitioner) => practitioner.independentIn,
      description: 'States whose board has recorded this nurse practitioner as free of the collaboration requirement.',
    }),
    exclusion: t.field({
      type: ExclusionType,
      resolve: ({ screenings }, _args, ctx) => exclusionOf(screenings, ctx.now()),
      description: 'What the lists of excluded persons say.',
    }),
    controlledSubstanceRegistrations: t.field({
      type: [RegistrationFacts],
      resolve: ({ id, controlledSubstances }, _args, ctx) => controlledSubstances ?? registrationsOf(ctx, id),
      description: 'Every state registration for controlled substances on record.',
    }),
    licenses: t.field({ type: [LicenseFacts], resolve: (practitioner) => practitioner.licenses, description: 'Every licence on record.' }),
    deaRegistrations: t.field({
      type: [DeaFacts],
      resolve: (practitioner) => practitioner.deaRegistrations,
      description: 'Every DEA registration on record.',
    }),
    policies: t.field({
      type: [PolicyFacts],
      resolve: (practitioner) => practitioner.policies,
      description: 'Every insurance policy on record.',
    }),
    agreements: t.field({
      type: [AgreementFacts],
      resolve: (practitioner) => [...practitioner.agreements],
      description: 'The agreements under which they work with physicians.',
    }),
  }),
});

builder.queryField('practitionerFacts', (t) =>
  t.field({
    type: PractitionerFacts,
    nullable: true,
    description: 'For the other subgraphs: one practitioner; null when there is none.',
    authScopes,
    args: { id: t.arg.id({ required: true, description: 'The practitioner’s id.' }) },
    resolve: async (_root, { id }, ctx) => {
      const uuid = tryId('practitioner', id);
      return uuid === null ? null : ((await readPractitioners(ctx, [uuid])).get(uuid) ?? null);
    },
  }),
);

builder.queryField('practitionersFacts', (t) =>
  t.field({
    type: [PractitionerFacts],
    description: 'For the other subgraphs: several practitioners in the order asked for; those that do not exist are left out.',
    authScopes,
    args: { ids: t.arg.idList({ required: true, description: 'The practitioners’ ids.' }) },
    resolve: async (_root, { ids }, ctx) => {
      const uuids = ids.flatMap((id) => tryId('practitioner', id) ?? []);
      const found = await readPractitioners(ctx, uuids, { full: true });
      return uuids.flatMap((uuid) => found.get(uuid) ?? []);
    },
  }),
);
