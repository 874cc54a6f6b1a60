import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, tryId, toId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { OrderSet } from './order-set.ts';
import { templatesVisibleTo } from './order-template.ts';

const MOST_IN_A_SET = 20;

const CreateOrderSetInput = builder.inputType('CreateOrderSetInput', {
  description: 'Templates that are to be offered together.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic.' }),
    name: t.string({ required: true, description: 'What it is called there: 1 to 120 characters, and no other order set’s name.' }),
    templateIds: t.idList({
      required: true,
      description: 'The templates in order, 1 to 20 of the clinic’s own, none twice, all of one version of a protocol and none retired.',
    }),
  }),
  validate: z.looseObject({
    name: z.string().trim().min(1, 'The name is missing.').max(120, 'A name has at most 120 characters.'),
    templateIds: z
      .array(z.string())
      .min(1, 'An order set has at least one template.')
      .max(MOST_IN_A_SET, `An order set has at most ${MOST_IN_A_SET} templates.`)
      .refine((ids) => new Set(ids).size === ids.length, 'A template is given twice.'),
  }),
});

builder.mutationField('createOrderSet', (t) =>
  t.field({
    type: OrderSet,
    description: 'Puts templates together under a name. Nothing of it changes later: put another together, and retire this one.',
    authScopes: { may: 'order-template:keep' },
    args: { input: t.arg({ type: CreateOrderSetInput, required: true, description: 'The order set.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'orderSet' }, async (tx) => {
        const createdBy = toId('practitioner', actingPractitioner(ctx));
        const clinicId = fromId('clinic', args.input.clinicId);
        if (!ctx.actor.places('order-template:keep').includes(clinicId)) throw new NotFound();
        const ids = args.input.templateIds.map((id) => tryId('orderTemplate', id));
        const known = await tx.orderTemplate.findMany({
          where: { AND: [templatesVisibleTo(ctx), { clinicId, retiredAt: null, id: { in: ids.filter((id) => id !== null) } }] },
        });
        const templates = ids.map((id) => known.find((one) => one.id === id) ?? null);
        const [first] = templates;
        const issues = templates.flatMap((template, index) => {
          const path = `input.templateIds.${index}`;
          if (template === null) return [{ path, message: 'The clinic has no such template in use.' }];
          return template.protocolId === first?.protocolId ? [] : [{ path, message: 'The template is of another version of a protocol.' }];
        });
        if (issues.length > 0 || !first) throw new InvalidInput(issues);
        const name = args.input.name.trim();
        await tx.$queryRawUnsafe("select pg_advisory_xact_lock(hashtextextended('order-set:' || $1, 0))::text", clinicId);
        if ((await tx.orderSet.count({ where: { clinicId, retiredAt: null, name: { equals: name, mode: 'insensitive' } } })) > 0)
          throw new Conflict('The clinic has an order set of this name. Choose another, or retire that one.');
        const { protocolId } = first;
        const set = await tx.orderSet.create({ data: { id: ctx.newId(), clinicId, protocolId, name, createdBy, createdAt: ctx.now() } });
        await tx.orderSetItem.createMany({
          data: known
            .toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
            .map(({ id: templateId }, index) => ({ setId: set.id, position: index + 1, clinicId, protocolId, templateId })),
        });
        await audit(tx, ctx, {
          ...{ action: 'order-set.created', tenantId: clinicId, subjectKind: 'orderSet', subjectId: set.id },
          detail: { templateIds: args.input.templateIds.map(String) },
        });
        return set;
      }),
  }),
);
