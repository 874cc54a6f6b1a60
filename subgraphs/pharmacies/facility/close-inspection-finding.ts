import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { InspectionFinding } from './facility-inspection.ts';
import { line } from './plain-text.ts';
import { holdStanding } from './standing-lock.ts';

const Input = builder.inputType('CloseInspectionFindingInput', {
  description: 'A finding that was corrected.',
  fields: (t) => ({
    findingId: t.id({ required: true, description: 'The finding.' }),
    correction: t.string({ required: true, description: 'How it was corrected, at most 2,000 characters: nothing of a patient.' }),
    evidence: t.string({ required: true, description: 'Where that can be seen, at most 300 characters.' }),
  }),
  validate: z.object({ correction: line('The correction', 2_000), evidence: line('The evidence', 300) }).loose(),
});

builder.mutationField('closeInspectionFinding', (t) =>
  t.field({
    description:
      'Says that a finding was corrected. What it stopped goes on, unless another finding stops it; so that is said by another person than who recorded the inspection.',
    type: InspectionFinding,
    authScopes: { may: 'facility:keep' },
    args: { input: t.arg({ type: Input, required: true, description: 'The finding and its correction.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'inspectionFinding' }, async (tx) => {
        const id = fromId('inspectionFinding', args.input.findingId);
        const own = await tx.inspectionFinding.findFirst({
          where: { id, pharmacyId: { in: [...ctx.actor.places('facility:keep')] } },
          include: { inspection: true },
        });
        if (own === null) throw new NotFound();
        ctx.requireStepUp();
        if (own.closedAt !== null) throw new IllegalTransition('CLOSED', 'CLOSED');
        if (own.stops !== null && own.inspection.recordedBy === ctx.actor.sub) {
          throw new InvalidInput([
            { path: 'input.findingId', message: 'What stops work is closed by somebody else than who recorded it.' },
          ]);
        }
        await holdStanding(tx, own.pharmacyId);
        const moved = await tx.inspectionFinding.updateMany({
          where: { id, closedAt: null },
          data: {
            closedAt: ctx.now(),
            closedBy: ctx.actor.sub,
            correction: args.input.correction.trim(),
            evidence: args.input.evidence.trim(),
          },
        });
        if (moved.count === 0) throw new Conflict();
        await audit(tx, ctx, {
          ...{ action: 'inspection-finding.closed', tenantId: own.pharmacyId, subjectKind: 'inspectionFinding', subjectId: id },
          detail: { severity: own.severity, stops: own.stops },
        });
        return tx.inspectionFinding.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
