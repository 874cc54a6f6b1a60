import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { hasLapsed } from '../lapse.ts';

/** What somebody was trained in. */
export const TrainingKind = builder.enumType('TrainingKind', {
  description: 'What a course or card is about.',
  values: {
    BLS: { description: 'Basic life support.' },
    ACLS: { description: 'Advanced cardiovascular life support.' },
    MATE: { description: 'The eight hours on substance use disorders that DEA registrants attest once (Pub. L. 117-328, section 1263).' },
    BLOODBORNE: { description: 'Bloodborne pathogens (29 CFR 1910.1030).' },
    LASER_SAFETY: { description: 'Safety with lasers and other light.' },
    PROCEDURE: { description: 'A procedure or device: the course, not whether they are able. That is a competency.' },
    OTHER: { description: 'Something else.' },
  },
});

/** Whether a training counts today. */
export const TrainingStatus = builder.enumType('TrainingStatus', {
  description: 'What a training counts as today.',
  values: { CURRENT: { description: 'It counts.' }, EXPIRED: { description: 'Its last day is over.' } },
});

/** A certificate is not a licence: no gate takes one for leave to do anything. */
export const TrainingRecord = builder.prismaObject('TrainingRecord', {
  description: 'A course or card of a practitioner. A certificate is not a licence: it permits nothing. Never changed once recorded.',
  authScopes: { may: 'credential:read' },
  fields: (t) => ({
    id: t.id({ resolve: (training) => toId('trainingRecord', training.id), description: 'The training’s id.' }),
    kind: t.field({ type: TrainingKind, resolve: ({ kind }) => kind as typeof TrainingKind.$inferType, description: 'What it is about.' }),
    service: t.exposeString('service', { nullable: true, description: 'Code of the service it is about; empty when it is about none.' }),
    device: t.exposeString('device', { nullable: true, description: 'Code of the device it is about; empty when it is about none.' }),
    issuer: t.exposeString('issuer', { description: 'Who gave the course or card.' }),
    completedOn: t.expose('completedOn', { type: 'Date', description: 'The day it was completed.' }),
    expiresOn: t.expose('expiresOn', {
      type: 'Date',
      nullable: true,
      description: 'The last day it counts; empty for what does not run out.',
    }),
    status: t.field({
      type: TrainingStatus,
      resolve: ({ expiresOn }, _args, ctx) => (hasLapsed(expiresOn, ctx.now()) ? 'EXPIRED' : 'CURRENT'),
      description: 'What it counts as today.',
    }),
    sha256: t.exposeString('sha256', { description: 'SHA-256 of the certificate, in hex.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
  }),
});
