import { Refusal } from '#kernel/errors.ts';
import { builder, graph } from '../builder.ts';

/** The act is not delegated to somebody of this credential, whoever else agrees. */
export class NotDelegable extends Refusal {
  readonly code = 'NOT_DELEGABLE';
  readonly credential: string;
  readonly service: string;
  constructor(credential: string, service: string) {
    const isPhysician = credential === 'MD' || credential === 'DO';
    super(
      isPhysician
        ? 'A physician acts on their own licence: delegation runs from physicians to others.'
        : `${service} is not delegated to the credential ${credential}.`,
    );
    this.credential = credential;
    this.service = service;
  }
}

builder.objectType(NotDelegable, {
  name: 'NotDelegable',
  description: 'The act is not delegated to somebody of this credential: nothing was changed.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    credential: t.string({ resolve: (refused) => refused.credential, description: 'The credential of whoever would do it.' }),
    service: t.string({ resolve: (refused) => refused.service, description: 'Code of the service.' }),
  }),
});
