import { Refusal } from '#kernel/errors.ts';
import { builder, graph } from '../builder.ts';

/** Somebody who may sign protocols, of whom this version asks no signature. */
export class NotAskedToSign extends Refusal {
  readonly code = 'NOT_ASKED_TO_SIGN';
}

builder.objectType(NotAskedToSign, {
  name: 'NotAskedToSign',
  description: 'Of whoever asks, this version needs no signature: they were not asked to sign it, or direct none of its clinics today.',
  interfaces: [graph.RefusalInterface],
});
