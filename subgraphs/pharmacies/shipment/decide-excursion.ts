import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { mayBecome } from '#kernel/states.ts';
import { builder } from '../builder.ts';
import { ExcursionDecision, TemperatureExcursion } from './excursion.ts';
import { lockFollowed, shipmentMoves, type ShipmentStatus, tellOfParcel } from './followed.ts';

const Input = builder.inputType('DecideExcursionInput', {
  description: 'What becomes of a parcel that was too warm or too cold.',
  fields: (t) => ({
    excursionId: t.id({ required: true, description: 'The excursion.' }),
    decision: t.field({ type: ExcursionDecision, required: true, description: 'Whether it may be used.' }),
    basis: t.string({ required: true, description: 'What the decision rests on: stability data, a manufacturer’s answer.' }),
  }),
  validate: z.object({ basis: z.string().trim().min(10, 'Say what it rests on.').max(1_000, 'At most 1,000 characters.') }).loose(),
});

builder.mutationField('decideExcursion', (t) =>
  t.field({
    description:
      'A pharmacist of the pharmacy decides whether a parcel that was too warm or too cold may be used. Decided once; DISCARD makes the parcel SPOILED, and it can be sent again.',
    type: TemperatureExcursion,
    authScopes: { may: 'excursion:decide' },
    args: { input: t.arg({ type: Input, required: true, description: 'The decision.' }) },
    errors: { types: [] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'temperatureExcursion' }, async (tx) => {
        const id = fromId('temperatureExcursion', args.input.excursionId);
        const own = { id, pharmacyId: { in: [...ctx.actor.places('excursion:decide')] } };
        const found = await tx.temperatureExcursion.findFirst({ where: own });
        if (found === null) throw new NotFound();
        const followed = await lockFollowed(tx, ctx, toId('shipment', found.shipmentId));
        const { parcel } = followed;
        const { decision } = args.input;
        if (found.decision !== null) throw new IllegalTransition(found.decision, decision);
        const { count } = await tx.temperatureExcursion.updateMany({
          where: { id, decision: null },
          data: { decision, basis: args.input.basis.trim(), decidedBy: ctx.actor.sub, decidedAt: ctx.now() },
        });
        if (count === 0) throw new Conflict();
        if (decision === 'DISCARD') {
          // Of two that spoil a parcel the first one does it.
          if (mayBecome(shipmentMoves, parcel.status as ShipmentStatus, 'SPOILED')) {
            await tx.shipment.updateMany({
              where: { id: parcel.id, status: parcel.status },
              data: { status: 'SPOILED', endedAt: ctx.now() },
            });
            await tellOfParcel(tx, ctx, followed, 'SPOILED');
          }
        } else if ((await tx.temperatureExcursion.count({ where: { shipmentId: parcel.id, NOT: { decision: 'USE' } } })) === 0)
          await tellOfParcel(tx, ctx, followed, 'USABLE');
        for (const tenantId of [parcel.pharmacyId, parcel.clinicId])
          await audit(tx, ctx, {
            ...{
              action: 'shipment.excursion-decided',
              tenantId,
              subjectKind: 'shipment',
              subjectId: parcel.id,
              patientId: parcel.patientId,
            },
            detail: { orderId: parcel.orderId, excursion: id, decision },
          });
        return tx.temperatureExcursion.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
