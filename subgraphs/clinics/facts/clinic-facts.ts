import type { Prisma } from '#prisma/generated/clinics/client.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { today } from '../business-day.ts';
import { Attestation } from '../attestation/attestation.ts';
import { ServiceOffering } from '../clinic/service-offering.ts';
import { inForceOn } from '../mso/management-agreement.ts';

const parts = (day: Date) =>
  ({
    services: { orderBy: { code: 'asc' } },
    facilityLicenses: { orderBy: { id: 'asc' } },
    entity: { include: { attestations: { orderBy: { attestedAt: 'desc' } }, agreements: { where: inForceOn(day) } } },
  }) as const;

type Facts = Prisma.ClinicGetPayload<{ include: ReturnType<typeof parts> }>;

const FacilityFacts = builder.objectRef<Facts['facilityLicenses'][number]>('FacilityFacts').implement({
  description: 'For the other subgraphs: a licence of a clinic’s site.',
  authScopes: { may: 'clinic-facts:read' },
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What it is, for example CLIA_WAIVER.' }),
    status: t.exposeString('status', { description: 'ACTIVE, SUSPENDED or REVOKED. That it expired is in `expiresOn`.' }),
    expiresOn: t.field({ type: 'Date', resolve: (license) => license.expiresOn, description: 'Last day on which it is good.' }),
  }),
});

const ClinicFacts = builder.objectRef<Facts>('ClinicFacts').implement({
  description: 'What gates elsewhere must know of a clinic.',
  authScopes: { may: 'clinic-facts:read' },
  fields: (t) => ({
    id: t.id({ resolve: (clinic) => toId('clinic', clinic.id), description: 'The clinic.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    timeZone: t.exposeString('timeZone', { description: 'Its IANA time zone.' }),
    address: t.field({ type: graph.Address, resolve: (clinic) => clinic, description: 'Where it is.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'Its telephone number, E.164; null where nobody recorded it.' }),
    entityId: t.id({ resolve: (clinic) => toId('entity', clinic.entityId), description: 'The professional entity it belongs to.' }),
    entityName: t.string({ resolve: (clinic) => clinic.entity.name, description: 'Registered name of the entity.' }),
    msoId: t.id({ nullable: true, resolve: (clinic) => msoOf(clinic), description: 'Who manages it today; null for nobody.' }),
    services: t.field({ type: [ServiceOffering], resolve: (clinic) => clinic.services, description: 'What it offers.' }),
    facilityLicenses: t.field({
      type: [FacilityFacts],
      resolve: (clinic) => clinic.facilityLicenses,
      description: 'Every licence of its site, replaced and revoked ones included.',
    }),
    attestations: t.field({
      type: [Attestation],
      resolve: (clinic) => clinic.entity.attestations,
      description: 'Every attestation of its entity, revoked and expired ones included: the gate judges them.',
    }),
  }),
});

function msoOf(clinic: Facts): string | null {
  const agreement = clinic.entity.agreements[0];
  return agreement === undefined ? null : toId('mso', agreement.msoId);
}

async function clinicFacts(ctx: Ctx, ids: readonly string[]): Promise<Facts[]> {
  const uuids = ids.map((id) => tryId('clinic', id)).filter((uuid) => uuid !== null);
  return ctx.db.clinic.findMany({ where: { id: { in: uuids } }, include: parts(today(ctx)), orderBy: { id: 'asc' } });
}

builder.queryField('clinicFacts', (t) =>
  t.field({
    type: [ClinicFacts],
    description: 'For the other subgraphs: the facts of these clinics. An id that is no clinic’s is left out.',
    authScopes: { may: 'clinic-facts:read' },
    args: { ids: t.arg.idList({ required: true, description: 'Ids of clinics.' }) },
    resolve: (_root, { ids }, ctx) => clinicFacts(ctx, ids),
  }),
);
