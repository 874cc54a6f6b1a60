import { NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Order } from '../order/order.ts';
import { practitionerOf, Practitioner } from '../references.ts';

/** The same, in the graph. */
export const DifferenceOutcome = builder.enumType('DifferenceReviewOutcome', {
  description: 'What a second person found of a clinical difference that reads like others.',
  values: {
    DISTINCT: { description: 'It is this patient’s own: the order may be signed.' },
    BOILERPLATE: { description: 'It is a phrase used for everybody: the order is refused.' },
  } as const,
});

/** What a second person found. */
export const DifferenceReview = builder.prismaObject('DifferenceReview', {
  description: 'What another person than the prescriber found of a clinical difference. It never changes.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    outcome: t.field({
      type: DifferenceOutcome,
      resolve: ({ outcome }) => outcome as 'DISTINCT' | 'BOILERPLATE',
      description: 'What it was found to be.',
    }),
    reason: t.exposeString('reason', { description: 'Why, in the reviewer’s words.' }),
    reviewedBy: t.exposeString('reviewerName', { description: 'Name of the reviewer.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

/** A difference that reads like others. */
export const DifferenceCase = builder.prismaObject('DifferenceWording', {
  name: 'DifferenceCase',
  description: 'A clinical difference that reads like those of other patients, so that somebody else than its prescriber must read it.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    order: t.field({
      type: Order,
      nullable: true,
      resolve: ({ orderId, clinicId }, _args, ctx) => ctx.load<typeof Order.$inferType>('order', orderId, { clinicId }),
      description: 'The order whose difference it is.',
    }),
    prescriber: t.field({
      type: Practitioner,
      nullable: true,
      resolve: ({ prescriberId }) => practitionerOf(prescriberId),
      description: 'Who wrote it.',
    }),
    writtenAt: t.expose('writtenAt', { type: 'DateTime', description: 'When it was drafted; it waits since then.' }),
    alikeOfPrescriber: t.exposeInt('alikePrescriber', { description: 'Other patients with a difference of this prescriber worded alike.' }),
    alikeOfProduct: t.exposeInt('alikeProduct', { description: 'Other patients of the clinic with one for the same preparation.' }),
    alikeAtClinic: t.exposeInt('alikeClinic', { description: 'Other patients of the clinic with one, whoever wrote it.' }),
    review: t.relation('review', { nullable: true, description: 'What was found; null while it waits.' }),
  }),
});

builder.queryField('differenceReviews', (t) =>
  t.prismaConnection(
    {
      type: 'DifferenceWording',
      cursor: 'id',
      description:
        'Drafts at a clinic whose clinical difference reads like other patients’ and waits for a second person, the longest waiting first; with `reviewed`, those that were read, whatever became of the order.',
      authScopes: { may: 'difference:review' },
      args: {
        clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
        reviewed: t.arg.boolean({ defaultValue: false, description: 'Those that were read instead of those that wait.' }),
      },
      resolve: (query, _root, { clinicId, reviewed }, ctx) => {
        const id = fromId('clinic', clinicId);
        if (!ctx.actor.places('difference:review').includes(id)) throw new NotFound();
        return ctx.db.differenceWording.findMany({
          ...query,
          where: {
            clinicId: id,
            needsReview: true,
            ...(reviewed ? { review: { isNot: null } } : { review: null, order: { status: 'DRAFT' } }),
          },
          orderBy: { id: 'asc' },
        });
      },
    },
    { name: 'DifferenceCaseConnection' },
    { name: 'DifferenceCaseEdge' },
  ),
);

/** How often reasons are used again, of one prescriber for one preparation. */
interface Reuse {
  readonly prescriberId: string;
  readonly formularyItemId: string;
  readonly differences: number;
  readonly needReview: number;
  readonly boilerplate: number;
  readonly mostAlike: number;
}

const DifferenceReuse = builder.objectRef<Reuse>('DifferenceReuse').implement({
  description: 'How often one prescriber’s reasons for one preparation are used again at a clinic.',
  authScopes: { may: 'difference:review' },
  fields: (t) => ({
    prescriber: t.field({
      type: Practitioner,
      nullable: true,
      resolve: ({ prescriberId }) => practitionerOf(prescriberId),
      description: 'The prescriber.',
    }),
    formularyItemId: t.id({ resolve: (row) => toId('formularyItem', row.formularyItemId), description: 'The preparation.' }),
    differences: t.exposeInt('differences', { description: 'Differences drafted.' }),
    needReview: t.exposeInt('needReview', { description: 'Of these, how many read so much like others that they went to review.' }),
    boilerplate: t.exposeInt('boilerplate', { description: 'Of these, how many a second person found to be boilerplate.' }),
    mostAlike: t.exposeInt('mostAlike', { description: 'The most other patients of the prescriber that one of them reads like.' }),
  }),
});

const REPORT_LINES = 200;

builder.queryField('differenceReuse', (t) =>
  t.field({
    type: [DifferenceReuse],
    description:
      'How often reasons are used again at a clinic: one line for each prescriber and preparation, at most 200, the most often reviewed first. Counts alone, for the clinic’s own medical directors.',
    authScopes: { may: 'difference:review' },
    args: {
      clinicId: t.arg.id({ required: true, description: 'The clinic.' }),
      from: t.arg({ type: 'Date', required: true, description: 'First day, in UTC.' }),
      to: t.arg({ type: 'Date', required: true, description: 'Last day, in UTC.' }),
    },
    resolve: (_root, { clinicId, from, to }, ctx) => {
      const id = fromId('clinic', clinicId);
      if (!ctx.actor.places('difference:review').includes(id)) throw new NotFound();
      return ctx.db.$queryRawUnsafe<Reuse[]>(
        `select w.prescriber_id::text as "prescriberId", w.formulary_item_id::text as "formularyItemId", count(*)::int as differences,
           count(*) filter (where w.needs_review)::int as "needReview",
           count(*) filter (where r.outcome = 'BOILERPLATE')::int as boilerplate, max(w.alike_prescriber)::int as "mostAlike"
         from difference_wording w left join difference_review r on r.wording_id = w.id
         where w.clinic_id = $1::uuid and w.written_at >= $2::date and w.written_at < $3::date + 1
         group by 1, 2 order by 4 desc, 6 desc, 1, 2 limit $4`,
        ...[id, from, to, REPORT_LINES],
      );
    },
  }),
);
