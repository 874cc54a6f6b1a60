import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { codeOf } from '#kernel/db.ts';
import { Conflict } from '#kernel/errors.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { clinicToArrange, labelShape } from './arranging.ts';
import { Device, DEVICE_CODE } from './device.ts';

const RegisterDeviceInput = builder.inputType('RegisterDeviceInput', {
  description: 'A machine that treats patients.',
  fields: (t) => ({
    clinicId: t.id({ required: true, description: 'Where it stands.' }),
    code: t.string({ required: true, description: 'What it is, as competencies and delegations name it, for example laser-diode-810.' }),
    maker: t.string({ required: true, description: 'Who made it: 1 to 80 characters.' }),
    model: t.string({ required: true, description: 'Its model: 1 to 80 characters.' }),
    serial: t.string({ required: true, description: 'Its serial number: 1 to 80 characters.' }),
    registration: t.string({ description: 'Its number at the state, where the state registers such machines: 1 to 40 characters.' }),
  }),
  validate: z
    .object({
      code: z.string().regex(DEVICE_CODE, 'A code is lower-case words joined by hyphens, such as laser-diode-810.'),
      maker: labelShape('The maker', 80),
      model: labelShape('The model', 80),
      serial: labelShape('The serial number', 80),
      registration: labelShape('The registration', 40).nullish(),
    })
    .loose(),
});

builder.mutationField('registerDevice', (t) =>
  t.field({
    description:
      'Records a machine at a clinic. One machine stands in one clinic at a time: it is taken out of use there before it is recorded here.',
    type: Device,
    authScopes: { may: 'clinic:arrange' },
    args: { input: t.arg({ type: RegisterDeviceInput, required: true, description: 'The machine.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'device' }, async (tx) => {
        const clinicId = clinicToArrange(ctx, args.input.clinicId);
        const { code, maker, model, serial, registration } = args.input;
        const device = await created(tx, ctx, {
          ...{ clinicId, code, maker: maker.trim(), model: model.trim(), serial: serial.trim() },
          registration: registration?.trim() ?? null,
        });
        await audit(tx, ctx, {
          ...{ action: 'device.registered', tenantId: clinicId, subjectKind: 'device', subjectId: device.id },
          detail: { code, registered: registration != null },
        });
        return device;
      }),
  }),
);

interface Machine {
  readonly clinicId: string;
  readonly code: string;
  readonly maker: string;
  readonly model: string;
  readonly serial: string;
  readonly registration: string | null;
}

/** The database alone can tell that it stands in another's clinic; the refusal does not say whose. */
async function created(tx: Tx, ctx: Ctx, machine: Machine) {
  try {
    return await tx.device.create({ data: { id: ctx.newId(), ...machine, registeredBy: ctx.actor.sub, registeredAt: ctx.now() } });
  } catch (error) {
    const code = codeOf(error);
    if (code === '23505' || code === 'P2002') throw new Conflict('A machine of this make, model and serial number is in use at a clinic.');
    throw error;
  }
}
