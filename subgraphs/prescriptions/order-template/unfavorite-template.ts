import { audit } from '#kernel/audit.ts';
import { toId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { OrderTemplate, templateOf } from './order-template.ts';

const UnfavoriteTemplateInput = builder.inputType('UnfavoriteTemplateInput', {
  description: 'A template the caller does not need to see first any more.',
  fields: (t) => ({ templateId: t.id({ required: true, description: 'The template.' }) }),
});

builder.mutationField('unfavoriteTemplate', (t) =>
  t.field({
    type: OrderTemplate,
    description: 'Puts a template back among the others in the caller’s own list. Saying it twice changes nothing.',
    authScopes: { may: 'order:draft' },
    args: { input: t.arg({ type: UnfavoriteTemplateInput, required: true, description: 'The template.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'orderTemplate' }, async (tx) => {
        const prescriber = toId('practitioner', actingPractitioner(ctx));
        const template = await templateOf(tx, ctx, args.input.templateId, 'order:draft');
        const { count } = await tx.orderTemplateFavorite.deleteMany({ where: { prescriber, templateId: template.id } });
        if (count > 0)
          await audit(tx, ctx, {
            ...{ action: 'order-template.unfavored', tenantId: template.clinicId, subjectKind: 'orderTemplate', subjectId: template.id },
            detail: {},
          });
        return template;
      }),
  }),
);
