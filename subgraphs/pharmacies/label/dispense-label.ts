import { z } from 'zod';
import { NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { dayOf } from '../calendar-day.ts';
import { askDocument } from '../dispense/ordered.ts';
import { Label, labelled } from './label.ts';
import { endInWords, type PatientLabelFacts, patientLabel } from './label-elements.ts';

// What a label takes from the signed order. What an order does not say is missing on the label, and never made up.
const told = z
  .object({
    patient: z.object({ givenName: z.string().catch(''), familyName: z.string().catch('') }).loose(),
    prescriber: z.object({ displayName: z.string().catch('') }).loose(),
    drug: z
      .object({
        sig: z.string().catch(''),
        refills: z.number().int(),
        ingredients: z.array(
          z
            .object({
              name: z.string(),
              strength: z.string(),
              unii: z.string().nullable().catch(null),
              csSchedule: z.string().nullable().catch(null),
            })
            .loose(),
        ),
      })
      .loose(),
  })
  .loose();

async function ownDispense(ctx: Ctx, id: string) {
  const row = await ctx.db.dispense.findFirst({
    where: { id, pharmacyId: { in: [...ctx.actor.places('order:dispense')] } },
    include: { lot: true, fulfillment: { include: { pharmacy: true, item: { include: { formula: true } } } } },
  });
  if (!row) throw new NotFound();
  return row;
}

/** When the order's first fill was handed out by this pharmacy; null where an earlier fill was another's. */
async function firstFilled(ctx: Ctx, { orderId, pharmacyId, fulfillment, dispensedAt }: Awaited<ReturnType<typeof ownDispense>>) {
  if (fulfillment.fill === 1) return dispensedAt;
  const first = await ctx.db.dispense.findFirst({
    where: { orderId, pharmacyId, fulfillment: { fill: 1 } },
    orderBy: { dispensedAt: 'asc' },
  });
  return first?.dispensedAt ?? null;
}

builder.queryField('dispenseLabel', (t) =>
  t.field({
    type: Label,
    nullable: true,
    description:
      'The label of what was handed out on a prescription, from the signed order as it is shown to this pharmacy now. It names the patient: asking is in the patient’s trail, and nothing of it is kept. Empty when the order cannot be read.',
    authScopes: { may: 'order:dispense' },
    args: { dispenseId: t.arg.id({ required: true, description: 'Id of the dispense.' }) },
    resolve: async (_root, args, ctx) => {
      const row = await ownDispense(ctx, fromId('dispense', args.dispenseId));
      const firstFilledAt = await firstFilled(ctx, row);
      const { fulfillment, lot } = row;
      const document = await askDocument(ctx, fulfillment);
      const read = told.safeParse(document?.content);
      if (!read.success) return null;
      const { patient, prescriber, drug } = read.data;
      ctx.noteRead({
        ...{ action: 'label.read', tenantId: row.pharmacyId, subjectKind: 'dispense', subjectId: row.id, patientId: row.patientId },
        detail: { orderId: row.orderId },
      });
      const facts: PatientLabelFacts = {
        pharmacy: fulfillment.pharmacy,
        serialNumber: toId('order', row.orderId),
        ...{ dispensedAt: row.dispensedAt, firstFilledAt },
        // A name in part is no name.
        patient: patient.givenName && patient.familyName ? `${patient.givenName} ${patient.familyName}` : null,
        prescriber: prescriber.displayName,
        directions: drug.sig,
        ingredients: drug.ingredients,
        ...{ dosageForm: fulfillment.item.formula.dosageForm, route: fulfillment.item.formula.route },
        quantity: `${row.quantityValue.toFixed()} ${row.quantityUnit.replace(/^\{(.*)\}$/, '$1')}`,
        refillsLeft: Math.max(0, drug.refills - (fulfillment.fill - 1)),
        ...{ storage: lot.storage, lotNumber: lot.number },
        end: endInWords({ ...lot, beyondUseDate: dayOf(row.beyondUseDate) }, fulfillment.pharmacy.timeZone),
      };
      return labelled(patientLabel(facts), ctx.now());
    },
  }),
);
