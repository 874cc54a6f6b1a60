import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { labelShape } from './arranging.ts';
import { Device } from './device.ts';

const RetireDeviceInput = builder.inputType('RetireDeviceInput', {
  description: 'A machine that is taken out of use.',
  fields: (t) => ({
    deviceId: t.id({ required: true, description: 'The machine.' }),
    reason: t.string({ required: true, description: 'Why: 1 to 500 characters. No patient.' }),
  }),
  validate: z.object({ reason: labelShape('The reason', 500) }).loose(),
});

builder.mutationField('retireDevice', (t) =>
  t.field({
    description: 'Takes a machine out of use at its clinic, for good. Brought back, or to another clinic, it is recorded anew.',
    type: Device,
    authScopes: { may: 'clinic:arrange' },
    args: { input: t.arg({ type: RetireDeviceInput, required: true, description: 'What is taken out of use.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'device' }, async (tx) => {
        const id = fromId('device', args.input.deviceId);
        const where = { id, clinicId: { in: [...ctx.actor.places('clinic:arrange')] } };
        const device = await tx.device.findFirst({ where });
        if (device === null) throw new NotFound();
        const reason = args.input.reason.trim();
        const { count } = await tx.device.updateMany({
          where: { ...where, retiredAt: null },
          data: { retiredAt: ctx.now(), retiredBy: ctx.actor.sub, retirementReason: reason },
        });
        if (count === 0) throw new IllegalTransition('RETIRED', 'RETIRED');
        await audit(tx, ctx, {
          ...{ action: 'device.retired', tenantId: device.clinicId, subjectKind: 'device', subjectId: id },
          detail: { code: device.code, reason },
        });
        return tx.device.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
