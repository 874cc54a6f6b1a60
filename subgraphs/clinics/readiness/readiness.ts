import { NotFound } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { RuleResult } from '#rules/results.ts';
import { builder, type Ctx } from '../builder.ts';
import { Clinic } from '../clinic/clinic.ts';
import { clinicRecordOf } from './clinic-record.ts';
import { oversightOf } from './oversight.ts';
import type { Cause, CauseSubject, RemedyOwner } from './causes.ts';
import { type Readiness, type ReadinessChange, readinessOf, type ServiceReadiness } from './readiness-of.ts';

const Status = builder.enumType('ReadinessStatus', {
  description: 'How far a clinic or a service is ready.',
  values: {
    OPEN: { description: 'Everything the rules ask is there.' },
    RESTRICTED: { description: 'A part is open: some services of the clinic, or some ways of examining for the service.' },
    CLOSED: { description: 'Nothing may be offered. Unknown closes like a failure.' },
  } as const,
});

const Blocker = builder.objectRef<RuleResult>('Blocker').implement({
  description: 'A rule that stands in the way.',
  fields: (t) => ({
    ruleId: t.exposeString('id', { description: 'The stable id of the rule, for example TX.gfe.syncAudioVideo.' }),
    message: t.exposeString('message', { description: 'What was found, in words.' }),
    citation: t.exposeString('citation', { nullable: true, description: 'The section of law or standard the rule rests on.' }),
    remedy: t.exposeString('remedy', { nullable: true, description: 'What would clear it, and who can do that.' }),
  }),
});

const LegType = builder.enumType('ReadinessLeg', {
  description: 'What a service stands on. Take one away and it closes, and no service that does not stand on it.',
  values: {
    RULE: { description: 'What the clinic’s state asks, and what the entity attested to it.' },
    DIRECTOR: { description: 'The medical director: engagement, credential, licence in the clinic’s state, insurance.' },
    PROTOCOL: { description: 'A protocol in force for the service.' },
    FACILITY: { description: 'The licences of the site.' },
    OFFERING: { description: 'How the service itself is recorded.' },
  } as const,
});

const SubjectKind = builder.enumType('ReadinessSubjectKind', {
  description: 'What kind of record broke a leg.',
  values: {
    ENGAGEMENT: { description: 'The director’s engagement at the clinic.' },
    LICENSE: { description: 'The director’s licence in the clinic’s state.' },
    INSURANCE_POLICY: { description: 'The director’s professional liability policy.' },
    PROTOCOL_VERSION: { description: 'The version of the protocol that lasts longest.' },
    FACILITY_LICENSE: { description: 'A licence of the site.' },
  } as const,
});

const OwnerRole = builder.enumType('RemedyOwnerRole', {
  description: 'Whose it is to put something right.',
  values: {
    COMPLIANCE_OFFICER: { description: 'A compliance officer of the entity: attests, engages, verifies, renews for the site.' },
    MEDICAL_DIRECTOR: { description: 'The medical director: own licence and insurance, the protocols.' },
  } as const,
});

const Subject = builder.objectRef<CauseSubject>('ReadinessSubject').implement({
  description: 'The record that broke a leg.',
  fields: (t) => ({
    kind: t.field({ type: SubjectKind, resolve: ({ kind }) => kind, description: 'What it is.' }),
    id: t.exposeID('id', { description: 'Its id.' }),
  }),
});

const Owner = builder.objectRef<RemedyOwner>('RemedyOwner').implement({
  description: 'Whose it is to put something right.',
  fields: (t) => ({
    role: t.field({ type: OwnerRole, resolve: ({ role }) => role, description: 'As what.' }),
    entityId: t.exposeID('entityId', { description: 'At which professional entity.' }),
    practitionerId: t.exposeID('practitionerId', { nullable: true, description: 'Who, where it is one person’s to do and known.' }),
  }),
});

