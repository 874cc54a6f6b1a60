import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { isService } from '#rules/service-codes.ts';
import { builder, graph } from '../builder.ts';
import { clinicToArrange, labelShape, oneAtATime, refuseField } from './arranging.ts';
import { ServiceOffering } from './service-offering.ts';

const OfferServiceInput = builder.inputType('OfferServiceInput', {
  description: 'A service that a clinic offers.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    code: t.string({ required: true, description: 'Code of the service, for example weight-loss.' }),
    name: t.string({ required: true, description: 'What the clinic calls it: 1 to 80 characters.' }),
    modalities: t.field({
      type: [graph.Modality],
      required: true,
      description: 'How the exam may be held here: at least one way. Which of them the state lets pass is in `readiness`.',
    }),
  }),
  validate: z
    .object({
      name: labelShape('The name', 80),
      modalities: z.array(z.string()).min(1, 'Name at least one way of holding the exam.').max(5, 'There are no more than five ways.'),
    })
    .loose(),
});

builder.mutationField('offerService', (t) =>
  t.field({
    description:
      'Offers a service at a clinic, or offers it otherwise: under another name, or examined in other ways. A good-faith exam always comes first. Whether it may be offered today is in `readiness`; until then nobody can book it.',
    type: ServiceOffering,
    authScopes: { may: 'clinic:arrange' },
    args: { input: t.arg({ type: OfferServiceInput, required: true, description: 'What is offered where.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'serviceOffering' }, async (tx) => {
        const { code, modalities } = args.input;
        const clinicId = clinicToArrange(ctx, args.input.clinicId);
        if (!isService(code)) refuseField('code', 'There is no such service.');
        if (new Set(modalities).size < modalities.length) refuseField('modalities', 'A way of holding the exam is named twice.');
        await oneAtATime(tx, clinicId);
        const terms = { name: args.input.name.trim(), modalities: [...modalities] };
        const had = await tx.serviceOffering.findUnique({ where: { clinicId_code: { clinicId, code } } });
        const offered =
          had === null
            ? await tx.serviceOffering.create({ data: { id: ctx.newId(), clinicId, code, requiresExam: true, ...terms } })
            : await tx.serviceOffering.update({ where: { id: had.id }, data: terms });
        await audit(tx, ctx, {
          ...{ action: 'service.offered', tenantId: clinicId, subjectKind: 'serviceOffering', subjectId: offered.id },
          detail: { code, modalities: terms.modalities, were: had?.modalities ?? null },
        });
        return offered;
      }),
  }),
);
