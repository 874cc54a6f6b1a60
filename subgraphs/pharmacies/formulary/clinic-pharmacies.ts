import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import { builder, type Ctx } from '../builder.ts';
import { facilityPapers } from '../facility/facility-facts.ts';
import { inRecordedOrder } from '../facility/license-history.ts';
import { PharmacyFacts } from './supply-facts.ts';

/** A pharmacy that a clinic can count on for so long after it last filled for it. */
const REMEMBERED_DAYS = 180;
const MS_PER_DAY = 86_400_000;

const wanted = { licenses: { include: { standings: inRecordedOrder }, orderBy: { id: 'asc' } }, ...facilityPapers } as const;

interface Supply {
  readonly clinicId: string;
  readonly accountApproved: boolean;
  readonly pharmacy: Prisma.PharmacyGetPayload<{ include: typeof wanted }>;
}

const ClinicPharmacyFacts = builder.objectRef<Supply>('ClinicPharmacyFacts').implement({
  description: 'For the other subgraphs: that a pharmacy fills for a clinic. No order and no patient is in it.',
  authScopes: { may: 'supply-facts:read' },
  fields: (t) => ({
    clinicId: t.id({ resolve: ({ clinicId }) => toId('clinic', clinicId), description: 'The clinic’s id.' }),
    accountApproved: t.exposeBoolean('accountApproved', {
      description: 'Whether it has approved an account of the clinic; else orders went there lately.',
    }),
    pharmacy: t.field({ type: PharmacyFacts, resolve: ({ pharmacy }) => pharmacy, description: 'Who fills.' }),
  }),
});

/** One row a clinic and pharmacy: an approved account, or something sent there lately and not sent back. */
const fillsFor = `
  select clinic_id::text as "clinicId", pharmacy_id::text as "pharmacyId", bool_or(approved) as "accountApproved" from (
    select clinic_id, pharmacy_id, true as approved from clinic_pharmacy_account
      where clinic_id = any ($1::uuid[]) and status = 'APPROVED'
    union all
    select clinic_id, pharmacy_id, false from fulfillment
      where clinic_id = any ($1::uuid[]) and received_at >= $2::timestamptz and status in ('RECEIVED', 'CLAIMED', 'DISPENSED', 'SHIPPED')
  ) supply
  group by 1, 2
  order by 1, 2`;

async function suppliesOf(ctx: Ctx, clinicIds: readonly string[]): Promise<Supply[]> {
  const since = new Date(ctx.now().getTime() - REMEMBERED_DAYS * MS_PER_DAY);
  const pairs = await ctx.db.$queryRawUnsafe<{ clinicId: string; pharmacyId: string; accountApproved: boolean }[]>(
    fillsFor,
    clinicIds,
    since.toISOString(),
  );
  const pharmacies = await ctx.db.pharmacy.findMany({
    where: { id: { in: [...new Set(pairs.map(({ pharmacyId }) => pharmacyId))] } },
    include: wanted,
  });
  const byId = new Map(pharmacies.map((pharmacy) => [pharmacy.id, pharmacy]));
  return pairs.flatMap(({ clinicId, pharmacyId, accountApproved }) => {
    const pharmacy = byId.get(pharmacyId);
    return pharmacy === undefined ? [] : [{ clinicId, accountApproved, pharmacy }];
  });
}

builder.queryField('clinicPharmacies', (t) =>
  t.field({
    type: [ClinicPharmacyFacts],
    description:
      'For the other subgraphs: which pharmacies fill for these clinics, by an approved account or by orders of the last 180 days.',
    authScopes: { may: 'supply-facts:read' },
    args: { clinicIds: t.arg.idList({ required: true, description: 'The clinics’ ids.' }) },
    resolve: (_root, { clinicIds }, ctx) => suppliesOf(ctx, [...new Set(clinicIds.flatMap((id) => tryId('clinic', id) ?? []))]),
  }),
);
