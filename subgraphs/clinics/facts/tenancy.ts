import type { Tenancy } from '#kernel/actor.ts';
import type { RawTx } from '#kernel/db.ts';
import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';

// The database's own clock: who may come in is a matter of real time, whatever a sandbox's clock says.
const managedClinics = `
  select clinic.id::text as "clinicId", clinic.entity_id::text as "entityId", agreement.mso_id::text as "msoId"
  from clinic
  left join management_agreement agreement
    on agreement.entity_id = clinic.entity_id
    and agreement.starts_on <= (now() at time zone 'UTC')::date
    and (agreement.ends_on is null or agreement.ends_on >= (now() at time zone 'UTC')::date)
  order by clinic.id`;

const liveMemberships = `
  select distinct sub, role, at from membership
  where starts_at <= now() and (ends_at is null or ends_at > now())
  order by sub, role, at`;

/** Who belongs where at this moment, from the tables that say so. */
export async function readTenancy(tx: RawTx): Promise<Tenancy> {
  const clinics = await tx.$queryRawUnsafe<Tenancy['clinics']>(managedClinics);
  const memberships = await tx.$queryRawUnsafe<Tenancy['memberships']>(liveMemberships);
  return { clinics, memberships };
}

const TenancyClinic = builder.objectRef<Tenancy['clinics'][number]>('TenancyClinic').implement({
  description: 'What a clinic belongs to now.',
  fields: (t) => ({
    clinicId: t.id({ resolve: (clinic) => toId('clinic', clinic.clinicId), description: 'The clinic.' }),
    entityId: t.id({ resolve: (clinic) => toId('entity', clinic.entityId), description: 'Its professional entity.' }),
    msoId: t.id({
      nullable: true,
      resolve: (clinic) => (clinic.msoId === null ? null : toId('mso', clinic.msoId)),
      description: 'Who manages it; null for nobody.',
    }),
  }),
});

const TenancyMembership = builder.objectRef<Tenancy['memberships'][number]>('TenancyMembership').implement({
  description: 'A role somebody holds now.',
  fields: (t) => ({
    sub: t.exposeString('sub', { description: 'The subject of the person’s tokens.' }),
    role: t.exposeString('role', { description: 'The role.' }),
    at: t.exposeID('at', { description: 'The clinic, entity, organisation or pharmacy.' }),
  }),
});

const TenancyType = builder.objectRef<Tenancy>('Tenancy').implement({
  description: 'Who belongs where: the copy of this is what every subgraph checks rights against.',
  authScopes: { may: 'tenancy:read' },
  fields: (t) => ({
    clinics: t.field({ type: [TenancyClinic], resolve: (tenancy) => [...tenancy.clinics], description: 'Every clinic.' }),
    memberships: t.field({
      type: [TenancyMembership],
      resolve: (tenancy) => [...tenancy.memberships],
      description: 'Every membership that runs now.',
    }),
  }),
});

builder.queryField('tenancy', (t) =>
  t.field({
    type: TenancyType,
    nullable: true,
    description: 'For the other subgraphs: who belongs where at this moment, by the real clock.',
    authScopes: { may: 'tenancy:read' },
    resolve: (_root, _args, ctx) => readTenancy(ctx.db),
  }),
);
