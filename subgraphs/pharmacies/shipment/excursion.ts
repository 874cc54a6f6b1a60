import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';

/** Who noticed that a parcel was too warm or too cold. */
export const ExcursionSource = builder.enumType('ExcursionSource', {
  description: 'Who noticed: a LOGGER in the parcel, the CARRIER, the CLINIC or the PATIENT.',
  values: ['LOGGER', 'CARRIER', 'CLINIC', 'PATIENT'] as const,
});

/** What a pharmacist says of an excursion. */
export const ExcursionDecision = builder.enumType('ExcursionDecision', {
  description: 'USE: it may be used all the same. DISCARD: nothing of it.',
  values: ['USE', 'DISCARD'] as const,
});

export const TemperatureExcursion = builder.prismaObject('TemperatureExcursion', {
  description: 'That a parcel was warmer or colder than it should be. Nothing of it is used until a pharmacist has decided.',
  authScopes: { may: ['fulfillment:read', 'fulfillment:track'] },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('temperatureExcursion', row.id), description: 'Its id.' }),
    lowestCelsius: t.field({
      type: 'Decimal',
      resolve: (row) => row.lowest.toFixed(),
      description: 'The coldest that was read, in degrees Celsius.',
    }),
    highestCelsius: t.field({
      type: 'Decimal',
      resolve: (row) => row.highest.toFixed(),
      description: 'The warmest that was read, in degrees Celsius.',
    }),
    minutes: t.exposeInt('minutes', { description: 'For how long.' }),
    source: t.field({ type: ExcursionSource, resolve: (row) => row.source as 'LOGGER', description: 'Who noticed.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
    decision: t.field({
      type: ExcursionDecision,
      nullable: true,
      resolve: (row) => row.decision as 'USE' | null,
      description: 'What a pharmacist decided; empty until then.',
    }),
    basis: t.exposeString('basis', { nullable: true, description: 'What the decision rests on.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true, description: 'When it was decided.' }),
  }),
});
