import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { strengthText } from '#kernel/strength.ts';
import { builder, type Ctx } from '../builder.ts';
import { dayOf } from '../calendar-day.ts';
import { excipientsOf } from '../formulary/formula-parts.ts';
import { Label, labelled } from './label.ts';
import { endInWords, facilityLabel } from './label-elements.ts';

async function ownLot(ctx: Ctx, id: string) {
  const row = await ctx.db.lot.findFirst({
    where: { id, pharmacyId: { in: [...ctx.actor.places('fulfillment:read')] } },
    include: {
      pharmacy: true,
      compounding: { include: { formulation: true } },
      item: { include: { formula: { include: { ingredients: { orderBy: { position: 'asc' } }, excipients: true } } } },
    },
  });
  if (!row) throw new NotFound();
  return row;
}

builder.queryField('facilityLabel', (t) =>
  t.field({
    type: Label,
    nullable: true,
    description:
      'The label of a lot of an outsourcing facility (21 USC 353b(a)(10)): for each container of it, and with nobody’s name on it. Empty for a pharmacy under section 503A: its labels name the patient.',
    authScopes: { may: 'fulfillment:read' },
    args: {
      lotId: t.arg.id({ required: true, description: 'Id of the lot.' }),
      officeUse: t.arg.boolean({ defaultValue: true, description: 'Whether it is not for an identified patient.' }),
    },
    resolve: async (_root, args, ctx) => {
      const lot = await ownLot(ctx, fromId('lot', args.lotId));
      const { pharmacy, item } = lot;
      if (pharmacy.facilityClass !== 'OUTSOURCING_503B') return null;
      const inactive = excipientsOf(item.formula);
      const elements = facilityLabel({
        pharmacy,
        lotNumber: lot.number,
        establishedName: item.formula.name,
        dosageForm: item.formula.dosageForm,
        ingredients: item.formula.ingredients,
        inactive:
          inactive?.map(({ name, unii, amount }) => ({
            name,
            unii: unii ?? null,
            strength: amount ? strengthText(amount) : null,
            csSchedule: null,
          })) ?? null,
        quantity: item.packValue && item.packUnit ? `${item.packValue.toFixed()} ${item.packUnit.replace(/^\{(.*)\}$/, '$1')}` : null,
        compoundedAt: lot.compoundedAt,
        end: endInWords({ ...lot, beyondUseDate: dayOf(lot.beyondUseDate) }, pharmacy.timeZone),
        storage: lot.storage,
        ndc: item.ndc,
        directions: lot.compounding?.formulation.directions ?? null,
        officeUse: args.officeUse ?? true,
      });
      return labelled(elements, ctx.now());
    },
  }),
);
