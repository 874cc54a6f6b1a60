import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { DosageInput } from '../dose/dosage-input.ts';
import { draftShape } from '../order/draft-order-input.ts';
import { termsProblem } from './living-terms.ts';
import { OrderTemplate } from './order-template.ts';
import { type TemplateContent, templateDigest } from './template-content.ts';

/** As many as a list is read through by people. */
const MOST_TEMPLATES = 500;

const CreateOrderTemplateInput = builder.inputType('CreateOrderTemplateInput', {
  description: 'What orders of one kind have in common.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'The clinic whose prescribers are to use it.' }),
    name: t.string({ required: true, description: 'What it is called there: 1 to 120 characters, and no other template’s name.' }),
    formularyItemId: t.id({ required: true, description: 'The preparation, from `formulary`.' }),
    protocolId: t.id({ required: true, description: 'The protocol version, from `activeProtocols`.' }),
    service: t.string({ required: true, description: 'Code of the service its orders are for.' }),
    sig: t.string({ description: 'Directions for the patient. Left out, they are generated from `dosage`.' }),
    dosage: t.field({ type: [DosageInput], description: 'The dose as data, as in `draftOrder`.' }),
    sigOverrideReason: t.string({ description: 'Why the sig has words of its own beside the dosage: at most 500 characters.' }),
    quantity: t.field({ type: graph.QuantityInput, required: true, description: 'How much is dispensed each time.' }),
    daysSupply: t.int({ required: true, description: 'How many days that lasts.' }),
    refills: t.int({ required: true, description: 'How often it may be filled again.' }),
  }),
  validate: draftShape
    .pick({ sig: true, dosage: true, sigOverrideReason: true, quantity: true, daysSupply: true, refills: true })
    .extend({ name: z.string().trim().min(1, 'The name is missing.').max(120, 'A name has at most 120 characters.') })
    .loose(),
});

builder.mutationField('createOrderTemplate', (t) =>
  t.field({
    type: OrderTemplate,
    description:
      'Writes down what orders of one kind have in common, under a version of a protocol that is in force at the clinic. Nothing of it changes later: write another, and retire this one.',
    authScopes: { may: 'order-template:keep' },
    args: { input: t.arg({ type: CreateOrderTemplateInput, required: true, description: 'The template.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { input } = args;
      const clinicId = fromId('clinic', input.clinicId);
      if (!ctx.actor.places('order-template:keep').includes(clinicId)) throw new NotFound();
      const { problem, sig } = await termsProblem(ctx, input, clinicId);
      return ctx.write({ info, args, answer: 'orderTemplate' }, async (tx) => {
        const createdBy = toId('practitioner', actingPractitioner(ctx));
        if (problem !== null) throw problem;
        const name = input.name.trim();
        await requireRoom(tx, clinicId, name);
        const content: TemplateContent = {
          ...{ formularyItemId: input.formularyItemId, protocolId: input.protocolId, service: input.service },
          sig,
          given: {
            ...{ sig: input.sig?.trim() ?? null, dosage: input.dosage ? [...input.dosage] : null },
            sigOverrideReason: input.sigOverrideReason?.trim() ?? null,
          },
          ...{ quantity: { value: input.quantity.value, unit: input.quantity.unit } },
          ...{ daysSupply: input.daysSupply, refills: input.refills },
        };
        return create(tx, ctx, { clinicId, name, content, createdBy });
      });
    },
  }),
);

/** Two that come at once for the same name: the database's own index lets one through, and the other is refused as it would be a moment later. */
async function requireRoom(tx: Tx, clinicId: string, name: string): Promise<void> {
  await tx.$queryRawUnsafe("select pg_advisory_xact_lock(hashtextextended('order-template:' || $1, 0))::text", clinicId);
  const living = { clinicId, retiredAt: null };
  if ((await tx.orderTemplate.count({ where: { ...living, name: { equals: name, mode: 'insensitive' } } })) > 0)
    throw new Conflict('The clinic has a template of this name. Choose another, or retire that one.');
  if ((await tx.orderTemplate.count({ where: living })) >= MOST_TEMPLATES)
    throw new InvalidInput([{ path: 'input.name', message: `would be more than the ${MOST_TEMPLATES} templates a clinic keeps` }]);
}

interface Template {
  readonly clinicId: string;
  readonly name: string;
  readonly content: TemplateContent;
  readonly createdBy: string;
}

async function create(tx: Tx, ctx: Ctx, { clinicId, name, content, createdBy }: Template) {
  const id = ctx.newId();
  const template = await tx.orderTemplate.create({
    data: {
      ...{ id, clinicId, name, service: content.service, content: content as object, createdBy, createdAt: ctx.now() },
      protocolId: fromId('protocolVersion', content.protocolId),
      formularyItemId: fromId('formularyItem', content.formularyItemId),
      digest: templateDigest({ id, clinicId, name, content }),
    },
  });
  await audit(tx, ctx, {
    ...{ action: 'order-template.created', tenantId: clinicId, subjectKind: 'orderTemplate', subjectId: id },
    detail: { digest: template.digest, formularyItemId: content.formularyItemId, protocolId: content.protocolId },
  });
  return template;
}
