import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { lotChecked } from '#rules/evaluate.ts';
import { isBlocked } from '#rules/results.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { Lot } from '../dispense/lot.ts';
import { lotMoves, type LotStatus } from '../lot/lot-status.ts';
import type { QualityResult } from './compounding-record.ts';

const Decision = builder.enumType('LotDecision', {
  description: 'What a final check came to.',
  values: {
    RELEASED: { description: 'It may be dispensed.' },
    REFUSED: { description: 'It is never dispensed.' },
  } as const,
});

const Input = builder.inputType('ReleaseLotInput', {
  description: 'A final check.',
  fields: (t) => ({
    lotId: t.id({ required: true, description: 'The lot.' }),
    decision: t.field({ type: Decision, required: true, description: 'What it came to.' }),
    reason: t.string({ description: 'Why it is refused: 3 to 500 characters, and only then.' }),
  }),
  validate: z
    .object({ reason: z.string().trim().min(3, 'Say why.').max(500, 'A reason has at most 500 characters.').nullish() })
    .loose()
    .refine(({ decision, reason }) => (decision === 'REFUSED') === (reason != null), {
      path: ['reason'],
      message: 'A refusal has a reason, a release has none.',
    }),
});

/** Locks the lot against a recall and another check. */
async function lockOwn(tx: Tx, ctx: Ctx, id: string) {
  const where = { id, pharmacyId: { in: [...ctx.actor.places('lot:release')] } };
  if (!(await tx.lot.findFirst({ where }))) throw new NotFound();
  await tx.$queryRawUnsafe('select 1 from lot where id = $1::uuid for update', id);
  return tx.lot.findFirstOrThrow({ where, include: { compounding: true } });
}

builder.mutationField('releaseLot', (t) =>
  t.field({
    type: Lot,
    description:
      'A pharmacist’s final check of a lot that another person made: from then on it may be dispensed, or never. A lot with a failed quality control is not released.',
    authScopes: { may: 'lot:release' },
    args: { input: t.arg({ type: Input, required: true, description: 'The check.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'lot' }, async (tx) => {
        const { lotId, decision, reason } = args.input;
        const lot = await lockOwn(tx, ctx, fromId('lot', lotId));
        requireMove(lotMoves, lot.status as LotStatus, decision);
        if (!lot.compounding) throw new InvalidInput([{ path: 'input.lotId', message: 'It is not recorded how this lot was made.' }]);
        const quality = lot.compounding.qualityResults as unknown as QualityResult[];
        const results = lotChecked({ quality, madeByChecker: lot.compounding.madeBy === ctx.actor.sub }, ctx.now().toISOString());
        // A refusal needs another person too, and no control that passed.
        const asked = decision === 'RELEASED' ? results : results.filter(({ id }) => id === 'compounding.finalCheck');
        if (isBlocked(asked)) throw new RuleBlocked(asked);
        const { id, pharmacyId } = lot;
        await tx.lotRelease.create({
          data: {
            ...{ id: ctx.newId(), pharmacyId, lotId: id, decision, reason: reason?.trim() ?? null },
            ...{ checkedBy: ctx.actor.sub, checkedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: `lot.${decision.toLowerCase()}`, tenantId: pharmacyId, subjectKind: 'lot', subjectId: id },
          detail: { compoundingRecordId: lot.compounding.id },
        });
        return tx.lot.update({ where: { id }, data: { status: decision } });
      }),
  }),
);
