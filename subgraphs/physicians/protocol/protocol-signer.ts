import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { Practitioner } from '../practitioner/practitioner.ts';
import { Clinic } from '../references.ts';
import { knowing } from './knowing.ts';
import type { Lapse, Signer } from './signer-authority.ts';

const SignerCapacity = builder.enumType('ProtocolSignerCapacity', {
  description: 'As what somebody must sign a protocol.',
  values: {
    MEDICAL_DIRECTOR: { description: 'As medical director of the clinic.' },
    SUPERVISING_PHYSICIAN: { description: 'As a physician who supervises there, named when it was submitted.' },
  },
});

const LapseReasonType = builder.enumType('ProtocolLapseReason', {
  description: 'What of a signer’s authority is gone.',
  values: {
    LICENSE: { description: 'No licence of a physician in the clinic’s state that is good and was checked lately.' },
    ENGAGEMENT: { description: 'Not engaged at the clinic today, or not for the service.' },
    EXCLUSION: { description: 'Found on a list of excluded persons, or possibly.' },
  },
});

/** One row a signer and clinic. */
export const ProtocolSigner = builder.objectRef<Signer>('ProtocolSigner').implement({
  description: 'Somebody who must sign a protocol version, and for which clinic.',
  authScopes: { may: knowing },
  fields: (t) => ({
    practitioner: t.field({
      type: Practitioner,
      nullable: true,
      resolve: ({ practitionerId }, _args, ctx) => ctx.load('practitioner', practitionerId),
      description: 'Who.',
    }),
    capacity: t.field({
      type: SignerCapacity,
      resolve: ({ capacity }) => capacity as typeof SignerCapacity.$inferType,
      description: 'As what.',
    }),
    clinic: t.field({
      type: Clinic,
      nullable: true,
      resolve: ({ clinicId }) => ({ id: toId('clinic', clinicId) }),
      description: 'The clinic they answer for.',
    }),
    state: t.field({
      type: graph.UsState,
      nullable: true,
      resolve: ({ state }) => state,
      description: 'The clinic’s state, where they have to be licensed; empty for versions from before it was recorded.',
    }),
  }),
});

/** Worked out at reading, never stored. */
export const ProtocolLapse = builder.objectRef<Lapse>('ProtocolLapse').implement({
  description: 'That a signer may not answer for a clinic today.',
  authScopes: { may: knowing },
  fields: (t) => ({
    signer: t.field({ type: ProtocolSigner, resolve: (lapse) => lapse, description: 'Who, and where.' }),
    reason: t.field({ type: LapseReasonType, resolve: ({ reason }) => reason, description: 'Why.' }),
  }),
});
