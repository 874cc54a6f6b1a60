import { audit } from '#kernel/audit.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { OrderTemplate, templateOf } from './order-template.ts';

const MOST_FAVORITES = 100;

const FavoriteTemplateInput = builder.inputType('FavoriteTemplateInput', {
  description: 'A template the caller wants to see first.',
  fields: (t) => ({ templateId: t.id({ required: true, description: 'The template.' }) }),
});

builder.mutationField('favoriteTemplate', (t) =>
  t.field({
    type: OrderTemplate,
    description: 'Puts a template before the others in the caller’s own list. Saying it twice changes nothing.',
    authScopes: { may: 'order:draft' },
    args: { input: t.arg({ type: FavoriteTemplateInput, required: true, description: 'The template.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'orderTemplate' }, async (tx) => {
        const prescriber = toId('practitioner', actingPractitioner(ctx));
        const template = await templateOf(tx, ctx, args.input.templateId, 'order:draft');
        if (template.retiredAt !== null) throw new InvalidInput([{ path: 'input.templateId', message: 'The template is retired.' }]);
        const { id: templateId, clinicId } = template;
        if ((await tx.orderTemplateFavorite.count({ where: { prescriber } })) >= MOST_FAVORITES)
          throw new InvalidInput([{ path: 'input.templateId', message: `would be more than ${MOST_FAVORITES} favourites` }]);
        const { count } = await tx.orderTemplateFavorite.createMany({
          data: [{ prescriber, templateId, clinicId, at: ctx.now() }],
          skipDuplicates: true,
        });
        if (count > 0)
          await audit(tx, ctx, {
            ...{ action: 'order-template.favored', tenantId: clinicId, subjectKind: 'orderTemplate', subjectId: templateId },
            detail: {},
          });
        return template;
      }),
  }),
);
