import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { phoneProblem, postalCodeProblem } from '#kernel/identifiers-contact.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { takeTenancy, tellTenancy } from '../member/tell-tenancy.ts';
import { labelShape, oneAtATime } from './arranging.ts';
import { Clinic } from './clinic.ts';
import { isUsZone } from '#kernel/us-zones.ts';

const OpenClinicInput = builder.inputType('OpenClinicInput', {
  description: 'A location that an entity opens.',
  fields: (t) => ({
    entityId: t.id({ required: true, description: 'The professional entity that practises there.' }),
    name: t.string({ required: true, description: 'What patients know it by: 1 to 120 characters, one clinic of the entity alone.' }),
    address: t.field({ type: graph.AddressInput, required: true, description: 'Where it is. Its state decides which rules hold.' }),
    timeZone: t.string({ required: true, description: 'IANA time zone by which it keeps its hours, for example America/Chicago.' }),
    phone: t.string({ required: true, description: 'Telephone number, E.164, for example +15125550142.' }),
  }),
  validate: z.object({ name: labelShape('The name', 120) }).loose(),
});

type Input = typeof OpenClinicInput.$inferInput;

builder.mutationField('openClinic', (t) =>
  t.field({
    description:
      'Opens a location of an entity, by a compliance officer of the entity itself, with a second factor. Who has a role at the entity, or manages it, has it there at once. It may offer nothing until its services, director, protocols and attestations are in order: `readiness` says what is missing.',
    type: Clinic,
    authScopes: { may: 'clinic:open' },
    args: { input: t.arg({ type: OpenClinicInput, required: true, description: 'What is opened where.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const opened = await ctx.write({ info, args, answer: 'clinic' }, async (tx) => {
        const { input } = args;
        const entityId = fromId('entity', input.entityId);
        if (!ctx.actor.places('clinic:open').includes(entityId)) throw await refusal(tx, ctx, entityId);
        ctx.requireStepUp();
        requireReachable(input);
        await oneAtATime(tx, entityId);
        const name = input.name.trim();
        const namesake = await tx.clinic.findFirst({ where: { entityId, name: { equals: name, mode: 'insensitive' } } });
        if (namesake !== null) throw new Conflict('The entity has a clinic of this name.');
        const { line1, line2, city, state, postalCode } = input.address;
        const clinic = await tx.clinic.create({
          data: {
            ...{ id: ctx.newId(), entityId, name, timeZone: input.timeZone, phone: input.phone },
            ...{ line1: line1.trim(), line2: line2?.trim() || null, city: city.trim(), state: String(state), postalCode },
            ...{ openedBy: ctx.actor.sub, openedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'clinic.opened', tenantId: clinic.id, subjectKind: 'clinic', subjectId: clinic.id },
          detail: { entityId: input.entityId, state, timeZone: input.timeZone },
        });
        await tellTenancy(tx, ctx, clinic.id);
        return clinic;
      });
      await takeTenancy(ctx);
      return opened;
    },
  }),
);

/** An officer of one clinic sees its entity, and opens nothing for it. */
async function refusal(tx: Pick<Ctx['db'], 'clinic'>, ctx: Ctx, entityId: string): Promise<Error> {
  const seen = await tx.clinic.findFirst({ where: { entityId, id: { in: [...ctx.actor.places('clinic:open')] } }, select: { id: true } });
  return seen === null ? new NotFound() : new Forbidden('clinic:open');
}

function requireReachable({ phone, timeZone, address }: Input): void {
  const problems = [
    { path: 'phone', problem: phoneProblem(phone) },
    { path: 'address.postalCode', problem: postalCodeProblem(address.postalCode) },
    {
      path: 'timeZone',
      problem: isUsZone(timeZone) ? null : 'must be an IANA time zone of the fifty states or DC, like America/Chicago',
    },
  ];
  const issues = problems.flatMap(({ path, problem }) => (problem === null ? [] : [{ path: `input.${path}`, message: `It ${problem}.` }]));
  if (issues.length > 0) throw new InvalidInput(issues);
}
