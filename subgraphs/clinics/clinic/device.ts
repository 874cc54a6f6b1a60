import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';

/** A code as competencies and delegations name a device: lower case, words joined by hyphens, 64 characters at most. */
export const DEVICE_CODE = /^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** A machine at a clinic; reached from the clinic. */
export const Device = builder.prismaObject('Device', {
  description: 'A machine that treats patients, at the clinic where it stands.',
  authScopes: { may: 'readiness:read' },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => toId('device', id), description: 'Its id.' }),
    code: t.exposeString('code', { description: 'What it is, as competencies and delegations name it, for example laser-diode-810.' }),
    maker: t.exposeString('maker', { description: 'Who made it.' }),
    model: t.exposeString('model', { description: 'Its model.' }),
    serial: t.exposeString('serial', { description: 'Its serial number.' }),
    registration: t.exposeString('registration', {
      nullable: true,
      description: 'Its number at the state, where the state registers such machines.',
    }),
    registeredAt: t.field({ type: 'DateTime', resolve: ({ registeredAt }) => registeredAt, description: 'When it was recorded here.' }),
    retiredAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ retiredAt }) => retiredAt,
      description: 'When it was taken out of use here; null while it is in use.',
    }),
    retirementReason: t.exposeString('retirementReason', { nullable: true, description: 'Why it was taken out of use.' }),
  }),
});
