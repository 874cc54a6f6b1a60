import { z } from 'zod';
import { Prisma } from '#prisma/generated/clinics/client.ts';
import { audit } from '#kernel/audit.ts';
import { Forbidden, InvalidInput, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { library } from '#rules/packs.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { dayText } from '../business-day.ts';
import { attestable } from './attestable.ts';
import { Attestation } from './attestation.ts';

const SHORTEST_NOTE = 20;
const LONGEST_NOTE = 2_000;

/** Why it was given or taken back, in words that somebody else understands a year later. */
export const noteShape = z
  .string()
  .trim()
  .min(SHORTEST_NOTE, `A note says why, in at least ${SHORTEST_NOTE} characters.`)
  .max(LONGEST_NOTE, `A note has at most ${LONGEST_NOTE} characters.`);

const AttestRuleInput = builder.inputType('AttestRuleInput', {
  description: 'What a compliance officer puts their name to.',
  fields: (t) => ({
    entityId: t.id({ required: true, description: 'The professional entity it binds: all its clinics.' }),
    ruleId: t.string({ required: true, description: 'The rule, for example TX.gfe.validityMonths.' }),
    value: t.field({
      type: 'JSON',
      description:
        'The value, where none is recorded or the entity is stricter than the recorded one. Left out, it confirms the recorded value, or that its condition holds.',
    }),
    note: t.string({ required: true, description: 'What was read and why it holds: 20 to 2,000 characters. No patient.' }),
    expiresOn: t.field({ type: 'Date', required: true, description: 'Last day on which it stands: after today, at most one year ahead.' }),
  }),
  validate: z.object({ ruleId: z.string().max(200, 'A rule’s id has at most 200 characters.'), note: noteShape }).loose(),
});

builder.mutationField('attestRule', (t) =>
  t.field({
    description:
      'A compliance officer attests a rule for their entity: confirms it, sets what the state leaves open, or is stricter than the state. It never turns a failure into a pass. A later one replaces it, and it is suspended when the rule changes.',
    type: Attestation,
    authScopes: { may: 'attestation:give' },
    args: { input: t.arg({ type: AttestRuleInput, required: true, description: 'What is attested.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'attestation' }, async (tx) => {
        const { entityId, ruleId, note, expiresOn } = args.input;
        const value = args.input.value ?? null;
        const entity = fromId('entity', entityId);
        if (!ctx.actor.places('attestation:give').includes(entity)) {
          // An officer of one clinic sees the entity, and does not bind it.
          throw (await seesEntity(tx, ctx, entity)) ? new Forbidden('attestation:give') : new NotFound();
        }
        ctx.requireStepUp();
        const at = await momentFor(tx, ctx, entity, ruleId);
        requireTerm(expiresOn, at);
        const rules = library.on(at.toISOString());
        const allowed = attestable(rules, at.toISOString(), ruleId, value);
        if (allowed.issue !== null) throw new InvalidInput([allowed.issue]);
        if (allowed.blocked !== null) throw new RuleBlocked([allowed.blocked]);
        const given = await tx.attestation.create({
          data: {
            id: ctx.newId(),
            entityId: entity,
            jurisdiction: allowed.jurisdiction,
            ruleId,
            value: value === null ? Prisma.DbNull : value,
            note,
            attestedBy: ctx.actor.sub,
            attestedByName: ctx.actor.name,
            attestedAt: at,
            expiresOn: new Date(`${expiresOn}T00:00:00Z`),
            packVersion: rules.version,
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'attestation.given', tenantId: entity, subjectKind: 'attestation', subjectId: given.id },
          detail: { ruleId, packVersion: rules.version, sets: value !== null, expiresOn },
        });
        return given;
      }),
  }),
);

async function seesEntity(tx: Pick<Ctx['db'], 'clinic'>, ctx: Ctx, entityId: string): Promise<boolean> {
  const where = { entityId, id: { in: [...ctx.actor.places('attestation:give')] } };
  return (await tx.clinic.findFirst({ where, select: { id: true } })) !== null;
}

/**
 * When it counts as given: now, or just after the entity's last attestation of the rule. Two officers at once are put in order, so that
 * "the latest counts" has one answer.
 */
async function momentFor(tx: Tx, ctx: Ctx, entityId: string, ruleId: string): Promise<Date> {
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended($1, 0))::text`, `attestation/${entityId}/${ruleId}`);
  const last = await tx.attestation.findFirst({ where: { entityId, ruleId }, orderBy: { attestedAt: 'desc' } });
  return new Date(Math.max(ctx.now().getTime(), (last?.attestedAt.getTime() ?? 0) + 1));
}

function requireTerm(expiresOn: string, at: Date): void {
  const [year = '', ...rest] = dayText(at).split('-');
  const farthest = [String(Number(year) + 1), ...rest].join('-');
  const path = 'input.expiresOn';
  if (expiresOn <= dayText(at)) throw new InvalidInput([{ path, message: 'The last day is after today.' }]);
  if (expiresOn > farthest) throw new InvalidInput([{ path, message: 'An attestation stands for a year at most; then it is read again.' }]);
}
