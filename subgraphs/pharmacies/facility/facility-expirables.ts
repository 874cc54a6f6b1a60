import { InvalidInput } from '#kernel/errors.ts';
import { addDays, daysBetween } from '#rules/dates.ts';
import { builder } from '../builder.ts';
import { dayOf } from '../calendar-day.ts';
import { type ExpiringPaper, expiringPapers } from './expiring-papers.ts';
import { ownPharmacy } from './own-pharmacy.ts';

const FARTHEST_DAYS = 730;

const FacilityExpirable = builder.objectRef<ExpiringPaper & { readonly daysLeft: number }>('FacilityExpirable').implement({
  description: 'A licence or paper of a facility that ends.',
  authScopes: { may: 'facility:read' },
  fields: (t) => ({
    recordId: t.id({ resolve: (paper) => paper.publicId, description: 'The licence or the evidence, by its id.' }),
    kind: t.exposeString('kind', { description: 'What it is: the kind of licence with its state, or the kind of evidence.' }),
    endsOn: t.field({ type: 'Date', resolve: (paper) => new Date(paper.endsOn), description: 'Its last day.' }),
    daysLeft: t.exposeInt('daysLeft', { description: 'Days until then; below zero it has ended.' }),
    stops: t.exposeStringList('stops', { description: 'What stops when it ends; nothing when empty.' }),
  }),
});

builder.queryField('facilityExpirables', (t) =>
  t.field({
    type: [FacilityExpirable],
    description: 'What of a facility ends within so many days, or has ended within a year and was not renewed; the first to end first.',
    authScopes: { may: 'facility:read' },
    args: {
      pharmacyId: t.arg.id({ required: true, description: 'The facility.' }),
      withinDays: t.arg.int({ defaultValue: 90, description: 'From 0 to 730 days.' }),
    },
    resolve: async (_root, { pharmacyId, withinDays }, ctx) => {
      const id = ownPharmacy(ctx, pharmacyId, 'facility:read');
      const within = withinDays ?? 90;
      if (within < 0 || within > FARTHEST_DAYS)
        throw new InvalidInput([{ path: 'withinDays', message: `From 0 to ${FARTHEST_DAYS} days.` }]);
      const today = dayOf(ctx.now());
      const papers = await expiringPapers(ctx.db, [id], today, addDays(today, within));
      return papers.map((paper) => ({ ...paper, daysLeft: daysBetween(today, paper.endsOn) }));
    },
  }),
);
