import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { type Moves, requireMove } from '#kernel/states.ts';
import { recallClosing } from '#rules/recall-closing.ts';
import { blockers, type RuleResult } from '#rules/results.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { balancesOf } from './balance.ts';
import { effectivenessOf } from './effectiveness.ts';
import { tellOfRecall } from './recall-events.ts';
import { Recall } from './recall.ts';

const moves: Moves<'OPEN' | 'CLOSED'> = { OPEN: ['CLOSED'], CLOSED: [] };

const Input = builder.inputType('CloseRecallInput', {
  description: 'A recall that is over.',
  fields: (t) => ({
    recallId: t.id({ required: true, description: 'The recall.' }),
    reason: t.string({ description: 'Why it is closed although something is open. Not needed when nothing is.' }),
  }),
  validate: z
    .object({ reason: z.string().trim().min(10, 'Say why in ten letters or more.').max(1_000, 'At most 1,000 characters.').nullish() })
    .loose(),
});

async function asked(tx: Tx, ctx: Ctx, recallId: string): Promise<RuleResult[]> {
  const { clinicsNotified, clinicsAcknowledged, patientsOpen } = await effectivenessOf(tx, ctx, recallId);
  const uncounted = await tx.recallLot.findMany({
    where: { recallId, lot: { reconciliations: { none: { recallId } } } },
    select: { lot: { select: { number: true } } },
    orderBy: { lotId: 'asc' },
  });
  const balances = await balancesOf(tx, ctx, recallId, null);
  return recallClosing({
    clinicsSilent: clinicsNotified - clinicsAcknowledged,
    countsDue: balances.reduce((due, { clinics, clinicsCounted }) => due + Math.max(clinics - clinicsCounted, 0), 0),
    patientsOpen,
    lotsUncounted: uncounted.map(({ lot }) => lot.number),
  });
}

builder.mutationField('closeRecall', (t) =>
  t.field({
    description:
      'The pharmacy closes a recall: refused while a clinic is silent or has not said where its part is, a patient is open or a lot uncounted, unless it says why. The lots stay recalled, and patients may still be reached.',
    type: Recall,
    authScopes: { may: 'recall:close' },
    args: { input: t.arg({ type: Input, required: true, description: 'The recall.' }) },
    errors: { types: [] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'recall' }, async (tx) => {
        const id = fromId('recall', args.input.recallId);
        const recall = await tx.recall.findFirst({ where: { id, pharmacyId: { in: [...ctx.actor.places('recall:close')] } } });
        if (recall === null) throw new NotFound();
        requireMove(moves, recall.status, 'CLOSED');
        const results = await asked(tx, ctx, id);
        const open = blockers(results);
        const reason = args.input.reason?.trim() || null;
        if (open.length > 0 && reason === null) throw new RuleBlocked(results);
        const closeReason = open.length > 0 ? reason : null;
        const moved = await tx.recall.updateMany({
          where: { id, status: 'OPEN' },
          data: { status: 'CLOSED', closedAt: ctx.now(), closedBy: ctx.actor.sub, closeReason },
        });
        if (moved.count === 0) throw new Conflict();
        await audit(tx, ctx, {
          ...{ action: 'recall.closed', tenantId: recall.pharmacyId, subjectKind: 'recall', subjectId: id },
          detail: { open: open.map((rule) => rule.id) },
        });
        await tellOfRecall(tx, ctx, recall, 'CLOSED');
        return tx.recall.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
