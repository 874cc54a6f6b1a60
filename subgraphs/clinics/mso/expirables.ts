import { resolveArrayConnection } from '@pothos/plugin-relay';
import { z } from 'zod';
import { PAGE_SIZE } from '#kernel/builder.ts';
import { Unavailable } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { dayText, today } from '../business-day.ts';
import { FacilityLicense } from '../clinic/facility-license.ts';
import { DeaRegistration, Engagement, InsurancePolicy, License, ProtocolVersion } from '../references.ts';
import { type ClinicOversight, oversightOf } from '../readiness/oversight.ts';
import { type Expiring, expiring, type Paper } from './expiring.ts';
import { type KnownPapers, papersOf } from './own-papers.ts';
import { inForceOn, ManagementAgreement } from './management-agreement.ts';
import { clinicsOf, Mso } from './mso.ts';

const Subject = builder.unionType('ExpirableSubject', {
  description: 'The thing that ends.',
  types: [FacilityLicense, ManagementAgreement, License, DeaRegistration, InsurancePolicy, Engagement, ProtocolVersion],
  resolveType: (subject) => (subject as unknown as NonNullable<Paper['subject']>).__typename,
});

const Expirable = builder.objectRef<Expiring>('Expirable').implement({
  description: 'Something on paper that ends soon or has ended, and what that stops.',
  authScopes: { may: 'expirable:read' },
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'What it is, for example LICENSE, INSURANCE_POLICY or CLIA_WAIVER.' }),
    subject: t.field({
      type: Subject,
      nullable: true,
      resolve: ({ subject }, _args, ctx) => (subject === null ? null : subjectOf(subject, ctx)),
      description: 'The record itself; null where it is part of another.',
    }),
    label: t.exposeString('label', { description: 'Whose it is, in words.' }),
    expiresOn: t.field({ type: 'Date', resolve: (paper) => paper.endsOn, description: 'Last day on which it is good.' }),
    daysLeft: t.exposeInt('daysLeft', { description: 'Days from today to that day; negative when it is past.' }),
    blocks: t.stringList({ resolve: (paper) => [...paper.blocks], description: 'What may no longer be done after it.' }),
  }),
});

/** Our own records whole, a neighbour's by its id. */
function subjectOf({ __typename, id }: NonNullable<Paper['subject']>, ctx: Ctx) {
  const typed = async (row: Promise<{ id: string } | null>) => ((await row) === null ? null : { ...(await row), __typename });
  if (__typename === 'FacilityLicense') return typed(ctx.load('facilityLicense', fromId('facilityLicense', id))) as never;
  if (__typename === 'ManagementAgreement') return typed(ctx.load('managementAgreement', fromId('agreement', id))) as never;
  return { __typename, id };
}

async function ownPapersOf(mso: { readonly id: string }, ctx: Ctx): Promise<KnownPapers> {
  const clinics = await ctx.db.clinic.findMany({
    where: { AND: [clinicsOf(mso, ctx), { id: { in: [...ctx.actor.places('expirable:read')] } }] },
    include: { facilityLicenses: true },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
  });
  const agreements = await ctx.db.managementAgreement.findMany({
    where: { msoId: mso.id, ...inForceOn(today(ctx)) },
    include: { entity: true },
  });
  return papersOf(clinics, agreements);
}

/** Half a list would look like good news, so without an answer about every clinic there is none. */
function whole(oversight: readonly (ClinicOversight | null)[]): ClinicOversight[] {
  return oversight.map((one) => {
    if (one === null) throw new Unavailable('The oversight of the clinics could not be read, so it is not known what expires. Try again.');
    return one;
  });
}

builder.objectField(Mso, 'expirables', (t) =>
  t.connection(
    {
      type: Expirable,
      nullable: true,
      description:
        'What ends within so many days at the clinics it manages today, soonest first, together with what has ended and was not replaced.',
      authScopes: { may: 'expirable:read' },
      args: {
        withinDays: t.arg.int({
          required: true,
          description: 'From 0 to 3650.',
          validate: z.number().min(0, 'Days are counted from today on.').max(3650, 'At most ten years ahead.'),
        }),
      },
      resolve: async (mso, { withinDays, ...page }, ctx) => {
        const { own, clinics } = await ownPapersOf(mso, ctx);
        const oversight = whole(await Promise.all(clinics.map((clinic) => oversightOf(ctx, clinic.id))));
        const list = expiring(own, oversight, clinics, dayText(ctx.now()), withinDays);
        return resolveArrayConnection({ args: page, defaultSize: PAGE_SIZE.default, maxSize: PAGE_SIZE.max }, list);
      },
    },
    { name: 'ExpirableConnection' },
    { name: 'ExpirableEdge' },
  ),
);
