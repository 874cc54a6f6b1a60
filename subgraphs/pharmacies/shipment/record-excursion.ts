import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { ExcursionSource, TemperatureExcursion } from './excursion.ts';
import { lockFollowed, tellOfParcel } from './followed.ts';

const degrees = z.string().regex(/^-?[0-9]{1,3}(\.[0-9])?$/, 'Degrees Celsius with at most one decimal, for example 14.5.');

const Input = builder.inputType('RecordExcursionInput', {
  description: 'A parcel that was too warm or too cold.',
  fields: (t) => ({
    shipmentId: t.id({ required: true, description: 'The parcel.' }),
    lowestCelsius: t.field({ type: 'Decimal', required: true, description: 'The coldest that was read.' }),
    highestCelsius: t.field({ type: 'Decimal', required: true, description: 'The warmest that was read.' }),
    minutes: t.int({ required: true, description: 'For how long.' }),
    source: t.field({ type: ExcursionSource, required: true, description: 'Who noticed.' }),
  }),
  validate: z
    .object({
      lowestCelsius: degrees,
      highestCelsius: degrees,
      minutes: z.number().int().min(1, 'At least one minute.').max(100_000, 'At most 100,000 minutes.'),
    })
    .loose(),
});

builder.mutationField('recordExcursion', (t) =>
  t.field({
    description:
      'The pharmacy, or the clinic whose patient it is for, records that a parcel was too warm or too cold. From then on nothing of it may be used until a pharmacist of the pharmacy has decided (decideExcursion).',
    type: TemperatureExcursion,
    authScopes: { may: 'shipment:follow' },
    args: { input: t.arg({ type: Input, required: true, description: 'What was read.' }) },
    errors: { types: [] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'temperatureExcursion' }, async (tx) => {
        const { shipmentId, lowestCelsius: lowest, highestCelsius: highest, minutes, source } = args.input;
        if (Number(lowest) > Number(highest))
          throw new InvalidInput(
            ['input.lowestCelsius', 'input.highestCelsius'].map((path) => ({
              path,
              message: 'The coldest is not warmer than the warmest.',
            })),
          );
        const followed = await lockFollowed(tx, ctx, shipmentId);
        const { parcel } = followed;
        if (parcel.status === 'LOST' || parcel.status === 'SPOILED') throw new IllegalTransition(parcel.status, 'BLOCKED');
        const { id, orderId, pharmacyId, clinicId, patientId } = parcel;
        const excursion = await tx.temperatureExcursion.create({
          data: {
            ...{ id: ctx.newId(), shipmentId: id, pharmacyId, clinicId, patientId, lowest, highest, minutes, source },
            ...{ recordedBy: ctx.actor.sub, recordedAt: ctx.now() },
          },
        });
        for (const tenantId of [pharmacyId, clinicId])
          await audit(tx, ctx, {
            ...{ action: 'shipment.excursion', tenantId, subjectKind: 'shipment', subjectId: id, patientId },
            detail: { orderId, excursion: excursion.id },
          });
        await tellOfParcel(tx, ctx, followed, 'EXCURSION');
        return excursion;
      }),
  }),
);