const CauseType = builder.objectRef<Cause>('ReadinessCause').implement({
  description: 'A rule that stands in the way of a service: which leg it broke, by which record, and whose it is to put right.',
  fields: (t) => ({
    ruleId: t.string({ resolve: ({ result }) => result.id, description: 'The rule, as a booking would be refused by it.' }),
    outcome: t.string({ resolve: ({ result }) => result.outcome, description: 'FAIL, or UNKNOWN, which closes like it.' }),
    leg: t.field({ type: LegType, resolve: ({ leg }) => leg, description: 'What it broke.' }),
    subject: t.field({
      type: Subject,
      nullable: true,
      resolve: ({ subject }) => subject,
      description: 'The record; null where there is none.',
    }),
    owner: t.field({
      type: Owner,
      nullable: true,
      resolve: ({ owner }) => owner,
      description: 'Whose it is to put right; null when only an answer did not come.',
    }),
    message: t.string({ resolve: ({ result }) => result.message, description: 'What was found, in words.' }),
    citation: t.string({ nullable: true, resolve: ({ result }) => result.citation, description: 'What the rule rests on.' }),
    remedy: t.string({ nullable: true, resolve: ({ result }) => result.remedy, description: 'What would clear it.' }),
  }),
});

const Change = builder.objectRef<ReadinessChange>('ReadinessChange').implement({
  description: 'A day from which on a service stands otherwise, by the dates on record alone.',
  fields: (t) => ({
    on: t.field({ type: 'Date', resolve: ({ on }) => on, description: 'The first day of it.' }),
    status: t.field({ type: Status, resolve: ({ status }) => status, description: 'How it stands from then on.' }),
    causes: t.field({
      type: [CauseType],
      resolve: ({ causes }) => [...causes],
      description: 'What stands in the way then; none when open.',
    }),
  }),
});

const ServiceReadinessType = builder.objectRef<ServiceReadiness>('ServiceReadiness').implement({
  description: 'Whether a clinic may offer one service.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Code of the service.' }),
    status: t.field({ type: Status, resolve: (service) => service.status, description: 'OPEN, RESTRICTED or CLOSED.' }),
    blockers: t.field({
      type: [Blocker],
      resolve: (service) => [...service.blockers],
      description: 'Everything that stands in the way, in a stable order; none when open.',
    }),
    causes: t.field({
      type: [CauseType],
      resolve: (service) => [...service.causes()],
      description: 'The same with leg, record and owner.',
    }),
    next: t.field({
      type: Change,
      nullable: true,
      resolve: (service) => service.next(),
      description:
        'When it next closes or opens if nobody does anything; null while nothing on record ends or begins that would change it.',
    }),
  }),
});

const ReadinessType = builder.objectRef<Readiness>('Readiness').implement({
  description: 'What a clinic may offer, by rule data, attestations, oversight and licences. Computed when asked, never stored.',
  authScopes: { may: 'readiness:read' },
  fields: (t) => ({
    status: t.field({
      type: Status,
      resolve: (readiness) => readiness.status,
      description: 'OPEN when every service is, CLOSED when none is.',
    }),
    services: t.field({
      type: [ServiceReadinessType],
      resolve: (readiness) => [...readiness.services],
      description: 'Each service the clinic offers, by code.',
    }),
  }),
});

const instants = new WeakMap<Ctx, string>();

/** One moment for all clinics of a request: what the rules answer of that moment is worked out once for all of an entity. */
function instantOf(ctx: Ctx): string {
  const known = instants.get(ctx) ?? ctx.now().toISOString();
  instants.set(ctx, known);
  return known;
}

builder.objectField(Clinic, 'readiness', (t) =>
  t.field({
    type: ReadinessType,
    nullable: true,
    description: 'Whether the clinic may work, service by service. What a neighbour does not answer is unknown, and closes.',
    authScopes: { may: 'readiness:read' },
    args: { on: t.arg({ type: 'Date', description: 'On which day; now when left out. Facts are those known now.' }) },
    resolve: async (clinic, { on }, ctx) => {
      const [oversight, record] = await Promise.all([oversightOf(ctx, toId('clinic', clinic.id)), clinicRecordOf(ctx, clinic.id)]);
      if (record === null) throw new NotFound();
      return readinessOf(record, oversight, on ?? instantOf(ctx));
    },
  }),
);
