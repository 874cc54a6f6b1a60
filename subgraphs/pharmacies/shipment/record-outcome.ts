import { audit } from '#kernel/audit.ts';
import { Conflict, InvalidInput } from '#kernel/errors.ts';
import { requireMove } from '#kernel/states.ts';
import { builder } from '../builder.ts';
import { lockFollowed, shipmentMoves, tellOfParcel } from './followed.ts';
import { Shipment } from './shipment.ts';

const ShipmentOutcome = builder.enumType('ShipmentOutcome', {
  description: 'How a parcel ended: DELIVERED, or LOST when it is given up.',
  values: ['DELIVERED', 'LOST'] as const,
});

const Input = builder.inputType('RecordShipmentOutcomeInput', {
  description: 'How a parcel ended.',
  fields: (t) => ({
    shipmentId: t.id({ required: true, description: 'The parcel.' }),
    outcome: t.field({ type: ShipmentOutcome, required: true, description: 'How it ended.' }),
    at: t.field({ type: 'DateTime', required: true, description: 'When: not before it left, nor in the future.' }),
  }),
});

builder.mutationField('recordShipmentOutcome', (t) =>
  t.field({
    description:
      'The pharmacy, or the clinic whose patient it is for, records that a parcel arrived or is given up. What is lost can be sent again.',
    type: Shipment,
    authScopes: { may: 'shipment:follow' },
    args: { input: t.arg({ type: Input, required: true, description: 'How it ended.' }) },
    errors: { types: [] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'shipment' }, async (tx) => {
        const { shipmentId, outcome, at } = args.input;
        const followed = await lockFollowed(tx, ctx, shipmentId);
        const { parcel } = followed;
        requireMove(shipmentMoves, parcel.status, outcome);
        if (at < parcel.shippedAt || at > ctx.now())
          throw new InvalidInput([{ path: 'input.at', message: 'A parcel ends after it left and not in the future.' }]);
        const { id, orderId, pharmacyId, clinicId, patientId } = parcel;
        const moved = await tx.shipment.updateMany({ where: { id, status: parcel.status }, data: { status: outcome, endedAt: at } });
        if (moved.count === 0) throw new Conflict();
        for (const tenantId of [pharmacyId, clinicId])
          await audit(tx, ctx, {
            ...{ action: `shipment.${outcome.toLowerCase()}`, tenantId, subjectKind: 'shipment', subjectId: id, patientId },
            detail: { orderId },
          });
        await tellOfParcel(tx, ctx, followed, outcome);
        return tx.shipment.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
