import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { OrderTemplate } from '#prisma/generated/prescriptions/client.ts';
import { builder, graph } from '../builder.ts';
import { draftOrderOf } from '../order/draft-order.ts';
import { ClinicalDifferenceInput } from '../difference/difference-input.ts';
import { draftShape } from '../order/draft-order-input.ts';
import { Order } from '../order/order.ts';
import { templateOf } from './order-template.ts';
import { contentOf } from './template-content.ts';

const DraftFromTemplateInput = builder.inputType('DraftFromTemplateInput', {
  description: 'What an order needs besides its template: what is this patient’s own.',
  fields: (t) => ({
    templateId: t.id({ required: true, description: 'The template, from `orderTemplates`.' }),
    examId: t.id({ required: true, description: 'The completed exam it rests on; the order is for that exam’s patient.' }),
    diagnosis: t.stringList({ required: true, description: 'The reason, as ICD-10-CM codes.' }),
    clinicalDifference: t.field({
      type: ClinicalDifferenceInput,
      description: 'Needed where the preparation is essentially a copy of a commercial drug. A template has none.',
    }),
    excludedExcipients: t.stringList({ description: 'Inactive ingredients this patient must not get, by UNII: as in `draftOrder`.' }),
    shipTo: t.field({ type: graph.AddressInput, required: true, description: 'Where it goes: in the state where the patient is.' }),
  }),
  validate: z.looseObject({ ...draftShape.pick({ diagnosis: true, excludedExcipients: true }).shape }),
});

/** What of an order a prescriber gives beside the template; whatever else is wrong is wrong with the template. */
const own = /^input\.(examId|diagnosis|clinicalDifference|excludedExcipients|shipTo)\b/;

builder.mutationField('draftFromTemplate', (t) =>
  t.field({
    type: Order,
    description:
      'Drafts an order from a template and what is this patient’s own, as `draftOrder` would: the order keeps which template it was. Refused with the path `input.templateId` where the template is retired, its protocol version is no longer in force, or its preparation is not offered any more.',
    authScopes: { may: 'order:draft' },
    args: { input: t.arg({ type: DraftFromTemplateInput, required: true, description: 'The template and the patient’s own.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { templateId, ...ofPatient } = args.input;
      const template = await templateOf(ctx.db, ctx, templateId, 'order:draft');
      const { given, quantity, daysSupply, refills, formularyItemId, protocolId, service } = contentOf(template);
      const input = { ...ofPatient, ...given, quantity, daysSupply, refills, formularyItemId, protocolId, service };
      try {
        return await draftOrderOf(ctx, input, { info, args, answer: 'order' }, async (tx, order) => {
          // Read again under the write: it may have been retired since.
          requireInUse(await templateOf(tx, ctx, templateId, 'order:draft'), order.clinicId);
          const { id, digest } = template;
          const { id: orderId, clinicId, patientId } = order;
          await tx.orderTemplateUse.create({ data: { orderId, clinicId, patientId, templateId: id, digest } });
          await audit(tx, ctx, {
            ...{ action: 'order.drafted-from-template', tenantId: clinicId, subjectKind: 'order', subjectId: orderId, patientId },
            detail: { templateId: toId('orderTemplate', id), digest },
          });
        });
      } catch (refusal) {
        if (!(refusal instanceof InvalidInput)) throw refusal;
        throw new InvalidInput(refusal.issues.map(({ path, message }) => ({ path: own.test(path) ? path : 'input.templateId', message })));
      }
    },
  }),
);

function requireInUse(template: OrderTemplate, clinicId: string): void {
  const wrong = (message: string) => new InvalidInput([{ path: 'input.templateId', message }]);
  if (template.retiredAt !== null) throw wrong('The template is retired: choose another.');
  if (template.clinicId !== clinicId) throw wrong('The template is another clinic’s than the exam.');
}
