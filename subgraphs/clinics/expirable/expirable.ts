import { fromId, toId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { FacilityLicense } from '../clinic/facility-license.ts';
import { ManagementAgreement } from '../mso/management-agreement.ts';
import { DeaRegistration, Engagement, InsurancePolicy, License, PharmacyLicense, ProtocolVersion } from '../references.ts';
import { closing, closingInWords } from './closing.ts';
import type { Expiring } from './expiring.ts';
import type { KnownClinic } from './one-paper.ts';
import type { Owner, Paper, Stop } from './paper.ts';

/** A paper of a list, with what its end would close worked out when it is asked for. */
export interface Listed extends Expiring {
  readonly owner: Owner;
  closes(): readonly Stop[];
  closesInWords(): readonly string[];
}

/** A paper of a list about these clinics, asked at an instant. */
export function listed(paper: Expiring, clinics: ReadonlyMap<string, KnownClinic>, on: string): Listed {
  let found: readonly Stop[] | undefined;
  const closes = () => {
    found ??= closing(paper, clinics, on);
    return found;
  };
  return { ...paper, owner: ownerAt(paper, clinics), closes, closesInWords: () => closingInWords(closes(), clinics) };
}

/** Whose it is, with the entity where the paper is about its clinics. */
export function ownerAt({ owner, clinicIds }: Pick<Paper, 'owner' | 'clinicIds'>, clinics: ReadonlyMap<string, KnownClinic>): Owner {
  const record = clinicIds.map((id) => clinics.get(id)?.record).find((one) => one !== undefined);
  const known = owner.entityId !== null || owner.role === 'PHARMACY' || owner.role === 'PRACTITIONER' || record === undefined;
  return known ? owner : { ...owner, entityId: toId('entity', record.entityId) };
}

const Subject = builder.unionType('ExpirableSubject', {
  description: 'The thing that ends.',
  types: [FacilityLicense, ManagementAgreement, License, DeaRegistration, InsurancePolicy, Engagement, ProtocolVersion, PharmacyLicense],
  resolveType: (subject) => (subject as unknown as NonNullable<Paper['subject']>).__typename,
});

const OwnerRole = builder.enumType('RenewalOwnerRole', {
  description: 'Whose it is to renew something, or to put it right once it has lapsed.',
  values: {
    PRACTITIONER: { description: 'Whoever’s own paper it is.' },
    MEDICAL_DIRECTOR: { description: 'The medical director: protocols, delegations, competencies.' },
    COMPLIANCE_OFFICER: { description: 'A compliance officer of the entity: sites, engagements, attestations, management.' },
    PHARMACY: { description: 'The pharmacy whose licence it is.' },
  } as const,
});

/** Whose it is to renew a paper. */
export const RenewalOwner = builder.objectRef<Owner>('RenewalOwner').implement({
  description: 'Whose it is to renew something, or to put it right once it has lapsed.',
  authScopes: { may: 'expirable:read' },
  fields: (t) => ({
    role: t.field({ type: OwnerRole, resolve: ({ role }) => role, description: 'As what.' }),
    practitionerId: t.exposeID('practitionerId', { nullable: true, description: 'Who, where it is one person’s own.' }),
    entityId: t.exposeID('entityId', { nullable: true, description: 'At which professional entity, where it is about its clinics.' }),
    pharmacyId: t.exposeID('pharmacyId', { nullable: true, description: 'Which pharmacy.' }),
  }),
});

/** Work that stops. */
export const ExpirableStop = builder.objectRef<Stop>('ExpirableStop').implement({
  description: 'Work that stops with the end of a paper: services of a clinic that close, or what one person may no longer do.',
  authScopes: { may: 'expirable:read' },
  fields: (t) => ({
    clinicId: t.exposeID('clinicId', { nullable: true, description: 'At which clinic; null for a person’s work wherever they do it.' }),
    services: t.exposeStringList('services', { description: 'Codes of the services; none where all work of the person stops.' }),
    practitionerId: t.exposeID('practitionerId', {
      nullable: true,
      description: 'Who may no longer act; null where the services themselves close.',
    }),
  }),
});

/** Something that ends. */
export const Expirable = builder.objectRef<Listed>('Expirable').implement({
  description: 'Something on paper that ends soon or has ended, and what that stops.',
  authScopes: { may: 'expirable:read' },
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What it is, for example LICENSE, INSURANCE_POLICY or CLIA_WAIVER.' }),
    recordId: t.exposeID('recordId', { description: 'Its id.' }),
    subject: t.field({
      type: Subject,
      nullable: true,
      resolve: ({ subject }, _args, ctx) => (subject === null ? null : subjectOf(subject, ctx)),
      description: 'The record itself; null where it is part of another.',
    }),
    label: t.exposeString('label', { description: 'Whose it is, in words.' }),
    expiresOn: t.field({ type: 'Date', resolve: (paper) => paper.endsOn, description: 'Last day on which it is good.' }),
    daysLeft: t.exposeInt('daysLeft', { description: 'Days from today to that day; negative when it is past.' }),
    blocks: t.stringList({
      resolve: (paper) => [...paper.acts, ...paper.closesInWords()],
      description: 'What may no longer be done after it.',
    }),
    stops: t.field({
      type: [ExpirableStop],
      resolve: (paper) => [...paper.stops, ...paper.closes()],
      description: 'The same as data: people who may no longer act, and the services that would close by the rules that readiness asks.',
    }),
    owner: t.field({ type: RenewalOwner, resolve: ({ owner }) => owner, description: 'Whose it is to renew it.' }),
  }),
});

/** Our own records whole, a neighbour's by its id. A management agreement is the organisation's to read, its end is everybody's to know. */
async function subjectOf({ __typename, id }: NonNullable<Paper['subject']>, ctx: Ctx) {
  const typed = async (row: Promise<{ id: string } | null>) => ((await row) === null ? null : { ...(await row), __typename });
  if (__typename === 'FacilityLicense') return typed(ctx.load('facilityLicense', fromId('facilityLicense', id))) as never;
  if (__typename === 'ManagementAgreement') {
    return ctx.actor.may('mso:read') ? (typed(ctx.load('managementAgreement', fromId('agreement', id))) as never) : null;
  }
  return { __typename, id };
}
